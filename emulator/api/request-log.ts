/** Owns the log of requests: what was requested, when, and the outcome, without secrets. */

/** A request's body without secrets: values of environment variables are `[redacted]`. */
export interface BodySummary {
  /** Text fields of a multipart body. */
  fields?: Record<string, string>;
  /** The uploaded zip; `entries` is set once it is unpacked. */
  file?: { bytes: number; sha256: string; entries: { path: string; sha256: string }[] };
  /** A JSON body. */
  json?: unknown;
}

/** A request to the API and its outcome. */
export interface RequestRecord {
  /** `GET`, `POST` and so on. */
  method: string;
  /** Without the query. */
  path: string;
  /** The query, decoded. */
  query: Record<string, string>;
  /** 0 while it is in progress, and if the connection was dropped. */
  status: number;
  /** Milliseconds from its arrival to its response. */
  ms: number;
  /** Epoch milliseconds, with fractions. */
  receivedAt: number;
  /** Refused by a rate limit. */
  limited: boolean;
  /** Affected by a scripted fault. */
  faulted: boolean;
  /** Also absent for old requests, after many large bodies. */
  body?: BodySummary;
}

const KEPT = 2000;
/** Maximum number of characters in all bodies; the oldest are dropped, and the file list of a single one that is too large. */
const KEPT_CHARACTERS = 16 * 1024 ** 2;
const LONGEST_ADDRESS = 2000;
const REDACTED = "[redacted]";

export class Requests {
  private kept: RequestRecord[] = [];
  /** Number of characters in each body, oldest first. */
  private bodies = new Map<RequestRecord, number>();
  private characters = 0;

  add(record: RequestRecord): void {
    this.kept.push(record);
    if (this.kept.length <= KEPT * 2) return;
    for (const old of this.kept.splice(0, KEPT)) this.forget(old);
  }

  describe(record: RequestRecord, body: BodySummary): void {
    this.forget(record);
    const size = sizeOf(body);
    record.body = size <= KEPT_CHARACTERS ? body : withoutList(body);
    this.bodies.set(record, Math.min(size, KEPT_CHARACTERS));
    this.characters += Math.min(size, KEPT_CHARACTERS);
    for (const old of this.bodies.keys()) {
      if (this.characters <= KEPT_CHARACTERS) break;
      this.forget(old);
    }
  }

  private forget(record: RequestRecord): void {
    this.characters -= this.bodies.get(record) ?? 0;
    this.bodies.delete(record);
    delete record.body;
  }

  list(): RequestRecord[] {
    return [...this.kept];
  }

  last(count: number): RequestRecord[] {
    return this.kept.slice(-count);
  }

  clear(): void {
    this.kept = [];
    this.bodies.clear();
    this.characters = 0;
  }
}

function sizeOf({ fields = {}, file, json }: BodySummary): number {
  const entries = file?.entries ?? [];
  return (
    entries.reduce((sum, { path, sha256 }) => sum + path.length + sha256.length, 0) +
    Object.entries(fields).reduce((sum, [name, value]) => sum + name.length + value.length, 0) +
    (JSON.stringify(json)?.length ?? 0)
  );
}

function withoutList({ file }: BodySummary): BodySummary {
  return file ? { file: { ...file, entries: [] } } : {};
}

/** Truncates overlong URLs. */
export function shorten(record: RequestRecord): void {
  record.path = record.path.slice(0, LONGEST_ADDRESS);
  if (JSON.stringify(record.query).length > LONGEST_ADDRESS) record.query = {};
}

/** Hides the value of each variable but keeps the keys; any other text is hidden completely. */
export function redactFields(fields: Record<string, string>): Record<string, string> {
  const text = fields["environmentVariables"];
  if (text === undefined) return fields;
  return { ...fields, environmentVariables: redactText(text) };
}

function redactText(text: string): string {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? JSON.stringify(list.map(redactVariable)) : REDACTED;
  } catch {
    return REDACTED;
  }
}

export function redactJson(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("environmentVariables" in body)) return body;
  const list = body.environmentVariables;
  return { ...body, environmentVariables: Array.isArray(list) ? list.map(redactVariable) : REDACTED };
}

function redactVariable(item: unknown): unknown {
  return typeof item === "object" && item !== null ? { ...item, value: REDACTED } : REDACTED;
}
