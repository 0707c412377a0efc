import { concat, concatAll, fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';
import type { AttachmentValue, Fields } from './kind.ts';
import { isAttachment } from './shape.ts';

/** Whose commitment it is: ids are base64url of 32 bytes. A digest is bound to them, so that nobody can commit to what another committed to. */
export type ExchangeSide = { readonly channel: string; readonly party: number; readonly matter: string };

/** What a side gives: its words, the secret of 16 bytes in base64url that hides them, and its files. */
export type ExchangeWords = { readonly text: string; readonly secret: string; readonly attachments: readonly AttachmentValue[] };

/** What a node keeps of a commitment of its own side, so that the side can reveal it: bound to an exchange by its digest, and sent to nobody before. */
export type KeptWords = ExchangeWords & { readonly digest: string; readonly keptAt: number };

/**
 * The bytes whose SHA-256 a commitment holds (spec/exchange.md): `parley-exchange/1\n`, channel (32), party (1), matter (32), secret (16), length of the text
 * in bytes (4, big-endian), the text in UTF-8, and the root of every attachment (32 each) in their order. `undefined` where an id or the secret is none.
 *
 * The length is there since a text could otherwise end in the bytes of a root, and one commitment would open to two things.
 */
export function exchangeBytes({ channel, party, matter }: ExchangeSide, { text, secret, attachments }: ExchangeWords): Uint8Array | undefined {
  const ids = [fromBase64url(channel, 32), fromBase64url(matter, 32), fromBase64url(secret, 16)] as const;
  const roots = attachments.flatMap(({ root }) => fromBase64url(root, 32) ?? []);
  const [channelId, matterId, salt] = ids;
  if (channelId === undefined || matterId === undefined || salt === undefined || roots.length < attachments.length || party > 255) return undefined;
  const words = utf8(text);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, words.length);
  return concat(utf8('parley-exchange/1\n'), channelId, Uint8Array.of(party), matterId, salt, length, words, concatAll(roots));
}

/** The digest that a commitment to these words holds, in base64url; `undefined` where an id or the secret is none. */
export function digestOf(sha256: Sha256, side: ExchangeSide, words: ExchangeWords): string | undefined {
  const bytes = exchangeBytes(side, words);
  return bytes === undefined ? undefined : toBase64url(sha256(bytes));
}

/** The bytes of a reveal as its opened fields have them; `undefined` where its words are not here. */
export function revealedBytes(side: ExchangeSide, fields: Fields): Uint8Array | undefined {
  const { text, secret, attachments } = fields;
  if (typeof text !== 'string' || !text.isWellFormed() || typeof secret !== 'string') return undefined;
  const files = Array.isArray(attachments) ? attachments.filter(isAttachment) : [];
  return exchangeBytes(side, { text, secret, attachments: files });
}
