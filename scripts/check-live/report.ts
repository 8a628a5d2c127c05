/** Collects and prints what was observed for each assumption. */
import { type Assumption, type AssumptionId, assumptionIds, assumptions } from "./assumptions";

export type Verdict = "holds" | "differs" | "not seen";

export class Report {
  private readonly seen = new Map<AssumptionId, { verdict: Verdict; what: string }>();

  add(id: AssumptionId, verdict: Verdict, what: string): void {
    this.seen.set(id, { verdict, what });
  }

  /** Adds `holds` or `differs`. */
  check(id: AssumptionId, holds: boolean, what: string): void {
    this.add(id, holds ? "holds" : "differs", what);
  }

  differs(): boolean {
    return [...this.seen.values()].some(({ verdict }) => verdict === "differs");
  }

  /** One block per assumption: the result, what was observed, and the file that relies on it. */
  text({ write }: { write: boolean }): string {
    const shown = assumptionIds.filter((id) => write || !("write" in assumptions[id]));
    return shown.map((id) => this.row(id)).join("\n");
  }

  private row(id: AssumptionId): string {
    const { text, code }: Assumption = assumptions[id];
    const { verdict, what } = this.seen.get(id) ?? { verdict: "not seen", what: "the run ended before that" };
    return [`${verdict.padEnd(9)} ${id}: ${text}`, `          seen: ${what}`, `          code: ${code}`].join(
      "\n",
    );
  }
}
