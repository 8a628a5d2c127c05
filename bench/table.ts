/** The table of results, and the page that it is written to. */
import { arch, cpus, platform, release, totalmem } from "node:os";

export interface Row {
  what: string;
  rival: string;
  ours: string;
  theirs: string;
  /** Ours divided by theirs, or a figure. */
  result: string;
  goal?: string;
  reached?: boolean;
}

export function time(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export function lines(rows: readonly Row[]): string {
  const head = ["what", "ours", "rival, in the same run", "theirs", "result", "goal", ""];
  const body = rows.map((row) => [
    row.what,
    row.ours,
    row.rival,
    row.theirs,
    row.result,
    row.goal ?? "",
    outcome(row),
  ]);
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function outcome({ reached }: Row): string {
  if (reached === undefined) return "";
  return reached ? "reached" : "**missed**";
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

${remarks}

## What is packed

Generated anew in each run in a temporary folder, the same bytes every time.

${corpora.map((line) => `- ${line}`).join("\n")}

## Repeat it

\`\`\`
npm ci
npm run bench
\`\`\`

It needs Info-ZIP's \`zip\` on the PATH and a few minutes on a machine that does nothing else.
\`npm run bench -- preview plugin\` runs the named groups only and leaves this page as it is.
`;
}

const remarks = `## Remarks

- **Digest.** The goal is set against reading alone. Reading and SHA-256 in a plain loop on one thread (the third rival of
  that row), without ignore rules, validation of names and a digest of the whole, takes about as long as the goal allows.
  Every byte is read and hashed anew, since a cache by size and time could be wrong. A worker thread helps from 1,500 files
  on; both threads are then busy all the time, their start and the compiling of their code included. Its program is one file:
  loading a file for each module took a twentieth of the time. The ratio depends on the machine: it was 1.90x on one and between
  1.57x and 1.74x on another.
- **Preview.** The engine (CLI 3.259) checks one resource after another, and writes every entry of \`sourceFiles\` to its
  encrypted log each time the map crosses between processes: six times per unchanged app, as old inputs and result of check,
  as old outputs, old inputs and new inputs of diff, and in the response to the program. In a profile of fifty apps of
  200 files, this log took almost half of the CLI's time. The map is in the inputs because previews show which files change,
  and a documented output. Resources that read nothing but keep such a map pay for it as well, see their row.
- **Memory of previews** is the sum of the peaks of all processes: the CLI, the language host, the program and the provider.
- **Previews of apps that share a folder.** An app has about seventy properties, which the CLI logs in the same way, and 45
  outputs, for each of which the SDK creates promises; the folder itself is read once or twice per run. While an app is
  created, the SDK records no stack traces of its promises: that saves about a tenth of the time by which a preview of
  100 apps exceeds that of 100 empty resources.
- **Requests.** The provider's own code in virtual time, with the documented limits and eight operations at a time: one create
  and one deletion of the marker file per app, and one \`start\` per web app, because only its response contains the address.
  On the real engine, with the emulator's real limits, 100 new web apps took 366 requests in 338 s: three per app, one for the
  teams, and a listing every 5.2 s.
- **A typical app.** Almost all of the time is deflate, which \`zip\` does at the same speed. Blocks of 16 KiB and more go to
  Node's thread pool while this thread reads and hashes on; that pays for a first call's cold code when a second core is free.
  zlib's buffer of symbols fits the length of short contents: with its usual size, the C library returned memory to the system
  after almost every file and fetched it again for the next, a tenth of the time.
- **Trees of very many small files.** Here the cost is per file, not per byte: system calls, setting up deflate, and the
  Huffman trees of level 6, which take longer than finding matches in 200 bytes. Packing begins while the folder is still
  being walked, jobs are runs of up to 250 files, threads exchange tables instead of an object for each file, and this thread
  packs too as soon as the walk is over. Contents of up to 160 bytes are stored: that saves a third of the calls of deflate
  in the tree like rollup's, and makes its archive 1 % larger.
- **What did not help there.** Resetting one deflate stream for all small contents saves an eighth of the CPU time, but the
  bytes then depend on what the stream compressed before: zlib looks at a few bytes behind the content, which are left
  over. Smaller windows than now change nothing. \`opendirSync\` in place of \`statSync\` and
  \`readdirSync\` takes half as long again. Giving this thread's blocks to Node's thread pool costs a tenth more CPU time than
  compressing them here in slices, once each core has a thread. A fifth of the CPU time of so short a run goes into V8's
  optimizing compiler; fewer and smaller loops in the code that runs once for each file cost less of it.
- **Real repositories**, packed by hand in the same way, medians of 5 to 15 rounds against \`zip\`: chinese-poetry 0.40x,
  AspNetCore.Docs.Samples 0.45x, npm 0.48x, fastapi and babel 0.55x, vite 0.57x, eslint 0.58x, hugo 0.59x, webpack 0.69x, prettier
  0.76x, poetry 0.77x, ansible 0.86x to 0.96x, vue 0.88x, ant-design 0.93x to 0.98x. Below some 400 files and 3 MB the cold code of
  a first call shows: flask 1.08x, fastify 1.13x, express (213 files, 1 MB) 1.56x, which is 31 ms in place of 20 ms, and a bot of
  86 files 2.0x, which is 24 ms in place of 12 ms. Starting the worker earlier, reusing a buffer between jobs and looking up
  ignore patterns in a map changed no ratio by more than its noise.
- **Memory** is told for the whole process, worker threads included.`;
