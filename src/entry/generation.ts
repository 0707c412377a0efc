import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { isObject } from '../base/json.ts';
import { MAX_ENTRY_SIZE } from '../base/limits.ts';
import type { Sha256 } from '../base/ports.ts';
import type { SignedNote } from '../tlog/note.ts';
import { originOf, type PartyCard, parseCard } from './card.ts';
import type { Channel } from './charter.ts';
import { formatIdentityNote, parseIdentityNote } from './identity-note.ts';

/** Where a later log takes up: the generation it continues, and the size and root of the prefix it builds on (base64url). */
export type Continues = { readonly gen: string; readonly size: number; readonly root: string };

/**
 * The note that opens a later log of a party, and is its leaf 0 (spec/generations.md): an identity note whose act is
 * `{"act":"generation","continues":{"gen":"<16 B>","size":12,"root":"<32 B>"},"card":"<card text>"}`.
 */
export type GenerationNote = {
  readonly channel: string;
  readonly party: number;
  readonly n: number;
  readonly continues: Continues;
  readonly card: PartyCard;
  /** Origin of the log it opens: it follows from the log keys on the card. */
  readonly origin: string;
  /** SHA-256 of the note text, base64url: what orders siblings of one number. */
  readonly hash: string;
  /** The exact bytes: leaf 0. */
  readonly bytes: Uint8Array;
  readonly signed: SignedNote;
};

/** The text of a generation note, for the identity keys to sign. */
export function formatGeneration(note: {
  readonly channel: string;
  readonly party: number;
  readonly n: number;
  readonly continues: Continues;
  readonly card: Pick<PartyCard, 'text'>;
}): string {
  const { gen, size, root } = note.continues;
  const act = { act: 'generation', continues: { gen, size, root }, card: note.card.text };
  return formatIdentityNote({ channel: note.channel, party: note.party, n: note.n, act });
}

/** The generation note in bytes, or what was expected. No signature is verified, and nothing is known yet of the log it continues. */
export function parseGeneration(sha256: Sha256, bytes: Uint8Array): { note: GenerationNote } | { expected: string } {
  if (bytes.length > MAX_ENTRY_SIZE) return { expected: `at most ${MAX_ENTRY_SIZE} bytes` };
  const parsed = parseIdentityNote(bytes);
  if ('expected' in parsed) return parsed;
  const { channel, party, n, act } = parsed.note;
  if (Object.keys(act).join() !== 'act,continues,card' || act.act !== 'generation') return { expected: 'an act generation with continues and card' };
  const { continues } = act;
  if (!isObject(continues) || Object.keys(continues).join() !== 'gen,size,root') return { expected: 'continues with gen, size and root' };
  const { gen, size, root } = continues;
  if (typeof gen !== 'string' || fromBase64url(gen, 16) === undefined) return { expected: 'a generation of 16 bytes to continue' };
  if (typeof size !== 'number' || size < 1 || typeof root !== 'string' || fromBase64url(root, 32) === undefined)
    return { expected: 'a size from 1 and a root of 32 bytes to continue' };
  const card = typeof act.card === 'string' ? parseCard(act.card) : { expected: 'its text' };
  if ('expected' in card || card.card.role !== 'party') return { expected: 'the card of a party' };
  return {
    note: {
      channel,
      party,
      n,
      continues: { gen, size, root },
      card: card.card,
      origin: originOf(sha256, card.card),
      hash: toBase64url(sha256(utf8(parsed.signed.text))),
      bytes,
      signed: parsed.signed,
    },
  };
}

/**
 * What is wrong with a generation note for this channel, whatever its log: `undefined` when nothing is. Its party keeps the name and the founding
 * nonce of its card, and every key on the new card is one that the charter's cards do not have, nor the card twice.
 */
export function generationFault(channel: Channel, note: GenerationNote): string | undefined {
  const founding = channel.parties[note.party];
  if (note.channel !== channel.id || founding === undefined) return 'a note of this channel';
  const { card } = note;
  if (card.name !== founding.name || toBase64url(card.nonce) !== toBase64url(founding.nonce)) return 'the name and founding nonce of this party';
  const identity = new Set(card.identity.keys.map(toBase64url));
  const fresh = [card.log.ed25519, card.held.ed25519, card.node].map(toBase64url);
  const taken = [
    ...channel.parties.flatMap((one) => [one.log.ed25519, one.held.ed25519, one.node, ...one.identity.keys]),
    ...channel.hosts.map((host) => host.witness.ed25519),
  ].map(toBase64url);
  // One key in two roles would let a signature made for one statement pass for another.
  if (new Set(fresh).size !== fresh.length || fresh.some((key) => taken.includes(key) || identity.has(key))) return 'keys that are all fresh';
  return undefined;
}
