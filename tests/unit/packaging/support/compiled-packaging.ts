/** Packaging compiled to plain JavaScript, where a program finds it as `packed/packaging`. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { tempFolder } from "./temp-tree";

const provider = resolve(__dirname, "../../../../provider");
const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };

/** Installs it into a folder, or links it there from elsewhere. */
export function installPackaging(folder: string, link = false): void {
  const modules = join(folder, "node_modules");
  const place = link ? join(tempFolder(), "elsewhere") : join(modules, "packed");
  mkdirSync(modules, { recursive: true });
  mkdirSync(place, { recursive: true });
  const files = readdirSync(join(provider, "packaging"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join("packaging", file));
  for (const file of [...files, "errors.ts"]) {
    mkdirSync(dirname(join(place, file)), { recursive: true });
    const text = readFileSync(join(provider, file), "utf8");
    const { outputText } = transpileModule(text, { compilerOptions });
    writeFileSync(join(place, file.replace(/ts$/, "js")), outputText);
  }
  if (link) symlinkSync(place, join(modules, "packed"), "junction");
}
