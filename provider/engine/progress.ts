/** Progress messages in the resource's row of the CLI, sent with the engine's `Log` call. Failures are ignored. */

export interface Line {
  /** The resource's URN; without it nothing is shown. */
  urn: string | undefined;
  text: string;
  severity: "info" | "warning";
  /** Only shown temporarily. */
  ephemeral: boolean;
}

/** Sends a line to the engine. Resolves when the engine has it, or cannot be reached. */
export type Send = (line: Line & { urn: string }) => Promise<void>;

/** An engine that does not respond must not delay the result of an operation for longer, in milliseconds. */
export const sendTimeoutMs = 5000;

export class EngineLog {
  private send: Send | undefined;
  private readonly shown = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();

  /** Connects when the first line is shown; most previews show none. */
  constructor(private readonly connect: () => Send | undefined) {}

  show({ urn, ...line }: Line): void {
    // A malformed URN would crash the CLI and leave the stack locked.
    if (urn === undefined || !/^urn:pulumi:[^:]+::[^:]+::[^:]+.*::.+$/.test(urn)) return;
    try {
      this.send ??= this.connect() ?? ignore;
      const sent = this.send({ ...line, urn });
      if (line.ephemeral) return;
      this.underWay.add(sent);
      void sent.finally(() => this.underWay.delete(sent));
    } catch {
      // Progress is optional.
      this.send = ignore;
    }
  }

  /** A text that applies to many apps is shown once per run. */
  showOnce(line: Line): void {
    if (this.shown.has(line.text)) return;
    this.shown.add(line.text);
    this.show(line);
  }

  /** Wait for this before an operation ends: once the engine has its last result, it ends this process, and lines would be lost. */
  async delivered(): Promise<void> {
    await Promise.all(this.underWay);
  }
}

const ignore: Send = async () => undefined;

/** The address of the engine, which is the last argument of a provider process. */
export function engineAddress(): string | undefined {
  const address = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
  return isLoopbackAddress(address) ? address : undefined;
}

export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(address);
}
