/** Bytes and their text forms; everything here runs unchanged in Node and in browsers. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a string; the caller guarantees it is well formed (no lone surrogates). */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The string of UTF-8 bytes, or `undefined` when they are not valid UTF-8 (a byte order mark is kept, not eaten). */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** One array holding all parts in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return concatAll(parts);
}

/** As {@link concat}, for lists too long to spread. */
export function concatAll(parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Whether two byte strings are the same; not constant time, use only on public values. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Order by bytes, as unsigned numbers: negative, zero or positive. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const d = (a[i] as number) - (b[i] as number);
    if (d !== 0) return d;
  }
  return a.length - b.length;
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += HEX[byte];
  return out;
}

/** Bytes of lower-case hexadecimal, or `undefined` when it is anything else. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined;
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** Standard base64 with padding (RFC 4648 section 4), the encoding of signed notes. */
export function toBase64(bytes: Uint8Array): string {
  return encode(bytes, false);
}

/** Bytes of canonical standard base64 (its re-encoding is the same text), else `undefined`. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return hasZeroTail(text.charCodeAt(text.length - 1 - padding), (4 - padding) % 4) ? decode(text, false) : undefined;
}

/** base64url without padding (RFC 4648 section 5), the encoding of bytes inside strict JSON. */
export function toBase64url(bytes: Uint8Array): string {
  return encode(bytes, true);
}

/** Whether a text is the canonical unpadded base64url of `size` bytes; the cheap question where the bytes are not needed. */
export function isBase64url(text: string, size: number): boolean {
  return text.length === Math.ceil((size * 4) / 3) && isCanonicalBase64url(text);
}

/** Bytes of canonical unpadded base64url, optionally of exactly `size` bytes, else `undefined`. */
export function fromBase64url(text: string, size?: number): Uint8Array | undefined {
  if (size !== undefined && text.length !== Math.ceil((size * 4) / 3)) return undefined;
  return isCanonicalBase64url(text) ? decode(text, true) : undefined;
}

function isCanonicalBase64url(text: string): boolean {
  const tail = text.length % 4;
  return tail !== 1 && /^[A-Za-z0-9_-]*$/.test(text) && hasZeroTail(text.charCodeAt(text.length - 1), tail);
}

/** Whether the bits of the last digit that encode nothing are zero: without it one value would have several texts. */
function hasZeroTail(last: number, tail: number): boolean {
  if (tail === 0) return true;
  const digit =
    last >= 97 ? last - 71 : last >= 65 && last <= 90 ? last - 65 : last >= 48 && last <= 57 ? last + 4 : last === 43 || last === 45 ? 62 : 63;
  return tail === 2 ? (digit & 15) === 0 : (digit & 3) === 0;
}

/** Base64 built into newer engines (TC39 "Uint8Array to/from base64"); the floor of Node has only btoa and atob. */
type NativeBase64 = { toBase64?(options: { alphabet: string; omitPadding: boolean }): string };
type NativeDecoder = { fromBase64?(text: string, options: { alphabet: string }): Uint8Array };

function encode(bytes: Uint8Array, url: boolean): string {
  const native = bytes as NativeBase64;
  if (native.toBase64 !== undefined) return native.toBase64({ alphabet: url ? 'base64url' : 'base64', omitPadding: url });
  let raw = '';
  for (let i = 0; i < bytes.length; i += 8192) raw += String.fromCharCode(...bytes.subarray(i, i + 8192));
  const text = btoa(raw);
  return url ? text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') : text;
}

/** Values of the digits of both alphabets, by character code; only ever asked about digits. */
const DIGITS = new Uint8Array(128);
for (const [i, digit] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'].entries()) DIGITS[digit.charCodeAt(0)] = i;
for (const [digit, value] of [
  ['+', 62],
  ['-', 62],
  ['/', 63],
  ['_', 63],
] as const)
  DIGITS[digit.charCodeAt(0)] = value;

/** Digits of 64 bytes: what engines keep on their heap. Hashes, salts and ids are many and short, and a call to the native decoder costs ten times this. */
const MAX_SHORT_DIGITS = 86;

function decodeShort(text: string, digits: number): Uint8Array {
  const out = new Uint8Array(Math.floor((digits * 3) / 4));
  const digit = (i: number): number => DIGITS[text.charCodeAt(i)] as number;
  let at = 0;
  let i = 0;
  for (; i + 4 <= digits; i += 4) {
    const bits = (digit(i) << 18) | (digit(i + 1) << 12) | (digit(i + 2) << 6) | digit(i + 3);
    out[at++] = bits >> 16;
    out[at++] = bits >> 8;
    out[at++] = bits;
  }
  if (digits - i >= 2) out[at++] = (digit(i) << 2) | (digit(i + 1) >> 4);
  if (digits - i === 3) out[at] = (digit(i + 1) << 4) | (digit(i + 2) >> 2);
  return out;
}

function decode(text: string, url: boolean): Uint8Array {
  const digits = text.length - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  if (digits <= MAX_SHORT_DIGITS) return decodeShort(text, digits);
  const native = Uint8Array as unknown as NativeDecoder;
  if (native.fromBase64 !== undefined) return native.fromBase64(text, { alphabet: url ? 'base64url' : 'base64' });
  const raw = atob(url ? text.replaceAll('-', '+').replaceAll('_', '/') : text);
  return Uint8Array.from(raw, (digit) => digit.charCodeAt(0));
}

/** A big-endian unsigned integer of 2 bytes. */
export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 255);
}

/** A big-endian unsigned integer of 8 bytes; the value is a safe integer >= 0. */
export function u64(value: number): Uint8Array {
  const low = value >>> 0;
  const high = (value - low) / 2 ** 32;
  return Uint8Array.of(high >>> 24, high >>> 16, high >>> 8, high, low >>> 24, low >>> 16, low >>> 8, low);
}

/** The safe integer in 8 big-endian bytes at `at`, or `undefined` when it is larger than 2^53 - 1. */
export function readU64(bytes: Uint8Array, at = 0): number | undefined {
  const value = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(at);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

/** A non-negative safe integer in strict decimal (`0`, `17`; never `007`, `+1`, ` 5`), else `undefined`. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
