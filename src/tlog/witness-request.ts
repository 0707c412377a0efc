import { concat, fromUtf8, parseDecimal, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import { MAX_CHECKPOINT_SIZE, MAX_PROOF_LINES } from '../base/limits.ts';
import { type Checkpoint, parseSignedHead } from './checkpoint.ts';
import { formatHashLines, parseHashLines, splitAtEmptyLine } from './hash-lines.ts';

/** A request to cosign: the size last cosigned, the consistency path from it, and the signed checkpoint's exact bytes. */
export type AddCheckpoint = { readonly oldSize: number; readonly path: readonly Uint8Array[]; readonly checkpoint: Uint8Array };

/** The largest request that is read, bytes: a whole checkpoint, 63 proof lines and the old line. */
export const MAX_ADD_CHECKPOINT_SIZE = MAX_CHECKPOINT_SIZE + 45 * MAX_PROOF_LINES + 64;

/**
 * The body of an add-checkpoint request.
 *
 * ```
 * old 20852014
 * PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
 *
 * <signed checkpoint>
 * ```
 * The path is empty from size 0. Source: C2SP tlog-witness, "add-checkpoint".
 */
export function formatAddCheckpoint(request: AddCheckpoint): Uint8Array {
  assert(Number.isSafeInteger(request.oldSize) && request.oldSize >= 0, 'an old size is a whole number');
  assert(request.oldSize > 0 || request.path.length === 0, 'from size 0 nothing is proved');
  return concat(utf8(`old ${request.oldSize}\n${formatHashLines(request.path)}\n`), request.checkpoint);
}

/**
 * The request in a body, or what was expected (a witness answers 400); writing it again gives the same bytes.
 * `head` is what the checkpoint claims. Nothing is verified: not the signatures, not the path, not that the old size is the smaller one.
 */
export function parseAddCheckpoint(bytes: Uint8Array): { request: AddCheckpoint; head: Checkpoint } | { expected: string } {
  if (bytes.length > MAX_ADD_CHECKPOINT_SIZE) return { expected: `at most ${MAX_ADD_CHECKPOINT_SIZE} bytes` };
  const split = splitAtEmptyLine(bytes);
  if (split === undefined) return { expected: 'an old line, proof lines, an empty line, and a checkpoint' };
  const { lines, rest: checkpoint } = split;
  const oldLine = lines.shift();
  const oldSize = oldLine?.startsWith('old ') ? parseDecimal(oldLine.slice(4)) : undefined;
  if (oldSize === undefined) return { expected: 'an old line, in decimal without leading zeroes' };
  const path = parseHashLines(lines);
  if ('expected' in path) return path;
  if (oldSize === 0 && path.hashes.length > 0) return { expected: 'no proof lines from size 0' };
  const head = parseSignedHead(checkpoint);
  return 'expected' in head ? head : { request: { oldSize, path: path.hashes, checkpoint }, head: head.checkpoint };
}

/** Media type of a 409 answer that says which size was last cosigned. */
export const SIZE_MEDIA_TYPE = 'text/x.tlog.size';

/** The body of such an answer: `20852014\n`. */
export function formatSizeAnswer(size: number): Uint8Array {
  assert(Number.isSafeInteger(size) && size >= 0, 'a size is a whole number');
  return utf8(`${size}\n`);
}

/** The size in such an answer, or `undefined`. */
export function parseSizeAnswer(bytes: Uint8Array): number | undefined {
  const text = bytes.length <= 17 ? fromUtf8(bytes) : undefined;
  return text?.endsWith('\n') ? parseDecimal(text.slice(0, -1)) : undefined;
}
