/** The docs: no broken links, complete tables, and code that compiles. */
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
import { argumentNames } from "../../provider/lifecycle/properties";
import { repository } from "../../scripts/demo/workspace";

const inFolder = (folder: string) =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const examples = readdirSync(join(repository, "examples"), { recursive: true, encoding: "utf8" })
  .filter((path) => /^README\.md$|[/\\]README\.md$/.test(path) && !path.includes("node_modules"))
  .map((path) => join("examples", path));
const pages = [...inFolder("."), ...inFolder("docs"), ...examples];
const read = (page: string) => readFileSync(join(repository, page), "utf8");

describe("the docs", () => {
  it("contain no broken links", () => {
    const broken = pages.flatMap((page) =>
      linksOf(read(page))
        .filter((target) => !leadsSomewhere(page, target))
        .map((target) => `${page}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it("only name files that exist", () => {
    const missing = ["docs/architecture.md", "docs/what-we-assume.md", "CONTRIBUTING.md"].flatMap((page) =>
      [...read(page).matchAll(/`([\w.-]+(?:\/[\w.-]+)*(?:\/|\.ts))`/g)]
        .map(([, path = ""]) => path)
        .filter(
          (path) =>
            !["", "provider", "tests", "emulator"].some((top) => existsSync(join(repository, top, path))),
        )
        .map((path) => `${page}: ${path}`),
    );
    assert.deepEqual(missing, []);
  });

  it("are all listed in the README", () => {
    const readme = linksOf(read("README.md"));
    assert.deepEqual(
      inFolder("docs").filter((page) => !readme.includes(page)),
      [],
    );
  });

  it("name every argument and every output, and no others", () => {
    const page = read(join("docs", "arguments-and-outputs.md"));
    const between = (from: string, to: string) => page.slice(page.indexOf(from), page.indexOf(to));
    assert.deepEqual(
      codeIn(between("## Arguments", "## Resource options"), 0).sort(),
      [...argumentNames].sort(),
    );
    const outputs = new Set(codeIn(between("## Outputs", "## `CamposApp.get"), 0));
    assert.deepEqual([...outputs].sort(), [...declaredOutputs(), "id"].sort());
  });

  it("quote errors exactly as in the code", () => {
    const said = sourcesOf("provider")
      .map((text) => text.replace(/["'`] \+\s*["'`]/g, ""))
      .join("\n");
    const page = read(join("docs", "errors.md"));
    const ours = page.slice(0, page.indexOf("## From Pulumi"));
    const fragments = codeIn(ours, 0).flatMap((code) => code.split("…").map((each) => each.trim()));
    assert.ok(fragments.length > 30);
    const strange = fragments
      .map((each) => each.replace(/ ?\d+$/, ""))
      .filter((each) => !said.includes(each));
    assert.deepEqual(strange, []);
  });

  it("contain programs that compile", async () => {
    // Inside the checkout, so that the package is found by its name.
    const folder = mkdtempSync(join(repository, "node_modules", ".pages-"));
    try {
      const blocks = ["README.md", ...inFolder("docs")].flatMap((page) =>
        [...read(page).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code),
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

/** The outputs that the resource class declares for the user. */
function declaredOutputs(): string[] {
  const text = read(join("provider", "resource", "campos-app.ts"));
  return [...text.matchAll(/declare readonly (\w+):/g)].map(([, name = ""]) => name);
}

function sourcesOf(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => read(join(folder, path)));
}

/** Code in the cells of a column of the page's tables, counted from 0. */
function codeIn(page: string, column: number): string[] {
  return page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .flatMap((line) =>
      [...(line.split(" | ")[column] ?? "").matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code),
    );
}

/** The links in the text, without those in code. */
function linksOf(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

function leadsSomewhere(page: string, target: string): boolean {
  if (/^[a-z]+:/.test(target)) return true;
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? join(repository, page) : join(repository, dirname(page), path);
  if (!existsSync(file)) return false;
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
