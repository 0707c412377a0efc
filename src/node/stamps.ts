import { fromUtf8, toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { witnessName } from '../entry/card.ts';
import { composeEntry } from '../entry/entry.ts';
import type { CitedHead } from '../entry/header.ts';
import { OF_EFFECT } from '../projection/joint/effect.ts';
import type { CosignatureRow } from '../store/store.ts';
import { cardOf, citedLog, firstReceipt } from '../sync/replica.ts';
import { formatCheckpoint } from '../tlog/checkpoint.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { clockBearing } from './packs.ts';
import { nextAsking, type PendingSilence, silenceStamps, silencesIn } from './silences.ts';
import { stampTheirs, wordsAmong } from './stamps-of-theirs.ts';

/** Where the search for unstamped entries of an own log stands: everything below was looked at. `open` are entries still waiting for times. */
type StampProgress = { next: number; open: Open[]; silences?: PendingSilence[] };
/** `by`: whose receipts are stamped, while those of others are not; `held`: all are. */
type Open = { index: number; id: string; held: boolean; by?: number[]; witnessed: boolean };

/** A stamp to write: over which head, with whose lines, and what it settles for the entry: whose receipts it has, and whether a quorum of hosts. */
type DueStamp = { readonly open: Open; readonly rows: readonly CosignatureRow[]; readonly by: readonly number[]; readonly witnessed: boolean };

/**
 * A silence, whose stamp says since when the others hold it, and kinds that break one, now or once it is proposed: they are safe once a quorum of hosts is
 * stamped over them (spec/time.md).
 */
const OF_SILENCE: ReadonlySet<string> = new Set(['silence_procedure', 'objection', 'amendment']);

/** How long a receipt is waited for before a quorum of hosts, or the receipts of others, are stamped without it, in seconds. */
const WITHHELD_SECONDS = 60;

/** Of each log of ours at work, where its search stands; `written` is how far the store knows of it. */
const searches = new WeakMap<ChannelRuntime, Map<string, Search>>();
type Search = { readonly progress: StampProgress; written: number };
/** Entries that hold nothing to stamp and may be looked at again after a restart: a write for each batch, of up to 1,000 of them, would be waste. */
const MAX_UNWRITTEN = 4000;

/**
 * Stamps this party's own clock-bearing entries, and what may break a silence, whose cosignature times have come (spec/time.md): once with the first receipt, and once
 * more with the hosts' lines where those came over a later head. Of others it stamps what they leave unstamped to have it later, and then that stamp of ours
 * like an entry of our own; no other stamp is clock-bearing, so there is no ping-pong. Times that come late over a generation left behind are stamped in the
 * one written now. Silence procedures of ours whose time is over are stamped with what hosts showed then.
 *
 * Resolves with the moments, where there are any, at which hosts are to be asked for the sake of a silence, and at which this is to be called again.
 */
export async function stampAll(channel: ChannelRuntime): Promise<{ readonly askAt: number | undefined; readonly againAt: number | undefined }> {
  // Every wake comes here: what would be refused is not composed and signed first.
  if (channel.own.stopped !== undefined) return { askAt: undefined, againAt: undefined };
  const { generations, us, now } = channel.replica;
  const againAt = await stampTheirs(channel, async (stamps) => {
    const after = await citedHeads(channel);
    await Promise.all(stamps.map(({ entry, receipt }) => appendOver(channel, entry, [receipt], after)));
  });
  const pending: PendingSilence[] = [];
  for (const { origin } of generations.sequence(us)) pending.push(...(await stampLog(channel, origin)));
  return { askAt: nextAsking(pending, now()), againAt };
}

async function stampLog(channel: ChannelRuntime, origin: string): Promise<readonly PendingSilence[]> {
  const { replica, store } = channel;
  const search = await searchIn(channel, origin);
  const { progress } = search;
  const before = JSON.stringify([progress.open, progress.silences]);
  const size = await channel.reader.readSize(origin);
  const kinds = clockBearing(channel.rules.packs);
  const fresh = progress.next < size ? await store.verdictsOf(origin, progress.next, size) : [];
  const isStamped = (type: string): boolean => kinds.has(type) || OF_EFFECT.has(type) || (OF_SILENCE.has(type) && replica.channel.hosts.length > 0);
  const own = fresh.filter((row) => row.valid && isStamped(row.type));
  const found = [...own, ...(await wordsAmong(channel, fresh))];
  for (const row of found) {
    progress.open.push({ index: row.index, id: toBase64url(row.id), held: false, witnessed: replica.channel.hosts.length === 0 });
  }
  const silences = [...(progress.silences ?? []), ...(await silencesIn(channel, fresh))];
  progress.next = Math.max(progress.next, size);
  const due = (await Promise.all(progress.open.map((open) => stampsDue(channel, origin, open)))).flat();
  const shown = (await Promise.all(silences.map((silence) => silenceStamps(channel, silence)))).flat();
  const after = due.length + shown.length === 0 ? [] : await citedHeads(channel);
  // All at once: they go into the log under one head, and the push they cause is one.
  await Promise.all([
    ...due.map(async (stamp) => {
      await appendOver(channel, stamp.open.id, stamp.rows, after);
      const by = [...(stamp.open.by ?? []), ...stamp.by];
      stamp.open.by = by;
      stamp.open.held ||= by.length === replica.channel.parties.length - 1;
      stamp.open.witnessed ||= stamp.witnessed;
    }),
    ...shown.map(async ({ silence, party, checkpoint, lines }) => {
      await appendLines(channel, silence.id, checkpoint, lines, after);
      silence.shown.push(party);
    }),
  ]);
  progress.open = progress.open.filter((open) => !open.held || !open.witnessed);
  // A silence is over with once the log of every other party was shown.
  const pending = silences.filter((silence) => silence.shown.length < replica.channel.parties.length - 1);
  if (pending.length > 0 || progress.silences !== undefined) progress.silences = pending;
  const isSame = before === JSON.stringify([progress.open, progress.silences]);
  if (found.length === 0 && progress.next - search.written < MAX_UNWRITTEN && isSame) return pending;
  await store.putLocal('stamps', origin, JSON.stringify(progress));
  search.written = progress.next;
  return pending;
}

async function searchIn(channel: ChannelRuntime, origin: string): Promise<Search> {
  const known = searches.get(channel) ?? new Map<string, Search>();
  searches.set(channel, known);
  const begun = known.get(origin);
  if (begun !== undefined) return begun;
  const stored = await channel.store.getLocal('stamps', origin);
  const progress: StampProgress = stored === undefined ? { next: 1, open: [] } : (JSON.parse(stored) as StampProgress);
  const search = { progress, written: progress.next };
  known.set(origin, search);
  return search;
}

/**
 * The stamps whose times are here: the first receipt of each other party, with the hosts' lines over the same head beside it; and a quorum of hosts over
 * another head. Receipts over one head are one stamp, and so all are waited for a little; whoever withholds theirs stops nobody else's clock.
 */
async function stampsDue(channel: ChannelRuntime, origin: string, open: Open): Promise<readonly DueStamp[]> {
  const { replica } = channel;
  const { quorum } = replica.channel.charter;
  const waited = (time: number): boolean => replica.now() - time >= WITHHELD_SECONDS;
  const missing = open.held ? [] : [...replica.channel.parties.keys()].filter((party) => party !== replica.us && open.by?.includes(party) !== true);
  const held = await firstOver(channel, origin, open.index, missing);
  const seen = open.witnessed ? [] : await hostsOver(channel, origin, open.index);
  const due: DueStamp[] = [];
  let witnessed = open.witnessed;
  if (held.length > 0 && (held.length === missing.length || waited(Math.min(...held.map(({ row }) => row.time))))) {
    for (const [size, receipts] of Map.groupBy(held, ({ row }) => row.size)) {
      const beside = witnessed ? [] : seen.filter((row) => row.size === size);
      witnessed ||= beside.length >= quorum;
      due.push({ open, rows: [...receipts.map(({ row }) => row), ...beside], by: receipts.map(({ party }) => party), witnessed });
    }
  }
  const same = seen.filter((row) => row.size === seen[0]?.size);
  // Without a receipt a quorum of hosts is stamped a little later, so that the usual case takes one stamp; whoever withholds receipts gains nothing by it.
  const isDue = open.held || due.length > 0 || waited(Math.max(0, ...same.map((row) => row.time)));
  if (!witnessed && same.length >= Math.max(1, quorum) && isDue) due.push({ open, rows: same, by: [], witnessed: true });
  return due;
}

async function firstOver(
  { replica }: ChannelRuntime,
  origin: string,
  index: number,
  parties: readonly number[],
): Promise<readonly { readonly party: number; readonly row: CosignatureRow }[]> {
  const found = parties.map(async (party) => ({
    party,
    row: await firstReceipt(replica.store, origin, index, replica.generations.heldNames(party)),
  }));
  return (await Promise.all(found)).flatMap(({ party, row }) => (row === undefined ? [] : [{ party, row }]));
}

async function hostsOver({ replica }: ChannelRuntime, origin: string, index: number): Promise<readonly CosignatureRow[]> {
  const names = replica.channel.hosts.map((card) => witnessName(replica.crypto.sha256, card));
  return (await Promise.all(names.map((name) => firstReceipt(replica.store, origin, index, [name])))).filter((row) => row !== undefined);
}

async function appendOver(channel: ChannelRuntime, entry: string, rows: readonly CosignatureRow[], after: readonly CitedHead[]): Promise<void> {
  const [head] = rows;
  if (head === undefined) return;
  const lines = rows.map((row) => fromUtf8(row.lines) ?? '').join('');
  const checkpoint = formatCheckpoint({ origin: head.origin, size: head.size, root: head.root });
  await appendLines(channel, entry, checkpoint, lines, after);
}

async function appendLines(channel: ChannelRuntime, entry: string, checkpoint: string, lines: string, after: readonly CitedHead[]): Promise<void> {
  const fields = [
    ['entry', entry],
    ['checkpoint', checkpoint],
    ['lines', lines],
  ] as const;
  await appendAsNode(channel, 'stamp', [entry], fields, after);
}

/** Appends an entry that the node itself signs (a stamp, an identity note it carries); resolves with its index and id. */
export async function appendAsNode(
  channel: ChannelRuntime,
  type: string,
  refs: readonly string[],
  fields: readonly (readonly [string, string])[],
  after?: readonly CitedHead[],
): Promise<{ index: number; id: string }> {
  const { replica } = channel;
  const { crypto, random, now, keys } = replica;
  const draft = {
    channel: channel.id,
    party: replica.us,
    gen: cardOf(replica, replica.us).gen,
    type,
    time: now(),
    after: after ?? (await citedHeads(channel)),
    refs,
    fields,
  };
  const entry = await composeEntry(crypto.sha256, random, draft, keys.node, 'node');
  return { index: await channel.append({ bytes: entry.bytes, body: entry.body }), id: entry.id };
}

/** The heads this node holds of the log that each party writes now, as an entry cites them. Refuses `unsafe_state` while one is being pulled back. */
export async function citedHeads(channel: ChannelRuntime): Promise<readonly CitedHead[]> {
  const logs = await Promise.all(channel.replica.channel.parties.map((_, party) => citedLog(channel.replica, party)));
  // Another history is taking the place of the one that was here: until it is, there is nothing to cite.
  if (logs.some(({ size }) => size === 0)) throw new ParleyError('unsafe_state', 'a log that is being pulled back');
  return logs.map((log) => ({ party: log.party, gen: log.gen, size: log.size, root: toBase64url(log.root) }));
}
