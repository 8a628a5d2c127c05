/** database-and-dns/with-providers: its types and its unit test, with the providers' npm packages but without their plugins. */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../scripts/demo/workspace";
import { type Example, openExample } from "./support/example";

const providers = ["@pulumi/cloudflare", "@pulumi/postgresql"];

describe("the example database-and-dns with Pulumi's providers", function () {
  this.timeout(3 * 60_000);
  let example: Example;

  before(async () => {
    example = await openExample("database-and-dns", { run: false });
    await install(example);
  });
  after(() => example?.close());

  it("compiles", async () => {
    await example.run(process.execPath, bin("typescript/bin/tsc"), "-p", "with-providers");
  });

  it("passes its unit test", async () => {
    const program = join("with-providers", "index.test.ts");
    const flags = ["--require", "ts-node/register/transpile-only", "--reporter", "dot"];
    await example.run(process.execPath, bin("mocha/bin/mocha.js"), ...flags, program);
  });
});

const bin = (path: string) => join(repository, "node_modules", path);

/**
 * The providers from npm, next to links to the packages of this checkout. They must not be installed in the checkout itself:
 * the CLI would require their plugins for every program there.
 */
async function install({ folder, run }: Example): Promise<void> {
  const modules = join(folder, "node_modules");
  rmSync(modules);
  mkdirSync(join(modules, "@pulumi"), { recursive: true });
  const present = join(repository, "node_modules");
  const names = readdirSync(present).filter((name) => !name.startsWith(".") && name !== "@pulumi");
  for (const name of [...names, "@pulumi/pulumi"])
    symlinkSync(join(present, name), join(modules, name), "junction");
  const { dependencies } = JSON.parse(readFileSync(join(folder, "with-providers", "package.json"), "utf8"));
  for (const name of providers) {
    const packed = await run(
      "npm",
      "pack",
      "--prefer-offline",
      "--loglevel",
      "error",
      `${name}@${dependencies[name]}`,
    );
    mkdirSync(join(modules, name));
    await run("tar", "-xzf", packed, "-C", join(modules, name), "--strip-components", "1");
  }
}
