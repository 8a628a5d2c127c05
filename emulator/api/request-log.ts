/** Owns the log of requests: who asked what, when, and how it ended, without secrets. */

/** A request's body without secrets: environment values read `[redacted]`. */
export interface BodySummary {
  /** Text fields of a multipart body. */
  fields?: Record<string, string>;
  /** The uploaded zip; `entries` is filled once it was unpacked. */
  file?: { bytes: number; sha256: string; entries: { path: string; sha256: string }[] };
  json?: unknown;
}

export interface RequestRecord {
  method: string;
  /** Without the query. */
  path: string;
  query: Record<string, string>;
  /** 0 while it is under way, and when the connection was dropped. */
  status: number;
  /** Milliseconds from its arrival to its answer. */
  ms: number;
  /** Epoch milliseconds, with fractions. */
  receivedAt: number;
  /** Refused by a rate limit. */
  limited: boolean;
  /** Struck by a scripted fault. */
  faulted: boolean;
  body?: BodySummary;
}

const KEPT = 2000;
const REDACTED = "[redacted]";

export class Requests {
  private kept: RequestRecord[] = [];

  add(record: RequestRecord): void {
    this.kept.push(record);
    if (this.kept.length > KEPT * 2) this.kept = this.kept.slice(-KEPT);
  }

  list(): RequestRecord[] {
    return [...this.kept];
  }

  last(count: number): RequestRecord[] {
    return this.kept.slice(-count);
  }

  clear(): void {
    this.kept = [];
  }
}

/** Hides each variable's value but keeps the keys; text that is not such a list is hidden whole. */
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
