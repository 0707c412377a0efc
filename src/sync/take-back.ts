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
import { type RefillSource, verifyPart } from './refill.ts';
import { type Replica, rowOf } from './replica.ts';
import { beginTrial, endTrial } from './trial.ts';

/**
 * Takes back, of another party's log of which two histories are known, what this party itself receipted and its store has lost (spec/generations.md):
 * nothing new is taken into such a log, but what we signed that we hold we must hold again, since it stands. Where another history is held than the one we
 * receipted, it is kept aside, and comes back where less than it is to be had. Nothing is signed; what does not verify leaves nothing behind. Says whether anything was taken. Refuses what `source`
 * refuses. Nothing else may write the log meanwhile.
 */
export async function takeBack(replica: Replica, reader: LogReader, of: KnownLog, source: RefillSource): Promise<boolean> {
  const since = (from: number): Promise<Uint8Array | undefined> => source(`/log/${originHash(of.origin) ?? ''}/since/${from}`);
  const { size } = await rowOf(replica, of.origin);
  const shared = await sharedWith(replica, of, source);
  if (shared < size) {
    const part = await verifyPart(replica, of, (await since(shared)) ?? new Uint8Array());
    const isOurs = part !== undefined && (await oursAmong(replica, of, [...part.heads, part.head], shared)).length > 0;
    // Where both stand beyond what they share, it is not for us to choose; and what they share is more than their word.
    if (shared === 0 || !isOurs || !(await continuesOurs(replica, of, shared, part)) || (replica.generations.standing(of.origin) ?? 0) > shared)
      return false;
    await beginTrial(replica, reader, of, source);
    try {
      await takeParts(replica, of, since);
    } finally {
      await endTrial(replica, reader, of);
    }
    return true;
  }
  return takeParts(replica, of, since);
}

/** Takes part after part until there is none that fits; says whether there was any. */
async function takeParts(replica: Replica, of: KnownLog, since: (from: number) => Promise<Uint8Array | undefined>): Promise<boolean> {
  for (let some = false; ; some = true) {
    const part = await since((await rowOf(replica, of.origin)).size);
    if (part === undefined || !(await takePart(replica, of, part))) return some;
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

async function takePart(replica: Replica, of: KnownLog, bytes: Uint8Array): Promise<boolean> {
  const { store } = replica;
  const part = await verifyPart(replica, of, bytes);
  const log = await rowOf(replica, of.origin);
  if (part === undefined || part.old !== log.size) return false;
  const heads = await oursAmong(replica, of, [...part.heads, part.head], log.size);
  const ours = heads.at(-1);
  if (ours === undefined) return false;
  const { size, root, origin } = ours.checkpoint;
  const received = part.entries.slice(0, size - log.size).map((entry, i) => receivedEntry(replica, of, log.size + i, entry, part.bodies));
  if (received.some(({ row }) => row.bodyRequired && row.body === undefined)) return false;
  if (log.pendingSize > log.size) await store.unstage(origin, log.size);
  const rows = received.map(({ row }) => row);
  await store.stage(origin, log.size, rows, false);
  if (!equal(await rereadRoot(replica, origin, log.size, size), root)) {
    await store.unstage(origin, log.size);
    return false;
  }
  const note = formatNote({ text: formatCheckpoint(ours.checkpoint), lines: ours.logLines });
  if (!(await store.commitHead(origin, log, { size, root, note }))) return false;
  for (const { checkpoint, otherLines } of heads)
    if (equal(await store.rootAt(origin, checkpoint.size), checkpoint.root)) await keepPairs(replica, checkpoint, otherLines);
  return true;
}
