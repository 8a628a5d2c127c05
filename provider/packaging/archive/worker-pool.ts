/** The threads that do jobs: workers, and this one when it has nothing else to do. */
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { SourceError, type SourceProblem } from "../files/source-error";
import type { Job, JobContext, JobKind, JobResults } from "./jobs";
import { runJob } from "./run-job";

/** The message to a worker. */
export interface Order {
  id: number;
  job: Job;
}

/** The message from a worker. */
export type Reply =
  | { id: number; result: JobResults[JobKind] }
  | { id: number; refused: SourceProblem }
  | { id: number; failed: string };

/** The threads cannot be used: they did not start, or one has ended. The work can be done on this thread instead. */
export class WorkersUnavailable extends Error {
  override readonly name = "WorkersUnavailable";
}

interface Pending {
  order: Order;
  /** Bytes of content, an estimate of the time it takes. */
  weight: number;
  resolve(result: JobResults[JobKind]): void;
  reject(error: unknown): void;
}

/** A thread: a worker, or this one. */
interface Member {
  send(order: Order): void;
  stop(): unknown;
  /** Jobs that were sent to it and have no result yet. */
  taken: Map<number, Pending>;
  maxTaken: number;
}

// The worker's program is beside this module: JavaScript in the package, TypeScript in its tests.
const extension = extname(__filename);
const workerFile = join(__dirname, `worker${extension}`);
// Workers must not inherit the arguments of the main thread, such as preloaded modules.
const workerArguments = extension === ".ts" ? ["--require", "ts-node/register/transpile-only"] : [];

// A worker receives its next jobs before it has done the last, since this thread assigns jobs only between its own slices of
// work. But not after a long job: another thread could begin the next one earlier.
const maxTakenThere = 4;
const maxTakenHere = 2;
const maxWeight = 2.5 * 1024 * 1024;

export class WorkerPool {
  /** How many jobs to submit at a time. */
  readonly width: number;
  readonly #members: Member[];
  readonly #waiting: Pending[] = [];
  #nextId = 0;
  #failure: WorkersUnavailable | undefined;

  /** Without workers, nothing is done until `join` is called. */
  constructor(workers: number, file = workerFile) {
    this.width = (workers + 1) * 6;
    this.#members = Array.from({ length: workers }, () => this.start(file));
  }

  run<J extends Job>(job: J): Promise<JobResults[J["kind"]]> {
    const order = { id: this.#nextId++, job };
    return new Promise((resolve, reject) => {
      // The result of a job is of the job's kind.
      const settle = (result: JobResults[JobKind]) => resolve(result as JobResults[J["kind"]]);
      this.#waiting.push({ order, weight: weightOf(job), resolve: settle, reject });
      this.assign();
    });
  }

  /** From now on this thread does jobs as well. */
  join(context: JobContext): void {
    const member: Member = {
      taken: new Map(),
      maxTaken: maxTakenHere,
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
    this.assign();
  }

  async close(): Promise<void> {
    this.fail(new WorkersUnavailable("closed"));
    await Promise.all(this.#members.map((member) => member.stop()));
  }

  private start(file: string): Member {
    const worker = new Worker(file, { execArgv: workerArguments });
    const member: Member = {
      taken: new Map(),
      maxTaken: maxTakenThere,
      send: (order) => worker.postMessage(order),
      stop: () => worker.terminate(),
    };
    worker.on("message", (reply: Reply) => this.settle(member, reply));
    worker.on("error", (cause) => this.fail(new WorkersUnavailable("a worker thread failed", { cause })));
    worker.on("exit", () => this.fail(new WorkersUnavailable("a worker thread ended")));
    return member;
  }

  private assign(): void {
    if (this.#failure) this.fail(this.#failure);
    for (let member = this.leastBusy(); member && this.#waiting.length > 0; member = this.leastBusy()) {
      const pending = this.#waiting.shift();
      if (!pending) return;
      member.taken.set(pending.order.id, pending);
      member.send(pending.order);
    }
  }

  private leastBusy(): Member | undefined {
    const free = this.#members.filter(
      (member) => member.taken.size < member.maxTaken && weightIn(member) < maxWeight,
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
    this.assign();
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
  // The sizes are not known yet, and hashing is fast.
  if (job.kind === "read") return 0;
  if (job.kind === "files") return job.files.reduce((sum, { size }) => sum + size, 0);
  return job.kind === "part" ? job.end - job.start : job.file.size;
}
