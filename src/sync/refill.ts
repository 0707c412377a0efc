import { equal, parseDecimal, toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_BATCH_ENTRIES, MAX_BATCH_SIZE, MAX_BODY_LEAVES, MAX_BODY_SIZE, MAX_CHECKPOINT_SIZE } from '../base/limits.ts';
import { type BundleItem, formatBundle, parseBundle } from '../entry/bundle.ts';
import { parseEntry } from '../entry/entry.ts';
import { formatCheckpoint } from '../tlog/checkpoint.ts';
import { judgeHeads } from '../tlog/fork.ts';
import { formatNote, parseNote } from '../tlog/note.ts';
import { originHash } from '../tlog/origin.ts';
import { parseEntryBundle } from '../tlog/tile.ts';
import { headChecks, type VerifiedHead, verifyHead } from '../verify/head.ts';
import { judgeLonger } from './alarm.ts';
import { keepPairs, linesOver } from './cosign.ts';
import type { KnownLog } from './generations.ts';
import { GoneBodies } from './gone-bodies.ts';
import { firstLeaf, rereadRoot, type Taken } from './leaves.ts';
import type { LogReader } from './log-reader.ts';
import { nextPart, pushItems } from './push.ts';
import { parsePush, receivedEntry } from './receive.ts';
import { type Replica, rowOf } from './replica.ts';

/** Bytes of smaller heads that come with one part at most; the others are not needed to go on. */
const MAX_HEADS_SIZE = MAX_BATCH_SIZE / 2;

/** Where a log is pulled from: the bytes at a path of somebody's door, `undefined` where they have none. May refuse `unreachable`. */
export type RefillSource = (path: string) => Promise<Uint8Array | undefined>;

/** The row that a log is pulled into, its origin or where another history of it lies, and the size from which on. */
export type Place = { readonly name: string; readonly from: number };

/** Why pulling ended: nothing more is to be had there; they did not answer any more, or with what is no part; or what they hold is signed by us and does not continue what is held here. */
export type RefillOutcome = 'done' | 'broke_off' | 'other_history';

/**
 * The part of a log after `from`, as a push of it would be (spec/sync.md, "Pulling a log back"): entries and bodies up to a head at most 1,000 entries
 * further, that head, the smaller heads in between, and the consistency proof from `from`. `undefined` where nothing follows.
 */
export async function servePart(replica: Replica, origin: string, from: number): Promise<Uint8Array | undefined> {
  const log = await rowOf(replica, origin);
  if (from >= log.size) return undefined;
  const { head, rows } = await nextPart(replica, log.origin, from, log.size);
  const items: BundleItem[] = [...(await pushItems(replica, log.origin, from, head, rows))];
  let room = MAX_HEADS_SIZE;
  for (let at = from; ; ) {
    const between = await replica.store.headAtOrAbove(log.origin, at + 1);
    if (between === undefined || between.size >= head.size) break;
    at = between.size;
    const bytes = await withLines(replica, log.origin, between);
    room -= bytes.length;
    if (room < 0) break;
    items.push({ name: `heads/${at}`, bytes });
  }
  return formatBundle(items);
}

/**
 * Pulls back one of our own logs from one holder, part by part, until they have no more. Everything is verified and nothing is signed: each head is ours by
 * both lines, entries give its root, every body opens whole, or lacks no more than what acts of ours above it say is erased or lost. What does not fit
 * leaves nothing behind and ends the pulling from this holder.
 * Call it in the log's turn ({@link StartGate.hold}), unless it is pulled into another place, of which nothing is read. Throws what the store throws; a
 * holder's faults are no exceptions.
 */
export async function refillOwn(replica: Replica, reader: LogReader, of: KnownLog, source: RefillSource, place?: Place): Promise<RefillOutcome> {
  const { origin } = of;
  const into = place ?? { name: origin, from: (await rowOf(replica, origin)).size };
  let outcome: RefillOutcome = 'done';
  const ask = (from: number): Promise<Uint8Array | undefined> =>
    source(`/log/${originHash(origin) ?? ''}/since/${from}`).catch((error: unknown) => {
      if (!(error instanceof ParleyError)) throw error;
      outcome = 'broke_off';
      return undefined;
    });
  const above: Above = { heads: [], bodies: new Map() };
  let reading: Promise<void> = Promise.resolve();
  try {
    let part = await ask(into.from);
    while (part !== undefined) {
      const end = endOf(part);
      // The next part comes over the wire while this one is written and read.
      const next = end === undefined ? Promise.resolve(undefined) : ask(end);
      const taken = await takePart(replica, of, into, part, above);
      if ('fault' in taken) return taken.fault === 'other_history' ? 'other_history' : 'broke_off';
      await reading;
      if ('taken' in taken && into.name === origin) reading = reader.catchUp(origin, taken.taken);
      part = await next;
    }
    return outcome;
  } finally {
    await reading;
    if (above.heads.length > 0) await settle(replica, reader, of, into.name, above);
  }
}

