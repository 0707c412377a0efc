import { concat, toHex, utf8 } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';

/**
 * The checkpoint origin of a log: `parley.v1/` and the first 20 bytes of SHA-256("parley-origin/1\0" || raw Ed25519 key || raw ML-DSA-44 key)
 * in hexadecimal. Whoever has the keys can recompute it, so no one else can take the name, and it says nothing about whose log it is.
 * Source: `spec/origins.md`.
 */
export function computeOrigin(sha256: Sha256, ed25519: Uint8Array, mlDsa44: Uint8Array): string {
  const known = origins.get(mlDsa44);
  if (known?.ed25519 === ed25519) return known.origin;
  const origin = `${PREFIX}${toHex(sha256(concat(utf8('parley-origin/1\0'), ed25519, mlDsa44)).subarray(0, 20))}`;
  origins.set(mlDsa44, { ed25519, origin });
  return origin;
}

// A log's origin is asked for with every entry; its two keys are the same arrays, never written to, as long as its card is held.
const origins = new WeakMap<Uint8Array, { readonly ed25519: Uint8Array; readonly origin: string }>();

/** Whether a text has the form of an origin: `parley.v1/` and 40 lower-case hexadecimal digits. */
export function isOrigin(text: string): boolean {
  return /^parley\.v1\/[0-9a-f]{40}$/.test(text);
}

/** The 40 hexadecimal digits of an origin, as they stand in paths (`/log/<40 hex>/checkpoint`), or `undefined`. */
export function originHash(origin: string): string | undefined {
  return isOrigin(origin) ? origin.slice(PREFIX.length) : undefined;
}

/** The origin of 40 hexadecimal digits from a path, or `undefined` when they are not that. */
export function originOfHash(hash: string): string | undefined {
  const origin = `${PREFIX}${hash}`;
  return isOrigin(origin) ? origin : undefined;
}

const PREFIX = 'parley.v1/';
