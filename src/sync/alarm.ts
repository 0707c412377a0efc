import { equal, fromBase64url, toBase64url } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import type { Store } from '../store/store.ts';
import { type Checkpoint, parseSignedHead } from '../tlog/checkpoint.ts';
import { judgeHeads, ledPath } from '../tlog/fork.ts';
import { makeForkProof, type ProvedFork, verifyForkProof } from '../verify/fork-proof.ts';
import type { KnownLog } from './generations.ts';
import { type Replica, rowOf } from './replica.ts';

/** A head at hand: what was signed, and the note with the log's two lines alone. */
type Head = { readonly checkpoint: Checkpoint; readonly note: Uint8Array };

/** Heads of one log that were shown without what would prove anything: how large the last one was and what was held then, and their notes, base64url. */
type Noted = { readonly party: number; readonly at: number; readonly size: number; readonly held: number; readonly notes: readonly string[] };

/** Noted heads of one log at most: about 5 kB each. */
const MAX_NOTED = 16;

/**
 * Keeps the proof that a log has two histories, from a head shown of at most the size held that differs from what is held here; from now on what stands
 * alone counts of it (spec/fork-proof.md). The held head is the first at or above the one shown, and our own tree gives the path.
 */
export async function convictShorter(replica: Replica, of: KnownLog, shown: Head): Promise<ParleyError> {
  const { store } = replica;
  const { size } = shown.checkpoint;
  const held = await store.headAtOrAbove(of.origin, size);
  assert(held !== undefined, 'a size below the committed one has a committed head');
  const path = held.size === size ? [] : ledPath(size, await store.rootAt(of.origin, size), await store.consistencyProof(of.origin, size, held.size));
  const newer = { checkpoint: { origin: of.origin, size: held.size, root: held.root }, note: held.note };
  return raise(replica, of, shown, newer, path);
}

/**
 * What a larger head is that the leaves sent do not lead to: with a path that leads to it and away from what is held, the log has two histories; with one
 * that continues what is held, the leaves alone are wrong; without either it is noted ("alarmed, withheld"), and closes nothing.
 */
export async function judgeLonger(replica: Replica, of: KnownLog, shown: Head, path: readonly Uint8Array[] | undefined): Promise<ParleyError> {
  const log = await rowOf(replica, of.origin);
  const held = { checkpoint: { origin: of.origin, size: log.size, root: log.root }, note: log.note };
  const verdict = judgeHeads(replica.crypto.sha256, held.checkpoint, shown.checkpoint, path);
  if (verdict === 'fork') return raise(replica, of, held, shown, path ?? []);
  if (verdict === 'continues') return new ParleyError('proof_invalid', 'the entries do not give the signed root');
  await notice(replica, of, shown.note, { size: shown.checkpoint.size, held: log.size });
  return new ParleyError('proof_invalid', 'the entries do not give the signed root, and no path says why');
}

/**
 * Looks again at the heads that were noted, once more leaves of a log are held: one that is no larger is now in our tree, and forgotten, or the log has two
 * histories, and our tree gives the path.
 */
export async function lookAgain(replica: Replica, of: KnownLog): Promise<ParleyError | undefined> {
  const { store } = replica;
  const text = await store.getLocal('withheld', of.origin);
  if (text === undefined) return undefined;
  const { size: held } = await rowOf(replica, of.origin);
  const noted = JSON.parse(text) as Noted;
  const later: string[] = [];
  for (const kept of noted.notes) {
    const bytes = fromBase64url(kept) ?? new Uint8Array();
    const shown = parseSignedHead(bytes);
    assert('checkpoint' in shown, 'a head that was noted is one');
    const { size, root } = shown.checkpoint;
    if (size > held) later.push(kept);
    else if (!equal(await store.rootAt(of.origin, size), root)) {
      const forked = await convictShorter(replica, of, { checkpoint: shown.checkpoint, note: bytes });
      await store.deleteLocal('withheld', of.origin);
      return forked;
    }
  }
  if (later.length === 0) await store.deleteLocal('withheld', of.origin);
  else if (later.length < noted.notes.length) await store.putLocal('withheld', of.origin, JSON.stringify({ ...noted, notes: later }));
  return undefined;
}

