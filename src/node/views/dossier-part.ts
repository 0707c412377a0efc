import { equal, fromBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import type { MatterRow, Store } from '../../store/store.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { NODE_KINDS } from './rows.ts';

/** Matters that are about people and the record itself; they have pages of their own and are no dossier. */
export const NO_DOSSIER: readonly string[] = ['', 'identity', 'contact_nomination', 'communication_check', ...NODE_KINDS];

/** Matters of a dossier on one page: more than somebody reads at once, and some 50 ms and 200 kB to look at. */
export const MAX_MATTERS = 200;

/** Which of the matters that one party opened are shown. */
export type Turn = { readonly opener: number; readonly from: number; readonly count: number };

/** One part of a dossier, and how much there is of it: all matters, and by party those that stand in other parts. */
export type PartOfDossier = {
  readonly rows: readonly MatterRow[];
  readonly parts: number;
  readonly total: number;
  readonly elsewhere: readonly { readonly party: number; readonly count: number }[];
};

/**
 * The `part`th part of a dossier, from 1 on, `most` matters each: the root first, then of each party in turn what awaits something and what came last.
 * Nobody who opens very much in it hides what another opened, or makes it dear to look at. Refuses `not_found`.
 */
export async function partOfDossier(channel: ChannelRuntime, id: string, part: number, most = MAX_MATTERS): Promise<PartOfDossier> {
  const raw = fromBase64url(id, 32);
  if (raw === undefined) throw new ParleyError('not_found', 'no such dossier here');
  const { counts, root } = await countsOf(channel.store, channel.id, raw);
  const total = [...counts.values()].reduce((sum, count) => sum + count, root === undefined ? 0 : 1);
  const parts = Math.max(1, Math.ceil(total / most));
  if (total === 0 || part < 1 || part > parts) throw new ParleyError('not_found', 'no such dossier here');
  const rows = root !== undefined && part === 1 ? [...(await channel.store.matters(channel.id, { ids: [raw] }))] : [];
  const shown = new Map<number, number>();
  for (const { opener, from, count } of turnsOf(counts, root === undefined ? 0 : 1, part, most)) {
    rows.push(...(await channel.store.dossierPart(channel.id, raw, { opener, not: NO_DOSSIER, from, count })));
    shown.set(opener, count);
  }
  const elsewhere = [...counts].flatMap(([party, count]) =>
    count > (shown.get(party) ?? 0) ? [{ party, count: count - (shown.get(party) ?? 0) }] : [],
  );
  return { rows, parts, total, elsewhere };
}

/** How many matters of a dossier each party opened beside its root, and that, with its head alone, where it is here. */
export async function countsOf(
  store: Store,
  channel: string,
  dossier: Uint8Array,
): Promise<{ readonly counts: ReadonlyMap<number, number>; readonly root?: MatterRow }> {
  const [root] = await store.matters(channel, { ids: [dossier], most: 0 });
  const counts = new Map<number, number>();
  for (const { opener, count } of await store.dossierCounts(channel, dossier, NO_DOSSIER)) counts.set(opener, (counts.get(opener) ?? 0) + count);
  const isRoot = root !== undefined && equal(root.dossier, dossier) && !NO_DOSSIER.includes(root.kind);
  return { counts, ...(isRoot ? { root } : {}) };
}

/** What each party has on a part, where so many places of the first are taken: equal shares, and what one party does not need goes to the others. */
export function turnsOf(counts: ReadonlyMap<number, number>, taken: number, part: number, most: number): readonly Turn[] {
  let from = new Map([...counts.keys()].map((opener) => [opener, 0]));
  for (let at = 1; ; at++) {
    const shares = sharesOf(new Map([...counts].map(([opener, count]) => [opener, count - (from.get(opener) ?? 0)])), at === 1 ? most - taken : most);
    if (at >= part) return [...shares].flatMap(([opener, count]) => (count === 0 ? [] : [{ opener, from: from.get(opener) ?? 0, count }]));
    from = new Map([...from].map(([opener, before]) => [opener, before + (shares.get(opener) ?? 0)]));
  }
}

/** So many places shared out: who asks for least is served first, and nobody gets fewer than another who asks for as much, but for the odd one. */
export function sharesOf<K>(asked: ReadonlyMap<K, number>, places: number): ReadonlyMap<K, number> {
  const shares = new Map<K, number>();
  let left = places;
  let waiting = asked.size;
  for (const [key, count] of [...asked].sort(([, a], [, b]) => a - b)) {
    const share = Math.min(count, Math.ceil(left / waiting));
    shares.set(key, share);
    left -= share;
    waiting--;
  }
  return shares;
}
