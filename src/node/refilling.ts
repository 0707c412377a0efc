import { ParleyError } from '../base/errors.ts';
import { MAX_CHECKPOINT_SIZE, MAX_PUSH_SIZE } from '../base/limits.ts';
import type { GateAnswer } from '../sync/gate-answers.ts';
import { cardOf, logIn, originIn } from '../sync/replica.ts';
import { originHash } from '../tlog/origin.ts';
import { verifyHead } from '../verify/head.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { seekOwnFiles } from './fetch-blobs.ts';
import type { PartyNode } from './party-node.ts';
import { appendAsNode } from './stamps.ts';

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
 * Pulls another party's log from its author where they hold more than is held here and owe us no push, since we receipted it before this store was
 * restored. Resolves with whether there may be more. Refuses `unreachable`; what they send is taken as a push is.
 */
export async function pullLog(node: PartyNode, channel: ChannelRuntime, party: number): Promise<boolean> {
  const { replica } = channel;
  const path = `/log/${originHash(originIn(replica, party)) ?? ''}`;
  const shown = await node.sendToParty(channel.id, party, { method: 'GET', path: `${path}/checkpoint` }, MAX_CHECKPOINT_SIZE);
  const verified = shown.status === 200 ? await verifyHead(replica.crypto, cardOf(replica, party), shown.body) : { expected: 'a checkpoint' };
  const { size } = await logIn(replica, party);
  if ('expected' in verified || verified.head.checkpoint.size <= size) return false;
  const part = await node.sendToParty(channel.id, party, { method: 'GET', path: `${path}/since/${size}` }, MAX_PUSH_SIZE);
  if (part.status !== 200) return false;
  await channel.receive(party, part.body);
  return (await logIn(replica, party)).size > size;
}

/**
 * Takes from a party what it holds of our logs that are written no more, once a log and again when two histories of it have become known; `pulled` remembers.
 * Refuses `unreachable`.
 */
export async function pullOwnLogs(node: PartyNode, channel: ChannelRuntime, party: number, pulled: Set<string>): Promise<void> {
  const { generations, us } = channel.replica;
  const current = generations.current(us).origin;
  for (const of of generations.all) {
    const key = `${channel.id} ${party} ${of.origin} ${generations.isForked(of.origin)}`;
    const isWritten = of.origin === current && !generations.isForked(of.origin);
    if (of.party !== us || isWritten || pulled.has(key) || generations.status(of.origin)?.status === 'void') continue;
    await channel.own.pullBack(of, async (path) => {
      const answer = await node.sendToParty(channel.id, party, { method: 'GET', path }, MAX_PUSH_SIZE);
      return answer.status === 200 ? answer.body : undefined;
    });
    pulled.add(key);
  }
}

/** Writes into our own log what the others answered at the gate: evidence of what they said they held, or did not say. */
export async function noteGate(channel: ChannelRuntime, answers: readonly GateAnswer[]): Promise<void> {
  if (answers.every(({ says }) => says === 'nothing')) return;
  const rows = answers.map(({ role, who, says, size }) => [role, who, says, ...(size === undefined ? [] : [size])]);
  await appendAsNode(channel, 'gate', [], [['answers', JSON.stringify(rows)]]);
}
