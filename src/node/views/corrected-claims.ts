import { toBase64url } from '../../base/bytes.ts';
import { type Matter, parseMatter } from '../../projection/matter.ts';
import { rowOf } from '../../sync/replica.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { rawIds } from './facts.ts';

/** Newest entries of a log that are looked at for corrections when a channel is first asked for; later ones as they come. */
const MAX_LOOKED_AT = 1000;
/** Corrections whose claims are read, the newest: nobody corrects more than that while somebody has yet to look. */
const MAX_CORRECTIONS = 200;

/** How far each log was looked through, and the newest corrections in it. */
type Seen = { readonly rereads: number; readonly upTo: Map<string, number>; readonly corrections: Map<string, Uint8Array[]> };

const seen = new WeakMap<ChannelRuntime, Seen>();

/**
 * Claims that await nothing any more and were corrected: who took a position on one has perhaps taken it on words that it has no more. `open`: ids of matters
 * that are known already. Each log is looked through once, and after that what came to it.
 */
export async function correctedClaims(channel: ChannelRuntime, open: ReadonlySet<string>): Promise<readonly Matter[]> {
  const { replica, store, rereads } = channel;
  const known = seen.get(channel);
  const now: Seen = known?.rereads === rereads ? known : { rereads, upTo: new Map(), corrections: new Map() };
  seen.set(channel, now);
  for (const { origin } of replica.generations.all) await lookAt(channel, now, origin);
  const newest = [...now.corrections.values()].flatMap((list) => list.map((id) => toBase64url(id)));
  if (newest.length === 0) return [];
  const verdicts = (await store.verdicts(channel.id, rawIds(newest))).filter((row) => row.valid);
  const ids = rawIds(verdicts.map(({ matter }) => toBase64url(matter)).filter((id) => !open.has(id)));
  return ids.length === 0 ? [] : (await store.matters(channel.id, { ids, kind: 'claim' })).map((row) => parseMatter(row.state));
}

async function lookAt({ replica, store }: ChannelRuntime, { upTo, corrections }: Seen, origin: string): Promise<void> {
  const { size } = await rowOf(replica, origin);
  const from = upTo.get(origin) ?? Math.max(0, size - MAX_LOOKED_AT);
  if (from >= size) return;
  const rows = await store.verdictsOf(origin, from, size);
  const last = rows.at(-1);
  // Others may have asked meanwhile: what they found is not found twice.
  if (last === undefined || (upTo.get(origin) ?? from) > from) return;
  upTo.set(origin, last.index + 1);
  const found = rows.flatMap((row) => (row.type === 'correction' ? [row.id] : []));
  if (found.length > 0) corrections.set(origin, [...(corrections.get(origin) ?? []), ...found].slice(-MAX_CORRECTIONS));
}
