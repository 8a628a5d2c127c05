/** Programs in Go and Python with generated SDKs on the real engine: an app's life, what previews know, a typed provider, a function. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSdk } from "../../scripts/generate-sdk";
import { type Bench, openBench, serverSource } from "../support/campos-stack";
import { goEnvironment, goModule, goSdk } from "../support/go-program";
import { hostEnvironment, project } from "../support/native-stack";
import { haveGoModule, havePyPI } from "../support/programs";
import { pythonEnvironment } from "../support/python-sdk";

/** What both programs make: an app, one that depends on its address, and one by a provider of its own. */
const python = `
import pulumi
import pulumi_camposcloud as camposcloud

config = pulumi.Config()
common = {"main_file": "index.js", "runtime_environment": "nodejs", "memory_mb": config.require_int("memoryMB")}
web = camposcloud.App(
    "web",
    source="./app",
    exposed_via_web=True,
    environment_variables={"WHO": "hidden-value"},
    opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="2m")),
    **common,
)
following = camposcloud.App(
    "following",
    source={"index.js": pulumi.StringAsset("// nothing")},
    environment_variables={"AT": web.url},
    main_file="index.js",
    runtime_environment="nodejs",
    memory_mb=256,
)
own = camposcloud.Provider(
    "own",
    token=config.require_secret("token"),
    base_url=config.require("baseUrl"),
    write_interval_seconds=0.2,
    allow_insecure_base_url=False,
)
camposcloud.App("far", source="./app", opts=pulumi.ResourceOptions(provider=own), **common)
pulumi.export("id", web.id)
pulumi.export("url", web.url)
pulumi.export("memoryMB", web.memory_mb)
pulumi.export("me", camposcloud.get_account().id)
pulumi.export("apps", pulumi.Output.from_input(camposcloud.get_apps(name="web").apps).apply(len))
`;

const go = `package main

import (
	"example.com/pulumi-camposcloud/sdk/go/camposcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		args := func() *camposcloud.AppArgs {
			return &camposcloud.AppArgs{
				Source:             pulumi.String("./app"),
				MainFile:           pulumi.String("index.js"),
				RuntimeEnvironment: pulumi.String("nodejs"),
				MemoryMB:           pulumi.Int(settings.RequireInt("memoryMB")),
			}
		}
		webArgs := args()
		webArgs.ExposedViaWeb = pulumi.Bool(true)
		webArgs.EnvironmentVariables = pulumi.StringMap{"WHO": pulumi.String("hidden-value")}
		web, err := camposcloud.NewApp(ctx, "web", webArgs, pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "2m"}))
		if err != nil {
			return err
		}
		_, err = camposcloud.NewApp(ctx, "following", &camposcloud.AppArgs{
			Source:               pulumi.AssetOrArchiveMap{"index.js": pulumi.NewStringAsset("// nothing")},
			EnvironmentVariables: pulumi.StringMap{"AT": web.Url.Elem()},
			MainFile:             pulumi.String("index.js"),
			RuntimeEnvironment:   pulumi.String("nodejs"),
			MemoryMB:             pulumi.Int(256),
		})
		if err != nil {
			return err
		}
		own, err := camposcloud.NewProvider(ctx, "own", &camposcloud.ProviderArgs{
			Token:                settings.RequireSecret("token"),
			BaseUrl:              pulumi.String(settings.Require("baseUrl")),
			WriteIntervalSeconds: pulumi.Float64(0.2),
			AllowInsecureBaseUrl: pulumi.Bool(false),
		})
		if err != nil {
			return err
		}
		if _, err = camposcloud.NewApp(ctx, "far", args(), pulumi.Provider(own)); err != nil {
			return err
		}
		me, err := camposcloud.GetAccount(ctx, &camposcloud.GetAccountArgs{})
		if err != nil {
			return err
		}
		name := "web"
		apps, err := camposcloud.GetApps(ctx, &camposcloud.GetAppsArgs{Name: &name})
		if err != nil {
			return err
		}
		ctx.Export("id", web.ID())
		ctx.Export("url", web.Url)
		ctx.Export("memoryMB", web.MemoryMB)
		ctx.Export("me", pulumi.String(me.Id))
		ctx.Export("apps", pulumi.Int(len(apps.Apps)))
		return nil
	})
}
`;

