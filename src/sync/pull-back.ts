import { equal, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_CLOCK_AHEAD } from '../base/limits.ts';
import { type Checkpoint, formatCheckpoint } from '../tlog/checkpoint.ts';
import { judgeHeads } from '../tlog/fork.ts';
import { formatNote } from '../tlog/note.ts';
import { originHash } from '../tlog/origin.ts';
import { type VerifiedHead, verifyHead, verifyPairs } from '../verify/head.ts';
import { convictShorter } from './alarm.ts';
import { keepPairs } from './cosign.ts';
import type { KnownLog } from './generations.ts';
import type { LogReader } from './log-reader.ts';
import { type Part, type Place, type RefillSource, refillOwn, verifyPart } from './refill.ts';
import { type Replica, rowOf } from './replica.ts';
import { sharedPrefix } from './shared.ts';
import { tryOther } from './trial.ts';
import { NO_TURN, type Turn } from './turn.ts';

/**
 * Takes from one other party what it holds of a log of ours that we write no more (spec/generations.md, "Of one's own logs"): the entries and receipts that
 * this store lost. A later generation may be opened before the log before it was pulled back, and what the others receipted of that one counts all the same:
 * without this its author alone would not count it.
 *
 * Where they hold another history and every other party receipted more of theirs than of ours, theirs stands: once so much of it is here, it takes the place
 * of ours, which is kept aside. Signs nothing. Refuses what `source` refuses, `unreachable` where less came than was shown, and what {@link tryOther} refuses;
 * whatever does not verify is passed over.
 */
export async function pullBack(replica: Replica, reader: LogReader, of: KnownLog, source: RefillSource, turn: Turn = NO_TURN): Promise<void> {
  const { store, crypto, generations } = replica;
  const shown = await source(`/log/${originHash(of.origin) ?? ''}/checkpoint`);
  const verified = shown === undefined ? { expected: 'a checkpoint' } : await verifyHead(crypto, of.card, shown);
  if ('expected' in verified) return;
  const { head } = verified;
  const { size, root } = head.checkpoint;
  const log = await rowOf(replica, of.origin);
  if (size > log.size) {
    const outcome = await turn.run(() => refillOwn(replica, reader, of, (path) => turn.waitFor(() => source(path))));
    if (outcome === 'other_history') await adopt(replica, reader, of, source, turn);
    else await mustHold(replica, of, head.checkpoint);
    return;
  }
  if (equal(await store.rootAt(of.origin, size), root)) {
    await keepPairs(replica, head.checkpoint, head.otherLines);
    await reader.catchUp();
    return;
  }
  if (!generations.isForked(of.origin)) await convictShorter(replica, of, { checkpoint: head.checkpoint, note: noteOf(head) });
  await adopt(replica, reader, of, source, turn);
}

/** Puts their history in the place of ours where it stands beyond what both share, and ours does not. */
async function adopt(replica: Replica, reader: LogReader, of: KnownLog, source: RefillSource, turn: Turn): Promise<void> {
  const { origin } = of;
  const path = `/log/${originHash(origin) ?? ''}`;
  // What is known of two histories counts from here on, however long they take to give theirs.
  await reader.catchUp();
  const shared = await sharedWith(replica, of, source);
  // Both stand beyond what they share: then all others lied, or were restored, and it is not for us to choose.
  if (shared === 0 || (replica.generations.standing(origin) ?? 0) > shared) return;
  const next = `${path}/since/${shared}`;
  const bytes = await source(next);
  const part = bytes === undefined ? undefined : await verifyPart(replica, of, bytes);
  // What both share is their word so far, and a prefix too large would hide that ours stands beyond it: their head must continue ours there.
  if (part === undefined || !(await continuesOurs(replica, of, shared, part))) return;
  if ((await receiptedIn(replica, of, [...part.heads, part.head])) <= shared) return;
  const pull = async (place: Place): Promise<boolean> => {
    // What was just shown need not be asked for again.
    await refillOwn(replica, reader, of, async (at) => (at === next ? bytes : source(at)), place);
    return true;
  };
  await tryOther(replica, reader, of, { shared, part }, pull, turn);
  await mustHold(replica, of, part.head.checkpoint);
}

/** The largest prefix of a log that its holder here and another share. Refuses what `source` refuses. */
export async function sharedWith(replica: Replica, of: KnownLog, source: RefillSource): Promise<number> {
  const { size } = await rowOf(replica, of.origin);
  return sharedPrefix(size, async (at) => {
    const answer = await source(`/log/${originHash(of.origin) ?? ''}/root/${at}`);
    return answer !== undefined && equal(answer, utf8(`${toBase64url(await replica.store.rootAt(of.origin, at))}\n`));
  });
}

/** Whether the head of a part continues what is held here at a size that its sender says both share. */
export async function continuesOurs({ crypto, store }: Replica, { origin }: KnownLog, shared: number, part: Part): Promise<boolean> {
  const ours = { origin, size: shared, root: await store.rootAt(origin, shared) };
  return judgeHeads(crypto.sha256, ours, part.head.checkpoint, part.path) === 'continues';
}

/** Refuses `unreachable` while what was shown is not here: what was begun is to be tried again. */
async function mustHold(replica: Replica, of: KnownLog, { size, root }: Pick<Checkpoint, 'size' | 'root'>): Promise<void> {
  const held = (await rowOf(replica, of.origin)).size;
  if (held < size || !equal(await replica.store.rootAt(of.origin, size), root)) throw new ParleyError('unreachable', 'the rest of a log of ours');
}

/** The largest size that every other party receipted among these heads, by the lines that came with them. */
async function receiptedIn({ crypto, generations, channel, us, now }: Replica, of: KnownLog, heads: readonly VerifiedHead[]): Promise<number> {
  const largest = new Map<number, number>();
  for (const { checkpoint, otherLines } of heads)
    for (const { role, who } of await verifyPairs(crypto, generations.cosigners(of.party), checkpoint, otherLines, now() + MAX_CLOCK_AHEAD))
      if (role === 'held') largest.set(who, Math.max(largest.get(who) ?? 0, checkpoint.size));
  return Math.min(...[...channel.parties.keys()].filter((party) => party !== us).map((party) => largest.get(party) ?? 0));
}

function noteOf(head: VerifiedHead): Uint8Array {
  return formatNote({ text: formatCheckpoint(head.checkpoint), lines: head.logLines });
}
