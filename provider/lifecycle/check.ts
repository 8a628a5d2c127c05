/** Makes the inputs complete and canonical, and lists every mistake at once. No network; unknown values pass through. */

import { UserError } from "../errors";
import type { Source, SourceSpec } from "../packaging/files/types";
import { argumentNames, argumentRules, variableFailures } from "./arguments";
import { type ConfigDefaults, configDefaults, type ParsedConfig } from "./config-file";
import { equal } from "./diff";
import { type SourceInput, specOf } from "./source-input";
import { hasUnknown, isUnknown, unknownValue } from "./unknowns";

export interface Failure {
  property: string;
  reason: string;
}

export interface CheckResult {
  inputs: Record<string, unknown>;
  failures: Failure[];
  /** Worth a word, but no reason to stop. */
  warnings: string[];
}

/** What check needs of the packaging room. */
export interface Sources {
  /** Rejects with a `UserError` when the source cannot be sent. */
  read(spec: SourceSpec, ignore: readonly string[]): Promise<Source>;
  fold(files: readonly Source["files"][number][]): Record<string, string>;
  parseConfig(text: string): ParsedConfig;
  nearNames(wanted: string, names: readonly string[]): string[];
}

type Raw = Readonly<Record<string, unknown>>;

export async function check(sources: Sources, given: Raw): Promise<CheckResult> {
  // A null is what many programs write for "not given".
  const news = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const failures = wrongArguments(news);
  const source = await readSource({ sources, news, failures });
  const fromConfig = defaultsIn(sources, source, news);
  failures.push(...fromConfig.failures);
  const inputs = complete(news, fromConfig.values);
  failures.push(...missingArguments(inputs, news, failures));
  if (source) {
    // Under `ignoreChanges` the engine puts the old values here: then the deployed files are to stay.
    inputs["sourceHash"] = news["sourceHash"] ?? source.hash;
    inputs["sourceFiles"] = news["sourceFiles"] ?? sources.fold(source.files);
    failures.push(...mainFileFailures({ sources, inputs, source, failures }));
  } else if (sourceIsOpen(news)) {
    inputs["sourceHash"] = unknownValue;
    inputs["sourceFiles"] = unknownValue;
  }
  failures.unshift(...strayArguments({ sources, news, inputs }));
  return { inputs, failures, warnings: warningsOf(inputs) };
}

interface StrayCheck {
  sources: Sources;
  news: Raw;
  inputs: Raw;
}

// A JavaScript program has no compiler that finds a misspelt argument. What check adds itself comes back under `ignoreChanges`.
function strayArguments({ sources, news, inputs }: StrayCheck): Failure[] {
  const known: readonly string[] = argumentNames;
  return Object.keys(news)
    .filter((name) => !known.includes(name) && !name.startsWith("__") && !equal(news[name], inputs[name]))
    .map((name) => {
      const near = sources.nearNames(name, known);
      return {
        property: name,
        reason: `is no argument of CamposApp${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`,
      };
    });
}

function wrongArguments(news: Raw): Failure[] {
  const failures = argumentNames.flatMap((name) => {
    const value = news[name];
    if (value === undefined || isUnknown(value)) return [];
    const reason = argumentRules[name](value);
    return reason === undefined ? [] : [{ property: name, reason }];
  });
  return [...failures, ...variableFailures(news["environmentVariables"]), ...webOnlyFailures(news)];
}

function webOnlyFailures({ healthCheck, exposedViaWeb = false }: Raw): Failure[] {
  if (healthCheck === undefined || isUnknown(healthCheck) || exposedViaWeb !== false) return [];
  return [
    { property: "healthCheck", reason: "is for web apps only: set exposedViaWeb to true, or leave it out" },
  ];
}

interface ReadingSource {
  sources: Sources;
  news: Raw;
  failures: Failure[];
}

async function readSource({ sources, news, failures }: ReadingSource): Promise<Source | undefined> {
  const { source, ignore } = news;
  const broken = failures.some(({ property }) => property === "source" || property === "ignore");
  if (source === undefined || broken || sourceIsOpen(news)) return undefined;
  try {
    return await sources.read(specOf(source as SourceInput), (ignore as string[] | undefined) ?? []);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    failures.push({ property: "source", reason: error.message });
    return undefined;
  }
}

