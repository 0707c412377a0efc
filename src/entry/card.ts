import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { isObject, type Json, type JsonObject, parseStrictObject, strictJson } from '../base/json.ts';
import type { Sha256 } from '../base/ports.ts';
import { isLine } from '../document/shape.ts';
import { hasBidiControl } from '../document/text.ts';
import { heldName as heldNameOf, type KeyPair } from '../tlog/cosignature.ts';
import { isAcceptableEd25519Key } from '../tlog/ed25519-key.ts';
import { computeOrigin } from '../tlog/origin.ts';

/** An m-of-n set of identity keys, and the digests of the set that will replace it (pre-rotation). */
export type IdentityKeys = {
  readonly threshold: number;
  /** Raw Ed25519 keys. */
  readonly keys: readonly Uint8Array[];
  readonly nextThreshold: number;
  /** SHA-256 of each next raw key. */
  readonly nextDigests: readonly Uint8Array[];
  /** Number of the key event that put these keys in force, from 1; absent for the inception. */
  readonly event?: number;
};

/** A party's card for one channel: who it is and every public key it will use there (spec/charter.md). `text` is the exact strict JSON. */
export type PartyCard = {
  readonly role: 'party';
  readonly text: string;
  readonly name: string;
  readonly nonce: Uint8Array;
  readonly gen: string;
  readonly identity: IdentityKeys;
  readonly log: KeyPair;
  readonly held: KeyPair;
  readonly node: Uint8Array;
  /** SHA-256 of the transport key's SPKI: the pin of its peers' door. */
  readonly transport: Uint8Array;
};

/** A neutral host's card. */
export type HostCard = {
  readonly role: 'host';
  readonly text: string;
  readonly name: string;
  readonly nonce: Uint8Array;
  readonly witness: KeyPair;
  readonly transport: Uint8Array;
};

/** Characters of a party's or host's name. */
export const MAX_PARTY_NAME = 200;

/** Key events a party can have: more than anybody prints recoveries for; a reader carries one set of keys for each. */
const MAX_KEY_EVENTS = 1000;

/** Whether a value may name a party, a host or a pack: one line, without control characters or any that reorder what follows. */
export function isName(value: Json | undefined): value is string {
  return isLine(value, MAX_PARTY_NAME) && !hasBidiControl(value);
}

/** The text of a party's card from its parts. */
export function formatPartyCard(card: Omit<PartyCard, 'role' | 'text'>): string {
  return strictJson({
    v: 1,
    role: 'party',
    name: card.name,
    nonce: toBase64url(card.nonce),
    gen: card.gen,
    identity: identityJson(card.identity),
    log: hybridJson(card.log),
    held: hybridJson(card.held),
    node: toBase64url(card.node),
    transport: toBase64url(card.transport),
  });
}

/** The text of a host's card from its parts. */
export function formatHostCard(card: Omit<HostCard, 'role' | 'text'>): string {
  return strictJson({
    v: 1,
    role: 'host',
    name: card.name,
    nonce: toBase64url(card.nonce),
    witness: hybridJson(card.witness),
    transport: toBase64url(card.transport),
  });
}

/** The card in a text, or what was expected. */
export function parseCard(text: string): { card: PartyCard | HostCard } | { expected: string } {
  const parsed = parseStrictObject(text);
  if ('expected' in parsed) return parsed;
  const value = parsed.value;
  const name = value.name;
  const nonce = bytes(value.nonce, 16);
  const transport = bytes(value.transport, 32);
  if (value.v !== 1) return { expected: 'card version 1' };
  if (!isName(name)) return { expected: `a name of one line, 1 to ${MAX_PARTY_NAME} characters` };
  if (nonce === undefined || transport === undefined) return { expected: 'a nonce of 16 bytes and a transport pin of 32' };
  if (value.role === 'host' && Object.keys(value).join() === 'v,role,name,nonce,witness,transport') {
    const witness = hybrid(value.witness);
    return witness === undefined ? { expected: 'the witness key pair' } : { card: { role: 'host', text, name, nonce, witness, transport } };
  }
  if (value.role !== 'party' || Object.keys(value).join() !== 'v,role,name,nonce,gen,identity,log,held,node,transport')
    return { expected: 'a card of a party or a host' };
  const identity = parseIdentityKeys(value.identity);
  const log = hybrid(value.log);
  const held = hybrid(value.held);
  const node = edKey(value.node);
  if (bytes(value.gen, 16) === undefined) return { expected: 'a generation of 16 bytes' };
  if (identity === undefined) return { expected: 'identity keys with their threshold and next digests' };
  if (log === undefined || held === undefined || node === undefined) return { expected: 'log, held and node keys' };
  return { card: { role: 'party', text, name, nonce, gen: value.gen as string, identity, log, held, node, transport } };
}

