/** Makes the inputs complete and canonical, and lists every mistake at once. No network; unknown values pass through. */
import { UserError } from "../errors";
import type { IgnoringRule } from "../packaging/files/ignore";
import type { Source } from "../packaging/files/types";
import { type ConfigDefault, type ConfigDefaults, configDefaults, type ParsedConfig } from "./config-file";
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
  /** Empty for one whose value the CLI must not print. */
  property: string;
  reason: string;
}

export interface CheckResult {
  inputs: Record<string, unknown>;
  failures: Failure[];
  /** Worth a word, but no reason to stop. */
  warnings: string[];
  /** Good to know, and no more. */
  notes: string[];
  /** Names of the inputs that are secret as a whole. */
  secret: string[];
}

/** What check needs of packaging. */
export interface Sources {
  /** Rejects with a `UserError` when the source cannot be sent. */
  read(source: SourceInput, ignore: readonly string[]): Promise<Source>;
  fold(files: readonly Source["files"][number][]): Record<string, string>;
  parseConfig(text: string): ParsedConfig;
  nearNames(wanted: string, names: readonly string[]): string[];
}

export interface CheckOptions {
  /** The app is about to be created. */
  isNew?: boolean;
}

type Raw = Readonly<Record<string, unknown>>;

/** One check: the arguments that were given, and what has been found wrong so far. */
interface Checking {
  sources: Sources;
  /** Without those that are null, which many programs write for "not given". */
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
    // Under `ignoreChanges` the engine puts the old values here: then the deployed files are to stay.
    inputs["sourceHash"] = news["sourceHash"] ?? source.hash;
    inputs["sourceFiles"] = news["sourceFiles"] ?? sources.fold(source.files);
    checkMainFile(checking, inputs, source);
  } else if (sourceIsOpen(news)) {
    inputs["sourceHash"] = unknownValue;
    inputs["sourceFiles"] = unknownValue;
  }
  checking.failures.unshift(...strayArguments(checking, inputs));
  return {
    inputs,
    failures: checking.failures,
    warnings: warningsOf(inputs, source),
    notes: source && isNew ? leftOutNotes(source) : [],
    secret: namesLike(marked),
  };
}

/** The arguments that the program marked as secret, as the resource class tells; the engine does not. */
export function markedSecret({ secretArguments }: Raw): string[] {
  return Array.isArray(secretArguments) ? secretArguments.filter((name) => typeof name === "string") : [];
}

// The CLI prints the value of the property that a failure names, secret or not.
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
    fail(checking, "healthCheck", "is for web apps only: set exposedViaWeb to true, or leave it out");
}

// A JavaScript program has no compiler that finds a misspelt argument. What check adds itself comes back under `ignoreChanges`.
function strayArguments({ sources, news }: Checking, inputs: Raw): Failure[] {
  const known: readonly string[] = inputNames;
  return Object.keys(news)
    .filter((name) => !known.includes(name) && !isInternal(name) && !equal(news[name], inputs[name]))
    .map((name) => {
      const near = sources.nearNames(name, argumentNames);
      const hint = near.length > 0 ? `; did you mean ${near.join(" or ")}?` : "";
      // What was meant may be secret, as it would be under the right name.
      const showable =
        typeof news[name] !== "object" && !near.some((each) => (secretNames as string[]).includes(each));
      const reason = `is not a CamposApp argument${hint}`;
      return showable ? { property: name, reason } : { property: "", reason: `${name} ${reason}` };
    });
}

function isInternal(name: string): boolean {
  return name.startsWith("__") || name === "secretArguments";
}

async function readSource(checking: Checking): Promise<Source | undefined> {
  const { source, ignore } = checking.news;
  const broken = failed(checking, "source") || failed(checking, "ignore");
  if (source === undefined || broken || sourceIsOpen(checking.news)) return undefined;
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

/** Which files go in is known only at deploy time. The engine refuses unknown values in a real run, so they are never made up. */
function sourceIsOpen({ source, ignore }: Raw): boolean {
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

/** The arguments with their defaults, in canonical form: equal wishes are equal inputs, so that the engine's comparison is right. */
function complete(news: Raw, fromConfig: Raw): Record<string, unknown> {
  const values = inputNames.flatMap((name) => {
    const row = propertyOf(name);
    const value = news[name] ?? fromConfig[name] ?? row.default;
    return value === undefined ? [] : [[name, row.canonical ? row.canonical(value) : value] as const];
  });
  return withOutputs(Object.fromEntries(values));
}

/** While the source is unknown, so are the defaults that a `camposcloud.config` in it may give. */
function checkRequired(checking: Checking, inputs: Raw): void {
  const open = sourceIsOpen(checking.news);
  for (const name of propertyNames) {
    const { required, config } = propertyOf(name);
    const excused = inputs[name] !== undefined || failed(checking, name) || (open && config !== undefined);
    if (required !== undefined && !excused) fail(checking, name, required);
  }
}

function checkMainFile(checking: Checking, { mainFile, startupCommand }: Raw, source: Source): void {
  if (typeof mainFile !== "string" || isUnknown(mainFile) || failed(checking, "mainFile")) return;
  // Seen in the field: the API takes N/A when a command says how to start.
  if (mainFile === "N/A" && startupCommand !== undefined) return;
  const names = source.files.map((file) => file.path);
  if (names.includes(mainFile)) return;
  const files = names.length === 1 ? "1 file" : `${names.length} files`;
  const hint = mainFileHint(checking, mainFile, { names, ignoredBy: source.ignoredBy });
  fail(checking, "mainFile", `"${mainFile}" is not among the ${files} of the source; ${hint}`);
}

function mainFileHint({ sources }: Checking, mainFile: string, { names, ignoredBy }: FileNames): string {
  const rule = ignoredBy(mainFile);
  if (rule) return hiddenBy(rule);
  const folder = /^(dist|build|out|lib)\//.exec(mainFile)?.[0];
  if (folder !== undefined && !names.some((name) => name.startsWith(folder))) return buildHint;
  const near = sources.nearNames(mainFile, names);
  return near.length > 0
    ? `did you mean ${near.join(" or ")}?`
    : "check the path; it starts from the source's root";
}

interface FileNames {
  names: readonly string[];
  ignoredBy: Source["ignoredBy"];
}

function hiddenBy({ origin, file, line, pattern }: IgnoringRule): string {
  if (origin === "always")
    return `it is there, but ${pattern} is always left out; a !pattern that names it, in an ignore file or the argument \`ignore\`, brings it back`;
  const where = origin === "argument" ? "the argument ignore" : `${file}, line ${line}`;
  return `it is there, but ${where} leaves it out: ${pattern}`;
}

const buildHint =
  'if a build makes it, let the app build itself with mainFile: "N/A" and startupCommand: "npm run build && npm start" ' +
  "(docs/recipes.md), or build before `pulumi up` and let no ignore file leave it out";
