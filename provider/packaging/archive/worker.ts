/** The program of a worker thread: does the jobs it receives, one after another. */
import { parentPort } from "node:worker_threads";
import { SourceError } from "../files/source-error";
import { neverYield } from "../files/yield";
import { deflateHere } from "./compress";
import type { JobContext, JobKind, JobResults } from "./jobs";
import { runJob } from "./run-job";
import type { Order, Reply } from "./worker-pool";

// All cores are busy, so passing blocks to Node's thread pool would only add overhead.
const context: JobContext = { yielder: neverYield, deflate: deflateHere };

async function reply({ id, job }: Order): Promise<void> {
  try {
    const result = await runJob(job, context);
    parentPort?.postMessage({ id, result } satisfies Reply, movable(result));
  } catch (error) {
    parentPort?.postMessage(refusal(id, error));
  }
}

function refusal(id: number, error: unknown): Reply {
  if (!(error instanceof SourceError)) return { id, failed: String(error) };
  const { kind, path, message } = error;
  return { id, refused: { kind, path, message } };
}

/** The memory that is transferred to the other thread instead of being copied. */
function movable(result: JobResults[JobKind]): ArrayBuffer[] {
  const arrays = "records" in result ? [result.bytes, result.records] : [result];
  return arrays.flatMap((array) =>
    array instanceof Uint8Array && array.buffer instanceof ArrayBuffer ? [array.buffer] : [],
  );
}

let last = Promise.resolve();
parentPort?.on("message", (order: Order) => {
  last = last.then(() => reply(order));
});
