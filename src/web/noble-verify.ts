import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { concat, equal } from '../base/bytes.ts';
import type { SignatureCheck } from '../base/ports.ts';

/**
 * Verifies where the browser cannot. Ed25519 recomputes R and compares its bytes, without the cofactor, as OpenSSL and WebCrypto do:
 * the record has one accept set. The caller has checked lengths and that S < L.
 */
export function verifyWithNoble(check: SignatureCheck): boolean {
  try {
    if (check.algorithm === 'ed25519') return verifyEd25519(check);
    // SHA-256 of the message, and the smaller `s` alone.
    if (check.algorithm === 'ecdsa-p256') return p256.verify(check.signature, check.message, check.key, { lowS: true });
    return ml_dsa44.verify(check.signature, check.message, check.key);
  } catch {
    return false;
  }
}

function verifyEd25519({ key, message, signature }: SignatureCheck): boolean {
  const r = signature.subarray(0, 32);
  const h = littleEndian(sha512(concat(r, key, message))) % ed25519.Point.Fn.ORDER;
  const s = littleEndian(signature.subarray(32));
  const point = ed25519.Point.BASE.multiplyUnsafe(s).subtract(ed25519.Point.fromBytes(key, false).multiplyUnsafe(h));
  return equal(point.toBytes(), r);
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}
