/** The papers: links that lead somewhere, and code that compiles. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { repository } from "../../scripts/demo/workspace";

const inFolder = (folder: string) =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const examples = readdirSync(join(repository, "examples")).map((name) => join("examples", name, "README.md"));
const papers = [...inFolder("."), ...inFolder("docs"), ...examples];
/** Pages that are named already and still to be written. */
const awaited = ["benchmarks.md", "faults.md", "ignoring-files.md"].map((name) => join("docs", name));
const read = (paper: string) => readFileSync(join(repository, paper), "utf8");

describe("the papers", () => {
  it("link only to what is there", () => {
    const broken = papers.flatMap((paper) =>
      linksOf(read(paper))
        .filter((target) => !leadsSomewhere(paper, target))
        .map((target) => `${paper}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it("show programs that compile", async () => {
    // Inside the checkout, so that the package is found by its name.
    const folder = mkdtempSync(join(repository, "node_modules", ".papers-"));
    try {
      const blocks = inFolder("docs").flatMap((paper) =>
        [...read(paper).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code),
      );
      assert.ok(blocks.length >= 8);
      mkdirSync(join(folder, "src"));
      for (const [index, code] of blocks.entries()) writeFileSync(join(folder, "src", `${index}.ts`), code);
      const compilerOptions = {
        strict: true,
        noEmit: true,
        module: "node16",
        target: "ES2022",
        skipLibCheck: true,
        types: ["node"],
        typeRoots: [join(repository, "node_modules", "@types")],
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
      const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");
      const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", folder]).catch(
        (error: { stdout: string }) => error,
      );
      assert.equal(stdout, "");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Links of the text, without those that only stand in code. */
function linksOf(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

function leadsSomewhere(paper: string, target: string): boolean {
  if (/^[a-z]+:/.test(target)) return true;
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? join(repository, paper) : join(repository, dirname(paper), path);
  if (!existsSync(file)) return awaited.some((each) => file === join(repository, each));
  return (
    anchor === undefined || !file.endsWith(".md") || anchorsOf(readFileSync(file, "utf8")).includes(anchor)
  );
}

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
}
