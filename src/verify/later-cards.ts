import type { Crypto } from '../base/ports.ts';
import { originOf, type PartyCard } from '../entry/card.ts';
import type { Channel } from '../entry/charter.ts';
import { type GenerationNote, generationFault, parseGeneration } from '../entry/generation.ts';
import { isSignedBy } from './heads.ts';

/** A log of a party by the card that holds its keys; `note` opened it, where it is not the founding one. */
export type CardLog = { readonly origin: string; readonly party: number; readonly card: PartyCard; readonly note?: GenerationNote };

/**
 * The logs that generation notes open, with nothing but the notes: each continues the founding log or one before it, and is signed by the identity on
 * that one's card, or the keys it committed to as the next. Whether a log counts is not in them. `refused` are the notes of which that does not hold.
 */
export async function cardLogs(
  crypto: Crypto,
  channel: Channel,
  notes: readonly Uint8Array[],
): Promise<{ readonly logs: readonly CardLog[]; readonly refused: number }> {
  const logs: CardLog[] = channel.parties.map((card, party) => ({ origin: originOf(crypto.sha256, card), party, card }));
  let waiting = notes.flatMap((bytes) => {
    const parsed = parseGeneration(crypto.sha256, bytes);
    return 'note' in parsed && generationFault(channel, parsed.note) === undefined ? [parsed.note] : [];
  });
  for (let before = -1; before !== logs.length; ) {
    before = logs.length;
    const left: GenerationNote[] = [];
    for (const note of waiting) {
      const parent = logs.find((log) => log.party === note.party && log.card.gen === note.continues.gen);
      const taken = logs.some((log) => log.origin === note.origin || (log.party === note.party && log.card.gen === note.card.gen));
      if (parent === undefined || taken) left.push(note);
      else if (await isSignedBy(crypto, note, parent.card.identity)) logs.push({ origin: note.origin, party: note.party, card: note.card, note });
    }
    waiting = left;
  }
  return { logs, refused: notes.length - (logs.length - channel.parties.length) };
}
