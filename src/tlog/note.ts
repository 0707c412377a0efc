import { concat, equal, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import { MAX_NOTE_LINES } from '../base/limits.ts';
import type { Sha256 } from '../base/ports.ts';

/** One signature line: key name, the 4 bytes of the key id, and the signature's payload (what it holds depends on its type). */
export type NoteLine = { readonly name: string; readonly keyId: Uint8Array; readonly signature: Uint8Array };

/** Text signed by one or more keys; `text` ends in a newline and does not include the blank line that follows it. */
export type SignedNote = { readonly text: string; readonly lines: readonly NoteLine[] };

/** Signature type bytes this record uses (C2SP signed-note, "Signature types"). */
export const SIGNATURE_TYPE = { ed25519: 0x01, ed25519Cosignature: 0x04, mlDsa44Cosignature: 0x06, other: 0xff } as const;

/** A verifier key: who signs, with which type of signature, and the raw public key. */
export type VerifierKey = { readonly name: string; readonly keyId: Uint8Array; readonly type: number; readonly key: Uint8Array };

// Bytes below U+0020 other than newline: forbidden anywhere in a note.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
// Unicode White_Space, written out so that no two engines can differ, and plus.
// biome-ignore lint/suspicious/noControlCharactersInRegex: tab to carriage return are white space
const NOT_IN_NAME = /[\u0009-\u000d \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/;
const PLAIN_NAME = /^[!-*,-~]+$/;
const DASH = '\u2014 ';

/**
 * The signed note in these bytes, or what was expected; formatting it again gives exactly these bytes.
 *
 * ```
 * example.com/log
 * 3
 * Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=
 *
 * — example.com/log M9e0lvAQRtH832pk2RTb...
 * ```
 * Between 1 and {@link MAX_NOTE_LINES} lines; the caller bounds the size. No signature is verified here. Source: C2SP signed-note, "Format".
 */
export function parseNote(bytes: Uint8Array): { note: SignedNote } | { expected: string } {
  const whole = fromUtf8(bytes);
  if (whole === undefined) return { expected: 'UTF-8 text' };
  if (CONTROL.test(whole)) return { expected: 'no control character but newline' };
  // The last empty line divides: text may hold empty lines, signature lines cannot.
  const cut = whole.lastIndexOf('\n\n');
  if (cut < 0) return { expected: 'a text, an empty line, and signature lines' };
  const lines = parseLineText(whole.slice(cut + 2));
  return 'expected' in lines ? lines : { note: { text: whole.slice(0, cut + 1), lines: lines.lines } };
}

/** The bytes of a signed note; asserts that it is one that {@link parseNote} would take. */
export function formatNote(note: SignedNote): Uint8Array {
  assert(
    note.text.endsWith('\n') && note.text.isWellFormed() && !CONTROL.test(note.text),
    'a note text ends in a newline and has no control characters',
  );
  assert(note.lines.length > 0 && note.lines.length <= MAX_NOTE_LINES, 'a note has between 1 and the most signature lines');
  return utf8(`${note.text}\n${note.lines.map(formatLine).join('')}`);
}

/** One signature line with its newline: `— <name> <base64(key id || signature)>\n`. */
export function formatLine(line: NoteLine): string {
  assert(isKeyName(line.name) && line.keyId.length === 4 && line.signature.length > 0, 'a signature line has a name, a key id and a signature');
  return `${DASH}${line.name} ${toBase64(concat(line.keyId, line.signature))}\n`;
}

/** The bytes of signature lines alone, as an add-checkpoint answer holds them; the reverse of {@link parseLines}. */
export function formatLines(lines: readonly NoteLine[]): Uint8Array {
  return utf8(lines.map(formatLine).join(''));
}

/** Between 1 and {@link MAX_NOTE_LINES} signature lines, as add-checkpoint answers (C2SP tlog-witness), or what was expected. */
export function parseLines(bytes: Uint8Array): { lines: readonly NoteLine[] } | { expected: string } {
  const text = fromUtf8(bytes);
  return text === undefined ? { expected: 'UTF-8 text' } : parseLineText(text);
}

/** Whether a string may name a key: not empty, well formed, no control characters, no Unicode spaces, no plus. */
export function isKeyName(name: string): boolean {
  // Ours are of these characters alone, and every line of every entry has one.
  if (PLAIN_NAME.test(name)) return true;
  return name !== '' && name.isWellFormed() && !CONTROL.test(name) && !name.includes('\n') && !NOT_IN_NAME.test(name);
}

/**
 * The 4-byte key id: SHA-256(name || 0x0a || type || key)[:4], with the raw public key.
 * For {@link SIGNATURE_TYPE.other} the key bytes begin with the longer identifier. Source: C2SP signed-note, "Signatures".
 */
export function computeKeyId(sha256: Sha256, name: string, type: number, key: Uint8Array): Uint8Array {
  const known = lastKeyId.get(key);
  if (known?.name === name && known.type === type) return known.id;
  const id = sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), key)).slice(0, 4);
  lastKeyId.set(key, { name, type, id });
  return id;
}

