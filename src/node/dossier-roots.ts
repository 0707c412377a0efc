import { toBase64url } from '../base/bytes.ts';
import type { MatterHead } from '../projection/matter.ts';
import type { Store } from '../store/store.ts';

/** Where acts and matters stand: as a store has them, with what a batch changes on top. */
export type Stand = {
  /** The matter of an act, by its id; `undefined` where no such act is here. */
  readonly placeOf: (act: string) => Promise<string | undefined>;
  readonly headOf: (id: string) => Promise<MatterHead | undefined>;
};

/** Steps from one matter to the next that are gone: an affair is no chain without an end, whatever somebody sends. */
const MAX_STEPS = 32;

/**
 * The root of a matter's dossier: what is reached by following what each concerns first. It is a function of what is here and not of how it came, so
 * the roots that nobody has opened yet (of an act that is not here, its id) are asked for again when they come.
 */
export async function dossierRoot(matter: MatterHead, stand: Stand): Promise<{ readonly root: string; readonly isOpened: boolean }> {
  const seen = new Set<string>();
  let current = matter;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    seen.add(current.id);
    const concerned = current.concerns[0];
    if (concerned === undefined) break;
    const id = (await stand.placeOf(concerned)) ?? concerned;
    if (seen.has(id)) break;
    const next = await stand.headOf(id);
    if (next === undefined) return { root: id, isOpened: false };
    current = next;
  }
  return { root: current.id, isOpened: current.kind !== '' };
}

/** Beyond this the store is asked for each id instead: whoever concerns what never comes must not fill our memory. */
const MAX_KNOWN = 10_000;

/** Roots of dossiers that nobody has opened yet. Nearly always none, so that of a new entry nothing need be looked up. */
export class UnopenedRoots {
  readonly #store: Store;
  readonly #channel: string;
  #ids: Set<string> | undefined;

  constructor(store: Store, channel: string) {
    this.#store = store;
    this.#channel = channel;
  }

  /** Whether there is none. */
  async areNone(): Promise<boolean> {
    return (await this.#known()).size === 0;
  }

  /** Those of `ids` that may be such a root. */
  async among(ids: readonly string[]): Promise<readonly string[]> {
    const known = await this.#known();
    if (known.size === 0) return [];
    return known.size > MAX_KNOWN ? ids : ids.filter((id) => known.has(id));
  }

  /** What came now stands in the store, and dossiers have these roots that nobody has opened. */
  keep(came: readonly { readonly entry: { readonly id: string } }[], unopened: readonly string[]): void {
    const known = this.#ids;
    if (known === undefined || known.size > MAX_KNOWN) return;
    if (known.size > 0) for (const { entry } of came) known.delete(entry.id);
    for (const id of unopened) known.add(id);
  }

  async #known(): Promise<ReadonlySet<string>> {
    this.#ids ??= new Set((await this.#store.matters(this.#channel, { unrooted: true, most: 0 })).map(({ dossier }) => toBase64url(dossier)));
    return this.#ids;
  }

  /** What was known is computed again. */
  forget(): void {
    this.#ids = undefined;
  }
}
