import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import type { Fields } from '../document/kind.ts';
import { startedAt } from '../procedure/clock.ts';
import { type Clock, discharges, selfTimed, starts } from '../procedure/pack.ts';
import { OF_EFFECT, takesEffect } from '../projection/joint/effect.ts';
import { parseHead } from '../projection/matter.ts';
import { MatterRead } from '../projection/matter-read.ts';
import type { CosignatureRow, VerdictRow } from '../store/store.ts';
import { keepPairs } from '../sync/cosign.ts';
import { firstReceipt, rowOf } from '../sync/replica.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { parseLines } from '../tlog/note.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { isActRow } from './kept-fold.ts';
import { type ReadEntry, readEntry } from './views/facts.ts';

/** Where the search of another party's log stands: everything below was looked at. `open` are documents that their author has yet to stamp. */
type Progress = { next: number; open: Open[] };
type Open = { readonly index: number; readonly id: string };

/** A document of another's that is to be stamped here, with our first receipt of it. */
export type TheirStamp = { readonly entry: string; readonly receipt: CosignatureRow };
/** Writes these into our log, all of them at once. */
export type WriteStamps = (stamps: readonly TheirStamp[]) => Promise<void>;

/** How long an author has to stamp its own document with our receipt before we do, in seconds: nearly always it does, and nothing is written here. */
export const UNSTAMPED_SECONDS = 60;
/** Documents looked into in one turn: whoever sends very many must not keep other stamps waiting. */
const MAX_AT_ONCE = 100;
/** Entries of a log looked at in one turn. */
const MAX_LOOKED_AT = 2000;
/** Documents that wait in a log, beyond which no more of it is looked at: those wait there as well, and what is remembered of it stays small. */
const MAX_OPEN = 1000;
/** Characters of a matter beyond which it is not read for the sake of one stamp: it is written, and changes nothing where it was not needed. */
export const MAX_READ = 500_000;
/** Entries that hold nothing to stamp and may be looked at again after a restart. */
const MAX_UNWRITTEN = 4000;

/** Of each log of others at work, where its search stands; `written` is how far the store knows of it. */
const searches = new WeakMap<ChannelRuntime, Map<string, Search>>();
type Search = { readonly key: string; readonly progress: Progress; written: number };

/**
 * Looks for documents of others of whose time only their author's own stamps would tell, though it would rather have it later (spec/time.md): what starts a
 * clock against its author, what ends a clock only where it came after the start, and what its author alone brings about. Where the author has not stamped our first receipt after a while,
 * `write` puts it into our log, once; those of one turn together. Receipts over our own log that stand in stamps of others are kept, so that whoever gave
 * them to nobody else is taken at its word, and stamped here at once.
 *
 * Resolves with the moment at which it is to be called again, where there is one.
 */
