/** Completes and normalizes the inputs, and reports all mistakes at once. No network; unknown values pass through. */
import { UserError } from "../errors";
import type { Config } from "../packaging/files/config-file";
import type { Ignored, Source } from "../packaging/files/types";
import { type ConfigDefault, type ConfigDefaults, configDefaults } from "./config-file";
import {
  argumentNames,
  inputNames,
  namesLike,
  propertyNames,
  propertyOf,
  secretNames,
  withOutputs,
} from "./properties";
import type { SourceInput } from "./state";
import { equal, hasUnknown, isUnknown, unknownValue, unusableReason } from "./values";
import { leftOutNotes, warningsOf } from "./warnings";

export interface Failure {
  /** Empty if the CLI must not print the value of the property. */
  property: string;
  reason: string;
}

export interface CheckResult {
  inputs: Record<string, unknown>;
  failures: Failure[];
  /** Problems that do not stop the deployment. */
  warnings: string[];
  /** Information about a new app. */
  notes: string[];
  /** Names of the inputs that the program marked as secret. */
  secret: string[];
}

/** What check needs of packaging. */
export interface Sources {
  /** Rejects with a `UserError` if the source cannot be deployed. */
  read(source: SourceInput, ignore: readonly string[]): Promise<Source>;
  fold(files: readonly Source["files"][number][]): Record<string, string>;
  parseConfig(text: string): Config;
  nearNames(wanted: string, names: readonly string[]): string[];
}

export interface CheckOptions {
  /** The app is about to be created. */
  isNew?: boolean;
}

type Raw = Readonly<Record<string, unknown>>;

/** One check: the given arguments and the failures found so far. */
interface Checking {
  sources: Sources;
  /** Without null values, which many programs use for "not given". */
  news: Raw;
  secret: ReadonlySet<string>;
  failures: Failure[];
}

export async function check(
  sources: Sources,
  given: Raw,
  { isNew = false }: CheckOptions = {},
): Promise<CheckResult> {
  const marked = markedSecret(given);
  const news = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const checking: Checking = { sources, news, secret: new Set([...secretNames, ...marked]), failures: [] };
  checkValues(checking);
  const source = await readSource(checking);
  const { values, failures } = defaultsIn(checking, source);
  for (const { property, reason } of failures) fail(checking, property, reason);
  const inputs = complete(news, values);
  checkRequired(checking, inputs);
  if (source) {
    // With `ignoreChanges` the engine sets the old values here, so that the deployed files are kept.
    inputs["sourceHash"] = news["sourceHash"] ?? source.hash;
    inputs["sourceFiles"] = news["sourceFiles"] ?? sources.fold(source.files);
    checkMainFile(checking, inputs, source);
  } else if (sourceIsUnknown(news)) {
    inputs["sourceHash"] = unknownValue;
    inputs["sourceFiles"] = unknownValue;
  }
  checking.failures.unshift(...unknownArguments(checking, inputs));
  return {
    inputs,
    failures: checking.failures,
    warnings: warningsOf(inputs, source),
    notes: source && isNew ? leftOutNotes(source) : [],
    secret: namesLike(marked),
  };
}

/** The arguments that the program marked as secret, reported by the resource class since the engine does not. */
export function markedSecret({ secretArguments }: Raw): string[] {
  return Array.isArray(secretArguments) ? secretArguments.filter((name) => typeof name === "string") : [];
}

// The CLI prints the value of the property that a failure names, even if it is secret.
function fail({ secret, failures }: Checking, name: string, reason: string): void {
  failures.push(
    secret.has(name) ? { property: "", reason: `${name} ${reason}` } : { property: name, reason },
  );
}

function failed({ failures }: Checking, name: string): boolean {
  return failures.some(({ property, reason }) => property === name || reason.startsWith(`${name} `));
}

function checkValues(checking: Checking): void {
  const { news, failures } = checking;
  for (const name of inputNames) {
    const value = news[name];
    if (value === undefined || isUnknown(value)) continue;
    const reasons = unusableReason(value) ?? propertyOf(name).rule?.(value) ?? {};
    if (typeof reasons === "string") fail(checking, name, reasons);
    else
      for (const [part, reason] of Object.entries(reasons))
        failures.push({ property: `${name}.${part}`, reason });
  }
  const { healthCheck, exposedViaWeb = false } = news;
  if (healthCheck !== undefined && !isUnknown(healthCheck) && exposedViaWeb === false)
    fail(checking, "healthCheck", "is for web apps only: set exposedViaWeb to true, or remove it");
}

// No compiler finds a misspelled argument in a JavaScript program. Inputs that check added come back with `ignoreChanges`.
function unknownArguments({ sources, news, secret }: Checking, inputs: Raw): Failure[] {
  const known: readonly string[] = inputNames;
  return Object.keys(news)
    .filter((name) => !known.includes(name) && !isInternal(name) && !equal(news[name], inputs[name]))
    .map((name) => {
      const near = sources.nearNames(name, argumentNames);
      const hint = near.length > 0 ? `; did you mean ${near.join(" or ")}?` : "";
      const showable = isShowable(news[name], near) && ![name, ...near].some((each) => secret.has(each));
      const reason = `is not an argument of an app${hint}`;
      return showable ? { property: name, reason } : { property: "", reason: `${name} ${reason}` };
    });
}