/** Which files go in is known only at deploy time. The engine refuses unknown values in a real run, so they are never made up. */
function sourceIsOpen({ source, ignore }: Raw): boolean {
  return hasUnknown(source) || hasUnknown(ignore);
}

function defaultsIn(sources: Sources, source: Source | undefined, news: Raw): ConfigDefaults {
  if (source?.config === undefined) return { values: {}, failures: [] };
  return configDefaults(sources.parseConfig(source.config), (argument) => news[argument] !== undefined);
}

/** The arguments with their defaults, in canonical form: equal wishes are equal inputs, so that the engine's comparison is right. */
function complete(news: Raw, fromConfig: Raw): Record<string, unknown> {
  const given = Object.fromEntries(
    argumentNames.flatMap((name) => (news[name] === undefined ? [] : [[name, news[name]] as const])),
  );
  const inputs: Record<string, unknown> = {
    exposedViaWeb: false,
    autoRestartEnabled: false,
    waitForOnline: true,
    ...fromConfig,
    ...given,
  };
  if (typeof inputs["mainFile"] === "string") inputs["mainFile"] = canonicalPath(inputs["mainFile"]);
  if (inputs["appName"] !== undefined) inputs["name"] = inputs["appName"];
  if (inputs["memoryMB"] !== undefined) inputs["allocatedMemoryMB"] = inputs["memoryMB"];
  return inputs;
}

function canonicalPath(path: string): string {
  return path.replaceAll("\\", "/").replace(/^(\.\/+)+/, "");
}

const required: Record<string, string> = {
  source: "is required: the path of a folder or a .zip",
  appName: "is required",
  mainFile:
    "is required: the file to run, such as index.js; or write MAIN in a camposcloud.config in the source",
  memoryMB:
    "is required: megabytes of memory, such as 256; or write MEMORY in a camposcloud.config in the source",
  runtimeEnvironment:
    'is required: "python" or "nodejs"; or write RUNTIME in a camposcloud.config in the source',
};

/** While the source is unknown, so are the defaults that a `camposcloud.config` in it may give. */
function missingArguments(inputs: Raw, news: Raw, failures: readonly Failure[]): Failure[] {
  const fromSource = ["mainFile", "memoryMB", "runtimeEnvironment"];
  const open = sourceIsOpen(news);
  return Object.entries(required).flatMap(([property, reason]) => {
    const judged = failures.some((failure) => failure.property === property);
    if (inputs[property] !== undefined || judged || (open && fromSource.includes(property))) return [];
    return [{ property, reason }];
  });
}

interface MainFileCheck {
  sources: Sources;
  inputs: Raw;
  source: Source;
  failures: readonly Failure[];
}

function mainFileFailures({ sources, inputs, source, failures }: MainFileCheck): Failure[] {
  const { mainFile, startupCommand } = inputs;
  if (typeof mainFile !== "string" || isUnknown(mainFile)) return [];
  if (failures.some(({ property }) => property === "mainFile")) return [];
  // Seen in the field: the API takes N/A when a command says how to start.
  if (mainFile === "N/A" && startupCommand !== undefined) return [];
  const names = source.files.map((file) => file.path);
  if (names.includes(mainFile)) return [];
  const near = sources.nearNames(mainFile, names);
  const hint = near.length > 0 ? `did you mean ${near.join(" or ")}?` : "is it left out by an ignore file?";
  return [
    {
      property: "mainFile",
      reason: `"${mainFile}" is not among the ${countOf(names)} of the source; ${hint}`,
    },
  ];
}

function countOf(names: readonly string[]): string {
  return names.length === 1 ? "1 file" : `${names.length} files`;
}

function warningsOf({ memoryMB, appName }: Raw): string[] {
  const warnings: string[] = [];
  if (typeof memoryMB === "number" && memoryMB > 0 && memoryMB < 256) {
    warnings.push(`memoryMB is ${memoryMB}; 256 is the smallest amount that CamposCloud was seen to grant.`);
  }
  if (typeof appName === "string" && !isUnknown(appName) && !/^[A-Za-z0-9_-]+$/.test(appName)) {
    warnings.push(
      `appName "${appName}" has characters other than ASCII letters, digits, - and _; CamposCloud was seen to fail on such names.`,
    );
  }
  return warnings;
}
