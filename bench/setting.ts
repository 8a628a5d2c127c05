/** The input of each group of measurements. */
import type { Corpus } from "./corpora";
import type { Tools } from "./tools";

export interface Setting {
  tools: Tools;
  corpora: Record<Corpus["name"], Corpus>;
  rounds: number;
}
