/**
 * Values as the engine and a native plugin exchange them: secrets, unknown values, assets and archives are marked by signatures,
 * which the engine and all SDKs share and which never change.
 */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { appliedNames, namesLike } from "../../lifecycle/properties";
import { unknownValue } from "../../lifecycle/values";
import type { Values } from "../operations";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** The engine has one per type of an unknown value. */
const unknowns = new Set([
  unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-77ac-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export interface Decoded {
  /** Plain data, without null values. */
  values: Values;
  /** The top-level names whose value is or contains a secret. */
  secrets: ReadonlySet<string>;
  /** Every text in a secret. */
  secretTexts: string[];
}

export function decode(struct: Struct | undefined): Decoded {
  const secrets = new Set<string>();
  const secretTexts: string[] = [];
  const entries = Object.entries((struct?.toJavaScript() ?? {}) as Values).flatMap(([name, wire]) => {
    const found: unknown[] = [];
    const value = plain(wire, found, true);
    if (found.length > 0) secrets.add(name);
    collectTexts(found, secretTexts);
    return value === null || value === undefined ? [] : [[name, value] as const];
  });
  return { values: Object.fromEntries(entries), secrets, secretTexts };
}

function plain(wire: unknown, secrets: unknown[], top = false): unknown {
  if (typeof wire === "string") return unknowns.has(wire) ? unknownValue : wire;
  if (typeof wire !== "object" || wire === null) return wire;
  if (Array.isArray(wire)) return wire.map((each) => plain(each, secrets));
  const { [signatureKey]: signature, ...fields } = wire as Record<string, unknown>;
  if (signature === undefined) return mapValues(fields, (each) => plain(each, secrets));
  if (signature === secretSignature) return noted(plain(fields["value"], secrets, top), secrets);
  if (signature === assetSignature) return asset(fields, secrets);
  if (signature === archiveSignature) return archive(fields, secrets, top);
  if (signature === outputSignature) return output(fields, secrets, top);
  // A reference to another resource: only its id can be meant by one of our arguments.
  return plain(fields["id"] ?? fields["urn"], secrets);
}

function noted(value: unknown, secrets: unknown[]): unknown {
  secrets.push(value);
  return value;
}

function output(fields: Values, secrets: unknown[], top: boolean): unknown {
  const value = "value" in fields ? plain(fields["value"], secrets, top) : unknownValue;
  return fields["secret"] === true ? noted(value, secrets) : value;
}

/** As the dynamic resource sends them to its provider: `{ text }`, `{ file }`, or a value that check refuses. */
function asset({ text, path, uri }: Values, secrets: unknown[]): unknown {
  if (typeof text === "string") return { text: plain(text, secrets) };
  if (typeof path === "string") return { file: path };
  return { uri };
}

function archive({ path, assets, uri }: Values, secrets: unknown[], top: boolean): unknown {
  if (typeof path === "string") return top ? path : { folder: path };
  if (typeof assets === "object" && assets !== null)
    return mapValues(assets as Values, (each) => plain(each, secrets));
  return top ? { archive: { uri } } : { uri };
}

function mapValues(map: Values, each: (value: unknown) => unknown): Values {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, each(value)]));
}

function collectTexts(value: unknown, into: string[]): void {
  if (typeof value === "string") {
    if (value !== unknownValue) into.push(value);
  } else if (typeof value === "object" && value !== null) {
    for (const each of Object.values(value)) collectTexts(each, into);
  }
}

/** The names, and those of outputs that contain one of these arguments and are secret if it is. */
export function withRepeats(secrets: Iterable<string>): ReadonlySet<string> {
  const all = namesLike([...secrets]);
  const applied = appliedNames.some((name) => all.includes(name));
  return new Set(applied ? [...all, "deployment"] : all);
}

/** Environment variables are marked individually, so that a preview shows which one changes; other secrets as a whole. */
export function encode(values: object, secrets: ReadonlySet<string> = new Set()): Struct {
  const json = JSON.parse(JSON.stringify(values)) as Values;
  const { __provider: _text, ...own } = json;
  const entries = Object.entries(own).map(([name, value]) => {
    if (name === "environmentVariables") return [name, secretValues(value)];
    return [name, secrets.has(name) ? secret(value) : value];
  });
  return Struct.fromJavaScript(Object.fromEntries(entries));
}

function secretValues(variables: unknown): unknown {
  if (typeof variables !== "object" || variables === null || Array.isArray(variables))
    return secret(variables);
  return mapValues(variables as Values, secret);
}

function secret(value: unknown): unknown {
  // There is nothing to hide, and an unknown value in a secret would be shown as known.
  if (value === null || value === unknownValue) return value;
  return { [signatureKey]: secretSignature, value };
}