/**
 * Parts from the first text on that is not whole: written and not committed, since an act that accounts for it may stand any distance above. `bodies` are
 * the texts that came with hashes in them, by entry id.
 */
type Above = { readonly heads: VerifiedHead[]; readonly bodies: Map<string, Uint8Array> };

/** Commits what acts of ours account for, and takes back the rest: a text that is missing would stop our own reading for good. */
async function settle(replica: Replica, reader: LogReader, of: KnownLog, name: string, above: Above): Promise<void> {
  await new GoneBodies(replica, reader).take(of, above.bodies, name);
  const { openedSize } = await rowOf(replica, name);
  await commitHeads(
    replica,
    name,
    above.heads.filter(({ checkpoint }) => checkpoint.size <= openedSize),
  );
  const { size, pendingSize } = await rowOf(replica, name);
  if (pendingSize > size) await replica.store.unstage(name, size);
  await reader.catchUp();
}

/** Keeps the receipts over smaller heads that a part of another party's log brought, once its entries are held: a restored store knows none of them. */
export async function keepLines(replica: Replica, of: KnownLog, bytes: Uint8Array): Promise<void> {
  const part = await verifyPart(replica, of, bytes);
  const { size } = await rowOf(replica, of.origin);
  for (const { checkpoint, otherLines } of part?.heads ?? [])
    if (checkpoint.size <= size && equal(await replica.store.rootAt(of.origin, checkpoint.size), checkpoint.root))
      await keepPairs(replica, checkpoint, otherLines);
}

type PartFault = { readonly fault: 'no_part' | 'other_history' };

/** Verifies one part and keeps it, head by head; from the first text on that is not whole, above the head that is committed. */
async function takePart(
  replica: Replica,
  of: KnownLog,
  { name, from: start }: Place,
  bytes: Uint8Array,
  above: Above,
): Promise<{ readonly taken: Taken } | { readonly staged: true } | PartFault> {
  const part = await verifyPart(replica, of, bytes);
  if (part === undefined) return { fault: 'no_part' };
  const log = await rowOf(replica, name);
  const { size, root, origin } = part.head.checkpoint;
  const at = Math.max(start, log.size);
  const held = above.heads.at(-1)?.checkpoint ?? { origin, size: at, root: await replica.store.rootAt(name, at) };
  const from = held.size;
  if (part.old !== from || size <= from || part.entries.length > MAX_BATCH_ENTRIES) return { fault: 'no_part' };
  // Their path leads to the head that we signed, but not from the one that is held here: both cannot be ours.
  const verdict = from === 0 ? 'continues' : judgeHeads(replica.crypto.sha256, held, part.head.checkpoint, part.path);
  if (verdict === 'fork') {
    const note = formatNote({ text: formatCheckpoint(part.head.checkpoint), lines: part.head.logLines });
    if (!replica.generations.isForked(origin) && name === origin)
      await judgeLonger(replica, of, { checkpoint: part.head.checkpoint, note }, part.path);
    return { fault: 'other_history' };
  }
  if (verdict !== 'continues') return { fault: 'no_part' };
  const received = receivedOf(replica, of, from, part);
  if (received === undefined) return { fault: 'no_part' };
  const gaps = received.filter(({ row }) => row.bodyRequired && row.body === undefined);
  const isAbove = above.heads.length > 0 || gaps.length > 0;
  for (const id of gaps.map(({ row }) => toBase64url(row.id))) {
    const text = part.bodies.get(id);
    // A copy: the part that it came in is not to stay in memory with it.
    if (text !== undefined) above.bodies.set(id, text.slice());
  }
  const marked = replica.mark.own(origin);
  // Before it is committed: a crash between two heads must not leave the one that a rolled back mark happens to name.
  if (marked !== undefined && size > marked.size) await replica.mark.distrust(origin);
  if (log.pendingSize > from) await replica.store.unstage(name, from);
  await replica.store.stage(
    name,
    from,
    received.map(({ row }) => row),
    false,
  );
  if (!equal(await rereadRoot(replica, name, from, size), root)) {
    await replica.store.unstage(name, from);
    return { fault: 'no_part' };
  }
  if (isAbove) {
    above.heads.push(...part.heads, part.head);
    return { staged: true };
  }
  await commitHeads(replica, name, [...part.heads, part.head]);
  return { taken: { from, items: received.map(({ item }) => item) } };
}

/** The rows of a part, or `undefined` where its first leaf is none that this log could begin with. */
function receivedOf(replica: Replica, of: KnownLog, from: number, part: Part): readonly ReturnType<typeof receivedEntry>[] | undefined {
  const [first] = part.entries;
  if (from === 0 && first !== undefined && !equal(first, firstLeaf(replica, of).bytes)) return undefined;
  return part.entries.map((entry, i) => receivedEntry(replica, of, from + i, entry, part.bodies));
}

