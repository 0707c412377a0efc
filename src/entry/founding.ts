import { concat, fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import { isObject, type Json, parseStrictObject, strictJson } from '../base/json.ts';
import { MAX_HOSTS } from '../base/limits.ts';
import type { Sha256, SignatureCheck } from '../base/ports.ts';
import { parseNote, type SignedNote } from '../tlog/note.ts';
import { cardHash, type HostCard, type PartyCard, parseCard } from './card.ts';
import { assembleChannel, type Channel, formatCharter, type NamedHash, parseCharter } from './charter.ts';
import { thresholdChecks } from './identity-note.ts';

/** What an invitation proposes; both sides build the same charter from it. */
export type Terms = {
  readonly hosts: readonly string[];
  readonly quorum: number;
  readonly packs: readonly NamedHash[];
  readonly working: readonly string[];
  readonly authentic: readonly string[];
  readonly predecessor: string | null;
  readonly foundBy: number;
};

/** Step 2 of the founding (spec/charter.md): an identity-signed invitation with the inviter's card, the terms and where its peers' door listens. */
export type Invite = {
  readonly card: PartyCard;
  readonly hostCards: readonly HostCard[];
  readonly terms: Terms;
  readonly address: string;
  readonly hash: string;
};

/** Step 3: the answer, with the joiner's card and the hash of the invitation it answers. */
export type Join = { readonly card: PartyCard; readonly invite: string; readonly address: string; readonly hash: string };

/** The text of an invitation. */
export function formatInvite(invite: Omit<Invite, 'hash'>): string {
  const { terms } = invite;
  return `${strictJson({
    v: 1,
    founding: 'invite',
    card: invite.card.text,
    hosts: invite.hostCards.map((card) => card.text),
    quorum: terms.quorum,
    packs: terms.packs.map(({ name, hash }) => ({ name, hash })),
    working: [...terms.working],
    authentic: [...terms.authentic],
    predecessor: terms.predecessor,
    found_by: terms.foundBy,
    address: invite.address,
  })}\n`;
}

/** The text of the answer. */
export function formatJoin(join: Omit<Join, 'hash'>): string {
  return `${strictJson({ v: 1, founding: 'join', card: join.card.text, invite: join.invite, address: join.address })}\n`;
}

/** The text that ends a founding, signed by the decliner's identity. */
export function formatDecline(invite: string): string {
  return `${strictJson({ v: 1, founding: 'decline', invite })}\n`;
}

/** A founding note in its form with the signature checks that make it its author's word; all checks must hold. */
export type FoundingNote =
  | { readonly founding: 'invite'; readonly invite: Invite; readonly checks: readonly SignatureCheck[]; readonly signed: SignedNote }
  | { readonly founding: 'join'; readonly join: Join; readonly checks: readonly SignatureCheck[]; readonly signed: SignedNote }
  | { readonly founding: 'decline'; readonly invite: string; readonly signed: SignedNote };

const MEMBERS = {
  invite: 'v,founding,card,hosts,quorum,packs,working,authentic,predecessor,found_by,address',
  join: 'v,founding,card,invite,address',
  decline: 'v,founding,invite',
} as const;

/** The founding note in bytes, or what was expected. A decline's signature is checked by whoever knows the decliner's card. */
export function parseFoundingNote(sha256: Sha256, bytes: Uint8Array): { note: FoundingNote } | { expected: string } {
  const parsed = parseNote(bytes);
  if ('expected' in parsed) return parsed;
  const signed = parsed.note;
  const object = parseStrictObject(signed.text.slice(0, -1));
  if ('expected' in object) return object;
  const value = object.value;
  const hash = toBase64url(sha256(utf8(signed.text)));
  if (value.v !== 1) return { expected: 'founding version 1' };
  const members = Object.hasOwn(MEMBERS, String(value.founding)) ? MEMBERS[value.founding as keyof typeof MEMBERS] : undefined;
  if (members === undefined) return { expected: 'an invitation, its answer, or a decline' };
  if (Object.keys(value).join() !== members) return { expected: `the members ${members}` };
  if (value.founding === 'decline') {
    return isHash(value.invite) ? { note: { founding: 'decline', invite: value.invite, signed } } : { expected: 'the invitation declined' };
  }
  const card = typeof value.card === 'string' ? parseCard(value.card) : { expected: 'a card' };
  if ('expected' in card) return card;
  if (card.card.role !== 'party') return { expected: "a party's card" };
  const address = value.address;
  if (typeof address !== 'string' || address.length > 300) return { expected: 'an address' };
  const checks = thresholdChecks(sha256, signed, card.card.identity);
  if ('expected' in checks) return checks;
  if (value.founding === 'join') {
    if (!isHash(value.invite)) return { expected: 'the invitation answered' };
    return { note: { founding: 'join', join: { card: card.card, invite: value.invite, address, hash }, checks: checks.checks, signed } };
  }
  const hostCards = parseHostCards(value.hosts);
  const terms = hostCards === undefined ? undefined : parseTerms(value, hostCards, sha256);
  if (hostCards === undefined || terms === undefined) return { expected: 'terms: hosts, quorum, packs, languages and a founding date' };
  return { note: { founding: 'invite', invite: { card: card.card, hostCards, terms, address, hash }, checks: checks.checks, signed } };
}

/** Step 4: the channel both sides build from invitation and answer, byte for byte the same; or what was expected of them. */
export function foundChannel(sha256: Sha256, invite: Invite, join: Join): { channel: Channel } | { expected: string } {
  if (join.invite !== invite.hash) return { expected: 'an answer to this invitation' };
  const parties = [invite.card, join.card];
  const charter = parseCharter(
    formatCharter({
      rules: 1,
      parties: parties.map((card) => ({ name: card.name, hash: cardHash(sha256, card) })),
      hosts: invite.hostCards.map((card) => ({ name: card.name, hash: cardHash(sha256, card) })),
      quorum: invite.terms.quorum,
      packs: invite.terms.packs,
      working: invite.terms.working,
      authentic: invite.terms.authentic,
      predecessor: invite.terms.predecessor,
      invite: invite.hash,
      foundBy: invite.terms.foundBy,
    }),
  );
  if ('expected' in charter) return charter;
  return assembleChannel(sha256, charter.charter, [...parties, ...invite.hostCards]);
}

/**
 * Step 5: the ten words a party's officer reads aloud and the others type, from SHA-256("parley-sentence/1\0" || channel id || reader): 110 bits,
 * so that whoever stands between two nodes cannot make both sides see the sentence they expect. `words` is the 2,048-word English list of BIP 39.
 */
export function sentenceOf(sha256: Sha256, channel: string, reader: number, words: readonly string[]): string {
  assert(words.length === 2048, 'the word list has 2,048 words');
  const id = fromBase64url(channel, 32);
  assert(id !== undefined, 'a channel id is 32 bytes');
  const digest = sha256(concat(utf8('parley-sentence/1\0'), id, Uint8Array.of(reader)));
  const bits = Array.from(digest, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: 10 }, (_, i) => words[Number.parseInt(bits.slice(11 * i, 11 * i + 11), 2)]).join(' ');
}

