/** The threads that do jobs: workers, and this one when it has nothing else to do. */
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { SourceError, type SourceProblem } from "../files/source-error";
import type { Job, JobContext, JobKind, JobResults } from "./jobs";
import { runJob } from "./run-job";

/** What goes to a worker. */
export interface Order {
  id: number;
  job: Job;
}

/** What comes back. */
export type Reply =
  | { id: number; result: JobResults[JobKind] }
  | { id: number; refused: SourceProblem }
  | { id: number; failed: string };

/** The threads are of no use: they do not start, or one has died. The same work can be done on this thread. */
export class WorkersUnavailable extends Error {
  override readonly name = "WorkersUnavailable";
}

interface Pending {
  order: Order;
  /** Bytes of content, as a measure of the time it takes. */
  weight: number;
  resolve(result: JobResults[JobKind]): void;
  reject(error: unknown): void;
}

/** A thread: a worker, or this one. */
interface Member {
  send(order: Order): void;
  stop(): unknown;
  /** Sent to it and not answered yet. */
  taken: Map<number, Pending>;
  mostTaken: number;
}

// The worker's program is beside this module: compiled in the package, TypeScript in the package's own tests.
const extension = extname(__filename);
const workerFile = join(__dirname, `worker${extension}`);
// The main thread's own arguments, such as preloaded modules, are not for the workers.
const workerArguments = extension === ".ts" ? ["--require", "ts-node/register/transpile-only"] : [];

// A worker gets its next jobs before it has done the last, so that it need not wait for this thread, which hands out jobs
// between its own slices of work only; but not behind a long one, which another could begin at once.
const mostTakenThere = 4;
const mostTakenHere = 2;
const mostWeight = 2.5 * 1024 * 1024;

export class WorkerPool {
  /** How many jobs to have under way at a time. */
  readonly width: number;
  readonly #members: Member[];
  readonly #waiting: Pending[] = [];
  #nextId = 0;
  #failure: WorkersUnavailable | undefined;

  /** Without workers nothing is done before this thread joins in. */
  constructor(workers: number, file = workerFile) {
    this.width = (workers + 1) * 6;
    this.#members = Array.from({ length: workers }, () => this.start(file));
  }

  run<J extends Job>(job: J): Promise<JobResults[J["kind"]]> {
    const order = { id: this.#nextId++, job };
    return new Promise((resolve, reject) => {
      // A job is answered with the result of its kind.
      const settle = (result: JobResults[JobKind]) => resolve(result as JobResults[J["kind"]]);
      this.#waiting.push({ order, weight: weightOf(job), resolve: settle, reject });
      this.hand();
    });
  }

  /** From now on this thread does jobs as well. */
  join(context: JobContext): void {
    const member: Member = {
      taken: new Map(),
      mostTaken: mostTakenHere,
      stop: () => {},
      send: ({ id, job }) => {
        const pending = member.taken.get(id);
        const settled = runJob(job, context).then(
          (result) => pending?.resolve(result),
          (error: unknown) => pending?.reject(error),
        );
        settled.then(() => this.release(member, id));
      },
    };
    this.#members.push(member);
    this.hand();
  }

  async close(): Promise<void> {
    this.fail(new WorkersUnavailable("closed"));
    await Promise.all(this.#members.map((member) => member.stop()));
  }

  private start(file: string): Member {
    const worker = new Worker(file, { execArgv: workerArguments });
    const member: Member = {
      taken: new Map(),
      mostTaken: mostTakenThere,
      send: (order) => worker.postMessage(order),
      stop: () => worker.terminate(),
    };
    worker.on("message", (reply: Reply) => this.settle(member, reply));
    worker.on("error", (cause) => this.fail(new WorkersUnavailable("a worker thread failed", { cause })));
    worker.on("exit", () => this.fail(new WorkersUnavailable("a worker thread ended")));
    return member;
  }

  private hand(): void {
    if (this.#failure) this.fail(this.#failure);
    for (let member = this.freest(); member && this.#waiting.length > 0; member = this.freest()) {
      const pending = this.#waiting.shift();
      if (!pending) return;
      member.taken.set(pending.order.id, pending);
      member.send(pending.order);
    }
  }

  private freest(): Member | undefined {
    const free = this.#members.filter(
      (member) => member.taken.size < member.mostTaken && weightIn(member) < mostWeight,
    );
    return free.sort((a, b) => weightIn(a) - weightIn(b))[0];
  }

  private settle(member: Member, reply: Reply): void {
    const pending = member.taken.get(reply.id);
    if ("result" in reply) pending?.resolve(reply.result);
    else if ("failed" in reply) pending?.reject(new Error(reply.failed));
    else pending?.reject(new SourceError(reply.refused.kind, reply.refused.path, reply.refused.message));
    this.release(member, reply.id);
  }

  private release(member: Member, id: number): void {
    member.taken.delete(id);
    this.hand();
  }

  private fail(failure: WorkersUnavailable): void {
    this.#failure ??= failure;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
    for (const { taken } of this.#members) {
      for (const { reject } of taken.values()) reject(this.#failure);
      taken.clear();
    }
  }
}

function weightIn(member: Member): number {
  return [...member.taken.values()].reduce((sum, { weight }) => sum + weight, 0);
}

function weightOf(job: Job): number {
  // Their sizes are not known yet; hashing is quick anyway.
  if (job.kind === "read") return 0;
  if (job.kind === "files") return job.files.reduce((sum, { size }) => sum + size, 0);
  return job.kind === "part" ? job.end - job.start : job.file.size;
}
