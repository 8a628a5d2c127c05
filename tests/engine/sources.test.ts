/** Every form of `source` on the real engine: the correct files arrive, and the engine itself hashes nothing. */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import JSZip from "jszip";
import { type Bench, openBench, serverSource } from "../support/campos-stack";

const head =
  'const pulumi = require("@pulumi/pulumi"); const { CamposApp } = require("pulumi-camposcloud");\n';
const usual = 'mainFile: "index.js", runtimeEnvironment: "nodejs", memoryMB: 256, minReadySeconds: 0';
const app = (source: string, name = "web") => `new CamposApp("${name}", { source: ${source}, ${usual} });\n`;
const program = (apps: Readonly<Record<string, string>>) =>
  head +
  Object.entries(apps)
    .map(([name, source]) => app(source, name))
    .join("");

const assets = `"index.js": new pulumi.asset.FileAsset("./app/index.js"), "a.txt": new pulumi.asset.StringAsset("a")`;

/** Sources by the name of their app, as JavaScript, and the paths that arrive. */
const forms: Record<string, [source: string, paths: string[]]> = {
  folder: ['"./app"', ["index.js", "lib/more.js"]],
  "file-archive": ['new pulumi.asset.FileArchive("./app")', ["index.js", "lib/more.js"]],
  zip: ['"./app.zip"', ["index.js"]],
  "file-archive-of-zip": ['new pulumi.asset.FileArchive("./app.zip")', ["index.js"]],
  "asset-archive": [
    `new pulumi.asset.AssetArchive({ ${assets}, docs: new pulumi.asset.FileArchive("./extra") })`,
    ["a.txt", "docs/readme.txt", "index.js"],
  ],
  map: [`{ ${assets} }`, ["a.txt", "index.js"]],
  output: ['pulumi.output(Promise.resolve("./app"))', ["index.js", "lib/more.js"]],
};
const marker = ".pulumi-camposcloud";

async function openSources(): Promise<Bench> {
  return openBench({
    emulator: { run: false, writeWindowSeconds: 0 },
    config: { "camposcloud:writeIntervalSeconds": "0" },
    files: {
      "app/lib/more.js": "// more\n",
      "app/node_modules/huge/index.js": "// left out\n",
      "extra/readme.txt": "hi\n",
    },
  });
}

/** The paths of each create by the app's name, in the order of the upload. */
function arrived({ emulator }: Bench): Map<string, string[]> {
  const creates = emulator.requests().filter(({ path }) => path === "/v1/apps/create");
  return new Map(
    creates.map(({ body }) => [
      body?.fields?.["appName"] ?? "",
      (body?.file?.entries ?? []).map(({ path }) => path),
    ]),
  );
}

async function assertDeployed({ stack }: Bench): Promise<void> {
  const run = await stack.up();
  assert.equal(run.code, 0, run.text);
  assert.equal((await stack.up("--expect-no-changes")).code, 0);
  assert.equal((await stack.refresh("--expect-no-changes")).code, 0);
}

async function writeZip({ stack }: Bench, source = serverSource): Promise<Buffer> {
  const bytes = await new JSZip().file("index.js", source).generateAsync({ type: "nodebuffer" });
  writeFileSync(join(stack.dir, "app.zip"), bytes);
  return bytes;
}

describe("every form of source", function () {
  this.timeout(300_000);
  let bench: Bench;
  const apps = Object.fromEntries(Object.entries(forms).map(([name, [source]]) => [name, source]));

  before(async () => {
    bench = await openSources();
    await writeZip(bench);
    bench.stack.write({ "index.js": program(apps) });
    await assertDeployed(bench);
  });
  after(() => bench?.close());

  for (const [name, [, paths]] of Object.entries(forms)) {
    it(`uploads all files: ${name}`, () =>
      assert.deepEqual(
        arrived(bench)
          .get(name)
          ?.filter((path) => path !== marker),
        paths,
      ));
  }

  it("adds one entry to a .zip in the creation", () => {
    assert.deepEqual(arrived(bench).get("zip"), ["index.js", marker]);
  });

  it("uploads a changed .zip unmodified, and shows the changed asset of a map", async () => {
    const bytes = await writeZip(bench, `${serverSource}// changed\n`);
    bench.stack.write({
      "index.js": program({ ...apps, map: `{ ${assets.replace('StringAsset("a")', 'StringAsset("b")')} }` }),
    });
    const { map } = await bench.stack.steps();
    assert.ok(Object.keys(map?.detailedDiff ?? {}).includes('sourceFiles["a.txt"]'));
    bench.calls();
    assert.equal((await bench.stack.up()).code, 0);
    const uploads = bench.emulator.requests().filter(({ path }) => path.endsWith("/upload"));
    assert.equal(uploads.filter(({ body }) => body?.file?.bytes === bytes.length).length, 2);
    const changed = ["zip", "file-archive-of-zip", "map"];
    assert.deepEqual(bench.writes().sort(), [
      ...changed.map(() => "POST /v1/apps/ID/restart"),
      ...changed.map(() => "POST /v1/apps/ID/upload"),
    ]);
  });
});

describe("a source", function () {
  this.timeout(300_000);
  let bench: Bench;

  before(async () => {
    bench = await openSources();
  });
  after(() => bench?.close());

  it("rejects a RemoteAsset and says what to do", async () => {
    bench.stack.write({
      "index.js": program({
        web: '{ "index.js": new pulumi.asset.RemoteAsset("https://x.example/index.js") }',
      }),
    });
    const run = await bench.stack.preview();
    assert.match(run.text, /property source .*must not contain a RemoteAsset.*download it first/);
  });

  it("keeps the state of 10,000 files under 256 KB and shows the folder of a changed file", async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 10_000; index++) {
      files[`many/packages/component-${index % 100}/source/generated-module-${index}.js`] = `// ${index}\n`;
    }
    bench.stack.write({
      ...files,
      "many/index.js": serverSource,
      "index.js": program({ web: '"./many"' }),
    });
    await assertDeployed(bench);
    assert.equal(arrived(bench).get("web")?.length, 10_001 + 1);
    const [state] = await bench.stack.apps();
    const bytes = Buffer.byteLength(JSON.stringify(state));
    assert.ok(bytes < 256 * 1024, `${bytes} bytes`);
    bench.stack.write({ "many/packages/component-7/source/generated-module-7.js": "// changed\n" });
    const step = (await bench.stack.steps())["web"];
    const named = Object.keys(step?.detailedDiff ?? {}).filter((name) => name !== "sourceHash");
    assert.equal(named.length, 1);
    assert.match(named[0] ?? "", /component-7/);
  });
});
