import type { Store } from '../store/store.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';

/** Places ahead of a batch that are looked at with it: some batches need then not ask. */
const AHEAD = 4096;

/** Places of a log, from the first to below the other. */
type Places = { readonly from: number; readonly to: number };

const NONE: ReadonlySet<VerifiedEntry> = new Set();

/** Where entries were folded before: nearly always nowhere that a batch comes from, and then the store is asked once for many batches. */
export class FoldedPlaces {
  readonly #store: Pick<Store, 'verdictsOf'>;
  /** By log, places where nothing was folded. */
  readonly #clear = new Map<string, Places>();

  constructor(store: Pick<Store, 'verdictsOf'>) {
    this.#store = store;
  }

  /** Those of these entries of which a row tells already. */
  async among(entries: readonly VerifiedEntry[]): Promise<ReadonlySet<VerifiedEntry>> {
    let folded: Set<VerifiedEntry> | undefined;
    for (const [origin, { from, to }] of placesOf(entries)) {
      const clear = this.#clear.get(origin);
      if (clear !== undefined && clear.from <= from && to <= clear.to) continue;
      const places = new Set((await this.#store.verdictsOf(origin, from, to)).map(({ index }) => index));
      if (places.size === 0) {
        const [next] = await this.#store.verdictsOf(origin, to, to + AHEAD);
        this.#clear.set(origin, { from, to: next?.index ?? to + AHEAD });
        continue;
      }
      folded ??= new Set();
      for (const entry of entries) if (entry.origin === origin && places.has(entry.index)) folded.add(entry);
    }
    return folded ?? NONE;
  }

  /** These are folded from here on. */
  keep(entries: readonly VerifiedEntry[]): void {
    for (const [origin, { to }] of placesOf(entries)) {
      const clear = this.#clear.get(origin);
      if (clear !== undefined) this.#clear.set(origin, { from: Math.max(clear.from, to), to: clear.to });
    }
  }

  /** What was folded is forgotten. */
  forget(): void {
    this.#clear.clear();
  }
}

/** By log, where these stand: from the first to the last. */
function placesOf(entries: readonly VerifiedEntry[]): ReadonlyMap<string, Places> {
  const places = new Map<string, { from: number; to: number }>();
  let of: { from: number; to: number } | undefined;
  let last = '';
  for (const { origin, index } of entries) {
    if (of === undefined || origin !== last) {
      of = places.get(origin) ?? { from: index, to: index };
      last = origin;
      places.set(origin, of);
    }
    if (index < of.from) of.from = index;
    if (index >= of.to) of.to = index + 1;
  }
  return places;
}
