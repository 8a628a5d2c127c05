/** Worker threads that do jobs, and what happens when one of them cannot. */
import { Worker } from "node:worker_threads";
import { SourceError, type SourceErrorKind } from "../files/source-error";
import type { Job, JobResult, JobRunner } from "./jobs";
import { workerArguments, workerFile } from "./worker-file";

/** What goes to a worker. */
export interface Order {
  id: number;
  job: Job;
}

/** What comes back. */
export type Reply =
  | { id: number; result: JobResult }
  | { id: number; refused: { kind: SourceErrorKind; path: string; message: string } }
  | { id: number; failed: string };

/** The threads are of no use: they do not start, or one has died. The same work can be done on this thread. */
export class WorkersUnavailable extends Error {
  override readonly name = "WorkersUnavailable";
}

interface Pending {
  order: Order;
  /** Bytes of content, as a measure of the time it takes. */
  weight: number;
  resolve(result: JobResult): void;
  reject(error: Error): void;
}

interface Member {
  worker: Worker;
  /** Sent to it and not answered yet. */
  taken: Map<number, Pending>;
}

// A worker gets its next job before it has done the last, so that it need not wait for this thread's turn; but not
// behind a long one, which another could begin at once.
const mostTaken = 2;
const mostWeight = 2.5 * 1024 * 1024;

export class WorkerPool implements JobRunner {
  readonly width: number;
  readonly #members: Member[];
  readonly #waiting: Pending[] = [];
  #nextId = 0;
  #failure: WorkersUnavailable | undefined;

  constructor(threads: number, file = workerFile) {
    this.width = threads * 4;
    this.#members = Array.from({ length: threads }, () => this.start(file));
  }

  run(job: Job): Promise<JobResult> {
    const order = { id: this.#nextId++, job };
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order, weight: weightOf(job), resolve, reject });
      this.hand();
    });
  }

  async close(): Promise<void> {
    this.fail(new WorkersUnavailable("closed"));
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }

  private start(file: string): Member {
    const worker = new Worker(file, { execArgv: workerArguments });
    const member: Member = { worker, taken: new Map() };
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
      member.worker.postMessage(pending.order);
    }
  }

  private freest(): Member | undefined {
    const free = this.#members.filter(
      (member) => member.taken.size < mostTaken && weightIn(member) < mostWeight,
    );
    return free.sort((a, b) => weightIn(a) - weightIn(b))[0];
  }

  private settle(member: Member, reply: Reply): void {
    const pending = member.taken.get(reply.id);
    member.taken.delete(reply.id);
    if ("result" in reply) pending?.resolve(reply.result);
    else if ("failed" in reply) pending?.reject(new Error(reply.failed));
    else pending?.reject(new SourceError(reply.refused.kind, reply.refused.path, reply.refused.message));
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
