import { ed25519 } from '@noble/curves/ed25519.js';
import { fromHex, toHex } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';

/**
 * Whether a raw Ed25519 public key is one this record takes: 32 bytes, canonical encoding, not the identity, in the prime-order subgroup.
 *
 * Call it once per key, when the key is accredited or pinned (about 1 ms), never per signature. With such keys, and
 * {@link isCanonicalSignature}, cofactored and cofactorless verifiers differ only on R with a torsion component; a verifier that recomputes
 * R and compares bytes (node:crypto, WebCrypto) refuses those. Source: RFC 8032 section 5.1, and `spec/checkpoint-and-receipt.md`, "Ed25519".
 */
export function isAcceptableEd25519Key(raw: Uint8Array): boolean {
  if (raw.length !== 32 || !isCanonicalY(raw, 0) || isSmallOrder(raw, 0)) return false;
  const name = toHex(raw);
  const known = accepted.get(name);
  if (known !== undefined) return known;
  const verdict = isInSubgroup(raw);
  if (accepted.size >= MAX_REMEMBERED_KEYS) accepted.clear();
  accepted.set(name, verdict);
  return verdict;
}

/**
 * Whether 64 bytes can be an Ed25519 signature here: S < L, and R a canonical encoding that is not of small order (the identity above all).
 * Byte comparisons alone, so it runs on every signature before it is verified.
 */
export function isCanonicalSignature(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  return isBelow(signature, 32, L, 0xff) && isCanonicalY(signature, 0) && !isSmallOrder(signature, 0);
}

/** Keys whose verdict is remembered: those of many channels, about 100 kB. */
const MAX_REMEMBERED_KEYS = 1024;
const accepted = new Map<string, boolean>();

const P = hex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f');
const L = hex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010');
// y of the eight points of order 1, 2, 4 and 8, little-endian; both signs are refused, which covers encodings such as "-0" too.
const SMALL_ORDER = [
  hex('0100000000000000000000000000000000000000000000000000000000000000'),
  hex('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
  hex('0000000000000000000000000000000000000000000000000000000000000000'),
  hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
  hex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
];

function isInSubgroup(raw: Uint8Array): boolean {
  try {
    return ed25519.Point.fromBytes(raw, false).isTorsionFree();
  } catch {
    return false; // not on the curve
  }
}

function isCanonicalY(bytes: Uint8Array, at: number): boolean {
  return isBelow(bytes, at, P, 0x7f);
}

/** Whether 32 little-endian bytes, the top one masked, are below a bound. */
function isBelow(bytes: Uint8Array, at: number, bound: Uint8Array, topMask: number): boolean {
  for (let i = 31; i >= 0; i--) {
    const byte = (bytes[at + i] as number) & (i === 31 ? topMask : 0xff);
    const limit = bound[i] as number;
    if (byte !== limit) return byte < limit;
  }
  return false;
}

function isSmallOrder(bytes: Uint8Array, at: number): boolean {
  for (const y of SMALL_ORDER) {
    let i = 31;
    while (i >= 0 && ((bytes[at + i] as number) & (i === 31 ? 0x7f : 0xff)) === y[i]) i--;
    if (i < 0) return true;
  }
  return false;
}

function hex(text: string): Uint8Array {
  const bytes = fromHex(text);
  assert(bytes !== undefined && bytes.length === 32, '32 bytes of hexadecimal');
  return bytes;
}
