/** A new argument is a row of the table, its type and its description: this adds one to a copy and changes nothing else. */
import { strict as assert } from "node:assert";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as ts from "typescript";
import type * as Describe from "../../../provider/adopt/describe";
import type * as Bodies from "../../../provider/api/request-bodies";
import type { check as Check, Sources } from "../../../provider/lifecycle/check";
import type { diff as Diff } from "../../../provider/lifecycle/diff";
import { nearNames } from "../../../provider/lifecycle/near-names";
import type * as Predict from "../../../provider/lifecycle/predict";
import type { argumentNames as Names } from "../../../provider/lifecycle/properties";
import type * as State from "../../../provider/lifecycle/state";

const root = resolve(__dirname, "../../..");

describe("the table of properties", function () {
  this.timeout(300_000);
  let copy: string;

  before(() => {
    copy = mkdtempSync(join(tmpdir(), "campos-table-"));
    cpSync(join(root, "provider"), join(copy, "provider"), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  const insert = (file: string, before: string, text: string) => {
    const path = join(copy, "provider", file);
    const old = readFileSync(path, "utf8");
    assert.ok(old.includes(before), `${file} has no ${before}`);
    writeFileSync(
      path,
      old.replace(before, () => `${text}\n${before}`),
    );
  };

  const errors = () => {
    const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
    const { options } = ts.convertCompilerOptionsFromJson(
      { ...config.compilerOptions, rootDir: copy, noEmit: true },
      copy,
    );
    options.typeRoots = [join(root, "node_modules", "@types")];
    const files = ["index.ts", "handlers.ts"].map((file) => join(copy, "provider", file));
    return ts
      .getPreEmitDiagnostics(ts.createProgram(files, options))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  };

  it("does not compile without the row or the output of an argument", () => {
    const type = "  /** Where the app runs. */\n  region?: pulumi.Input<string>;";
    insert("resource/args.ts", "  /**\n   * Id of an existing app that", type);
    const found = errors().join("\n");
    assert.match(found, /Property 'region' is missing in type/);
    assert.match(found, /Class 'CamposApp' incorrectly implements/);
  });

  it("needs nothing but the row, the type and the description of a new argument", async () => {
    insert(
      "lifecycle/properties.ts",
      '  account: { effect: "replace"',
      '  region: { effect: "settings", rule: rules.text, default: "eu", readBack: () => "us" },',
    );
    const output = "  /** The argument `region`. */\n  declare readonly region: pulumi.Output<string>;";
    insert("resource/campos-app.ts", "  /** The argument `account`. */", output);
    assert.deepEqual(errors(), []);

    const load = (file: string) => require(join(copy, "provider", "lifecycle", file));
    const { check } = load("check") as { check: typeof Check };
    const { diff } = load("diff") as { diff: typeof Diff };
    const { givenOf, settingsOf, createFieldsOf } = load("state") as typeof State;
    const { createForm, updateJson } = load("../api/request-bodies") as typeof Bodies;
    const { predictUpdate } = load("predict") as typeof Predict;
    const { describe: describeApp } = load("../adopt/describe") as typeof Describe;
    const { argumentNames } = load("properties") as { argumentNames: typeof Names };
    const sources: Sources = {
      read: () => assert.fail("the source is unknown"),
      fold: () => ({}),
      parseConfig: () => ({ values: {}, problems: [] }),
      nearNames,
    };
    const given = { source: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", appName: "web", mainFile: "index.js" };
    assert.equal((await check(sources, given)).inputs["region"], "eu");
    const wrong = await check(sources, { ...given, region: 5 });
    assert.deepEqual(wrong.failures, [{ property: "region", reason: "must be a non-empty string" }]);
    const stray = await check(sources, { ...given, regio: "eu" });
    assert.match(stray.failures[0]?.reason ?? "", /did you mean region/);
    const saved = { region: "eu" } as State.SavedState;
    assert.deepEqual(diff(saved, { region: "us" }), { kind: "update", names: ["region"] });
    assert.deepEqual(givenOf(saved), saved);
    assert.ok((argumentNames as readonly string[]).includes("region"));
    const inputs = saved as unknown as State.CheckedInputs;
    assert.deepEqual(createForm(createFieldsOf(inputs)), { region: "eu" });
    assert.deepEqual(updateJson(settingsOf(inputs)), { region: "eu" });
    assert.equal(predictUpdate(saved, { region: "us" })["region"], "us");
    const mainFile = { path: "index.js", certain: true };
    const adopted = describeApp({ id: "1" }, { name: "web", mainFile, account: undefined });
    assert.deepEqual(adopted.settings, { region: "us" });
  });
});