/** SHA-256 of a card's text, as the charter names it. */
export function cardHash(sha256: Sha256, card: { readonly text: string }): string {
  return toBase64url(sha256(utf8(card.text)));
}

/** The id of a party through all its channels: SHA-256 of its inception, the strict JSON of its first identity keys. */
export function partyId(sha256: Sha256, identity: IdentityKeys): string {
  return toBase64url(sha256(utf8(strictJson(identityJson(identity)))));
}

/** The origin of a party's founding log, `parley.v1/<40 hex>` (spec/origins.md). */
export function originOf(sha256: Sha256, card: PartyCard): string {
  return computeOrigin(sha256, card.log.ed25519, card.log.mlDsa44);
}

/** The key name under which a party's node signs receipts: its origin + `/held`. */
export function heldName(sha256: Sha256, card: PartyCard): string {
  return heldNameOf(originOf(sha256, card));
}

/** The key name of a host's witness cosignatures: origin of its witness pair + `/witness`. */
export function witnessName(sha256: Sha256, card: HostCard): string {
  return `${computeOrigin(sha256, card.witness.ed25519, card.witness.mlDsa44)}/witness`;
}

/** Identity keys as strict JSON. */
export function identityJson(identity: IdentityKeys): JsonObject {
  return {
    threshold: identity.threshold,
    keys: identity.keys.map(toBase64url),
    next: { threshold: identity.nextThreshold, digests: identity.nextDigests.map(toBase64url) },
    ...(identity.event === undefined ? {} : { event: identity.event }),
  };
}

/** Whether two sets of identity keys are the same, thresholds and next digests included. */
export function sameIdentity(a: IdentityKeys, b: IdentityKeys): boolean {
  return JSON.stringify(identityJson(a)) === JSON.stringify(identityJson(b));
}

/** Identity keys from strict JSON, `undefined` when they are not in form: 1 to 16 different keys, thresholds within their sets. */
export function parseIdentityKeys(value: Json | undefined): IdentityKeys | undefined {
  if (!isObject(value) || !isObject(value.next)) return undefined;
  const members = Object.keys(value).join();
  const event = members === 'threshold,keys,next,event' ? value.event : undefined;
  if (members !== 'threshold,keys,next' && !within(event, MAX_KEY_EVENTS)) return undefined;
  if (Object.keys(value.next).join() !== 'threshold,digests') return undefined;
  const keys = list(value.keys, edKey);
  const nextDigests = list(value.next.digests, (digest) => bytes(digest, 32));
  const threshold = value.threshold;
  const nextThreshold = value.next.threshold;
  if (keys === undefined || nextDigests === undefined || !within(threshold, keys.length) || !within(nextThreshold, nextDigests.length))
    return undefined;
  return { threshold, keys, nextThreshold, nextDigests, ...(typeof event === 'number' ? { event } : {}) };
}

function list(value: Json | undefined, one: (item: Json) => Uint8Array | undefined): readonly Uint8Array[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > 16 || new Set(value).size !== value.length) return undefined;
  const out = value.map(one);
  return out.every((item) => item !== undefined) ? out : undefined;
}

function within(value: Json | undefined, max: number): value is number {
  return typeof value === 'number' && value >= 1 && value <= max;
}

function hybridJson(keys: KeyPair): JsonObject {
  return { ed25519: toBase64url(keys.ed25519), ml_dsa_44: toBase64url(keys.mlDsa44) };
}

function hybrid(value: Json | undefined): KeyPair | undefined {
  if (!isObject(value) || Object.keys(value).join() !== 'ed25519,ml_dsa_44') return undefined;
  const ed25519 = edKey(value.ed25519);
  const mlDsa44 = bytes(value.ml_dsa_44, 1312);
  return ed25519 === undefined || mlDsa44 === undefined ? undefined : { ed25519, mlDsa44 };
}

/** A raw Ed25519 key that can be somebody's: for others (of small order, say) anybody makes signatures, and verifiers disagree on them. */
function edKey(value: Json | undefined): Uint8Array | undefined {
  const raw = bytes(value, 32);
  return raw !== undefined && isAcceptableEd25519Key(raw) ? raw : undefined;
}

function bytes(value: Json | undefined, size: number): Uint8Array | undefined {
  return typeof value === 'string' ? fromBase64url(value, size) : undefined;
}
