import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { assert, ParleyError } from '../base/errors.ts';

const WORDS = 24;

/** The printed recovery of a party: its next identity seed (32 bytes, pre-rotated) as 24 words with a checksum (BIP 39, English list). */
export function recoveryWords(seed: Uint8Array): readonly string[] {
  assert(seed.length === 32, 'a seed has 32 bytes');
  return entropyToMnemonic(seed, wordlist).split(' ');
}

/**
 * The seed of a printed recovery as somebody typed it: any spacing, line breaks, numbering and capitals are taken.
 *
 * Refuses with `invalid`, naming the place of a word that is not in the list and never the word.
 */
export function seedFromRecovery(typed: string): Uint8Array {
  const words = typed
    .normalize('NFKD')
    .toLowerCase()
    .split(/[\s\d.,;:]+/)
    .filter((word) => word !== '');
  if (words.length !== WORDS) throw new ParleyError('invalid', `${WORDS} words; there are ${words.length}`);
  const unknown = words.findIndex((word) => !wordlist.includes(word));
  if (unknown >= 0) throw new ParleyError('invalid', `words of the printed list; word ${unknown + 1} is not one`);
  try {
    return mnemonicToEntropy(words.join(' '), wordlist);
  } catch {
    throw new ParleyError('invalid', 'the words as printed and in their order; the last one does not fit the others');
  }
}
