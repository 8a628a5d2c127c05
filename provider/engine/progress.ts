/** Lines in the resource's row of the CLI, through the engine's `Log` call. Its own failures are ignored. */

export interface Line {
  /** The resource's URN; without one nothing is shown. */
  urn: string | undefined;
  text: string;
  severity: "info" | "warning";
  /** Shown while it happens, then gone. */
  ephemeral: boolean;
}

/** Sends a line to the engine; the answer is of no interest. */
export type Send = (line: Line & { urn: string }) => void;

export class EngineLog {
  private send: Send | undefined;

  /** Connects when the first line is shown: most previews show none. */
  constructor(private readonly connect: () => Send | undefined) {}

  show({ urn, ...line }: Line): void {
    // A malformed URN would crash the CLI and leave the stack locked.
    if (urn === undefined || !/^urn:pulumi:[^:]+::[^:]+::[^:]+.*::.+$/.test(urn)) return;
    try {
      this.send ??= this.connect() ?? ignore;
      this.send({ ...line, urn });
    } catch {
      // Without progress the work goes on just as well.
      this.send = ignore;
    }
  }
}

const ignore: Send = () => undefined;

/** The engine starts a provider process with its own address as the last argument. */
export function engineAddress(): string | undefined {
  const address = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
  return isLoopbackAddress(address) ? address : undefined;
}

export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(address);
}
