import { equal, fromBase64url, fromUtf8, parseDecimal, toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_BATCH_ENTRIES } from '../base/limits.ts';
import { openWholeBody } from '../entry/body.ts';
import { parseBundle } from '../entry/bundle.ts';
import { heldId, parseEntry } from '../entry/entry.ts';
import type { StagedEntry } from '../store/store.ts';
import { formatCheckpoint, parseSignedHead } from '../tlog/checkpoint.ts';
import { leafHash } from '../tlog/merkle.ts';
import { formatNote } from '../tlog/note.ts';
import { parseEntryBundle } from '../tlog/tile.ts';
import { parsePathItem } from '../verify/conviction.ts';
import { type VerifiedHead, verifyHead } from '../verify/head.ts';
import type { ReadItem } from '../verify/read-log.ts';
import { convictShorter, judgeLonger, lookAgain } from './alarm.ts';
import { pathAcross } from './alarm-across.ts';
import { type Branch, keepBranch } from './branch.ts';
import { giveReceipt, keepPairs, mayCosign } from './cosign.ts';
import type { KnownLog } from './generations.ts';
import type { GoneBodies } from './gone-bodies.ts';
import { firstLeaf, rereadRoot, type Taken } from './leaves.ts';
import { type Replica, rowOf } from './replica.ts';

/** What a push came to: receipt lines, or the ids of entries whose bodies are still missing. */
export type PushAnswer = ({ readonly status: 200; readonly lines: Uint8Array } | { readonly status: 202; readonly missing: readonly string[] }) & {
  /** The log they are of. */
  readonly origin: string;
  /** The leaves that came, in their parsed forms, so that they need not be read again; `from` is the index of the first. */
  readonly taken: Taken;
};

type Push = {
  readonly old: number;
  readonly note: Uint8Array;
  /** An entry bundle (C2SP tlog-tiles) of as many entries as the head adds. */
  readonly entries: Uint8Array;
  readonly bodies: ReadonlyMap<string, Uint8Array>;
  /** From `old` to the head, as `proveFork` takes it: what convicts a log that does not continue what is held. */
  readonly path: readonly Uint8Array[] | undefined;
};

/**
 * Takes what another party pushes of its own log (spec/sync.md, "Push"): verify the head, write the leaves, compare the root, commit the head, receipt it.
 *
 * A leaf that is no entry, or a void one, is held and receipted like any other: it changes no state and stops nothing. A body that is missing or does not
 * open holds back receipts from there on, and only its author is hurt; `gone` takes those that their author erased or lost before they came. Calls for
 * one log must not overlap.
 * A head smaller than the one receipted last (this store was restored) is held and not receipted: 202 with nothing missing.
 * Refuses `signature_invalid`, `gap` (with `size`), `proof_invalid`, `fork`, `invalid`, `too_large`.
 */
export async function receivePush(replica: Replica, party: number, body: Uint8Array, gone?: Pick<GoneBodies, 'take'>): Promise<PushAnswer> {
  const push = parsePush(body);
  const named = parseSignedHead(push.note);
  const of = 'expected' in named ? undefined : replica.generations.find(named.checkpoint.origin);
  if (of === undefined || of.party !== party) throw new ParleyError('signature_invalid', "expected a head of this party's log");
  const verified = await verifyHead(replica.crypto, of.card, push.note);
  if ('expected' in verified) throw new ParleyError('signature_invalid', `expected ${verified.expected}`);
  const { head } = verified;
  const { origin } = of;
  if (replica.generations.isForked(origin)) throw new ParleyError('fork', of.card.name);
  const taken = await takeLeaves(replica, of, head, push).catch(async (error: unknown) => {
    if (error instanceof ParleyError && error.code === 'fork') await keepBranch(replica.store, origin, branchIn(replica, head, push));
    throw error;
  });
  await takeBodies(replica, origin, push.bodies);
  await gone?.take(of, push.bodies);
  await keepPairs(replica, head.checkpoint, head.otherLines);
  const log = await rowOf(replica, origin);
  if (log.openedSize < log.size) return { status: 202, missing: await missingBodies(replica, log.origin, log.openedSize, log.size), origin, taken };
  // Words in a log stand no longer than what it continues: the one is not signed for before the other is.
  const before = await unopenedBefore(replica, of);
  if (before !== undefined) return { status: 202, missing: before, origin, taken };
  const held = { origin: log.origin, size: log.size, root: log.root };
  // A larger head was receipted before this store was restored: their leaves are taken as they come, and the next receipt covers them all.
  if (!(await mayCosign(replica, held))) return { status: 202, missing: [], origin, taken };
  const row = await giveReceipt(replica, held);
  return { status: 200, lines: row.lines, origin, taken };
}

