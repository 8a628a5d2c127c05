/** The apps that belong to resources of this process, so that no resource takes another's. */
export class OwnershipRegistry {
  private readonly taken = new Set<string>();
  private readonly turns = new Map<string, Promise<unknown>>();

  /** The app belongs to a resource from now on. */
  take(id: string): void {
    this.taken.add(id);
  }

  isTaken(id: string): boolean {
    return this.taken.has(id);
  }

  /**
   * Runs creates that nothing but their order tells apart one after the other: while the answer to one is lost,
   * the app of another would look like its own.
   */
  inTurn<T>(key: string, run: () => Promise<T>): Promise<T> {
    const turn = (this.turns.get(key) ?? Promise.resolve()).then(run, run);
    this.turns.set(key, turn);
    return turn;
  }
}
