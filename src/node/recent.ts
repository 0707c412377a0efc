/** Of what was put last, as much as fits: the newer half and the older, which goes as a whole. */
export class Recent<T> {
  readonly #most: number;
  readonly #weigh: (value: T) => number;
  #newer = new Map<string, T>();
  #older = new Map<string, T>();
  #weight = 0;

  constructor(most: number, weigh: (value: T) => number) {
    this.#most = most;
    this.#weigh = weigh;
  }

  get(id: string): T | undefined {
    return this.#newer.get(id) ?? this.#older.get(id);
  }

  among(ids: readonly string[]): { readonly known: Map<string, T>; readonly missing: readonly string[] } {
    const known = new Map<string, T>();
    const missing = new Set<string>();
    for (const id of ids) {
      const value = this.get(id);
      if (value === undefined) missing.add(id);
      else known.set(id, value);
    }
    return { known, missing: [...missing] };
  }

  put(id: string, value: T): void {
    this.#newer.set(id, value);
    this.#weight += this.#weigh(value);
    if (this.#weight <= this.#most / 2) return;
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#weight = 0;
  }

  clear(): void {
    this.#newer.clear();
    this.#older.clear();
    this.#weight = 0;
  }
}
