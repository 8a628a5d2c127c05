/** The code of camposcloud-adopt compiles, contains what is known and guesses nothing. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as ts from "typescript";
import {
  type AppInProgram,
  describe as describeApp,
  findMainFile,
  nameApps,
} from "../../../provider/adopt/describe";
import { programOf } from "../../../provider/adopt/program";
import { type App, appOf } from "../../../provider/api/app";
import { ApiError } from "../../../provider/api/errors";
import { mainFileOf } from "../../../provider/lifecycle/adoption";

const root = resolve(__dirname, "../../..");

function app(fields: Record<string, unknown>): App {
  const made = appOf({ runtimeEnvironment: "nodejs", allocatedMemoryMB: 256, ...fields });
  assert.ok(made);
  return made;
}

function named(...names: string[]): string[] {
  const apps = names.map((name, at) => app({ _id: `id${at}`, name }));
  const found = nameApps(apps, new Set(["web"]));
  return apps.map(({ id }) => found.get(id) ?? "");
}

function described(fields: Record<string, unknown>, mainFile = "index.js", certain = true): AppInProgram {
  const made = app({ _id: "64a0", name: "bot", ...fields });
  const name = nameApps([made], new Set()).get(made.id) ?? "";
  return describeApp(made, { name, mainFile: { path: mainFile || undefined, certain }, account: undefined });
}

/** An app with these files in its root. */
function files(contents: Record<string, string>) {
  const asked: string[] = [];
  return {
    asked,
    folder: async (_id: string, path: string) => {
      asked.push(path);
      return Object.keys(contents).map((name) => ({ name, isDirectory: false, size: 1 }));
    },
    fileText: async (_id: string, path: string) => {
      asked.push(path);
      return contents[path.slice(1)];
    },
  };
}

describe("the names of adopted apps", () => {
  it("are unique and consist of ASCII letters", () => {
    assert.deepEqual(named("Überblick", "Olá bot", "straße", "Łódź"), [
      "uberblick",
      "ola-bot",
      "strasse",
      "lodz",
    ]);
    assert.deepEqual(named("bot 1", "bot1", "Bot 1"), ["bot-1", "bot1", "bot-1-2"]);
    assert.deepEqual(named("web", "日本", "🤖", ""), ["web-2", "app", "app-2", "app-3"]);
  });
});

describe("the main file of an adopted app", () => {
  it("is the file that its command runs", async () => {
    for (const [command, path] of [
      ["node index.js", "index.js"],
      ["node --max-old-space-size=200 src/bot.js", "src/bot.js"],
      ["python3 -u main.py", "main.py"],
      ["npm start", undefined],
      ["node -r ./env.js index.js && echo", undefined],
      ['node "my bot.js"', undefined],
      ["python -m bot", undefined],
      ["node -e x.js", undefined],
      ["", undefined],
    ] as const) {
      assert.equal(mainFileOf(command), path, command);
    }
    const api = files({});
    const known = await findMainFile(api, app({ _id: "x", startupCommand: "node index.js" }));
    assert.deepEqual(known, { path: "index.js", certain: true });
    assert.deepEqual(api.asked, []);
  });

  it("is taken from its camposcloud.config", async () => {
    const api = files({ "index.js": "", "camposcloud.config": "DISPLAY_NAME=x\r\nMAIN = src/bot.js\r\n" });
    assert.deepEqual(await findMainFile(api, app({ _id: "x" })), { path: "src/bot.js", certain: true });
  });

  it("may be the only usual file in the app, with a comment in the code", async () => {
    const found = await findMainFile(files({ "index.js": "", "x.txt": "" }), app({ _id: "x" }));
    assert.deepEqual(found, { path: "index.js", certain: false });
    assert.match(
      programOf([described({}, "index.js", false)], "typescript"),
      /\/\/ Found among .*\n {2}mainFile: "index.js"/,
    );
  });

  it("is not guessed", async () => {
    for (const names of [[], ["index.js", "app.js"], ["main.py"]]) {
      const found = await findMainFile(
        files(Object.fromEntries(names.map((name) => [name, ""]))),
        app({ _id: "x" }),
      );
      assert.deepEqual(found, { path: undefined, certain: false });
    }
    const code = programOf([described({}, "")], "typescript");
    assert.match(code, /\/\/ Add mainFile/);
    assert.ok(!/^ *mainFile:/m.test(code));
  });

  it("may stay unknown if the files cannot be read", async () => {
    const failing = async () => {
      const attempt = { method: "GET", path: "/v1/apps/x/files", maybeApplied: false, transient: false };
      throw new ApiError("no", { kind: "forbidden", ...attempt });
    };
    const found = await findMainFile({ folder: failing, fileText: failing }, app({ _id: "x" }));
    assert.equal(found.path, undefined);
  });
});

describe("the program for adopted apps", () => {
  const awkward = [
    "public",
    "package",
    "eval",
    "await",
    "bot 1",
    "bot1",
    "2048",
    "app2048",
    "Überblick",
    "__proto__",
  ];
  const nasty = ['"; process.exit(); "', "a\nb", "\u2028new", "*/ x /*", "$" + "{x}", "`"];

  it("compiles with the strictest options, whatever the names of the apps", function () {
    this.timeout(120_000);
    const apps = [...awkward, ...nasty].map((name, at) =>
      app({ _id: `id${at}`, name, startupCommand: `run ${name}` }),
    );
    const names = nameApps(apps, new Set());
    const all = apps.map((each) =>
      describeApp(each, {
        name: names.get(each.id) ?? "",
        mainFile: { path: "index.js", certain: false },
        account: "work",
      }),
    );
    all.push(described({ runtimeEnvironment: "bun\u2028x", teamId: "t", exposedViaWeb: true }, ""));
    const folder = mkdtempSync(join(root, "tests/unit/adopt/tmp-"));
    try {
      const file = join(folder, "adopted.ts");
      writeFileSync(file, programOf(all, "typescript"));
      assert.deepEqual(problemsOf(file), []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("contains the settings that the API returns, and exports nothing", () => {
    const code = programOf(
      [
        described({
          startupCommand: "node index.js",
          teamId: "t1",
          exposedViaWeb: true,
          autoRestartEnabled: false,
        }),
      ],
      "typescript",
    );
    assert.equal(
      code,
      [
        'import { CamposApp } from "pulumi-camposcloud";',
        "",
        'new CamposApp("bot", {',
        '  adopt: "64a0",',
        '  source: "./bot",',
        '  mainFile: "index.js",',
        '  appName: "bot",',
        '  runtimeEnvironment: "nodejs",',
        "  memoryMB: 256,",
        "  exposedViaWeb: true,",
        "  autoRestartEnabled: false,",
        '  startupCommand: "node index.js",',
        '  teamId: "t1",',
        "});",
        "",
      ].join("\n"),
    );
  });

  it("can be generated for the native plugin, in TypeScript and in YAML", () => {
    assert.match(
      programOf([described({})], "native"),
      /^import { App } from "pulumi-camposcloud\/native";\n\nnew App\(/,
    );
    assert.match(
      programOf([described({ name: "a: #b" })], "yaml"),
      /^resources:\n {2}"a-b":\n {4}type: camposcloud:App\n {4}properties:\n {6}adopt: "64a0"\n(?: {6}.*\n)* {6}appName: "a: #b"\n/,
    );
  });
});

function problemsOf(file: string): string[] {
  const program = ts.createProgram([file], {
    strict: true,
    noUnusedLocals: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ["node"],
    paths: { "pulumi-camposcloud": [join(root, "provider/index.ts")] },
  });
  const source = program.getSourceFile(file);
  const all = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return all.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}
