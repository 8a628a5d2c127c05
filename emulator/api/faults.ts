/** Owns scripted faults: rules that make matching requests slow, refused, altered or cut off. */

export interface FaultRule {
  /** HTTP method; any when left out. */
  method?: string;
  /** Path, where `*` stands for any text, or a pattern; any path when left out. */
  path?: string | RegExp;
  /** How many requests it applies to; `Infinity` for all. Default 1. */
  times?: number;
  /** Before: nothing has happened yet. After: the request had its effect, only the answer is spoilt. Default before. */
  when?: "before" | "after";
  /** Milliseconds to wait, before or after the effect as `when` says. */
  delayMs?: number;
  /** Answers with this status. */
  status?: number;
  /** Body of that answer. Default: an error body. */
  body?: unknown;
  /** More headers of that answer, for instance `Retry-After`. */
  headers?: Record<string, string>;
  /** Answers with what this makes of the usual JSON, for instance without its measurements. */
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

  /** The first rule that matches, which is used up by that. */
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
