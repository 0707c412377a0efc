import { ParleyError } from '../base/errors.ts';
import { MAX_PUSH_SIZE } from '../base/limits.ts';
import type { GateAnswer } from '../sync/gate-answers.ts';
import type { KnownLog } from '../sync/generations.ts';
import { keepLines } from '../sync/refill.ts';
import { rowOf } from '../sync/replica.ts';
import { originHash } from '../tlog/origin.ts';
import { verifyHead } from '../verify/head.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { seekOwnFiles } from './fetch-blobs.ts';
import type { PartyNode } from './party-node.ts';
import { appendAsNode } from './stamps.ts';
import type { VainTrials } from './vain-trials.ts';

/**
 * Where our own log of a channel recovers: pulls it back and judges anew. Refuses `unreachable` while it still recovers, so that whoever calls tries again.
 * Resolves with whether it signs again.
 */
export async function refillOwnLog(channel: ChannelRuntime): Promise<boolean> {
  await seekOwnFiles(channel);
  const state = await channel.own.refill();
  if (state === 'recovering') throw new ParleyError('unreachable', channel.own.stopped?.detail ?? '');
  return state === 'open';
}

/**
 * Pulls another party's logs from their author where they hold more than is held here and owe us no push, since we receipted it before this store was
 * restored. Resolves with whether there may be more. Refuses `unreachable`; what they send is taken as a push is.
 */
export async function pullLogs(node: PartyNode, channel: ChannelRuntime, party: number): Promise<boolean> {
  const { generations } = channel.replica;
  // The earlier first: a later one is taken only where what it continues is held.
  const theirs = generations.all.filter(({ origin, party: who }) => who === party && !generations.isForked(origin));
  for (const of of theirs) if (generations.status(of.origin)?.status !== 'void' && (await pullLog(node, channel, of))) return true;
  return false;
}

/** The bytes at a path of a party's door, `undefined` where it has none; anything else is no answer, and refused as `unreachable`. */
async function ask(node: PartyNode, channel: ChannelRuntime, party: number, path: string): Promise<Uint8Array | undefined> {
  const answer = await node.sendToParty(channel.id, party, { method: 'GET', path }, MAX_PUSH_SIZE);
  if (answer.status === 200) return answer.body;
  if (answer.status === 404) return undefined;
  throw new ParleyError('unreachable', `the other node answered ${answer.status}`);
}

/** Takes back from a party what we receipted of a log of its with two histories. Refuses `unreachable`, and `invalid` as {@link pullOwnLogs} does. */
export function takeBackFrom(node: PartyNode, channel: ChannelRuntime, of: KnownLog): Promise<void> {
  return channel.takeBack(of, (path) => ask(node, channel, of.party, path));
}

async function pullLog(node: PartyNode, channel: ChannelRuntime, of: KnownLog): Promise<boolean> {
  const { replica } = channel;
  const path = `/log/${originHash(of.origin) ?? ''}`;
  const shown = await ask(node, channel, of.party, `${path}/checkpoint`);
  const verified = shown === undefined ? { expected: 'a checkpoint' } : await verifyHead(replica.crypto, of.card, shown);
  const { size } = await rowOf(replica, of.origin);
  if ('expected' in verified || verified.head.checkpoint.size <= size) return false;
  const part = await ask(node, channel, of.party, `${path}/since/${size}`);
  if (part === undefined) return false;
  try {
    await channel.receive(of.party, part);
    await keepLines(replica, of, part);
  } catch (error) {
    // One log that cannot be taken stops no other.
    if (!(error instanceof ParleyError)) throw error;
    return false;
  }
  return (await rowOf(replica, of.origin)).size > size;
}

/**
 * Takes from a party what it holds of our logs that are written no more, once a log and again when two histories of it have become known; `pulled` remembers.
 * Refuses `unreachable`, and `invalid` where they show another history that they do not give: after a few times they rest.
 */
export async function pullOwnLogs(node: PartyNode, channel: ChannelRuntime, party: number, pulled: Set<string>, vain: VainTrials): Promise<void> {
  const { generations, us } = channel.replica;
  const current = generations.current(us).origin;
  // One that does not come stops no other: what is gone of it may be said in the next.
  let failed: ParleyError | undefined;
  for (const of of generations.all) {
    const key = `${channel.id} ${party} ${of.origin} ${generations.isForked(of.origin)}`;
    const isWritten = of.origin === current && !generations.isForked(of.origin);
    if (of.party !== us || isWritten || pulled.has(key) || generations.status(of.origin)?.status === 'void') continue;
    try {
      const ran = await vain.run(key, () => channel.own.pullBack(of, (path) => ask(node, channel, party, path)));
      if (ran) pulled.add(key);
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      failed = error;
    }
  }
  if (failed !== undefined) throw failed;
}

/** Writes into our own log what the others answered at the gate: evidence of what they said they held, or did not say. */
export async function noteGate(channel: ChannelRuntime, answers: readonly GateAnswer[]): Promise<void> {
  if (answers.every(({ says }) => says === 'nothing')) return;
  const rows = answers.map(({ role, who, says, size }) => [role, who, says, ...(size === undefined ? [] : [size])]);
  await appendAsNode(channel, 'gate', [], [['answers', JSON.stringify(rows)]]);
}
