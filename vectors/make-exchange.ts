/**
 * Makes vectors/entry/exchange.json: what a commitment of a simultaneous exchange hashes, and what becomes of reveals. Deterministic: a second run
 * writes the same bytes. Run it with: node vectors/make-exchange.ts
 */
import { writeFileSync } from 'node:fs';
import { toBase64url, toHex, utf8 } from '../src/base/bytes.ts';
import { exchangeBytes } from '../src/document/exchange.ts';
import type { AttachmentValue } from '../src/document/kind.ts';
import { nodeSha256 } from '../src/node/crypto.ts';

const id = (words: string): string => toBase64url(nodeSha256(utf8(words)));
const channel = id('the channel');
const matter = id('the exchange');
const secret = toBase64url(nodeSha256(utf8('the secret')).subarray(0, 16));
const file = (words: string): AttachmentValue => ({ root: id(words), salt: secret, size: 9, media: 'text/plain', name: 'list.txt' });

function one(comment: string, party: number, text: string, attachments: readonly AttachmentValue[] = []): object {
  const bytes = exchangeBytes({ channel, party, matter }, { text, secret, attachments });
  if (bytes === undefined) throw new Error(comment);
  const digest = toBase64url(nodeSha256(bytes));
  return { comment, channel, party, matter, text, secret, attachments, bytes: toHex(bytes), digest };
}

const letters = 'a'.repeat(32);
const cases = [
  one('a text alone', 0, 'Our list.'),
  one('the same words of the other party are another commitment', 1, 'Our list.'),
  one('a text of several bytes a letter: its length is in bytes', 0, 'Наш список.'),
  one('a text and two files, in their order', 0, 'Our list.', [file('one'), file('two')]),
  one('the same files in another order', 0, 'Our list.', [file('two'), file('one')]),
  one('a text that ends in what could be a root', 0, `Our list.${letters}`),
  one('the text before it, with the file of that root', 0, 'Our list.', [{ ...file('one'), root: toBase64url(utf8(letters)) }]),
];
writeFileSync(new URL('entry/exchange.json', import.meta.url), `${JSON.stringify({ cases }, null, 1)}\n`);
