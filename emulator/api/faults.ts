/** Owns scripted faults: rules that delay, refuse, alter or drop matching requests. */

export interface FaultRule {
  /** HTTP method. Default: any. */
  method?: string;
  /** Path, in which `*` matches any text, or a regular expression. Default: any. */
  path?: string | RegExp;
  /** How many requests it applies to; `Infinity` for all. Default 1. */
  times?: number;
  /** `before`: the request has no effect. `after`: it takes effect, and only the response fails. Default `before`. */
  when?: "before" | "after";
  /** Milliseconds to wait, before or after the effect depending on `when`. */
  delayMs?: number;
  /** Responds with this status. */
  status?: number;
  /** Body of that response. Default: an error body. */
  body?: unknown;
  /** Additional headers of that response, for example `Retry-After`. */
  headers?: Record<string, string>;
  /** Responds with the result of this function, called with the usual JSON. */
  change?: (json: unknown) => unknown;
  /** Drops the connection. */
  reset?: boolean;
}

interface ArmedFault {
  rule: FaultRule;
  left: number;
}

export class Faults {
  private armed: ArmedFault[] = [];

  add(rule: FaultRule): void {
    this.armed.push({ rule, left: rule.times ?? 1 });
  }

  clear(): void {
    this.armed = [];
  }

  list(): FaultRule[] {
    return this.armed.map(({ rule, left }) => ({ ...rule, times: left }));
  }

  /** The first rule that matches; its count is decreased. */
  match(method: string, path: string): FaultRule | undefined {
    const found = this.armed.find(({ rule }) => matches(rule, method, path));
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.armed = this.armed.filter((fault) => fault !== found);
    return found.rule;
  }
}

function matches(rule: FaultRule, method: string, path: string): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  if (rule.path === undefined) return true;
  if (typeof rule.path !== "string") return rule.path.test(path);
  const parts = rule.path.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(path);
}
