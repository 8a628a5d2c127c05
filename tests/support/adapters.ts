/** The two adapters of the provider: what the programs of tests that run with both need. */
import { project } from "./native-stack";

export interface Adapter {
  /** Ends the titles of tests. */
  suffix: string;
  /** A program with an app for each entry of `apps.json`: its arguments, and `opts` for the options of the resource. */
  program: string;
  /** More files of the project. */
  files: Readonly<Record<string, string>>;
}

export const dynamic: Adapter = {
  suffix: "",
  program: programOf("CamposApp", "pulumi-camposcloud"),
  files: {},
};

export const native: Adapter = {
  suffix: ", with the native plugin",
  program: programOf("App", "pulumi-camposcloud/native"),
  files: { "Pulumi.yaml": project("nodejs", "main: index.js") },
};

function programOf(type: string, module: string): string {
  return [
    `const { ${type} } = require("${module}");`,
    'const apps = JSON.parse(require("node:fs").readFileSync("apps.json", "utf8"));',
    `for (const [name, { opts, ...args }] of Object.entries(apps)) new ${type}(name, args, opts);`,
    "",
  ].join("\n");
}
