import { ParleyError } from '../base/errors.ts';
import { witnessName } from '../entry/card.ts';
import { rowOf } from '../sync/replica.ts';
import { submitHead } from '../sync/submit.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import type { PartyNode } from './party-node.ts';

/**
 * Submits every party's committed head that this host has not seen here (`always`: also those it has); receivers submit what they receipt, so a host sees
 * all logs from all sides. Calls `onSeen` after each. One log that a host will not have stops no other: the first refusal is thrown once all were tried.
 */
export async function submitHeads(node: PartyNode, channel: ChannelRuntime, host: number, always: boolean, onSeen: () => void): Promise<void> {
  const { replica } = channel;
  const { generations } = replica;
  const card = replica.channel.hosts[host];
  if (card === undefined) return;
  const name = witnessName(replica.crypto.sha256, card);
  const largest = await replica.store.largestCosignatures(channel.id);
  let failed: unknown;
  for (const of of replica.channel.parties.flatMap((_, party) => generations.sequence(party))) {
    const log = await rowOf(replica, of.origin);
    const seen = largest.find((row) => row.origin === of.origin && row.cosigner === name);
    const isEnded = (generations.status(of.origin)?.status ?? 'open') !== 'open';
    // Hosts decide nothing between two histories, and go on with the first they saw.
    if (log.size === 0 || generations.isForked(of.origin) || ((!always || isEnded) && seen?.size === log.size)) continue;
    try {
      await submitHead(replica, host, of, (to, request, max) => node.sendToHost(channel.id, to, request, max));
      onSeen();
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      if (error.code === 'fork') await channel.alarmed();
      // A head of ours that this store does not hold: reading goes on, signing ends, and the log is pulled back.
      if (error.code === 'unsafe_state') await channel.own.contradicted(error);
      failed ??= error;
    }
  }
  if (failed !== undefined) throw failed;
}
