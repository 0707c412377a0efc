import { p256 } from '@noble/curves/nist.js';
import { concat, fromHex } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';

const ORDER = p256.Point.Fn.ORDER;
const HALF = ORDER / 2n;

/**
 * Whether a raw P-256 public key is one this record takes: 65 bytes, `04 || x || y`, a point of the curve (SEC 1 section 2.3.3).
 *
 * Call it once per key, when the key is accredited. The group has prime order, so every point but the identity will do, and the identity has no
 * such form.
 */
export function isAcceptableP256Key(raw: Uint8Array): boolean {
  if (raw.length !== 65 || raw[0] !== 4) return false;
  try {
    p256.Point.fromBytes(raw).assertValidity();
    return true;
  } catch {
    return false;
  }
}

/** Whether 64 bytes `r || s` can be an ECDSA signature here: 0 < r < n and 0 < s <= n/2, so that nobody can make a second one of it. */
export function isCanonicalP256Signature(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const [r, s] = [number(signature.subarray(0, 32)), number(signature.subarray(32))];
  return r > 0n && r < ORDER && s > 0n && s <= HALF;
}

/**
 * The 64 bytes `r || s` of an authenticator's DER signature (WebAuthn level 3, section 6.5.5), `s` replaced by `n - s` where it is the larger, or
 * `undefined` for what is no DER signature. Authenticators give either `s`; the record takes the smaller alone.
 */
export function p256SignatureOf(der: Uint8Array): Uint8Array | undefined {
  // SEQUENCE, its length, INTEGER r, INTEGER s: at most 72 bytes, so every length is one byte.
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 72) return undefined;
  const r = integer(der, 2);
  const s = r === undefined ? undefined : integer(der, r.end);
  if (r === undefined || s?.end !== der.length) return undefined;
  if (r.value >= ORDER || s.value >= ORDER) return undefined;
  const signature = concat(bytes(r.value), bytes(s.value > HALF ? ORDER - s.value : s.value));
  return isCanonicalP256Signature(signature) ? signature : undefined;
}

function integer(der: Uint8Array, at: number): { readonly value: bigint; readonly end: number } | undefined {
  const length = der[at + 1] ?? 0;
  const content = der.subarray(at + 2, at + 2 + length);
  if (der[at] !== 0x02 || length === 0 || content.length !== length) return undefined;
  const [first = 0, second = 0] = content;
  // Positive, and in its shortest form.
  if (first >= 0x80 || (length > 1 && first === 0 && second < 0x80)) return undefined;
  return { value: number(content), end: at + 2 + length };
}

function number(big: Uint8Array): bigint {
  let value = 0n;
  for (const byte of big) value = (value << 8n) | BigInt(byte);
  return value;
}

function bytes(value: bigint): Uint8Array {
  const raw = fromHex(value.toString(16).padStart(64, '0'));
  assert(raw !== undefined && raw.length === 32, 'a number below the order has 32 bytes');
  return raw;
}
