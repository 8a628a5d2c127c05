/** Orders asynchronous work: results in the order of the requests, and one piece of work at a time. */

/** Concurrent work whose results are used in the order in which it was begun. */
export class OrderedQueue {
  readonly #begun: (() => Promise<void>)[] = [];

  /** At most `width` pieces of work are under way. */
  constructor(private readonly width: number) {}

  /** Begins a piece of work, and waits while there are too many. `use` is never called after one has failed. */
  async add<T>(work: Promise<T>, use: (result: T) => Promise<void> | void): Promise<void> {
    // A failure is reported when its result is due; until then it must not count as unhandled.
    work.catch(() => {});
    this.#begun.push(async () => use(await work));
    while (this.#begun.length >= this.width) await this.#begun.shift()?.();
  }

  /** Waits for all that was begun. */
  async end(): Promise<void> {
    while (this.#begun.length > 0) await this.#begun.shift()?.();
  }
}

/** Lets one piece of work run at a time, in the order of asking. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
