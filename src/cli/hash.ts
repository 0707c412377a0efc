import { wordlist } from '@scure/bip39/wordlists/english.js';
import { keySentence } from '../entry/actor.ts';
import type { Header } from '../entry/header.ts';
import { when } from './rows.ts';

/** The hash of what is signed, as screens and commands show it: in ten words to compare by voice, and whole. */
export function hashText(id: string): string {
  return `Its hash, in words: ${keySentence(id, wordlist)}\n  ${id}`;
}

/** What is signed beside the fields: a screen could have the right words signed as an answer to another document. */
export function headerLines({ refs, time, channel }: Pick<Header, 'refs' | 'time' | 'channel'>): readonly string[] {
  return [...refs.map((id) => `  In answer to: ${id}`), `  Written: ${when(time)} UTC, in the channel ${channel}`];
}