// The engine shows the value of the property in a failure. A text under a name that resembles no argument may be an API key.
function isShowable(value: unknown, near: readonly string[]): boolean {
  if (typeof value === "string") return near.length > 0;
  return typeof value === "number" || typeof value === "boolean";
}

function isInternal(name: string): boolean {
  return name.startsWith("__") || name === "secretArguments";
}

async function readSource(checking: Checking): Promise<Source | undefined> {
  const { source, ignore } = checking.news;
  const broken = failed(checking, "source") || failed(checking, "ignore");
  if (source === undefined || broken || sourceIsUnknown(checking.news)) return undefined;
  try {
    return await checking.sources.read(source as SourceInput, (ignore as string[] | undefined) ?? []);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { problems = [error.message] } = error as UserError & { problems?: readonly string[] };
    const property = checking.secret.has("source") ? "" : "source";
    checking.failures.push(...problems.map((reason) => ({ property, reason })));
    return undefined;
  }
}

/** Whether the files are known only at deploy time. In a real run all values are known, and the engine rejects unknown ones. */
function sourceIsUnknown({ source, ignore }: Raw): boolean {
  return hasUnknown(source) || hasUnknown(ignore);
}

function defaultsIn({ sources, news }: Checking, source: Source | undefined): ConfigDefaults {
  if (source?.config === undefined) return { values: {}, failures: [] };
  const wanted = argumentNames.flatMap((name): (readonly [string, ConfigDefault])[] => {
    const { config } = propertyOf(name);
    return config === undefined || news[name] !== undefined ? [] : [[name, config]];
  });
  return configDefaults(sources.parseConfig(source.config), wanted);
}

/** The arguments with defaults, in canonical form, so that the engine compares equivalent arguments as equal. */
function complete(news: Raw, fromConfig: Raw): Record<string, unknown> {
  const values = inputNames.flatMap((name) => {
    const row = propertyOf(name);
    const value = news[name] ?? fromConfig[name] ?? row.default;
    return value === undefined ? [] : [[name, row.canonical ? row.canonical(value) : value] as const];
  });
  return withOutputs(Object.fromEntries(values));
}

/** While the source is unknown, so are the defaults from a `camposcloud.config` in it. */
function checkRequired(checking: Checking, inputs: Raw): void {
  const unknown = sourceIsUnknown(checking.news);
  for (const name of propertyNames) {
    const { required, config } = propertyOf(name);
    const satisfied =
      inputs[name] !== undefined || failed(checking, name) || (unknown && config !== undefined);
    if (required !== undefined && !satisfied) fail(checking, name, required);
  }
}

function checkMainFile(checking: Checking, { mainFile, startupCommand }: Raw, source: Source): void {
  if (typeof mainFile !== "string" || isUnknown(mainFile) || failed(checking, "mainFile")) return;
  // Seen in existing programs: the API accepts N/A if there is a startup command.
  if (mainFile === "N/A" && startupCommand !== undefined) return;
  const names = source.files.map((file) => file.path);
  if (names.includes(mainFile)) return;
  const files = names.length === 1 ? "1 file" : `${names.length} files`;
  const hint = mainFileHint(checking, mainFile, { names, ignoredBy: source.ignoredBy });
  fail(checking, "mainFile", `"${mainFile}" is not among the ${files} of the source; ${hint}`);
}

function mainFileHint({ sources }: Checking, mainFile: string, { names, ignoredBy }: FileNames): string {
  const ignored = ignoredBy(mainFile);
  if (ignored) return hiddenBy(ignored);
  if (mainFile === "N/A") return needsCommand;
  const folder = /^(dist|build|out|lib)\//.exec(mainFile)?.[0];
  if (folder !== undefined && !names.some((name) => name.startsWith(folder))) return buildHint;
  const near = sources.nearNames(mainFile, names);
  return near.length > 0
    ? `did you mean ${near.join(" or ")}?`
    : "check the path, which is relative to the root of the source";
}

interface FileNames {
  names: readonly string[];
  ignoredBy: Source["ignoredBy"];
}

function hiddenBy({ rule: { origin, file, line, pattern }, inclusion }: Ignored): string {
  const advice = `to include it, add ${JSON.stringify(inclusion)} to the argument \`ignore\``;
  if (origin === "always") return `the file exists, but ${pattern} is always left out; ${advice}`;
  const where = origin === "argument" ? "the argument ignore" : `${file}, line ${line}`;
  return `the file exists, but ${where} leaves it out: ${pattern}; ${advice}`;
}

const needsCommand = "an app without a main file needs a startupCommand";

const buildHint =
  'if a build creates it, let the app build itself with mainFile: "N/A" and startupCommand: "npm run build && npm start" ' +
  "(docs/recipes.md), or build before `pulumi up` and make sure that no ignore file leaves it out";
