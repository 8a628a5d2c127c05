/** Orders asynchronous work: results in the order of the requests, and one piece of work at a time. */

/** Concurrent work whose results are used in the order in which it was added. */
export class OrderedQueue {
  readonly #begun: (() => Promise<void>)[] = [];

  /** At most `width` pieces of work run at a time. */
  constructor(private readonly width: number) {}

  /** Adds work that has begun, and waits while there is too much. After a failure, `use` is no longer called. */
  async add<T>(work: Promise<T>, use: (result: T) => Promise<void> | void): Promise<void> {
    // A failure is reported when its result is due; until then it must not count as unhandled.
    work.catch(() => {});
    this.#begun.push(async () => use(await work));
    while (this.#begun.length >= this.width) await this.#begun.shift()?.();
  }

  /** Waits for all work. */
  async end(): Promise<void> {
    while (this.#begun.length > 0) await this.#begun.shift()?.();
  }
}

/** Runs one piece of work at a time, in the order of the calls. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
