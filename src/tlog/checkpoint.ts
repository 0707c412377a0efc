import { fromBase64, parseDecimal, toBase64, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import { parseNote } from './note.ts';

/** A checkpoint origin or a cosigner name in UTF-8 bytes: `cosigned_message` gives both a one-byte length (C2SP tlog-cosignature). */
export const MAX_ORIGIN_SIZE = 255;

/** A tree head: which log, how many leaves, and the 32 bytes of its RFC 6962 root. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Uint8Array };

/**
 * The checkpoint in a note's text, or what was expected; formatting it again gives exactly this text.
 *
 * ```
 * parley.v1/c6ee0a9c1d8b2ef4a64ff2c9a4e6f7f3b2a1d0c9
 * 3
 * Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=
 * ```
 * Size in strict decimal up to 2^53 - 1, root in canonical base64. Extension lines are refused unless `allowExtensions`: the record's own
 * checkpoints have none, since ML-DSA-44 lines do not sign them. Source: C2SP tlog-checkpoint, "Note text".
 */
export function parseCheckpoint(
  text: string,
  allowExtensions = false,
): { checkpoint: Checkpoint; extensions: readonly string[] } | { expected: string } {
  const lines = text.split('\n');
  if (lines.length < 4 || lines.pop() !== '') return { expected: 'three lines, each ending in a newline' };
  const [origin, sizeText, rootText, ...extensions] = lines as [string, string, string, ...string[]];
  if (!isOrigin(origin)) return { expected: `an origin of 1 to ${MAX_ORIGIN_SIZE} bytes` };
  const size = parseDecimal(sizeText);
  if (size === undefined) return { expected: 'a tree size in decimal without leading zeroes' };
  const root = fromBase64(rootText);
  if (root === undefined || root.length !== 32) return { expected: 'a root hash of 32 bytes in base64' };
  if (extensions.length > 0 && !allowExtensions) return { expected: 'no extension lines' };
  if (extensions.includes('')) return { expected: 'no empty lines' };
  return { checkpoint: { origin, size, root }, extensions };
}

/** The head that a signed checkpoint of any log claims, extension lines passed over, or what was expected; no signature is verified. */
export function parseSignedHead(bytes: Uint8Array): { checkpoint: Checkpoint } | { expected: string } {
  const parsed = parseNote(bytes);
  return 'expected' in parsed ? parsed : parseCheckpoint(parsed.note.text, true);
}

/** The note text of a checkpoint: origin, size and root, a line each. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  assert(isOrigin(checkpoint.origin), 'an origin is one line of 1 to 255 bytes');
  assert(
    Number.isSafeInteger(checkpoint.size) && checkpoint.size >= 0 && checkpoint.root.length === 32,
    'a checkpoint has a size and a 32-byte root',
  );
  return `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`;
}

function isOrigin(origin: string): boolean {
  if (origin === '' || origin.length > MAX_ORIGIN_SIZE || origin.includes('\n') || !origin.isWellFormed()) return false;
  return utf8(origin).length <= MAX_ORIGIN_SIZE;
}
