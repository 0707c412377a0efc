import { equal, fromBase64url, fromUtf8, parseDecimal, toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_BATCH_ENTRIES } from '../base/limits.ts';
import { openWholeBody } from '../entry/body.ts';
import { parseBundle } from '../entry/bundle.ts';
import { heldId, parseEntry } from '../entry/entry.ts';
import type { StagedEntry } from '../store/store.ts';
import { formatCheckpoint } from '../tlog/checkpoint.ts';
import { leafHash } from '../tlog/merkle.ts';
import { formatNote } from '../tlog/note.ts';
import { parseEntryBundle } from '../tlog/tile.ts';
import { type VerifiedHead, verifyHead } from '../verify/head.ts';
import type { ReadItem } from '../verify/read-log.ts';
import { giveReceipt, keepPairs, mayCosign } from './cosign.ts';
import { charterLeaf, rereadRoot, type Taken } from './leaves.ts';
import { cardOf, logIn, type Replica } from './replica.ts';

/** What a push came to: receipt lines, or the ids of entries whose bodies are still missing. */
export type PushAnswer = ({ readonly status: 200; readonly lines: Uint8Array } | { readonly status: 202; readonly missing: readonly string[] }) & {
  /** The leaves that came, in their parsed forms, so that they need not be read again; `from` is the index of the first. */
  readonly taken: Taken;
};

type Push = {
  readonly old: number;
  readonly note: Uint8Array;
  /** An entry bundle (C2SP tlog-tiles) of as many entries as the head adds. */
  readonly entries: Uint8Array;
  readonly bodies: ReadonlyMap<string, Uint8Array>;
};

/**
 * Takes what another party pushes of its own log (spec/sync.md, "Push"): verify the head, write the leaves, compare the root, commit the head, receipt it.
 *
 * A leaf that is no entry, or a void one, is held and receipted like any other: it changes no state and stops nothing. A body that is missing or does not
 * open holds back receipts from there on, and only its author is hurt. Calls for one log must not overlap.
 * A head smaller than the one receipted last (this store was restored) is held and not receipted: 202 with nothing missing.
 * Refuses `signature_invalid`, `gap` (with `size`), `proof_invalid`, `fork`, `invalid`, `too_large`.
 */
export async function receivePush(replica: Replica, party: number, body: Uint8Array): Promise<PushAnswer> {
  const push = parsePush(body);
  const verified = await verifyHead(replica.crypto, cardOf(replica, party), push.note);
  if ('expected' in verified) throw new ParleyError('signature_invalid', `expected ${verified.expected}`);
  const { head } = verified;
  if ((await replica.store.getLocal('alarm', head.checkpoint.origin)) !== undefined) throw new ParleyError('fork', cardOf(replica, party).name);
  const taken = await takeLeaves(replica, party, head, push);
  await takeBodies(replica, party, push.bodies);
  await keepPairs(replica, head.checkpoint, head.otherLines);
  const log = await logIn(replica, party);
  if (log.openedSize < log.size) return { status: 202, missing: await missingBodies(replica, log.origin, log.openedSize, log.size), taken };
  const held = { origin: log.origin, size: log.size, root: log.root };
  // A larger head was receipted before this store was restored: their leaves are taken as they come, and the next receipt covers them all.
  if (!(await mayCosign(replica, held))) return { status: 202, missing: [], taken };
  const row = await giveReceipt(replica, held);
  return { status: 200, lines: row.lines, taken };
}

/** The items of a push; refuses `invalid`. */
export function parsePush(body: Uint8Array): Push {
  const bundle = parseBundle(body);
  if ('expected' in bundle) throw new ParleyError('invalid', `expected ${bundle.expected}`);
  let old: number | undefined;
  let note: Uint8Array | undefined;
  let entries: Uint8Array = new Uint8Array();
  const bodies = new Map<string, Uint8Array>();
  for (const { name, bytes } of bundle.items) {
    if (name === 'old') old = parseDecimal(fromUtf8(bytes) ?? '');
    else if (name === 'checkpoint') note = bytes;
    else if (name === 'entries') entries = bytes;
    else if (name.startsWith('bodies/')) bodies.set(name.slice(7), bytes);
  }
  if (old === undefined || note === undefined) throw new ParleyError('invalid', 'expected the items old and checkpoint');
  return { old, note, entries, bodies };
}

