import { toBase64url } from '../base/bytes.ts';
import type { MatterRow, Store } from '../store/store.ts';

/** Beyond this the store is asked for each id instead: whoever refers to what never comes must not fill our memory. */
const MAX_KNOWN = 10_000;

/** Which matters of a channel nobody has opened yet: acts came that refer to an entry not here. Nearly always none, so that a new entry need not be looked up. */
export class WaitingMatters {
  readonly #store: Store;
  readonly #channel: string;
  #ids: Set<string> | undefined;

  constructor(store: Store, channel: string) {
    this.#store = store;
    this.#channel = channel;
  }

  /** Those of `ids` that may be such a matter. */
  async among(ids: readonly string[]): Promise<readonly string[]> {
    this.#ids ??= new Set((await this.#store.matters(this.#channel, { kind: '', most: 0 })).map((row) => toBase64url(row.id)));
    const known = this.#ids;
    if (known.size === 0) return [];
    return known.size > MAX_KNOWN ? ids : ids.filter((id) => known.has(id));
  }

  /** What was known is computed again. */
  forget(): void {
    this.#ids = undefined;
  }

  /** Matters as they now stand in the store. */
  keep(matters: readonly Pick<MatterRow, 'id' | 'kind'>[]): void {
    const known = this.#ids;
    if (known === undefined || known.size > MAX_KNOWN) return;
    for (const { id, kind } of matters) {
      if (kind === '') known.add(toBase64url(id));
      else if (known.size > 0) known.delete(toBase64url(id));
    }
  }
}
