import { concat, fromUtf8, toBase64url, utf8 } from '../base/bytes.ts';
import { isObject } from '../base/json.ts';
import { MAX_PROOF_LINES } from '../base/limits.ts';
import type { Crypto, Sha256 } from '../base/ports.ts';
import { type BundleItem, formatBundle, parseBundle } from '../entry/bundle.ts';
import { cardHash, type IdentityKeys, identityJson, type PartyCard, parseCard } from '../entry/card.ts';
import type { Channel } from '../entry/charter.ts';
import { parseIdentityNote, thresholdChecks } from '../entry/identity-note.ts';
import { formatHashLines, parseHashLines } from '../tlog/hash-lines.ts';
import { channelOf } from './record-file.ts';

/** Who an accusation is about: the charter note all parties signed, the channel of it, and the notes that opened later generations of logs named here. */
export type Surroundings = { readonly charterNote: Uint8Array; readonly channel: Channel; readonly generations: readonly Uint8Array[] };

/** A log of a party as its card names it; `later` where a generation note opened it. */
export type KnownCard = { readonly party: number; readonly card: PartyCard; readonly later: boolean };

/** What such a file holds beside its evidence, verified: the channel and every card of a party in it. */
export type Known = { readonly channel: Channel; readonly cards: readonly KnownCard[] };

/** The bytes of a `parley-fork/1` or `parley-cosigner-fault/1`: its name as the first line, then a bundle of the evidence and of what says who it is about. */
export function formatConviction(sha256: Sha256, name: string, evidence: readonly BundleItem[], who: Surroundings | undefined): Uint8Array {
  const items = [...evidence, ...(who === undefined ? [] : surroundingItems(sha256, who))];
  return concat(utf8(`${name}\n`), formatBundle(items));
}

/** The items of such a file by name, or what was expected: the evidence in its order, then what says who it is about, whole or not at all. */
export function parseConviction(
  bytes: Uint8Array,
  name: string,
  evidence: readonly string[],
): { items: ReadonlyMap<string, Uint8Array>; rest: readonly BundleItem[] } | { expected: string } {
  if (!isConviction(bytes, name)) return { expected: `the line ${name}` };
  const bundle = parseBundle(bytes.subarray(name.length + 1));
  if ('expected' in bundle) return bundle;
  const first = bundle.items.filter(({ name: item }) => evidence.includes(item));
  const rest = bundle.items.slice(first.length);
  const inOrder = evidence.filter((item) => first.some((one) => one.name === item));
  // One proof has one form: what can be moved or added unnoticed could carry something else.
  if (bundle.items.slice(0, first.length).some((item, i) => item.name !== inOrder[i])) return { expected: `${evidence.join(', ')}, in this order` };
  return { items: new Map(first.map((item) => [item.name, item.bytes])), rest };
}

/** Whether bytes begin with the line of such a file. */
export function isConviction(bytes: Uint8Array, name: string): boolean {
  return fromUtf8(bytes.subarray(0, name.length + 1)) === `${name}\n`;
}

/** What says who a file is about, verified with nothing else: charter, cards and generation notes; `undefined` where it says nothing. */
export async function readSurroundings(crypto: Crypto, rest: readonly BundleItem[]): Promise<{ known: Known | undefined } | { expected: string }> {
  if (rest.length === 0) return { known: undefined };
  const [charter, ...others] = rest;
  const cardItems = others.filter(({ name }) => name.startsWith('cards/'));
  const found = await channelOf(crypto, charter?.name === 'charter' ? charter.bytes : undefined, cardItems);
  if ('expected' in found) return found;
  const { channel } = found;
  const generations = others.slice(cardItems.length);
  const who = { charterNote: charter?.bytes ?? new Uint8Array(), channel, generations: generations.map(({ bytes }) => bytes) };
  if (surroundingItems(crypto.sha256, who).some(({ name }, i) => name !== rest[i]?.name))
    return { expected: 'charter, cards and generations in their order' };
  const cards: KnownCard[] = channel.parties.map((card, party) => ({ party, card, later: false }));
  for (const note of who.generations) {
    const opened = await openedBy(crypto, channel, cards, note);
    if ('expected' in opened) return opened;
    cards.push(opened);
  }
  return { known: { channel, cards } };
}

