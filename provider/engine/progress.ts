/** Progress messages in the resource's row of the CLI, sent with the engine's `Log` call. Failures are ignored. */

export interface Line {
  /** The resource's URN; without it nothing is shown. */
  urn: string | undefined;
  text: string;
  severity: "info" | "warning";
  /** Only shown temporarily. */
  ephemeral: boolean;
}

/** Sends a line to the engine without waiting for the response. */
export type Send = (line: Line & { urn: string }) => void;

export class EngineLog {
  private send: Send | undefined;

  /** Connects when the first line is shown; most previews show none. */
  constructor(private readonly connect: () => Send | undefined) {}

  show({ urn, ...line }: Line): void {
    // A malformed URN would crash the CLI and leave the stack locked.
    if (urn === undefined || !/^urn:pulumi:[^:]+::[^:]+::[^:]+.*::.+$/.test(urn)) return;
    try {
      this.send ??= this.connect() ?? ignore;
      this.send({ ...line, urn });
    } catch {
      // Progress is optional.
      this.send = ignore;
    }
  }
}

const ignore: Send = () => undefined;

/** The address of the engine, which is the last argument of a provider process. */
export function engineAddress(): string | undefined {
  const address = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
  return isLoopbackAddress(address) ? address : undefined;
}

export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(address);
}
