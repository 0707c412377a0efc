import type { KnownLog } from '../sync/generations.ts';
import type { SendToParty } from '../sync/push.ts';
import type { Replica } from '../sync/replica.ts';
import { sharedKnown, tellShared } from '../sync/shared.ts';
import { tellAlarms } from './alarms.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import type { PartyNode } from './party-node.ts';
import { pullOwnLogs, takeBackFrom } from './refilling.ts';
import { VainTrials } from './vain-trials.ts';

/** What this node told its peers of second histories and asked them of its own earlier logs, since its start: each once, and again where it may be forgotten. */
export class Histories {
  readonly #node: PartyNode;
  /** Proofs of forks that a party has taken. */
  readonly #told = new Set<string>();
  /** By party and log, whose receipts over it they were shown last. */
  readonly #shown = new Map<string, string>();
  /** Logs of ours that are written no more and that a party was asked for. */
  #pulled = new Set<string>();
  /** What they showed of those and did not give. */
  readonly #vain: VainTrials;

  constructor(node: PartyNode) {
    this.#node = node;
    this.#vain = new VainTrials(() => node.parts.now());
  }

  /**
   * Tells a party of every fork known, takes what it holds of our earlier logs, and shows what was receipted of logs with two histories. Says that
   * there is no more, or refuses `unreachable`, or `invalid` where a history that was shown does not come.
   */
  async settle(channel: ChannelRuntime, party: number): Promise<false> {
    const { replica } = channel;
    const send: SendToParty = (to, request, max) => this.#node.sendToParty(channel.id, to, request, max);
    await tellAlarms(this.#node, channel, party, send, this.#told);
    await pullOwnLogs(this.#node, channel, party, this.#pulled, this.#vain);
    await this.#takeBack(channel, party);
    for (const log of replica.generations.all) if (replica.generations.isForked(log.origin)) await this.#tellShared(replica, party, log, send);
    return false;
  }

  /** A party does not know of a fork, or does no more: it is told again. */
  tellAgain(channel: string, party: number): void {
    for (const key of this.#told) if (key.startsWith(`${party}/`)) this.#told.delete(key);
    for (const key of this.#shown.keys()) if (key.startsWith(`${channel} ${party} `)) this.#shown.delete(key);
  }

  /** What was asked before may be answered otherwise now; an answer under way counts as given before. */
  pullAgain(): void {
    this.#pulled = new Set();
  }

  /** Of a party's logs with two histories, what we receipted and a restored store has lost, once they are known. */
  async #takeBack(channel: ChannelRuntime, party: number): Promise<void> {
    const { generations } = channel.replica;
    for (const log of generations.all) {
      const key = `${channel.id} back ${log.origin}`;
      if (log.party !== party || !generations.isForked(log.origin) || this.#pulled.has(key)) continue;
      if (await this.#vain.run(key, () => takeBackFrom(this.#node, channel, log))) this.#pulled.add(key);
    }
  }

  /** What is held of a log with two histories, once, and again when it is more. */
  async #tellShared(replica: Replica, party: number, log: KnownLog, send: SendToParty): Promise<void> {
    const known = `${replica.channel.id} ${party} ${log.origin}`;
    const now = await sharedKnown(replica, log);
    if (this.#shown.get(known) === now) return;
    await tellShared(replica, party, log, send);
    this.#shown.set(known, now);
  }
}