/** Takes a fork proof that somebody hands over; says `false` where it proves nothing new here. Refuses `proof_invalid`, `not_found` for other channels' logs. */
export async function takeAlarm(replica: Replica, bytes: Uint8Array): Promise<boolean> {
  const verified = await verifyForkProof(replica.crypto, bytes);
  if ('expected' in verified) throw new ParleyError('proof_invalid', `expected ${verified.expected}`);
  const { fork } = verified;
  const of = replica.generations.find(fork.origin);
  if (of === undefined) throw new ParleyError('not_found');
  if (replica.generations.isForked(fork.origin)) return false;
  await keep(replica, of, makeForkProof(replica.crypto.sha256, fork.evidence));
  return true;
}

/** The logs of the channel of which two histories are known, each with what proves it; evidence of an earlier form that proves nothing is left out. */
export async function alarmsOf(replica: Replica): Promise<readonly { readonly of: KnownLog; readonly fork: ProvedFork }[]> {
  const out: { of: KnownLog; fork: ProvedFork }[] = [];
  for (const of of replica.generations.all) {
    const text = replica.generations.isForked(of.origin) ? await replica.store.getLocal('alarm', of.origin) : undefined;
    const value = text === undefined ? null : (JSON.parse(text) as Json);
    const proof = isObject(value) && typeof value.proof === 'string' ? fromBase64url(value.proof) : undefined;
    const verified = proof === undefined ? { expected: 'it' } : await verifyForkProof(replica.crypto, proof);
    if ('fork' in verified) out.push({ of, fork: verified.fork });
  }
  return out;
}

/** Keeps a head that nothing proves yet; the first of many, so that nobody can push out what was noted with more of the same. */
async function notice(replica: Replica, of: KnownLog, shown: Uint8Array, sizes: Pick<Noted, 'size' | 'held'>): Promise<void> {
  const text = await replica.store.getLocal('withheld', of.origin);
  const before = text === undefined ? [] : (JSON.parse(text) as Noted).notes;
  const notes = [...new Set([...before, toBase64url(shown)])].slice(0, MAX_NOTED);
  const noted: Noted = { party: of.party, at: replica.now(), ...sizes, notes };
  await replica.store.putLocal('withheld', of.origin, JSON.stringify(noted));
}

/** Since when two histories of a log are known here, in seconds; 0 where none are. */
async function knownSince(store: Pick<Store, 'getLocal'>, origin: string): Promise<number> {
  const text = await store.getLocal('alarm', origin);
  const value = text === undefined ? null : (JSON.parse(text) as Json);
  return isObject(value) && typeof value.at === 'number' ? value.at : 0;
}

async function raise(replica: Replica, of: KnownLog, older: Head, newer: Head, path: readonly Uint8Array[]): Promise<ParleyError> {
  const { log: keys, name } = of.card;
  await keep(replica, of, makeForkProof(replica.crypto.sha256, { keys, first: older.note, second: newer.note, path }));
  return new ParleyError('fork', `sizes ${older.checkpoint.size} and ${newer.checkpoint.size} of ${name}`);
}

async function keep(replica: Replica, of: KnownLog, proof: Uint8Array): Promise<void> {
  // Shown again, it is not known anew.
  const at = replica.generations.isForked(of.origin) ? await knownSince(replica.store, of.origin) : replica.now();
  const alarm = { origin: of.origin, party: of.party, at, proof: toBase64url(proof) };
  await replica.store.putLocal('alarm', of.origin, JSON.stringify(alarm));
  await replica.generations.alarmed(replica.store, of.origin);
}
