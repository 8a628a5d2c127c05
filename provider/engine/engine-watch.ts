/**
 * Checks whether the engine of this provider process is still running. When the CLI is killed, its providers keep running, but
 * what they create from then on is recorded in no state.
 */
import { connect } from "node:net";
import { CanceledError } from "../clock";
import { RefusedError } from "../lifecycle/failures";

const responseMs = 1000;
/** For the response of the last operation, in case the engine still waits for it. */
const flushMs = 300;

/** The engine ends its providers with the first one after a second Ctrl-C, and kills them 5 s later. */
const endings = ["SIGINT", "SIGTERM"] as const;

export class EngineWatch {
  private seen: Promise<boolean> | undefined;
  private readonly ended = new AbortController();
  private running = 0;

  /** Without an address the engine counts as running. */
  constructor(private readonly address: string | undefined) {}

  /** Checks early whether the engine can be reached; only an engine that was reached before can be gone. */
  start(): void {
    this.seen ??= this.answers();
  }

  /** Aborted when the engine ends this process during an operation: it records no result from then on. */
  get ending(): AbortSignal {
    return this.ended.signal;
  }

  /** Until the returned function is called, the process is not ended in the middle of an operation. */
  hold(): () => void {
    if (this.running++ === 0) for (const ending of endings) process.on(ending, this.end);
    return () => {
      if (--this.running > 0) return;
      for (const ending of endings) process.off(ending, this.end);
      if (this.ended.signal.aborted) setTimeout(() => process.exit(1), flushMs);
    };
  }

  private readonly end = (): void => this.ended.abort(new CanceledError("The run was terminated."));

  async isGone(): Promise<boolean> {
    if (this.ended.signal.aborted) return true;
    this.start();
    return (await this.seen) === true && !(await this.answers());
  }

  /** Changes would be recorded in no state, and the next run may already be changing the same app. */
  async refuseIfGone(): Promise<void> {
    if (await this.isGone()) throw new RefusedError("The Pulumi engine of this run has exited.");
  }

  /** Only a refused connection means that the engine is gone. */
  private answers(): Promise<boolean> {
    const { address } = this;
    if (address === undefined) return Promise.resolve(false);
    const at = address.lastIndexOf(":");
    const host = address.slice(0, at).replace(/[[\]]/g, "");
    return new Promise((resolve) => {
      const socket = connect({ host, port: Number(address.slice(at + 1)), timeout: responseMs });
      const end = (there: boolean) => {
        socket.destroy();
        resolve(there);
      };
      socket.once("connect", () => end(true)).once("timeout", () => end(true));
      socket.once("error", (error: NodeJS.ErrnoException) => end(error.code !== "ECONNREFUSED"));
    });
  }
}
