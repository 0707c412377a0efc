import { ParleyError } from '../base/errors.ts';
import { alarmsOf, takeAlarm } from '../sync/alarm.ts';
import type { SendToParty } from '../sync/push.ts';
import type { ProvedFork } from '../verify/fork-proof.ts';
import { makeForkProof, verifyForkProof } from '../verify/fork-proof.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { type PartyNode, recordBytes } from './party-node.ts';

const MAX_ANSWER_SIZE = 4096;

/** A fork proof that anybody can check with nothing else: with the charter, the cards and the notes that opened the generations of that party. */
export function forkProofFile(node: PartyNode, channel: ChannelRuntime, fork: ProvedFork): Uint8Array {
  const { replica } = channel;
  const { generations, crypto } = replica;
  const of = generations.find(fork.origin);
  // The notes on the way to the log and no others: who gets the file learns no more than it needs.
  const notes: Uint8Array[] = [];
  for (let at = of; at?.note !== undefined; ) {
    notes.unshift(at.note.bytes);
    const parent = at.note.continues.gen;
    at = generations.all.find(({ party, gen }) => party === of?.party && gen === parent);
  }
  const who = { charterNote: recordBytes(node.record(channel.id).note), channel: replica.channel, generations: notes };
  return makeForkProof(crypto.sha256, fork.evidence, who);
}

/** The newest proof that two histories exist in a channel. Refuses `not_found` where none is known. */
export async function newestForkProof(node: PartyNode, channel: ChannelRuntime): Promise<Uint8Array> {
  const last = (await alarmsOf(channel.replica)).at(-1);
  if (last === undefined) throw new ParleyError('not_found', 'no two histories are known in this channel');
  return forkProofFile(node, channel, last.fork);
}

/**
 * Takes a fork proof from whoever brings one: it proves itself. Refuses `not_found` whatever is wrong or about no log here, so that a stranger learns
 * nothing.
 */
export async function takeAlarmFile(node: PartyNode, bytes: Uint8Array): Promise<void> {
  const verified = await verifyForkProof(node.parts.crypto, bytes);
  const channel =
    'expected' in verified ? undefined : node.channels.find(({ replica }) => replica.generations.find(verified.fork.origin) !== undefined);
  if (channel === undefined) throw new ParleyError('not_found');
  if (await takeAlarm(channel.replica, bytes)) await channel.alarmed();
}

/** Tells a party of every fork known in a channel, its own among them; refuses `unreachable` while it does not take one. */
export async function tellAlarms(node: PartyNode, channel: ChannelRuntime, party: number, send: SendToParty, told: Set<string>): Promise<void> {
  for (const { of, fork } of await alarmsOf(channel.replica)) {
    const key = `${party}/${of.origin}`;
    if (told.has(key)) continue;
    const body = forkProofFile(node, channel, fork);
    const answer = await send(party, { method: 'POST', path: '/alarms', body }, MAX_ANSWER_SIZE);
    if (answer.status !== 200) throw new ParleyError('unreachable', `the other node answered ${answer.status} to the proof of a fork`);
    told.add(key);
  }
}