/** Whether a typed sentence is the one expected; case, spaces and punctuation do not count. */
export function sameSentence(typed: string, expected: string): boolean {
  const words = (text: string): string => (text.toLowerCase().match(/[a-z]+/g) ?? []).join(' ');
  return words(typed) === words(expected);
}

function parseHostCards(value: Json | undefined): readonly HostCard[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_HOSTS) return undefined;
  const cards: HostCard[] = [];
  for (const text of value as readonly Json[]) {
    const parsed = typeof text === 'string' ? parseCard(text) : undefined;
    if (parsed === undefined || 'expected' in parsed || parsed.card.role !== 'host') return undefined;
    cards.push(parsed.card);
  }
  return cards;
}

function parseTerms(value: { readonly [key: string]: Json }, hosts: readonly HostCard[], sha256: Sha256): Terms | undefined {
  const { quorum, packs, working, authentic, predecessor, found_by: foundBy } = value;
  if (typeof quorum !== 'number' || typeof foundBy !== 'number' || !Array.isArray(packs)) return undefined;
  const named: NamedHash[] = [];
  for (const item of packs as readonly Json[]) {
    if (!isObject(item) || Object.keys(item).join() !== 'name,hash' || typeof item.name !== 'string' || !isHash(item.hash)) return undefined;
    named.push({ name: item.name, hash: item.hash });
  }
  const strings = (list: Json | undefined): readonly string[] | undefined =>
    Array.isArray(list) && list.every((item: Json) => typeof item === 'string') ? (list as readonly string[]) : undefined;
  const workingTags = strings(working);
  const authenticTags = strings(authentic);
  if (workingTags === undefined || authenticTags === undefined) return undefined;
  if (predecessor !== null && !isHash(predecessor)) return undefined;
  return {
    hosts: hosts.map((card) => cardHash(sha256, card)),
    quorum,
    packs: named,
    working: workingTags,
    authentic: authenticTags,
    predecessor,
    foundBy,
  };
}

function isHash(value: Json | undefined): value is string {
  return typeof value === 'string' && fromBase64url(value, 32) !== undefined;
}
