/**
 * Tells whether the engine that this provider process works for is still there. A killed CLI leaves its providers running:
 * what they make from then on gets into no state.
 */
import { connect } from "node:net";
import { RefusedError } from "../lifecycle/failures";

const answerMs = 1000;

export class EngineWatch {
  private seen: Promise<boolean> | undefined;

  /** Without an address nothing is watched. */
  constructor(private readonly address: string | undefined) {}

  /** Makes sure early that there is an engine: one that was never seen cannot be missed. */
  start(): void {
    this.seen ??= this.answers();
  }

  async isGone(): Promise<boolean> {
    this.start();
    return (await this.seen) === true && !(await this.answers());
  }

  /** What is changed from now on would be in no state, and the next run may be at work on the same app. */
  async refuseIfGone(): Promise<void> {
    if (await this.isGone()) throw new RefusedError("The Pulumi engine of this run has ended.");
  }

  /** Only a refused connection counts as gone. */
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
