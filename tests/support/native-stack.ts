/** Stacks of the native plugin in any language, with an emulator behind them. */
import { delimiter, join, resolve } from "node:path";
import { ensureLanguageHost, type Language } from "../../scripts/language-host";
import { ensurePulumi } from "../../scripts/pulumi-cli";
import { type Bench, type BenchOptions, openBench, serverSource } from "./campos-stack";

export const root = resolve(__dirname, "../..");
export const pluginFolder = join(root, "plugin");

/** `Pulumi.yaml` of a project that uses the plugin of this checkout. */
export function project(runtime: string, more = ""): string {
  return [
    "name: shop",
    `runtime: ${runtime}`,
    "plugins:",
    "  providers:",
    "    - name: camposcloud",
    `      path: ${JSON.stringify(pluginFolder)}`,
    more,
    "",
  ].join("\n");
}

/** The environment with the hosts of these languages on the PATH. */
export async function hostEnvironment(...languages: Language[]): Promise<Record<string, string>> {
  const { env } = await ensurePulumi();
  const folders: string[] = [];
  for (const language of languages)
    folders.push(await ensureLanguageHost(language, { env, output: process.stderr }));
  return { PATH: [...folders, env["PATH"] ?? ""].join(delimiter) };
}

/** A stack whose program is YAML: `program` is what follows the project's settings. */
export async function openYaml(program: string, options: BenchOptions = {}): Promise<Bench> {
  const env = await hostEnvironment("yaml");
  return openBench({
    ...options,
    files: { "Pulumi.yaml": project("yaml", program), "app/index.js": serverSource, ...options.files },
    env: { ...env, ...options.env },
  });
}