/** The item of a path; none where the evidence needs none. */
export function pathItem(path: readonly Uint8Array[]): readonly BundleItem[] {
  return path.length === 0 ? [] : [{ name: 'path', bytes: utf8(formatHashLines(path)) }];
}

/** The path in such an item, or what was expected; none is the empty one. */
export function parsePathItem(bytes: Uint8Array | undefined): { path: readonly Uint8Array[] } | { expected: string } {
  if (bytes === undefined) return { path: [] };
  // A line of base64 has 45 bytes with its newline: nothing longer is looked at.
  const text = bytes.length > 0 && bytes.length <= 45 * MAX_PROOF_LINES ? fromUtf8(bytes) : undefined;
  if (text === undefined || !text.endsWith('\n')) return { expected: 'a path of hashes, a line each' };
  const parsed = parseHashLines(text.slice(0, -1).split('\n'));
  return 'expected' in parsed ? parsed : { path: parsed.hashes };
}

function surroundingItems(sha256: Sha256, { charterNote, channel, generations }: Surroundings): readonly BundleItem[] {
  return [
    { name: 'charter', bytes: charterNote },
    ...[...channel.parties, ...channel.hosts].map((card) => ({ name: `cards/${cardHash(sha256, card)}`, bytes: utf8(card.text) })),
    ...generations.map((bytes, i) => ({ name: `generations/${i}`, bytes })),
  ];
}

/**
 * The log that a generation note opened, or what was expected: the identity keys on its card signed it, and those are the keys of the card of the
 * generation it continues, or the ones that card had committed to as the next.
 */
async function openedBy(crypto: Crypto, channel: Channel, cards: readonly KnownCard[], bytes: Uint8Array): Promise<KnownCard | { expected: string }> {
  const parsed = parseIdentityNote(bytes);
  if ('expected' in parsed) return { expected: `a generation note: ${parsed.expected}` };
  const { note, signed } = parsed;
  const { act, continues, card: text } = note.act;
  const card = act === 'generation' && typeof text === 'string' ? parseCard(text) : { expected: 'it' };
  if (note.channel !== channel.id || 'expected' in card || card.card.role !== 'party') return { expected: 'a generation note of this channel' };
  const gen = isObject(continues) ? continues.gen : undefined;
  const parent = cards.find((one) => one.party === note.party && one.card.gen === gen);
  const next = card.card;
  if (parent === undefined || next.name !== parent.card.name || toBase64url(next.nonce) !== toBase64url(parent.card.nonce))
    return { expected: 'a generation that continues one before it' };
  if (cards.some((one) => toBase64url(one.card.log.ed25519) === toBase64url(next.log.ed25519)))
    return { expected: 'a generation with a log of its own' };
  if (!follows(crypto.sha256, parent.card.identity, next.identity)) return { expected: `the identity keys of ${next.name}` };
  const threshold = thresholdChecks(crypto.sha256, signed, next.identity);
  const good = 'checks' in threshold && (await crypto.verify(threshold.checks)).every(Boolean);
  return good ? { party: note.party, card: next, later: true } : { expected: `a generation note signed by the identity of ${next.name}` };
}

function follows(sha256: Sha256, before: IdentityKeys, now: IdentityKeys): boolean {
  if (JSON.stringify(identityJson(before)) === JSON.stringify(identityJson(now))) return true;
  const digests = new Set(before.nextDigests.map(toBase64url));
  return now.threshold === before.nextThreshold && now.keys.length === digests.size && now.keys.every((key) => digests.has(toBase64url(sha256(key))));
}
