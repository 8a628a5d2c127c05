/** Generates the code for apps to adopt: TypeScript for either provider, or YAML. */
import type { AppInProgram, KnownMainFile } from "./describe";

export type Language = "typescript" | "native" | "yaml";

export const fileNames: Record<Language, string> = {
  typescript: "adopted.ts",
  native: "adopted.ts",
  yaml: "adopted.yaml",
};

/**
 * The resources are not assigned to variables: the code compiles whatever the names of the apps, and exports nothing.
 */
export function programOf(apps: readonly AppInProgram[], language: Language): string {
  return language === "yaml" ? yaml(apps) : typescript(apps, language);
}

function typescript(apps: readonly AppInProgram[], language: Language): string {
  const [type, from] =
    language === "native" ? ["App", "pulumi-camposcloud/native"] : ["CamposApp", "pulumi-camposcloud"];
  const resources = apps.map((app) =>
    [
      `new ${type}(${quote(app.name)}, {`,
      ...linesOf(app, { comment: "//", line: (key, value) => `${key}: ${quote(value)},` }).map(indented(2)),
      "});",
      "",
    ].join("\n"),
  );
  return [`import { ${type} } from "${from}";`, "", ...resources].join("\n");
}

// JSON is valid YAML, so names and values are quoted as JSON.
function yaml(apps: readonly AppInProgram[]): string {
  const resources = apps.flatMap((app) => [
    `  ${quote(app.name)}:`,
    "    type: camposcloud:App",
    "    properties:",
    ...linesOf(app, { comment: "#", line: (key, value) => `${key}: ${quote(value)}` }).map(indented(6)),
  ]);
  return ["resources:", ...resources, ""].join("\n");
}

interface Syntax {
  comment: string;
  line(key: string, value: unknown): string;
}

function linesOf(app: AppInProgram, { comment, line }: Syntax): string[] {
  const note = (text: string) => `${comment} ${escaped(text)}`;
  return [
    line("adopt", app.id),
    line("source", `./${app.name}`),
    ...mainFileLines(app.mainFile, { line, note }),
    ...Object.entries(app.settings).map(([key, value]) => line(key, value)),
    ...app.notes.map(note),
  ];
}

interface Writer {
  line(key: string, value: unknown): string;
  note(text: string): string;
}

function mainFileLines({ path, certain }: KnownMainFile, { line, note }: Writer): string[] {
  if (path === undefined) {
    return [note('Add mainFile: "…", the file that is run. The API does not return it.')];
  }
  const found = note("Found among the app's files, since the API does not return the main file: check it.");
  return certain ? [line("mainFile", path)] : [found, line("mainFile", path)];
}

function indented(spaces: number): (line: string) => string {
  return (line) => " ".repeat(spaces) + line;
}

function quote(value: unknown): string {
  return escaped(JSON.stringify(value));
}

// Characters that would end a line or are invisible in an editor.
function escaped(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u{FEFF}]/gu,
    (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
