/** The worker thread: does the jobs it is sent, one after another. */
import { parentPort } from "node:worker_threads";
import { SourceError } from "../files/source-error";
import { neverYield } from "../files/yield";
import { deflateHere } from "./compress";
import type { JobContext } from "./jobs";
import { runJob } from "./run-job";
import type { Order, Reply } from "./worker-pool";

// Every thread is busy here, so handing blocks to the pool would only cost.
const context: JobContext = { yielder: neverYield, deflate: deflateHere };

async function answer({ id, job }: Order): Promise<void> {
  try {
    const result = await runJob(job, context);
    post({ id, result }, result.bytes);
  } catch (error) {
    if (!(error instanceof SourceError)) return post({ id, failed: String(error) });
    const { kind, path, message } = error;
    post({ id, refused: { kind, path, message } });
  }
}

/** The bytes move to the other thread instead of being copied. */
function post(reply: Reply, { buffer }: Partial<Uint8Array> = {}): void {
  parentPort?.postMessage(reply, buffer instanceof ArrayBuffer && buffer.byteLength > 0 ? [buffer] : []);
}

let last = Promise.resolve();
parentPort?.on("message", (order: Order) => {
  last = last.then(() => answer(order));
});
