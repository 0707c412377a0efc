import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { isObject, type Json, parseStrictObject, strictJson } from '../base/json.ts';
import { MAX_CHARTER_SIZE, MAX_HOSTS, MAX_PARTIES } from '../base/limits.ts';
import type { Sha256 } from '../base/ports.ts';
import { cardHash, type HostCard, isName, type PartyCard } from './card.ts';

/** A named thing and the hash of its bytes. */
export type NamedHash = { readonly name: string; readonly hash: string };

/**
 * What all parties sign before a channel exists (spec/charter.md): `{"v":1,"rules":1,"parties":[{"name","card"}],"hosts":[...],"quorum":1,
 * "packs":[{"name","hash"}],"languages":{"working":["en"],"authentic":["en"]},"limits":{},"predecessor":null,"invite":"<32 B>","found_by":1790000000}`.
 */
export type Charter = {
  readonly text: string;
  /** Kinds, limits and signature rules, pinned: software N and N-1 agree. */
  readonly rules: number;
  readonly parties: readonly NamedHash[];
  readonly hosts: readonly NamedHash[];
  /** Hosts that must have seen a head; more than half, or 0 where there is no host. */
  readonly quorum: number;
  readonly packs: readonly NamedHash[];
  readonly working: readonly string[];
  readonly authentic: readonly string[];
  readonly predecessor: string | null;
  /** Hash of the invitation that led here. */
  readonly invite: string;
  /** The founding ends unfinished after this instant. */
  readonly foundBy: number;
};

/** A charter with the cards it names, checked against their hashes: all public facts of a channel. */
export type Channel = {
  /** SHA-256 of the charter text, base64url. */
  readonly id: string;
  readonly charter: Charter;
  readonly parties: readonly PartyCard[];
  readonly hosts: readonly HostCard[];
};

/** The charter's deterministic text. */
export function formatCharter(charter: Omit<Charter, 'text'>): string {
  return strictJson({
    v: 1,
    rules: charter.rules,
    parties: charter.parties.map(({ name, hash }) => ({ name, card: hash })),
    hosts: charter.hosts.map(({ name, hash }) => ({ name, card: hash })),
    quorum: charter.quorum,
    packs: charter.packs.map(({ name, hash }) => ({ name, hash })),
    languages: { working: [...charter.working], authentic: [...charter.authentic] },
    limits: {},
    predecessor: charter.predecessor,
    invite: charter.invite,
    found_by: charter.foundBy,
  });
}

/** The charter in a text, or what was expected. */
export function parseCharter(text: string): { charter: Charter } | { expected: string } {
  if (text.length > MAX_CHARTER_SIZE || utf8(text).length > MAX_CHARTER_SIZE) return { expected: `a charter of at most ${MAX_CHARTER_SIZE} bytes` };
  const parsed = parseStrictObject(text);
  if ('expected' in parsed) return parsed;
  const value = parsed.value;
  const keys = 'v,rules,parties,hosts,quorum,packs,languages,limits,predecessor,invite,found_by';
  if (value.v !== 1 || Object.keys(value).join() !== keys) return { expected: `the charter fields ${keys}` };
  const parties = named(value.parties, 'card', MAX_PARTIES);
  const hosts = named(value.hosts, 'card', MAX_HOSTS);
  const packs = named(value.packs, 'hash', 64);
  if (parties === undefined || parties.length < 2) return { expected: 'two parties or more' };
  if (hosts === undefined || packs === undefined) return { expected: 'hosts and packs with their hashes' };
  const quorum = value.quorum;
  // More than half: two quorums then share a host, so one honest host cannot be shown two histories.
  const majority = hosts.length === 0 ? quorum === 0 : typeof quorum === 'number' && 2 * quorum > hosts.length && quorum <= hosts.length;
  if (!majority || typeof quorum !== 'number') return { expected: 'a quorum of more than half the hosts (0 without hosts)' };
  if (!isObject(value.languages) || Object.keys(value.languages).join() !== 'working,authentic')
    return { expected: 'working and authentic languages' };
  const working = tags(value.languages.working);
  const authentic = tags(value.languages.authentic);
  if (working === undefined || authentic === undefined) return { expected: 'languages as BCP 47 tags' };
  const { rules, predecessor, invite, found_by: foundBy, limits } = value;
  if (typeof rules !== 'number' || rules < 1) return { expected: 'a rules number' };
  if (!isObject(limits) || Object.keys(limits).length > 0) return { expected: 'the limits of the rules number' };
  if (predecessor !== null && !isHash(predecessor)) return { expected: 'a predecessor channel id or null' };
  if (!isHash(invite) || typeof foundBy !== 'number' || foundBy < 0) return { expected: 'the invitation hash and a founding date' };
  return { charter: { text, rules, parties, hosts, quorum, packs, working, authentic, predecessor: predecessor ?? null, invite, foundBy } };
}

/** The id of the channel a charter founds. */
export function channelId(sha256: Sha256, charterText: string): string {
  return toBase64url(sha256(utf8(charterText)));
}

/** The channel of a charter and its cards, or what was expected: every card named by its hash, in order, and no key used by two of them. */
export function assembleChannel(
  sha256: Sha256,
  charter: Charter,
  cards: readonly (PartyCard | HostCard)[],
): { channel: Channel } | { expected: string } {
  const byHash = new Map(cards.map((card) => [cardHash(sha256, card), card]));
  const parties: PartyCard[] = [];
  const hosts: HostCard[] = [];
  for (const { name, hash } of charter.parties) {
    const card = byHash.get(hash);
    if (card?.role !== 'party' || card.name !== name) return { expected: `the card of party "${name}"` };
    parties.push(card);
  }
  for (const { name, hash } of charter.hosts) {
    const card = byHash.get(hash);
    if (card?.role !== 'host' || card.name !== name) return { expected: `the card of host "${name}"` };
    hosts.push(card);
  }
  const keys = [...parties.flatMap((p) => [p.log.ed25519, p.held.ed25519, p.node, ...p.identity.keys]), ...hosts.map((h) => h.witness.ed25519)].map(
    toBase64url,
  );
  // One key in two roles would let a signature made for one statement pass for another.
  if (new Set(keys).size !== keys.length) return { expected: 'keys that are all different' };
  return { channel: { id: channelId(sha256, charter.text), charter, parties, hosts } };
}

function named(value: Json | undefined, key: 'card' | 'hash', max: number): readonly NamedHash[] | undefined {
  if (!Array.isArray(value) || value.length > max) return undefined;
  const out: NamedHash[] = [];
  for (const item of value as readonly Json[]) {
    if (!isObject(item) || Object.keys(item).join() !== `name,${key}`) return undefined;
    const hash = item[key];
    if (!isName(item.name) || !isHash(hash)) return undefined;
    if (out.some((other) => other.hash === hash)) return undefined;
    out.push({ name: item.name, hash });
  }
  return out;
}

function tags(value: Json | undefined): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > 12) return undefined;
  const out = value.filter((item: Json): item is string => typeof item === 'string' && /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(item));
  return out.length === value.length ? out : undefined;
}

function isHash(value: Json | undefined): value is string {
  return typeof value === 'string' && fromBase64url(value, 32) !== undefined;
}
