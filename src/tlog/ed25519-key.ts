import { ed25519 } from '@noble/curves/ed25519.js';
import { toHex } from '../base/bytes.ts';
import { isCanonicalY, isSmallOrder } from './ed25519-signature.ts';

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

/** Keys whose verdict is remembered: those of many channels, about 100 kB. */
const MAX_REMEMBERED_KEYS = 1024;
const accepted = new Map<string, boolean>();

function isInSubgroup(raw: Uint8Array): boolean {
  try {
    return ed25519.Point.fromBytes(raw, false).isTorsionFree();
  } catch {
    return false; // not on the curve
  }
}