export async function stampTheirs(channel: ChannelRuntime, write: WriteStamps): Promise<number | undefined> {
  if (channel.own.stopped !== undefined) return undefined;
  const { generations, us } = channel.replica;
  const moments: number[] = [];
  for (const party of channel.replica.channel.parties.keys()) {
    if (party === us) continue;
    for (const { origin } of generations.sequence(party)) {
      const moment = await searchLog(channel, origin, write);
      if (moment !== undefined) moments.push(moment);
    }
  }
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** Of stamps of ours, those over documents of others: the times of these are stamped too, since they say when the author held our word. */
export async function wordsAmong(channel: ChannelRuntime, verdicts: readonly VerdictRow[]): Promise<readonly VerdictRow[]> {
  const stamps = verdicts.filter(({ valid, type }) => valid && type === 'stamp');
  if (stamps.length === 0) return [];
  const { generations, us } = channel.replica;
  const read = await readAt(channel, stamps);
  const foreign = stamps.filter((row) => {
    const { head } = partsOf(read.get(placeOf(row)));
    const of = head === undefined ? undefined : generations.find(head.origin)?.party;
    return of !== undefined && of !== us;
  });
  // A stamp of a silence of ours shows another's log as well, and names an entry of ours.
  const named = foreign.flatMap((row) => fromBase64url(partsOf(read.get(placeOf(row))).entry ?? '', 32) ?? []);
  const places = named.length === 0 ? [] : await channel.store.findEntries(channel.id, named);
  const ours = new Set(places.filter(({ origin }) => generations.find(origin)?.party === us).map(({ id }) => toBase64url(id)));
  return foreign.filter((row) => !ours.has(partsOf(read.get(placeOf(row))).entry ?? ''));
}

async function searchLog(channel: ChannelRuntime, origin: string, write: WriteStamps): Promise<number | undefined> {
  const { store } = channel;
  const search = await searchIn(channel, origin);
  const { progress } = search;
  const read = await channel.reader.readSize(origin);
  const size = progress.open.length >= MAX_OPEN ? progress.next : Math.min(read, progress.next + MAX_LOOKED_AT);
  const fresh = progress.next < size ? (await store.verdictsOf(origin, progress.next, size)).filter(({ valid }) => valid) : [];
  await keepReceiptsIn(channel, fresh);
  const found = await selfTimedIn(channel, fresh);
  progress.open.push(...found);
  progress.next = Math.max(progress.next, size);
  const { due, moment } = await dueOf(channel, origin, progress.open);
  const untimed = await untimedOf(
    channel,
    due.map(({ open, receipt }) => ({ entry: open.id, receipt })),
  );
  if (untimed.length > 0) await write(untimed);
  const done = new Set(due.map(({ open }) => open));
  progress.open = progress.open.filter((open) => !done.has(open));
  const next = size < read && progress.open.length < MAX_OPEN ? channel.replica.now() + 1 : moment;
  if (found.length === 0 && due.length === 0 && progress.next - search.written < MAX_UNWRITTEN) return next;
  await store.putLocal('their-stamps', search.key, JSON.stringify(progress));
  search.written = progress.next;
  return next;
}

async function searchIn(channel: ChannelRuntime, origin: string): Promise<Search> {
  const { generations, us } = channel.replica;
  // A word that went with what does not count of a generation of ours is given again in the next one.
  const key = `${origin} ${generations.current(us).gen}`;
  const known = searches.get(channel) ?? new Map<string, Search>();
  searches.set(channel, known);
  const begun = known.get(key);
  if (begun !== undefined) return begun;
  const stored = await channel.store.getLocal('their-stamps', key);
  const progress: Progress = stored === undefined ? { next: 1, open: [] } : (JSON.parse(stored) as Progress);
  const search = { key, progress, written: progress.next };
  known.set(key, search);
  return search;
}

/** Which of these documents have waited long enough since our first receipt, and when the next one will have. */
async function dueOf(
  channel: ChannelRuntime,
  origin: string,
  open: readonly Open[],
): Promise<{ readonly due: readonly { readonly open: Open; readonly receipt: CosignatureRow }[]; readonly moment: number | undefined }> {
  const { replica, store } = channel;
  const names = replica.generations.heldNames(replica.us);
  const due: { readonly open: Open; readonly receipt: CosignatureRow }[] = [];
  let moment: number | undefined;
  for (const one of open) {
    const receipt = await firstReceipt(store, origin, one.index, names);
    // They stand in the order of their log, and so do our receipts: where there is none, no later one has any.
    if (receipt === undefined) break;
    const at = receipt.time + UNSTAMPED_SECONDS;
    if (at > replica.now() || due.length >= MAX_AT_ONCE) {
      moment = Math.max(at, replica.now() + 1);
      break;
    }
    due.push({ open: one, receipt });
  }
  return { due, moment };
}

/**
 * Those of which neither stamps of the author's own say that we held them, and no later than we did, nor a word of ours. Many may stand in one matter, which is
 * read once for all of them.
 */
async function untimedOf(channel: ChannelRuntime, stamps: readonly TheirStamp[]): Promise<readonly TheirStamp[]> {
  if (stamps.length === 0) return [];
  const rows = await channel.store.verdicts(
    channel.id,
    stamps.map(({ entry }) => raw(entry)),
  );
  const places = new Map(rows.filter(isActRow).map(({ id, matter }) => [toBase64url(id), toBase64url(matter)]));
  const untimed: TheirStamp[] = [];
  for (const [place, some] of Map.groupBy(stamps, ({ entry }) => places.get(entry))) {
    const isTimed = place === undefined ? () => false : await timedIn(channel, place);
    untimed.push(...some.filter((stamp) => !isTimed(stamp)));
  }
  return untimed;
}

async function timedIn({ id, store, replica }: ChannelRuntime, place: string): Promise<(stamp: TheirStamp) => boolean> {
  const [row] = await store.matters(id, { ids: [raw(place)], most: MAX_READ });
  const { components, ...head } = row === undefined ? { components: undefined } : parseHead(row.state);
  if (!('id' in head) || components === undefined) return () => false;
  const { acts, stamps } = new MatterRead({ ...head, components });
  const byId = new Map(acts.map((act) => [act.id, act]));
  const words = new Set(
    acts.flatMap(({ party, stamp }) => (party === replica.us && stamp?.held.some((one) => one.party === replica.us) === true ? [stamp.entry] : [])),
  );
  return ({ entry, receipt }) => {
    const act = byId.get(entry);
    if (act === undefined) return false;
    const held = startedAt(stamps.get(entry) ?? [], { party: act.party, index: act.index, entry }, replica.us);
    return (held !== undefined && held <= receipt.time) || words.has(entry);
  };
}

async function selfTimedIn(channel: ChannelRuntime, verdicts: readonly VerdictRow[]): Promise<readonly Open[]> {
  const { anchor, ends } = selfTimed(channel.rules.packs);
  const kinds = new Set([...anchor.map((clock) => clock.anchor.kind), ...ends.flatMap(({ discharge }) => discharge.kinds), ...OF_EFFECT]);
  const rows = verdicts.filter(({ type }) => kinds.has(type));
  const read = await readAt(channel, rows);
  return rows.flatMap((row): readonly Open[] => {
    const id = toBase64url(row.id);
    const fields = read.get(placeOf(row))?.document?.fields;
    if (fields === undefined) return [];
    const opens = id === toBase64url(row.matter);
    const isTimed =
      takesEffect(row.type, fields) ||
      anchor.some((clock) => starts(clock, { kind: row.type, fields }, opens)) ||
      ends.some((clock) => mayEnd(clock, row.type, fields));
    return isTimed ? [{ index: row.index, id }] : [];
  });
}

/** Whether a document ends this clock, whichever anchor it is held against. */
function mayEnd(clock: Clock, kind: string, fields: Fields): boolean {
  return discharges(clock, fields, { kind, fields });
}

/** Keeps receipts over our own log that others stamped into theirs, since whoever signed them may not have sent them to us. */
async function keepReceiptsIn(channel: ChannelRuntime, verdicts: readonly VerdictRow[]): Promise<void> {
  const { replica, store } = channel;
  const stamps = verdicts.filter(({ type }) => type === 'stamp');
  for (const entry of (await readAt(channel, stamps)).values()) {
    const { head, lines } = partsOf(entry);
    const log = head === undefined ? undefined : replica.generations.find(head.origin);
    if (head === undefined || lines === undefined || log?.party !== replica.us || head.size > (await rowOf(replica, log.origin)).size) continue;
    if (toBase64url(await store.rootAt(log.origin, head.size)) === toBase64url(head.root)) await keepPairs(replica, head, lines);
  }
}

function partsOf(read: ReadEntry | undefined) {
  const { entry, checkpoint: text, lines: signed } = read?.document?.fields ?? {};
  const checkpoint = typeof text === 'string' ? parseCheckpoint(text) : undefined;
  const lines = typeof signed === 'string' ? parseLines(utf8(signed)) : undefined;
  return {
    entry: typeof entry === 'string' ? entry : undefined,
    head: checkpoint !== undefined && 'checkpoint' in checkpoint ? checkpoint.checkpoint : undefined,
    lines: lines !== undefined && 'lines' in lines ? lines.lines : undefined,
  };
}

async function readAt(channel: ChannelRuntime, rows: readonly VerdictRow[]): Promise<ReadonlyMap<string, ReadEntry>> {
  const entries = rows.length === 0 ? [] : await channel.store.entriesAt(rows);
  return new Map(entries.map((row) => [placeOf(row), readEntry(channel, row)]));
}

function placeOf({ origin, index }: { readonly origin: string; readonly index: number }): string {
  return `${origin}/${index}`;
}

function raw(id: string): Uint8Array {
  return fromBase64url(id, 32) ?? new Uint8Array(32);
}