/** What a language needs: files of its project, and its environment. */
interface Program {
  files: Record<string, string>;
  env: Record<string, string>;
}

const languages: Record<string, (folder: string) => Promise<Program>> = {
  Go: async (folder) => {
    await generateSdk("go", folder);
    const env = { ...(await hostEnvironment("go")), ...goEnvironment };
    return {
      files: { "Pulumi.yaml": project("go"), "go.mod": goModule("shop", folder), "main.go": go },
      env,
    };
  },
  Python: async (folder) => {
    const { env } = await pythonEnvironment(folder, { ...process.env, ...(await hostEnvironment("python")) });
    return { files: { "Pulumi.yaml": project("python"), "__main__.py": python }, env };
  },
};

for (const [language, prepare] of Object.entries(languages)) {
  describe(`the native plugin in ${language}`, function () {
    // Compiling the SDK, or fetching it, is as fast as the machine.
    this.timeout(15 * 60_000);
    let folder: string;
    let bench: Bench;

    before(async function () {
      const what = `A program in ${language}`;
      if (!(await (language === "Go" ? haveGoModule(goSdk, what) : havePyPI(what)))) return this.skip();
      folder = mkdtempSync(join(tmpdir(), "campos-sdk-"));
      const { files, env } = await prepare(folder);
      bench = await openBench({
        emulator: { run: false },
        files: { "app/index.js": serverSource, ...files },
        config: { "shop:memoryMB": "256" },
        env,
      });
      await bench.stack.must("config", "set", "--secret", "shop:token", bench.emulator.token);
      await bench.stack.must("config", "set", "shop:baseUrl", bench.emulator.url);
    });
    after(async () => {
      await bench?.close();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    it("makes apps, each with the arguments as its language spells them", async () => {
      await bench.stack.must("up", "--yes", "--skip-preview");
      const { id, url, memoryMB, me } = await bench.stack.outputs();
      const made = bench.emulator.apps();
      assert.deepEqual(made.map(({ name }) => name).sort(), ["far", "following", "web"]);
      assert.equal(made.find(({ name }) => name === "web")?._id, id);
      assert.match(String(url), /^http:\/\/web-/);
      assert.deepEqual([memoryMB, typeof me], [256, "string"]);
      const state = await bench.stack.stateText();
      assert.ok(!state.includes("hidden-value") && !state.includes(bench.emulator.token));
    });

    it("shows in the preview of an update that the address stays, and makes the update", async () => {
      const before = await bench.stack.outputs();
      await bench.stack.must("config", "set", "shop:memoryMB", "512");
      bench.writes();
      const steps = await bench.stack.steps();
      const changed = Object.values(steps).filter(({ op }) => op === "update");
      assert.deepEqual(changed.map(({ urn }) => urn.split("::").at(-1)).sort(), ["far", "web"]);
      assert.deepEqual(Object.keys(steps["web"]?.detailedDiff ?? {}), ["memoryMB"]);
      await bench.stack.must("up", "--yes", "--skip-preview");
      const [update, restart] = ["POST /v1/apps/ID/update", "POST /v1/apps/ID/restart"];
      // A write that the two processes of providers send at the same moment is refused, and sent again.
      assert.deepEqual(new Set(bench.writes()), new Set([update, restart]));
      assert.deepEqual(await bench.stack.outputs(), { ...before, memoryMB: 512, apps: 1 });
    });

    it("finds nothing changed in a refresh, and leaves nothing after a destroy", async () => {
      await bench.stack.must("refresh", "--yes", "--skip-preview", "--expect-no-changes");
      await bench.stack.must("destroy", "--yes", "--skip-preview");
      assert.deepEqual(bench.emulator.apps(), []);
    });
  });
}
