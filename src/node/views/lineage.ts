import { equal, toBase64url } from '../../base/bytes.ts';
import type { Phrase } from '../../base/phrases.ts';
import { heldId } from '../../entry/entry.ts';
import type { LineageView, UncountedEntry } from '../../projection/views.ts';
import type { EntryRow } from '../../store/store.ts';
import { branchOf } from '../../sync/branch.ts';
import type { KnownLog } from '../../sync/generations.ts';
import { rowOf } from '../../sync/replica.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { readEntry, summaryOfEntry } from './facts.ts';

/** Entries of one log that do not count, shown at most; the rest is counted. */
const MAX_SHOWN = 50;

/** Entries of the held history that are shown before the place from which the other one is here. */
const BEFORE = 10;

/** Why an entry that is held and shown does not count. */
export const NOT_COUNTED: Phrase = { id: 'lineage.not_counted' };

/** All logs of a channel with how they count, and both histories of each that is forked. */
export async function lineageView(channel: ChannelRuntime): Promise<LineageView> {
  const { generations, us } = channel.replica;
  const logs = await Promise.all(
    generations.all.map(async (log) => {
      const { size } = await rowOf(channel.replica, log.origin);
      const status = generations.status(log.origin);
      return {
        party: log.party,
        gen: log.gen,
        origin: log.origin,
        status: status?.status ?? ('open' as const),
        size,
        counted: status?.counted ?? size,
        ordinal: generations.ordinal(log.origin),
        ...(log.note === undefined ? {} : { continues: { gen: log.note.continues.gen, size: log.note.continues.size } }),
        uncounted: await uncountedIn(channel, log),
      };
    }),
  );
  const forked = generations.all.filter(({ origin }) => generations.isForked(origin));
  const order = (party: number): number => (party === us ? -1 : party);
  return {
    logs: logs.sort((a, b) => order(a.party) - order(b.party) || a.ordinal - b.ordinal),
    forks: await Promise.all(forked.map((log) => branchesOf(channel, log))),
  };
}

/** What is held of a log and does not count, oldest first. */
export async function uncountedIn(channel: ChannelRuntime, { origin }: Pick<KnownLog, 'origin'>): Promise<readonly UncountedEntry[]> {
  const { generations, store } = channel.replica;
  const counted = generations.status(origin)?.counted;
  if (counted === undefined) return [];
  const { size } = await rowOf(channel.replica, origin);
  const rows = size > counted ? await store.entries(origin, counted, Math.min(size, counted + MAX_SHOWN)) : [];
  return Promise.all(rows.filter(({ index }) => index > 0).map((row) => uncounted(channel, row)));
}

/** The two histories from where they part, as far as either is here: the one held, and the one that came and was not taken. */
async function branchesOf(channel: ChannelRuntime, { origin, party, gen }: KnownLog): Promise<LineageView['forks'][number]> {
  const { store, generations, crypto } = channel.replica;
  const standing = generations.standing(origin) ?? 0;
  const { size } = await rowOf(channel.replica, origin);
  const other = await branchOf(store, origin);
  const others = (other?.entries ?? []).map(
    ({ bytes, body }, i): EntryRow => ({
      origin,
      index: (other?.from ?? 0) + i,
      id: heldId(crypto.sha256, bytes),
      leafHash: new Uint8Array(),
      bytes,
      body,
      bodyRequired: true,
    }),
  );
  // Where the two part is not always known here: what came begins where we ended. So the held one is shown from a little before.
  const from = Math.max(1, Math.min(standing, others[0]?.index ?? standing) - BEFORE);
  const held = await store.entries(origin, from, Math.min(size, from + MAX_SHOWN));
  const isShared = (a: EntryRow, b: EntryRow): boolean => a.index === b.index && equal(a.bytes, b.bytes);
  const only = (rows: readonly EntryRow[], these: readonly EntryRow[]): readonly EntryRow[] =>
    rows.filter((row) => !these.some((one) => isShared(row, one)));
  const show = (rows: readonly EntryRow[]): Promise<readonly UncountedEntry[]> => Promise.all(rows.map((row) => uncounted(channel, row)));
  const ours = await show(only(held, others));
  return {
    party,
    gen,
    standing,
    branches: [
      { size, entries: ours.map((entry) => (entry.index < standing ? { ...entry, stands: true as const } : entry)) },
      { size: others.length === 0 ? 0 : (others[0]?.index ?? 0) + others.length, entries: await show(only(others, held).slice(0, MAX_SHOWN)) },
    ],
  };
}

async function uncounted(channel: ChannelRuntime, row: EntryRow): Promise<UncountedEntry> {
  const read = readEntry(channel, row);
  return {
    id: toBase64url(row.id),
    index: row.index,
    kind: read.header?.type ?? '',
    time: read.header?.time ?? 0,
    summary: await summaryOfEntry(channel, read),
  };
}
