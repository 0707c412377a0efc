import { equal } from '../base/bytes.ts';
import { formatCheckpoint } from '../tlog/checkpoint.ts';
import { formatNote } from '../tlog/note.ts';
import { originHash } from '../tlog/origin.ts';
import { type VerifiedHead, verifyPairs } from '../verify/head.ts';
import { keepPairs } from './cosign.ts';
import type { KnownLog } from './generations.ts';
import { rereadRoot } from './leaves.ts';
import type { LogReader } from './log-reader.ts';
import { continuesOurs, sharedWith } from './pull-back.ts';
import { receivedEntry } from './receive.ts';
import { type Place, type RefillSource, verifyPart } from './refill.ts';
import { type Replica, rowOf } from './replica.ts';
import { tryOther } from './trial.ts';
import { NO_TURN } from './turn.ts';

/**
 * Takes back, of another party's log of which two histories are known, what this party itself receipted and its store has lost (spec/generations.md):
 * nothing new is taken into such a log, but what we signed that we hold we must hold again, since it stands. Where another history is held than the one we
 * receipted, it is kept aside, once all is here that is to be had of ours. Nothing is signed; what does not verify leaves nothing behind. Says whether anything
 * was taken. Refuses what `source` and {@link tryOther} refuse. Nothing else may write the log meanwhile.
 */
export async function takeBack(replica: Replica, reader: LogReader, of: KnownLog, source: RefillSource): Promise<boolean> {
  const since = (from: number): Promise<Uint8Array | undefined> => source(`/log/${originHash(of.origin) ?? ''}/since/${from}`);
  const { size } = await rowOf(replica, of.origin);
  const shared = await sharedWith(replica, of, source);
  if (shared < size) {
    const bytes = await since(shared);
    const part = bytes === undefined ? undefined : await verifyPart(replica, of, bytes);
    const isOurs = part !== undefined && (await oursAmong(replica, of, [...part.heads, part.head], shared)).length > 0;
    // Where both stand beyond what they share, it is not for us to choose; and what they share is more than their word.
    if (shared === 0 || !isOurs || !(await continuesOurs(replica, of, shared, part)) || (replica.generations.standing(of.origin) ?? 0) > shared)
      return false;
    const pull = async (place: Place): Promise<boolean> => {
      await takeParts(replica, of, place, async (from) => (from === shared ? bytes : since(from)));
      return true;
    };
    await tryOther(replica, reader, of, { shared, part }, pull, NO_TURN);
    return true;
  }
  return takeParts(replica, of, { name: of.origin, from: size }, since);
}

/** Takes part after part until there is none that fits; says whether there was any. */
async function takeParts(replica: Replica, of: KnownLog, place: Place, since: (from: number) => Promise<Uint8Array | undefined>): Promise<boolean> {
  let { from } = place;
  for (let some = false; ; some = true) {
    const part = await since(from);
    if (part === undefined || !(await takePart(replica, of, { ...place, from }, part))) return some;
    from = (await rowOf(replica, place.name)).size;
  }
}

/** Heads beyond a size up to the largest that bears our own pair. */
async function oursAmong(replica: Replica, of: KnownLog, heads: readonly VerifiedHead[], from: number): Promise<readonly VerifiedHead[]> {
  const beyond = heads.filter(({ checkpoint }) => checkpoint.size > from);
  for (let last = beyond.at(-1); last !== undefined; last = beyond.at(-1)) {
    const pairs = await verifyPairs(replica.crypto, replica.generations.cosigners(of.party), last.checkpoint, last.otherLines);
    if (pairs.some(({ role, who }) => role === 'held' && who === replica.us)) break;
    beyond.pop();
  }
  return beyond;
}

async function takePart(replica: Replica, of: KnownLog, { name, from }: Place, bytes: Uint8Array): Promise<boolean> {
  const { store } = replica;
  const part = await verifyPart(replica, of, bytes);
  const log = await rowOf(replica, name);
  if (part === undefined || part.old !== from) return false;
  const heads = await oursAmong(replica, of, [...part.heads, part.head], from);
  const ours = heads.at(-1);
  if (ours === undefined) return false;
  const { size, root } = ours.checkpoint;
  const received = part.entries.slice(0, size - from).map((entry, i) => receivedEntry(replica, of, from + i, entry, part.bodies));
  if (received.some(({ row }) => row.bodyRequired && row.body === undefined)) return false;
  if (log.pendingSize > from) await store.unstage(name, from);
  const rows = received.map(({ row }) => row);
  await store.stage(name, from, rows, false);
  if (!equal(await rereadRoot(replica, name, from, size), root)) {
    await store.unstage(name, from);
    return false;
  }
  const note = formatNote({ text: formatCheckpoint(ours.checkpoint), lines: ours.logLines });
  if (!(await store.commitHead(name, log, { size, root, note }))) return false;
  for (const { checkpoint, otherLines } of heads)
    if (equal(await store.rootAt(name, checkpoint.size), checkpoint.root)) await keepPairs(replica, checkpoint, otherLines);
  return true;
}
