/** What the generated code says about each app: a unique name, the settings, and the main file if it can be found. */
import type { App } from "../api/app";
import type { Client } from "../api/client";
import { ApiError } from "../api/errors";
import { mainFileOf } from "../lifecycle/adoption";
import { appliedNames, propertyOf } from "../lifecycle/properties";
import { withoutUndefined } from "../lifecycle/values";

export interface KnownMainFile {
  /** Undefined if unknown. */
  path: string | undefined;
  /** Taken from the app's command or its `camposcloud.config`. */
  certain: boolean;
}

export interface AppInProgram {
  id: string;
  /** Name of the resource, unique in the stack; also the name of the folder with the app's files. */
  name: string;
  /** The arguments that the API returns, in the order of the program. */
  settings: Record<string, string | number | boolean>;
  mainFile: KnownMainFile;
  /** Comments for the user. */
  notes: string[];
}

/** `taken` are the names that are already in the stack. */
export function nameApps(apps: readonly App[], taken: ReadonlySet<string>): Map<string, string> {
  const used = new Set([...taken].map((name) => name.toLowerCase()));
  return new Map(
    apps.map(({ id, name }) => {
      const free = unique(slug(name ?? ""), used);
      used.add(free);
      return [id, free];
    }),
  );
}

export function describe(
  app: App,
  { name, mainFile, account }: { name: string; mainFile: KnownMainFile; account: string | undefined },
): AppInProgram {
  const read = appliedNames.map((setting) => [setting, propertyOf(setting).readBack?.(app)] as const);
  const usable = read.filter(([setting, value]) => propertyOf(setting).rule?.(value) === undefined);
  const settings = withoutUndefined({
    ...(Object.fromEntries(usable) as Record<string, string | number | boolean>),
    teamId: app.teamId,
    account,
  }) as AppInProgram["settings"];
  const { runtimeEnvironment: runtime } = app;
  const notes =
    runtime === undefined || settings["runtimeEnvironment"] !== undefined
      ? []
      : [`The API returns the runtime ${JSON.stringify(runtime)}, which runtimeEnvironment does not accept.`];
  return { id: app.id, name, settings, mainFile, notes };
}

type Files = Pick<Client, "folder" | "fileText">;

const usual: Record<string, readonly string[]> = {
  nodejs: ["index.js", "main.js", "app.js", "server.js", "bot.js", "index.mjs", "index.cjs"],
  python: ["main.py", "app.py", "bot.py", "index.py", "server.py", "__main__.py"],
};

/** Looks for the main file in the command, in the `camposcloud.config`, and among the files. */
export async function findMainFile(api: Files, app: App): Promise<KnownMainFile> {
  const named = mainFileOf(app.startupCommand);
  if (named !== undefined) return { path: named, certain: true };
  const files = await unlessFailed(() => api.folder(app.id, "/"));
  const names = new Set((files ?? []).filter((file) => !file.isDirectory).map((file) => file.name));
  if (names.has("camposcloud.config")) {
    const text = await unlessFailed(() => api.fileText(app.id, "/camposcloud.config"));
    const path = text?.match(/^\s*MAIN\s*=\s*(\S.*?)\s*$/m)?.[1];
    if (path !== undefined) return { path, certain: true };
  }
  const candidates = (usual[app.runtimeEnvironment ?? ""] ?? []).filter((name) => names.has(name));
  return { path: candidates.length === 1 ? candidates[0] : undefined, certain: false };
}

// An app whose files cannot be read can still be adopted.
async function unlessFailed<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

// Letters that Unicode does not decompose into an ASCII letter and a mark.
const transliterated: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  Æ: "AE",
  œ: "oe",
  Œ: "OE",
  ø: "o",
  Ø: "O",
  đ: "d",
  Đ: "D",
  ð: "d",
  þ: "th",
  ł: "l",
  Ł: "L",
  ı: "i",
};

function slug(name: string): string {
  const ascii = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]/g, (letter) => transliterated[letter] ?? letter)
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return ascii === "" ? "app" : ascii.toLowerCase();
}

function unique(name: string, used: ReadonlySet<string>): string {
  let candidate = name;
  for (let count = 2; used.has(candidate); count++) candidate = `${name}-${count}`;
  return candidate;
}