/** The items of a push; refuses `invalid`. */
export function parsePush(body: Uint8Array): Push {
  const bundle = parseBundle(body);
  if ('expected' in bundle) throw new ParleyError('invalid', `expected ${bundle.expected}`);
  let old: number | undefined;
  let note: Uint8Array | undefined;
  let entries: Uint8Array = new Uint8Array();
  let path: readonly Uint8Array[] | undefined;
  const bodies = new Map<string, Uint8Array>();
  for (const { name, bytes } of bundle.items) {
    if (name === 'old') old = parseDecimal(fromUtf8(bytes) ?? '');
    else if (name === 'checkpoint') note = bytes;
    else if (name === 'entries') entries = bytes;
    else if (name === 'proof') path = parsedPath(bytes);
    else if (name.startsWith('bodies/')) bodies.set(name.slice(7), bytes);
  }
  if (old === undefined || note === undefined) throw new ParleyError('invalid', 'expected the items old and checkpoint');
  return { old, note, entries, bodies, path };
}

function parsedPath(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const parsed = parsePathItem(bytes);
  return 'path' in parsed ? parsed.path : undefined;
}

/** Writes the leaves and commits the head. */
async function takeLeaves(replica: Replica, of: KnownLog, head: VerifiedHead, push: Push): Promise<Taken> {
  const { store } = replica;
  const log = await rowOf(replica, of.origin);
  const { size, root, origin } = head.checkpoint;
  if (size <= log.size) {
    const ours = await store.rootAt(origin, size);
    if (!equal(ours, root)) throw await convictShorter(replica, of, { checkpoint: head.checkpoint, note: noteOf(head) });
    // Older than what is held: nothing to do but to say so; equal: the gate, or a retry after a lost answer.
    if (size < log.size) throw new ParleyError('gap', 'a longer history is held', { size: log.size });
    return { from: log.size, items: [] };
  }
  if (push.old !== log.size)
    throw (await convictLonger(replica, of, head, push, log.size)) ?? new ParleyError('gap', `send from ${log.size}`, { size: log.size });
  if (size - log.size > MAX_BATCH_ENTRIES) throw new ParleyError('too_large', `at most ${MAX_BATCH_ENTRIES} entries a push`);
  // A log that does not count gets no receipt, and one that a later generation continues takes no more than that builds on.
  const takes = replica.generations.status(origin)?.takes ?? Number.MAX_SAFE_INTEGER;
  if (size > takes) throw new ParleyError('conflict', 'nothing more is taken into this generation');
  const bundle = parseEntryBundle(push.entries, size - log.size);
  if ('expected' in bundle) throw new ParleyError('invalid', `expected ${bundle.expected}`);
  if (log.pendingSize > log.size) await store.unstage(origin, log.size);
  const received = bundle.entries.map((bytes, i) => receivedEntry(replica, of, log.size + i, bytes, push.bodies));
  await store.stage(
    origin,
    log.size,
    received.map(({ row }) => row),
    false,
  );
  const computed = await rereadRoot(replica, origin, log.size, size);
  if (!equal(computed, root)) {
    await store.unstage(origin, log.size);
    throw await judgeLonger(replica, of, { checkpoint: head.checkpoint, note: noteOf(head) }, push.path);
  }
  const note = noteOf(head);
  if (!(await store.commitHead(origin, log, { size, root, note }))) throw new ParleyError('conflict', 'another push of this log is being taken');
  const forked = await lookAgain(replica, of);
  if (forked !== undefined) throw forked;
  return { from: log.size, items: received.map(({ item }) => item) };
}

/** What came of another history, with the bodies that open. */
function branchIn(replica: Replica, head: VerifiedHead, push: Push): Branch {
  const bundle = parseEntryBundle(push.entries, Math.max(0, head.checkpoint.size - push.old));
  if ('expected' in bundle) return { from: push.old, entries: [] };
  return {
    from: push.old,
    entries: bundle.entries.map((bytes) => {
      const parsed = parseEntry(replica.crypto.sha256, bytes);
      const body = 'entry' in parsed ? push.bodies.get(parsed.entry.id) : undefined;
      return { bytes, ...(body === undefined ? {} : { body }) };
    }),
  };
}

