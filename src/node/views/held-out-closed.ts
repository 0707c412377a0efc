import { toBase64url } from '../../base/bytes.ts';
import { parseEntry } from '../../entry/entry.ts';
import { type Matter, parseMatter } from '../../projection/matter.ts';
import type { VerdictRow } from '../../store/store.ts';
import { rowOf } from '../../sync/replica.ts';
import { positionOf } from '../../verify/verified-entry.ts';
import { type HeldOut, placeIn } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { rawIds } from './facts.ts';
import { NODE_KINDS } from './rows.ts';

/** Newest entries of a log looked at each time, and as many older ones, which are looked at once. */
const MAX_LOOKED_AT = 1000;
/** Matters that one party opened in which somebody is remembered to have spoken: nobody who is held out fills what is remembered of another's. */
const MAX_REMEMBERED = 500;

/** What was found in the logs so far, while the same changes await somebody: where the search of each log stands, and by opener the matters. */
type Search = { readonly pending: string; readonly next: Map<string, number>; readonly found: Map<number, Set<string>> };

const searches = new WeakMap<ChannelRuntime, Search>();

/**
 * Matters that await nothing any more, perhaps only by what somebody said whom nobody here has acknowledged. The newest documents of such a party are looked at
 * each time, and all that it said since the change in turns, each once: whoever says very much after such an answer must not push it out of sight.
 */
export async function closedByHeldOut(
  channel: ChannelRuntime,
  heldOut: HeldOut,
  open: readonly Matter[],
  most = MAX_LOOKED_AT,
): Promise<readonly Matter[]> {
  if (heldOut.pending.length === 0) {
    searches.delete(channel);
    return [];
  }
  const search = searchOf(channel, heldOut);
  const known = new Set(open.map((matter) => matter.id));
  const ids = new Set<string>();
  for (const [party, changes] of Map.groupBy(heldOut.pending, (change) => change.party)) {
    const since = Math.min(...changes.map(({ index }) => index));
    for (const { origin } of channel.replica.generations.sequence(party)) {
      const { size } = await rowOf(channel.replica, origin);
      const newest = await channel.store.verdictsOf(origin, Math.max(0, size - most), size);
      for (const row of newest) if (isSpoken(row) && since <= placeIn(channel, row)) ids.add(toBase64url(row.matter));
      await searchOn(channel, heldOut, search, { party, origin, size: Math.max(0, size - most), since, most });
    }
  }
  for (const found of search.found.values()) for (const id of found) ids.add(id);
  const wanted = rawIds([...ids].filter((id) => !known.has(id)));
  return wanted.length === 0 ? [] : (await channel.store.matters(channel.id, { ids: wanted })).map((row) => parseMatter(row.state));
}

function searchOf(channel: ChannelRuntime, heldOut: HeldOut): Search {
  const pending = heldOut.pending.map(({ entry }) => entry).join();
  const begun = searches.get(channel);
  if (begun?.pending === pending) return begun;
  const search = { pending, next: new Map(), found: new Map() };
  searches.set(channel, search);
  return search;
}

/** Looks at the next entries of a log before its newest, for matters in which somebody spoke who is held out. */
async function searchOn(
  channel: ChannelRuntime,
  heldOut: HeldOut,
  { next, found }: Search,
  { party, origin, size, since, most }: { party: number; origin: string; size: number; since: number; most: number },
): Promise<void> {
  const { crypto, generations } = channel.replica;
  const from = next.get(origin) ?? Math.max(0, since - positionOf(Math.max(0, generations.ordinal(origin)), 0));
  const to = Math.min(size, from + most);
  if (from >= to) return;
  const rows = (await channel.store.verdictsOf(origin, from, to)).filter(isSpoken);
  const leaves = rows.length === 0 ? [] : await channel.store.leaves(origin, from, to);
  const actorOf = ({ index }: VerdictRow): string => {
    const bytes = leaves[index - from]?.bytes;
    const parsed = bytes === undefined ? undefined : parseEntry(crypto.sha256, bytes);
    return parsed !== undefined && 'entry' in parsed ? parsed.entry.header.actor : '';
  };
  const spoken = rows.filter((row) => heldOut.grantOf(party, placeIn(channel, row), actorOf(row)) !== undefined);
  const matters = await channel.store.matters(channel.id, { ids: spoken.map(({ matter }) => matter), most: 0 });
  for (const { id, opener } of matters) {
    const known = found.get(opener) ?? new Set();
    found.set(opener, known);
    if (known.size < MAX_REMEMBERED) known.add(toBase64url(id));
  }
  // What is not read yet has no verdict, and is looked at next time.
  const read = await channel.reader.readSize(origin);
  next.set(origin, Math.min(to, Math.max(from, read)));
}

function isSpoken({ valid, type }: VerdictRow): boolean {
  return valid && !NODE_KINDS.includes(type);
}
