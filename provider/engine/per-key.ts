/** One object for each key, made when it is first asked for. */
export class PerKey<T> {
  private readonly made = new Map<string, T>();

  constructor(private readonly make: () => T) {}

  of(key: string): T {
    const present = this.made.get(key) ?? this.make();
    this.made.set(key, present);
    return present;
  }
}
