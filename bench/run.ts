/** Runs the benchmark: `run.ts BUILT [GROUP...]`. Without groups it runs all and writes docs/benchmarks.md. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Corpus, makeCorpora } from "./corpora";
import { groups } from "./groups";
import { lines, page, type Row } from "./table";
import { Tools } from "./tools";

const rounds = 5;

async function main([built = "", ...wanted]: string[]): Promise<void> {
  const unknown = wanted.find((name) => !Object.hasOwn(groups, name));
  if (unknown)
    throw new Error(`There is no group "${unknown}"; there are ${Object.keys(groups).join(", ")}.`);
  const temp = mkdtempSync(join(tmpdir(), "camposcloud-bench-"));
  try {
    const corpora = makeCorpora(temp);
    const rows = await measure({ built, temp, corpora, wanted });
    console.log(lines(rows));
    if (wanted.length === 0) write(rows, Object.values(corpora));
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

interface Plan {
  built: string;
  temp: string;
  corpora: Record<Corpus["name"], Corpus>;
  wanted: readonly string[];
}

async function measure({ built, temp, corpora, wanted }: Plan): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, group] of Object.entries(groups)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(`measuring ${name} ...`);
    rows.push(...(await group({ tools: new Tools(built, temp), corpora, rounds })));
  }
  return rows;
}

function write(rows: readonly Row[], corpora: readonly Corpus[]): void {
  const docs = resolve(__dirname, "..", "docs");
  mkdirSync(docs, { recursive: true });
  const described = corpora.map(({ name, title, files, bytes }) => {
    return `${name}: ${title}, ${files.toLocaleString("en")} files, ${(bytes / 1e6).toFixed(1)} MB`;
  });
  writeFileSync(join(docs, "benchmarks.md"), page(rows, { rounds, corpora: described }));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
