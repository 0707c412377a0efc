import { wordlist } from '@scure/bip39/wordlists/english.js';
import { keySentence } from '../entry/actor.ts';

/** The hash of what is signed, as screens and commands show it: in ten words to compare by voice, and whole. */
export function hashText(id: string): string {
  return `Its hash, in words: ${keySentence(id, wordlist)}\n  ${id}`;
}
