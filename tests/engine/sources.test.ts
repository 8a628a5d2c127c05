/** Every form of `source` on the real engine: the correct files arrive, and the engine itself hashes nothing. */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import JSZip from "jszip";
import { type Bench, openBench, serverSource } from "../support/campos-stack";

const head =
  'const pulumi = require("@pulumi/pulumi"); const { CamposApp } = require("pulumi-camposcloud");\n';
const app = (source: string) =>
  `${head}new CamposApp("web", { source: ${source}, mainFile: "index.js", runtimeEnvironment: "nodejs", memoryMB: 256, minReadySeconds: 0 });\n`;

describe("sources", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench({
      emulator: { run: false, writeWindowSeconds: 0 },
      config: { "camposcloud:writeIntervalSeconds": "0" },
      files: {
        "app/lib/more.js": "// more\n",
        "app/node_modules/huge/index.js": "// left out\n",
        "extra/readme.txt": "hi\n",
      },
    });
  });
  afterEach(() => bench.close());

  /** Deploys, and returns the paths that arrived. */
  const deployed = async (source: string): Promise<string[]> => {
    bench.stack.write({ "index.js": app(source) });
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    assert.equal((await bench.stack.up("--expect-no-changes")).code, 0);
    assert.equal((await bench.stack.refresh("--expect-no-changes")).code, 0);
    const create = bench.emulator.requests().find(({ path }) => path === "/v1/apps/create");
    return (create?.body?.file?.entries ?? [])
      .map(({ path }) => path)
      .filter((path) => path !== ".pulumi-camposcloud");
  };

  const zipFile = async (name: string, source = serverSource): Promise<Buffer> => {
    const bytes = await new JSZip().file("index.js", source).generateAsync({ type: "nodebuffer" });
    writeFileSync(join(bench.stack.dir, name), bytes);
    return bytes;
  };

  it("a folder", async () => assert.deepEqual(await deployed('"./app"'), ["index.js", "lib/more.js"]));

  it("a FileArchive of a folder", async () => {
    assert.deepEqual(await deployed('new pulumi.asset.FileArchive("./app")'), ["index.js", "lib/more.js"]);
  });

  it("a .zip, with one additional entry in the creation and unchanged in an update", async () => {
    await zipFile("app.zip");
    assert.deepEqual(await deployed('"./app.zip"'), ["index.js"]);
    const create = bench.emulator.requests().find(({ path }) => path === "/v1/apps/create");
    const paths = create?.body?.file?.entries?.map(({ path }) => path);
    assert.deepEqual(paths, ["index.js", ".pulumi-camposcloud"]);
    const bytes = await zipFile("app.zip", `${serverSource}// changed\n`);
    assert.equal((await bench.stack.up()).code, 0);
    const upload = bench.emulator.requests().find(({ path }) => path.endsWith("/upload"));
    assert.equal(upload?.body?.file?.bytes, bytes.length);
  });

  it("a FileArchive of a .zip", async () => {
    await zipFile("app.zip");
    assert.deepEqual(await deployed('new pulumi.asset.FileArchive("./app.zip")'), ["index.js"]);
  });

  it("an AssetArchive", async () => {
    const assets =
      '{ "index.js": new pulumi.asset.FileAsset("./app/index.js"), "a.txt": new pulumi.asset.StringAsset("a"), "docs": new pulumi.asset.FileArchive("./extra") }';
    const paths = ["a.txt", "docs/readme.txt", "index.js"];
    assert.deepEqual(await deployed(`new pulumi.asset.AssetArchive(${assets})`), paths);
  });

  it("a map of assets", async () => {
    const assets =
      '{ "index.js": new pulumi.asset.FileAsset("./app/index.js"), "a.txt": new pulumi.asset.StringAsset("a") }';
    assert.deepEqual(await deployed(assets), ["a.txt", "index.js"]);
    bench.calls();
    bench.stack.write({ "index.js": app(assets.replace('StringAsset("a")', 'StringAsset("b")')) });
    const step = (await bench.stack.steps())["web"];
    assert.ok(Object.keys(step?.detailedDiff ?? {}).includes('sourceFiles["a.txt"]'));
    assert.equal((await bench.stack.up()).code, 0);
    assert.deepEqual(bench.writes(), ["POST /v1/apps/ID/upload", "POST /v1/apps/ID/restart"]);
  });

  it("an output", async () => {
    assert.deepEqual(await deployed('pulumi.output(Promise.resolve("./app"))'), ["index.js", "lib/more.js"]);
  });

  it("rejects a RemoteAsset and says what to do", async () => {
    bench.stack.write({
      "index.js": app('{ "index.js": new pulumi.asset.RemoteAsset("https://x.example/index.js") }'),
    });
    const run = await bench.stack.preview();
    assert.match(run.text, /property source .*must not contain a RemoteAsset.*download it first/);
  });

  it("keeps the state of 10,000 files under 256 KB and shows the folder of a changed file", async function () {
    this.timeout(300_000);
    const files: Record<string, string> = {};
    for (let index = 0; index < 10_000; index++) {
      files[`many/packages/component-${index % 100}/source/generated-module-${index}.js`] = `// ${index}\n`;
    }
    bench.stack.write({ ...files, "many/index.js": serverSource });
    assert.equal((await deployed('"./many"')).length, 10_001);
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