/** Commits heads in order, each where its root is that of the entries now held; an own head that is not is left out, and the last one is. */
async function commitHeads(replica: Replica, name: string, heads: readonly VerifiedHead[]): Promise<void> {
  for (const { checkpoint, logLines, otherLines } of heads) {
    const { size, root } = checkpoint;
    const log = await rowOf(replica, name);
    if (size <= log.size || size > log.pendingSize || !equal(await replica.store.rootAt(name, size), root)) continue;
    const note = formatNote({ text: formatCheckpoint(checkpoint), lines: logLines });
    if (!(await replica.store.commitHead(name, log, { size, root, note }))) throw new ParleyError('conflict', 'this log is being written');
    await keepPairs(replica, checkpoint, otherLines);
  }
}

export type Part = {
  readonly old: number;
  readonly head: VerifiedHead;
  readonly heads: readonly VerifiedHead[];
  readonly entries: readonly Uint8Array[];
  readonly bodies: ReadonlyMap<string, Uint8Array>;
  readonly path: readonly Uint8Array[] | undefined;
};

/**
 * A part in its form whose head is ours, and nothing besides: whoever pads it, or puts texts of other entries into it, would be taken for one that gives.
 * `undefined` for anything else. Smaller heads that do not verify are left out.
 */
export async function verifyPart(replica: Replica, of: KnownLog, bytes: Uint8Array): Promise<Part | undefined> {
  const bundle = parseBundle(bytes);
  if ('expected' in bundle) return undefined;
  try {
    const push = parsePush(bytes);
    const verified = await verifyHead(replica.crypto, of.card, push.note);
    if ('expected' in verified) return undefined;
    const { size } = verified.head.checkpoint;
    const entries = parseEntryBundle(push.entries, Math.max(0, size - push.old));
    if ('expected' in entries || !isPlain(replica, bundle.items, push.old, size, entries.entries)) return undefined;
    const heads = await smallerHeads(replica, of, bundle.items);
    return { old: push.old, head: verified.head, heads, entries: entries.entries, bodies: push.bodies, path: push.path };
  } catch (error) {
    if (error instanceof ParleyError) return undefined;
    throw error;
  }
}

/** Whether every item belongs to a part from `old` to `size` with these entries: texts of theirs, none longer than a text can be, and heads in between. */
function isPlain({ crypto }: Replica, items: readonly BundleItem[], old: number, size: number, entries: readonly Uint8Array[]): boolean {
  const ids = new Set(
    entries.flatMap((bytes) => {
      const parsed = parseEntry(crypto.sha256, bytes);
      return 'entry' in parsed ? [`bodies/${parsed.entry.id}`] : [];
    }),
  );
  const seen = new Set<string>();
  return items.every(({ name, bytes }) => {
    if (seen.has(name)) return false;
    seen.add(name);
    if (['old', 'checkpoint', 'entries', 'proof'].includes(name)) return true;
    if (name.startsWith('bodies/')) return ids.has(name) && bytes.length <= MAX_BODY_SIZE + 48 * MAX_BODY_LEAVES;
    const at = name.startsWith('heads/') ? parseDecimal(name.slice(6)) : undefined;
    return at !== undefined && at > old && at < size && bytes.length <= MAX_CHECKPOINT_SIZE;
  });
}

async function smallerHeads(replica: Replica, { card }: KnownLog, items: readonly BundleItem[]): Promise<readonly VerifiedHead[]> {
  const found = items
    .filter(({ name }) => name.startsWith('heads/'))
    .map(({ name, bytes }) => ({ name, ...headChecks(replica.crypto.sha256, card, bytes) }))
    .filter((head) => 'head' in head)
    .filter(({ name, head }) => name === `heads/${head.checkpoint.size}`);
  const verdicts = await replica.crypto.verify(found.flatMap(({ checks }) => checks));
  // Two lines a head, in order.
  const good = found.filter((_, i) => verdicts[2 * i] === true && verdicts[2 * i + 1] === true);
  return good.map(({ head }) => head).sort((a, b) => a.checkpoint.size - b.checkpoint.size);
}

/** The size of the head of a part, before anything in it is believed. */
function endOf(part: Uint8Array): number | undefined {
  const bundle = parseBundle(part);
  const note = 'items' in bundle ? parseNote(bundle.items.find(({ name }) => name === 'checkpoint')?.bytes ?? new Uint8Array()) : bundle;
  const size = 'note' in note ? Number(note.note.text.split('\n')[1]) : Number.NaN;
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

async function withLines(replica: Replica, origin: string, head: { size: number; note: Uint8Array }): Promise<Uint8Array> {
  const parsed = parseNote(head.note);
  if ('expected' in parsed) throw new Error('bug: a committed head is a note');
  return formatNote({ text: parsed.note.text, lines: [...parsed.note.lines, ...(await linesOver(replica, origin, head.size))] });
}
