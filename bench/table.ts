/** The table of results, and the page that it is written to. */
import { arch, cpus, platform, release, totalmem } from "node:os";

export interface Row {
  what: string;
  rival: string;
  ours: string;
  theirs: string;
  /** Ours over theirs, or a plain figure. */
  result: string;
  goal: string;
  reached: boolean;
}

export function ratioRow(
  names: Pick<Row, "what" | "rival">,
  { ours, theirs, ratio, goal }: { ours: number; theirs: number; ratio: number; goal: number },
): Row {
  const reached = ratio <= goal;
  return {
    ...names,
    ours: time(ours),
    theirs: time(theirs),
    result: `${ratio.toFixed(2)}x`,
    goal: `<= ${goal}x`,
    reached,
  };
}

export function time(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

export function lines(rows: readonly Row[]): string {
  const head = ["what", "ours", "rival, in the same run", "theirs", "result", "goal", ""];
  const body = rows.map((row) => [
    row.what,
    row.ours,
    row.rival,
    row.theirs,
    row.result,
    row.goal,
    row.reached ? "reached" : "**missed**",
  ]);
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

export function page(
  rows: readonly Row[],
  { rounds, corpora }: { rounds: number; corpora: readonly string[] },
): string {
  const [cpu] = cpus();
  const machine = `${cpus().length} cores (${cpu?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${release()} ${arch()}`;
  return `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}.
Machine: ${machine}; Node ${process.versions.node}, zlib ${process.versions.zlib}.

Absolute times belong to the machine: compare the ratios. Ours and the rival take turns in the same run; a result is
the median, over ${rounds} rounds, of the ratio within a round, after one round that warms the file cache. Each sample
is a process of its own, so that nothing is warm but the files. Our times are those of the call, without the start of
Node; those of \`zip\` are of the whole process.

${lines(rows)}

## What is packed

Generated anew in each run in a temporary folder, the same bytes every time.

${corpora.map((line) => `- ${line}`).join("\n")}

## Repeat it

\`\`\`
npm ci
npm run bench
\`\`\`

It needs Info-ZIP's \`zip\` on the PATH and a few minutes on a machine that does nothing else.
\`npm run bench -- pack digest memory require preview\` runs the named groups only and leaves this page as it is.
`;
}
