/**
 * Checks whether the engine of this provider process is still running. When the CLI is killed, its providers keep running, but
 * what they create from then on is recorded in no state.
 */
import { connect } from "node:net";
import { RefusedError } from "../lifecycle/failures";

const answerMs = 1000;

export class EngineWatch {
  private seen: Promise<boolean> | undefined;

  /** Without an address the engine counts as running. */
  constructor(private readonly address: string | undefined) {}

  /** Checks early whether the engine can be reached; only an engine that was reached before can be gone. */
  start(): void {
    this.seen ??= this.answers();
  }

  async isGone(): Promise<boolean> {
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
      const socket = connect({ host, port: Number(address.slice(at + 1)), timeout: answerMs });
      const end = (there: boolean) => {
        socket.destroy();
        resolve(there);
      };
      socket.once("connect", () => end(true)).once("timeout", () => end(true));
      socket.once("error", (error: NodeJS.ErrnoException) => end(error.code !== "ECONNREFUSED"));
    });
  }
}
