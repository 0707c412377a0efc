/** Beyond this the store is asked for each id instead: whoever refers to what never comes must not fill our memory. */
const MAX_KNOWN = 10_000;

/** The ids of what a store waits for, read once and kept along. Nearly always none, so that what comes need not be looked up. */
export class KnownIds {
  readonly #load: () => Promise<readonly string[]>;
  #ids: Set<string> | undefined;

  constructor(load: () => Promise<readonly string[]>) {
    this.#load = load;
  }

  /** Whether there is none. */
  async areNone(): Promise<boolean> {
    return (await this.#known()).size === 0;
  }

  /** Those of `ids` that may be among them. */
  async among(ids: readonly string[]): Promise<readonly string[]> {
    const known = await this.#known();
    if (known.size === 0) return [];
    return known.size > MAX_KNOWN ? ids : ids.filter((id) => known.has(id));
  }

  /** What the store no longer waits for, and then what it waits for now. */
  keep(gone: Iterable<string>, fresh: Iterable<string>): void {
    const known = this.#ids;
    if (known === undefined || known.size > MAX_KNOWN) return;
    if (known.size > 0) for (const id of gone) known.delete(id);
    for (const id of fresh) known.add(id);
  }

  /** What was known is read again. */
  forget(): void {
    this.#ids = undefined;
  }

  async #known(): Promise<ReadonlySet<string>> {
    this.#ids ??= new Set(await this.#load());
    return this.#ids;
  }
}
