import { ParleyError } from '../base/errors.ts';
import type { Sha256 } from '../base/ports.ts';
import { parseCard } from './card.ts';
import { assembleChannel, type Channel, parseCharter } from './charter.ts';

/** The channel that the texts of a charter and its cards make. Its id is the one asked for, so that no node can show another; refuses with `invalid`. */
export function shownChannel(sha256: Sha256, view: { readonly charter: string; readonly cards: readonly string[] }, id: string): Channel {
  const charter = parseCharter(view.charter);
  if ('expected' in charter) throw new ParleyError('invalid', `expected ${charter.expected}`);
  const cards = view.cards.map((text) => {
    const parsed = parseCard(text);
    if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
    return parsed.card;
  });
  const assembled = assembleChannel(sha256, charter.charter, cards);
  if ('expected' in assembled) throw new ParleyError('invalid', `expected ${assembled.expected}`);
  if (assembled.channel.id !== id) throw new ParleyError('invalid', 'expected the charter of this channel');
  return assembled.channel;
}
