import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { equal } from '../base/bytes.ts';
import type { SignatureAlgorithm, SignatureCheck } from '../base/ports.ts';
import { isCanonicalP256Signature } from '../entry/p256.ts';
import { isCanonicalSignature } from '../tlog/ed25519-signature.ts';

/** Raw sizes and the DER that turns a raw public key into an SPKI (RFC 8410, RFC 9881, RFC 5480). */
export const ALGORITHMS = {
  ed25519: { code: 0, keySize: 32, signatureSize: 64, spkiPrefix: Buffer.from('302a300506032b6570032100', 'hex') },
  'ml-dsa-44': { code: 1, keySize: 1312, signatureSize: 2420, spkiPrefix: Buffer.from('30820532300b06096086480165030403110382052100', 'hex') },
  'ecdsa-p256': {
    code: 2,
    keySize: 65,
    signatureSize: 64,
    spkiPrefix: Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex'),
  },
} as const satisfies Record<SignatureAlgorithm, unknown>;

const BY_CODE: readonly SignatureAlgorithm[] = ['ed25519', 'ml-dsa-44', 'ecdsa-p256'];
/** Parsed keys kept: an ML-DSA key with its expanded matrix is about 20 kB, so all together stay near 10 MB. */
const MAX_CACHED_KEYS = 512;
const cache = new Map<string, KeyObject>();
let last: { readonly algorithm: SignatureAlgorithm; readonly raw: Uint8Array; readonly key: KeyObject } | undefined;

/**
 * Whether one signature holds; wrong lengths and keys that do not parse are `false`, and nothing is thrown.
 *
 * Ed25519 takes the one accept set of the record: S < L and R canonical and not of small order, then the equation without cofactor (RFC 8032 section 5.1.7).
 * ECDSA takes the smaller `s` alone.
 */
export function checkSignature(check: SignatureCheck): boolean {
  const rules = ALGORITHMS[check.algorithm] as (typeof ALGORITHMS)[SignatureAlgorithm] | undefined;
  if (rules === undefined || check.key.length !== rules.keySize || check.signature.length !== rules.signatureSize) return false;
  if (check.algorithm === 'ed25519' && !isCanonicalSignature(check.signature)) return false;
  if (check.algorithm === 'ecdsa-p256' && !isCanonicalP256Signature(check.signature)) return false;
  try {
    const key = publicKeyObject(check.algorithm, check.key);
    if (check.algorithm === 'ecdsa-p256') return verify('sha256', check.message, { key, dsaEncoding: 'ieee-p1363' }, check.signature);
    return verify(null, check.message, key, check.signature);
  } catch {
    return false;
  }
}

/** The key object of a raw public key of the right size, from a small cache; throws where OpenSSL refuses it. */
export function publicKeyObject(algorithm: SignatureAlgorithm, raw: Uint8Array): KeyObject {
  // Entries come in rows of one author: comparing 32 bytes is less than looking them up.
  if (last?.algorithm === algorithm && equal(last.raw, raw)) return last.key;
  const name = algorithm + Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1');
  const known = cache.get(name);
  // Taken out and put back, so that the first of the map is always the one used longest ago.
  if (known !== undefined) cache.delete(name);
  const key = known ?? createPublicKey({ key: Buffer.concat([ALGORITHMS[algorithm].spkiPrefix, raw]), format: 'der', type: 'spki' });
  cache.set(name, key);
  const oldest = cache.keys().next().value;
  if (cache.size > MAX_CACHED_KEYS && oldest !== undefined) cache.delete(oldest);
  last = { algorithm, raw: raw.slice(), key };
  return key;
}

/**
 * Checks in one buffer, for one transfer to a worker thread: per check `algorithm u8 | key u32 | message u32 | signature u32` (lengths, big
 * endian), then the three byte strings.
 */
export function packChecks(checks: readonly SignatureCheck[]): ArrayBuffer {
  let size = 0;
  for (const check of checks) size += 13 + check.key.length + check.message.length + check.signature.length;
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const { algorithm, key, message, signature } of checks) {
    view.setUint8(at, ALGORITHMS[algorithm]?.code ?? 255);
    view.setUint32(at + 1, key.length);
    view.setUint32(at + 5, message.length);
    view.setUint32(at + 9, signature.length);
    at += 13;
    for (const part of [key, message, signature]) {
      out.set(part, at);
      at += part.length;
    }
  }
  return out.buffer;
}

/** The verdicts of packed checks, one byte each (1 holds), in order. */
export function checkPacked(packed: ArrayBuffer): Uint8Array {
  const view = new DataView(packed);
  const verdicts: number[] = [];
  let at = 0;
  while (at < packed.byteLength) {
    const algorithm = BY_CODE[view.getUint8(at)];
    const parts: Uint8Array[] = [];
    let start = at + 13;
    for (const lengthAt of [at + 1, at + 5, at + 9]) {
      const length = view.getUint32(lengthAt);
      parts.push(new Uint8Array(packed, start, length));
      start += length;
    }
    at = start;
    const [key, message, signature] = parts as [Uint8Array, Uint8Array, Uint8Array];
    verdicts.push(algorithm !== undefined && checkSignature({ algorithm, key, message, signature }) ? 1 : 0);
  }
  return Uint8Array.from(verdicts);
}
