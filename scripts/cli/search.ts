/** What every way of getting a Pulumi CLI works with. */
import type { Verdict } from "./inspect";
import type { ProgressOutput } from "./progress";

/** The surroundings of one search. */
export interface Search {
  env: NodeJS.ProcessEnv;
  /** Where progress is shown. */
  output: ProgressOutput;
  /** The starter script of the npm package `pulumi`. */
  starter: string;
  /** Milliseconds that the download may take to its first sign of life. */
  firstAnswerWithinMs: number;
}

/** One way: what is there already, and how to get it when nothing is. */
export interface Way {
  name: string;
  /** Looks only; quick, without network. */
  find(search: Search): Promise<Verdict>;
  /** Downloads or builds. */
  obtain?(search: Search): Promise<Verdict>;
}
