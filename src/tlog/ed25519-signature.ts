import { fromHex } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';

/**
 * Whether 64 bytes can be an Ed25519 signature here: S < L, and R a canonical encoding that is not of small order (the identity above all).
 * Byte comparisons alone, so it runs on every signature before it is verified.
 */
export function isCanonicalSignature(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  return isBelow(signature, 32, L, 0xff) && isCanonicalY(signature, 0) && !isSmallOrder(signature, 0);
}

/** Whether the 32 bytes at `at`, their sign bit aside, are a y below the prime: the one encoding of it. */
export function isCanonicalY(bytes: Uint8Array, at: number): boolean {
  return isBelow(bytes, at, P, 0x7f);
}

/** Whether the 32 bytes at `at` encode one of the eight points of small order, the sign bit aside. */
export function isSmallOrder(bytes: Uint8Array, at: number): boolean {
  for (const y of SMALL_ORDER) {
    let i = 31;
    while (i >= 0 && ((bytes[at + i] as number) & (i === 31 ? 0x7f : 0xff)) === y[i]) i--;
    if (i < 0) return true;
  }
  return false;
}

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

/** Whether 32 little-endian bytes, the top one masked, are below a bound. */
function isBelow(bytes: Uint8Array, at: number, bound: Uint8Array, topMask: number): boolean {
  for (let i = 31; i >= 0; i--) {
    const byte = (bytes[at + i] as number) & (i === 31 ? topMask : 0xff);
    const limit = bound[i] as number;
    if (byte !== limit) return byte < limit;
  }
  return false;
}

function hex(text: string): Uint8Array {
  const bytes = fromHex(text);
  assert(bytes !== undefined && bytes.length === 32, '32 bytes of hexadecimal');
  return bytes;
}
