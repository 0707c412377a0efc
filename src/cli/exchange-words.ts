import { ParleyError } from '../base/errors.ts';
import type { Sha256 } from '../base/ports.ts';
import { digestOf, type ExchangeSide, type ExchangeWords, type KeptWords } from '../document/exchange.ts';
import { isBefore, nextInExchange } from '../projection/joint/exchange.ts';
import type { JointView } from '../projection/joint/words.ts';
import type { DocumentView } from '../projection/views.ts';
import { type Client, channelPath } from './client.ts';
import { when } from './rows.ts';

/** An exchange as a document of its matter shows it. */
export type ExchangeView = Extract<JointView, { kind: 'simultaneous_exchange' }>;

/** The exchange in whose matter a document stands; refuses `usage` where it stands in no such matter. */
export function exchangeIn({ joint, row }: DocumentView): ExchangeView {
  const found = joint.find((one) => one.kind === 'simultaneous_exchange' && one.entry === row.matter);
  if (found?.kind !== 'simultaneous_exchange') throw new ParleyError('usage', 'a simultaneous exchange is needed, or a document in its matter');
  return found;
}

/**
 * Has the node keep what our side is about to commit to; resolves with the digest once it is durable. The digest is computed here too, so that no answer can
 * have somebody sign another one.
 */
export async function keepWords(client: Client, side: ExchangeSide, words: ExchangeWords, sha256: Sha256): Promise<string> {
  const digest = digestOf(sha256, side, words);
  if (digest === undefined) throw new ParleyError('invalid', 'words, and a secret of 16 bytes');
  const { text, secret, attachments } = words;
  const kept = await client.post<KeptWords>(keptPath(side), { text, secret, attachments });
  if (kept.digest !== digest) throw new ParleyError('conflict', 'the node keeps other words than these');
  return digest;
}

/** What is kept of our side that opens this digest; refuses `not_kept` where nothing does. */
export async function keptFor(client: Client, side: ExchangeSide, digest: string, sha256: Sha256): Promise<KeptWords> {
  const kept = await client.get<readonly KeptWords[]>(keptPath(side));
  const found = kept.find((words) => digestOf(sha256, side, words) === digest);
  if (found === undefined) throw new ParleyError('not_kept', `the commitment has the digest ${digest}`);
  return found;
}

/**
 * The digest that a party committed to in an exchange and may reveal now; refuses `committed`, and `usage` where it is to commit first. Unless `early`, also
 * `not_committed`, and `before_moment` where the moment of the exchange is still to come.
 */
export function digestToReveal(exchange: ExchangeView, party: number, names: readonly string[], early: { readonly now: number } | 'early'): string {
  const next = nextInExchange(exchange, party);
  const digest = exchange.sides.find((side) => side.party === party)?.commitment?.digest;
  if (digest === undefined) throw new ParleyError('usage', 'this side is not committed; "parley commit" commits it');
  if (next === 'done') throw new ParleyError('committed', 'it has revealed');
  const missing = exchange.sides.flatMap((side) => (side.commitment === undefined ? [names[side.party] ?? ''] : []));
  if (early === 'early') return digest;
  if (next === 'wait') throw new ParleyError('not_committed', `not committed: ${missing.join(', ')}`);
  if (isBefore(exchange, early.now)) throw new ParleyError('before_moment', `it is set for ${when(exchange.exchangeAt ?? 0)} UTC`);
  return digest;
}

function keptPath({ channel, matter }: ExchangeSide): string {
  return channelPath(channel, `/exchanges/${encodeURIComponent(matter)}/kept`);
}
