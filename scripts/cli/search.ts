/** What all ways of getting a Pulumi CLI share. */
import type { Finding } from "./inspect";
import type { ProgressOutput } from "./progress";

/** The environment of one search. */
export interface Search {
  env: NodeJS.ProcessEnv;
  /** Where progress is shown. */
  output: ProgressOutput;
  /** The launcher script of the npm package `pulumi`. */
  starter: string;
  /** Milliseconds within which the download must start. */
  firstAnswerWithinMs: number;
}

/** One way of getting a CLI: an existing one, or how to obtain it. */
export interface Way {
  name: string;
  /** Only checks; fast and without network access. */
  find(search: Search): Promise<Finding>;
  /** Downloads or builds. */
  obtain?(search: Search): Promise<Finding>;
}