// A key signs one entry after another under one name: its last id is remembered as long as the key is held.
const lastKeyId = new WeakMap<Uint8Array, { readonly name: string; readonly type: number; readonly id: Uint8Array }>();

/** Whether a line is by the key of this name and id: both must match. */
export function isLineOf(line: NoteLine, name: string, keyId: Uint8Array): boolean {
  return line.name === name && equal(line.keyId, keyId);
}

/** The text of a verifier key: `example.com/log+33d7b496+AeHTu4Q3...`, name, key id in hexadecimal, base64 of type and key. */
export function formatVerifierKey(sha256: Sha256, name: string, type: number, key: Uint8Array): string {
  assert(isKeyName(name) && type >= 0 && type <= 255 && key.length > 0, 'a verifier key has a name, a type byte and a key');
  return `${name}+${toHex(computeKeyId(sha256, name, type, key))}+${toBase64(concat(Uint8Array.of(type), key))}`;
}

/**
 * The verifier key in a text such as `example.com/log+33d7b496+AeHTu4Q3...`, or what was expected; the key id must be the one
 * {@link computeKeyId} gives, so keys of type 0x02, whose ids are made otherwise, are refused.
 */
export function parseVerifierKey(sha256: Sha256, text: string): { key: VerifierKey } | { expected: string } {
  // Two plus signs end the name and the id; the base64 may hold more.
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  if (first < 0 || second < 0) return { expected: 'name+id+key' };
  const name = text.slice(0, first);
  const keyId = fromHex(text.slice(first + 1, second));
  const raw = fromBase64(text.slice(second + 1));
  if (!isKeyName(name)) return { expected: 'a key name without spaces' };
  if (keyId === undefined || keyId.length !== 4) return { expected: 'a key id of 8 hexadecimal digits' };
  if (raw === undefined || raw.length < 2) return { expected: 'a type byte and a key in base64' };
  const key = { name, keyId, type: raw[0] as number, key: raw.slice(1) };
  if (!equal(computeKeyId(sha256, name, key.type, key.key), keyId)) return { expected: 'the key id of this name and key' };
  return { key };
}

function parseLineText(text: string): { lines: readonly NoteLine[] } | { expected: string } {
  if (!text.endsWith('\n')) return { expected: 'signature lines, each ending in a newline' };
  const lines: NoteLine[] = [];
  for (let at = 0; at < text.length; ) {
    if (lines.length === MAX_NOTE_LINES) return { expected: `at most ${MAX_NOTE_LINES} signature lines` };
    const end = text.indexOf('\n', at);
    const line = parseLine(text.slice(at, end));
    if (line === undefined) return { expected: 'signature lines of a dash, a name and base64' };
    lines.push(line);
    at = end + 1;
  }
  return { lines };
}

function parseLine(text: string): NoteLine | undefined {
  if (!text.startsWith(DASH)) return undefined;
  const gap = text.indexOf(' ', DASH.length);
  if (gap < 0) return undefined;
  const name = text.slice(DASH.length, gap);
  const raw = fromBase64(text.slice(gap + 1));
  if (!isKeyName(name) || raw === undefined || raw.length < 5) return undefined;
  return { name, keyId: raw.slice(0, 4), signature: raw.slice(4) };
}
