import { fromUtf8, parseDecimal, toBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import type { SigningView } from '../../projection/views.ts';
import { cardOf, citedLog } from '../../sync/replica.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import type { PartyNode } from '../party-node.ts';

/**
 * What a signing client needs: every log's committed head, proved to grow from the size it remembers.
 * `from` is `party:size:generation,...`; parties not named, or named with another generation, are proved from size 1. Refuses `invalid` for a list not in form or a size beyond the head,
 * `unsafe_state` and `not_open` where our log would take no document.
 */
export async function signingView(node: PartyNode, channel: ChannelRuntime, from: string): Promise<SigningView> {
  const { replica } = channel;
  await channel.own.mustTakeEntries();
  const sizes = parseSizes(from, replica.channel.parties.length);
  const record = node.record(channel.id);
  return {
    channel: channel.id,
    charter: record.charter,
    cards: record.cards,
    us: replica.us,
    gen: cardOf(replica, replica.us).gen,
    generations: replica.generations.all.flatMap(({ origin, note }) =>
      note === undefined || replica.generations.ordinal(origin) < 0 ? [] : [fromUtf8(note.bytes) ?? ''],
    ),
    heads: await Promise.all(
      replica.channel.parties.map(async (_, party) => {
        const log = await citedLog(replica, party);
        if (log.size === 0) throw new ParleyError('not_open', 'a log has no head yet');
        const from = sizes.get(party);
        const old = from === undefined || (from.gen ?? log.gen) !== log.gen ? 1 : from.size;
        if (old > log.size) throw new ParleyError('invalid', `a size of party ${party} of at most ${log.size}`, { size: log.size });
        const proof = await channel.store.consistencyProof(log.origin, old, log.size);
        return { party, gen: log.gen, origin: log.origin, note: fromUtf8(log.note) ?? '', proof: proof.map(toBase64url) };
      }),
    ),
  };
}

function parseSizes(text: string, parties: number): ReadonlyMap<number, { readonly size: number; readonly gen?: string }> {
  const sizes = new Map<number, { readonly size: number; readonly gen?: string }>();
  for (const item of text === '' ? [] : text.split(',')) {
    const [first = '', second = '', gen, ...rest] = item.split(':');
    const [party, size] = [parseDecimal(first), parseDecimal(second)];
    const fits = party !== undefined && size !== undefined && rest.length === 0 && party < parties && size >= 1 && !sizes.has(party);
    if (!fits) throw new ParleyError('invalid', 'sizes such as 0:12,1:17');
    sizes.set(party, gen === undefined ? { size } : { size, gen });
  }
  return sizes;
}
