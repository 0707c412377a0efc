import { concat, fromBase64url, fromHex, toBase64url, toHex } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { Sha256 } from '../base/ports.ts';
import { passkeyIn } from './signing-key.ts';

/** DER before the raw key in its SPKI: RFC 8410, and RFC 5480 for uncompressed P-256 points. */
const ED25519_SPKI_PREFIX = fromHex('302a300506032b6570032100') ?? new Uint8Array();
const P256_SPKI_PREFIX = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200') ?? new Uint8Array();

/** Roles under which a key signs a line: a representative, a node, a party's identity. */
export type LineRole = 'rep' | 'node' | 'id';

/**
 * An actor id: base64url SHA-256 of the key's SPKI DER (RFC 8410 section 4, RFC 5480 section 2), 43 characters. `key` is a raw Ed25519 public key, or
 * the bytes of a passkey (`signing-key.ts`).
 */
export function actorOf(sha256: Sha256, key: Uint8Array): string {
  const known = actors.get(key);
  if (known !== undefined) return known;
  const raw = passkeyIn(key)?.key ?? key;
  assert(raw.length === 32 || raw.length === 65, 'a signing key is a raw Ed25519 key or a passkey');
  const actor = toBase64url(sha256(concat(raw.length === 32 ? ED25519_SPKI_PREFIX : P256_SPKI_PREFIX, raw)));
  actors.set(key, actor);
  return actor;
}

// Keys are arrays nobody writes to: each is hashed once.
const actors = new WeakMap<Uint8Array, string>();

/** A key as ten words to read aloud: the first 110 bits of its actor id, eleven at a time, in a list of 2,048 words. */
export function keySentence(actor: string, words: readonly string[]): string {
  const raw = fromBase64url(actor, 32);
  assert(raw !== undefined && words.length === 2048, 'an actor id is 32 bytes, and the list has 2,048 words');
  let bits = 0n;
  for (const byte of raw.subarray(0, 14)) bits = (bits << 8n) | BigInt(byte);
  bits >>= 2n;
  return Array.from({ length: 10 }, (_, i) => words[Number((bits >> BigInt(11 * (9 - i))) & 2047n)]).join(' ');
}

/** The name of an actor's signature line: `rep/` + first 16 hex digits of the actor id. */
export function lineName(role: LineRole, actor: string): string {
  if (lastName.role === role && lastName.actor === actor) return lastName.name;
  const raw = fromBase64url(actor, 32);
  assert(raw !== undefined, 'an actor id is 32 bytes');
  lastName = { role, actor, name: `${role}/${toHex(raw.subarray(0, 8))}` };
  return lastName.name;
}

// One signs many entries in a row.
let lastName: { readonly role?: LineRole; readonly actor?: string; readonly name: string } = { name: '' };