/** Writes the leaves and commits the head. */
async function takeLeaves(replica: Replica, party: number, head: VerifiedHead, push: Push): Promise<Taken> {
  const { store } = replica;
  const log = await logIn(replica, party);
  const { size, root, origin } = head.checkpoint;
  if (size <= log.size) {
    const ours = await store.rootAt(origin, size);
    if (!equal(ours, root)) throw await forkAlarm(replica, party, head);
    // Older than what is held: nothing to do but to say so; equal: the gate, or a retry after a lost answer.
    if (size < log.size) throw new ParleyError('gap', 'a longer history is held', { size: log.size });
    return { from: log.size, items: [] };
  }
  if (push.old !== log.size) throw new ParleyError('gap', `send from ${log.size}`, { size: log.size });
  if (size - log.size > MAX_BATCH_ENTRIES) throw new ParleyError('too_large', `at most ${MAX_BATCH_ENTRIES} entries a push`);
  const bundle = parseEntryBundle(push.entries, size - log.size);
  if ('expected' in bundle) throw new ParleyError('invalid', `expected ${bundle.expected}`);
  if (log.pendingSize > log.size) await store.unstage(origin, log.size);
  const received = bundle.entries.map((bytes, i) => receivedEntry(replica, log.size + i, bytes, push.bodies));
  await store.stage(
    origin,
    log.size,
    received.map(({ row }) => row),
    false,
  );
  const computed = await rereadRoot(replica, origin, log.size, size);
  if (!equal(computed, root)) {
    await store.unstage(origin, log.size);
    throw new ParleyError('proof_invalid', 'the entries do not give the signed root');
  }
  const note = formatNote({ text: formatCheckpoint(head.checkpoint), lines: head.logLines });
  if (!(await store.commitHead(origin, log, { size, root, note }))) throw new ParleyError('conflict', 'another push of this log is being taken');
  return { from: log.size, items: received.map(({ item }) => item) };
}

/** One leaf of a received log as it is kept: its body only where it opens whole. */
export function receivedEntry(
  replica: Replica,
  index: number,
  bytes: Uint8Array,
  bodies: ReadonlyMap<string, Uint8Array>,
): { row: StagedEntry; item: ReadItem } {
  const { sha256 } = replica.crypto;
  if (index === 0) {
    const charter = charterLeaf(replica);
    if (!equal(bytes, charter.bytes)) throw new ParleyError('invalid', 'expected the charter as the first entry');
    return { row: charter, item: { bytes, body: undefined } };
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
async function takeBodies(replica: Replica, party: number, bodies: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const { store, crypto } = replica;
  const log = await logIn(replica, party);
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

async function missingBodies(replica: Replica, origin: string, from: number, to: number): Promise<readonly string[]> {
  const rows = await replica.store.entries(origin, from, Math.min(to, from + MAX_BATCH_ENTRIES));
  return rows.filter((row) => row.bodyRequired && row.body === undefined).map((row) => toBase64url(row.id));
}

/** Keeps both signed heads as evidence: two histories exist. What was receipted before stands; nothing further of this log is accepted. */
async function forkAlarm(replica: Replica, party: number, head: VerifiedHead): Promise<ParleyError> {
  const { store } = replica;
  const log = await logIn(replica, party);
  const held = await store.headAtOrAbove(log.origin, head.checkpoint.size);
  const shown = formatNote({ text: formatCheckpoint(head.checkpoint), lines: head.logLines });
  const evidence = { origin: log.origin, party, at: replica.now(), held: toBase64url(held?.note ?? log.note), shown: toBase64url(shown) };
  await store.putLocal('alarm', log.origin, JSON.stringify(evidence));
  return new ParleyError('fork', `size ${head.checkpoint.size} of ${cardOf(replica, party).name}`);
}
