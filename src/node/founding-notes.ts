import { fromBase64url, toBase64url } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import { formatPartyCard, type IdentityKeys, originOf, type PartyCard, parseCard } from '../entry/card.ts';
import { type Invite, type Join, parseFoundingNote } from '../entry/founding.ts';
import { thresholdChecks } from '../entry/identity-note.ts';
import { formatNote, parseNote, type SignedNote } from '../tlog/note.ts';
import type { PartyNode } from './party-node.ts';
import { parsePeerUrl } from './peer-address.ts';
import { transportPin } from './peers-tls.ts';
import { roleKeys } from './role-keys.ts';

/** A card of ours for a channel to be: fresh nonce and generation, and the keys our seed gives for them. Its log stands in the mark, at size 0. */
export async function newCard(node: PartyNode): Promise<PartyCard> {
  const { random, crypto } = node.parts;
  const card = await ownCard(node, random(16), toBase64url(random(16)));
  // A log that the mark does not name is never signed: so a mark that is lost later cannot make a restored log look new.
  await node.mark.begin(crypto.sha256, originOf(crypto.sha256, card));
  return card;
}

/** Refuses `invalid` for a card that is not one this node's seed makes: signing over another's would found a channel nobody here can speak in. */
export async function mustBeOurs(node: PartyNode, card: PartyCard): Promise<void> {
  // A founding begun before a key event goes on with the keys it began with.
  const identities = fromBase64url(card.gen, 16) === undefined ? [] : node.identities;
  const ours = await Promise.all(identities.map((identity) => ownCard(node, card.nonce, card.gen, identity)));
  if (!ours.some(({ text }) => text === card.text)) throw new ParleyError('invalid', 'expected a card that this node made');
}

/** The card that our seed makes for a founding nonce and a generation, with the identity keys in force there. */
export async function ownCard(node: PartyNode, nonce: Uint8Array, gen: string, identity: IdentityKeys = node.identity): Promise<PartyCard> {
  const { seed, file, makeSigner } = node.parts;
  const keys = roleKeys(seed, nonce, gen, makeSigner);
  const text = formatPartyCard({
    name: file.name,
    nonce,
    gen,
    identity,
    log: { ed25519: keys.logEd.publicKey, mlDsa44: keys.logPq.publicKey },
    held: { ed25519: keys.heldEd.publicKey, mlDsa44: keys.heldPq.publicKey },
    node: keys.node.publicKey,
    transport: transportPin(seed),
  });
  const parsed = parseCard(text);
  assert('card' in parsed && parsed.card.role === 'party', 'a new card has its form');
  return parsed.card;
}

/**
 * Refuses `invalid` for an address of theirs that is not another machine's peers' door, and for a card with a log that belongs to another channel here:
 * under its origin that channel's log would be shown to whoever wrote the card.
 */
export async function mustBeTheirs(node: PartyNode, { card, address }: { readonly card: PartyCard; readonly address: string }): Promise<void> {
  // Plain HTTP leads to whatever listens on this machine; it is for addresses that its own people give.
  if (parsePeerUrl(address).kind !== 'pinned') throw new ParleyError('invalid', 'expected an address that starts with https://');
  if ((await node.store.log(originOf(node.parts.crypto.sha256, card))) !== undefined)
    throw new ParleyError('invalid', 'expected a card with keys of its own');
}

/** An invitation or an answer whose author's identity signed it; refuses `invalid`, `signature_invalid`. */
export async function verifyFounding(node: PartyNode, bytes: Uint8Array, what: 'invite'): Promise<{ invite: Invite }>;
export async function verifyFounding(node: PartyNode, bytes: Uint8Array, what: 'join'): Promise<{ join: Join }>;
export async function verifyFounding(node: PartyNode, bytes: Uint8Array, what: 'invite' | 'join'): Promise<{ invite?: Invite; join?: Join }> {
  const parsed = parseFoundingNote(node.parts.crypto.sha256, bytes);
  if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
  if (parsed.note.founding !== what)
    throw new ParleyError('invalid', what === 'invite' ? 'expected an invitation' : 'expected an answer to an invitation');
  if (!('checks' in parsed.note) || !(await node.parts.crypto.verify(parsed.note.checks)).every(Boolean))
    throw new ParleyError('signature_invalid', 'of the identity');
  return parsed.note;
}

/** Refuses `invalid` when a note is not over the charter text, `signature_invalid` when `card`'s identity threshold did not sign it. */
export async function verifyCharterNote(node: PartyNode, text: string, card: PartyCard, bytes: Uint8Array): Promise<void> {
  const parsed = parseNote(bytes);
  if ('expected' in parsed || parsed.note.text !== text) throw new ParleyError('invalid', 'expected the charter');
  if ((await authorOf(node, parsed.note, [card])) === undefined) throw new ParleyError('signature_invalid', 'over the charter');
}

/** Index of the card whose identity threshold signed a note, or `undefined`. */
export async function authorOf(node: PartyNode, signed: SignedNote, cards: readonly (PartyCard | undefined)[]): Promise<number | undefined> {
  for (const [i, card] of cards.entries()) {
    const found = card === undefined ? { expected: 'a card' } : thresholdChecks(node.parts.crypto.sha256, signed, card.identity);
    if ('checks' in found && (await node.parts.crypto.verify(found.checks)).every(Boolean)) return i;
  }
  return undefined;
}

/** Both sides' lines over one charter, as one note. */
export function joinNotes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const first = parseNote(a);
  const second = parseNote(b);
  assert('note' in first && 'note' in second && first.note.text === second.note.text, 'both sides signed one charter');
  return formatNote({ text: first.note.text, lines: [...first.note.lines, ...second.note.lines] });
}