/** What is sent from before the end of what is held, by a node that was rolled back and went on, may be another history as a whole. */
async function convictLonger(replica: Replica, of: KnownLog, head: VerifiedHead, push: Push, held: number): Promise<ParleyError | undefined> {
  const { origin, size, root } = head.checkpoint;
  const bundle = push.old < held ? parseEntryBundle(push.entries, size - push.old) : { expected: 'it' };
  const path = 'entries' in bundle ? await pathAcross(replica, origin, { old: push.old, held, size }, bundle.entries, root) : undefined;
  if (path === undefined) return undefined;
  const verdict = await judgeLonger(replica, of, { checkpoint: head.checkpoint, note: noteOf(head) }, path);
  return verdict.code === 'fork' ? verdict : undefined;
}

/** A head's note with the log's two lines alone. */
function noteOf(head: VerifiedHead): Uint8Array {
  return formatNote({ text: formatCheckpoint(head.checkpoint), lines: head.logLines });
}

/** One leaf of a log as it is kept: its body only where it opens whole. Refuses `invalid` another first leaf than the log was opened with. */
export function receivedEntry(
  replica: Replica,
  of: KnownLog,
  index: number,
  bytes: Uint8Array,
  bodies: ReadonlyMap<string, Uint8Array>,
): { row: StagedEntry; item: ReadItem } {
  const { sha256 } = replica.crypto;
  if (index === 0) {
    const first = firstLeaf(replica, of);
    if (!equal(bytes, first.bytes)) throw new ParleyError('invalid', 'expected the charter, or the note that opens the log, as the first entry');
    return { row: first, item: { bytes, body: undefined } };
  }
  const parsed = parseEntry(sha256, bytes);
  const hash = leafHash(sha256, bytes);
  // Anything may stand in their log; bytes that are no entry have no body to open.
  if ('expected' in parsed) {
    return { row: { id: heldId(sha256, bytes), leafHash: hash, bytes, body: undefined, bodyRequired: false }, item: { bytes, body: undefined } };
  }
  const { entry } = parsed;
  const sent = bodies.get(entry.id);
  const opened = sent === undefined ? undefined : openWholeBody(sha256, entry.header.body, sent);
  const body = opened !== undefined && 'body' in opened ? { text: sent, opened: opened.body } : undefined;
  const id = fromBase64url(entry.id, 32) ?? new Uint8Array();
  return {
    row: { id, leafHash: hash, bytes, body: body?.text, bodyRequired: true },
    item: { bytes, body: body?.text, parsed: entry, ...(body === undefined ? {} : { opened: body.opened }) },
  };
}

/** Bodies that come after their entries: each must open what its entry signed. */
async function takeBodies(replica: Replica, origin: string, bodies: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const { store, crypto } = replica;
  const log = await rowOf(replica, origin);
  if (bodies.size === 0 || log.openedSize >= log.size) return;
  const rows = await store.entries(log.origin, log.openedSize, Math.min(log.size, log.openedSize + MAX_BATCH_ENTRIES));
  const late = rows.flatMap((row) => {
    const body = row.body === undefined && row.bodyRequired ? bodies.get(toBase64url(row.id)) : undefined;
    const parsed = body === undefined ? undefined : parseEntry(crypto.sha256, row.bytes);
    if (body === undefined || parsed === undefined || 'expected' in parsed) return [];
    return 'body' in openWholeBody(crypto.sha256, parsed.entry.header.body, body) ? [{ index: row.index, body }] : [];
  });
  if (late.length > 0) await store.putBodies(log.origin, late);
}

/** The ids of bodies that are missing in the part of the log before that a generation continues; `undefined` where all of it is opened here. */
async function unopenedBefore(replica: Replica, of: KnownLog): Promise<readonly string[] | undefined> {
  const continues = of.note?.continues;
  const before = replica.generations.all.find(({ party, gen }) => party === of.party && gen === continues?.gen);
  if (continues === undefined || before === undefined) return undefined;
  const { openedSize } = await rowOf(replica, before.origin);
  const { generations } = replica;
  // Of a log with two histories no more is taken than what stands: beyond it nothing counts, and nothing can be had.
  const needed = generations.isForked(before.origin) ? Math.min(continues.size, generations.standing(before.origin) ?? 0) : continues.size;
  return openedSize >= needed ? undefined : missingBodies(replica, before.origin, openedSize, needed);
}

async function missingBodies(replica: Replica, origin: string, from: number, to: number): Promise<readonly string[]> {
  const rows = await replica.store.entries(origin, from, Math.min(to, from + MAX_BATCH_ENTRIES));
  return rows.filter((row) => row.bodyRequired && row.body === undefined).map((row) => toBase64url(row.id));
}
