/** Work under way side by side, whose results are used in the order in which it was begun. */

export class InOrder {
  readonly #begun: (() => Promise<void>)[] = [];

  /** At most `width` pieces of work are under way. */
  constructor(private readonly width: number) {}

  /** Begins a piece of work, and waits while there are too many. `use` is never called after one has failed. */
  async add<T>(work: Promise<T>, use: (result: T) => Promise<void> | void): Promise<void> {
    // A failure is met when its turn comes; until then it must not count as unhandled.
    work.catch(() => {});
    this.#begun.push(async () => use(await work));
    while (this.#begun.length >= this.width) await this.#begun.shift()?.();
  }

  /** Waits for all that was begun. */
  async end(): Promise<void> {
    while (this.#begun.length > 0) await this.#begun.shift()?.();
  }
}
