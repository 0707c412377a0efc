import { concat, fromBase64, parseDecimal, toBase64, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import { MAX_CHECKPOINT_SIZE } from '../base/limits.ts';
import type { Sha256 } from '../base/ports.ts';
import { type Checkpoint, parseSignedHead } from './checkpoint.ts';
import { formatHashLines, parseHashLines, splitAtEmptyLine } from './hash-lines.ts';
import { verifyInclusion } from './merkle.ts';

/** An offline proof that an entry is in a log: its index, the path to the root, and the signed checkpoint's exact bytes. */
export type LogProof = {
  /** Opaque to the format and proved by nothing in it. */
  readonly extra: Uint8Array | undefined;
  readonly index: number;
  readonly path: readonly Uint8Array[];
  readonly checkpoint: Uint8Array;
};

/**
 * The bytes of a `.tlog-proof` file.
 *
 * ```
 * c2sp.org/tlog-proof@v1
 * extra <base64>
 * index 1
 * bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=
 *
 * <signed checkpoint>
 * ```
 * The extra line is left out when there is none. Source: C2SP tlog-proof, "Format".
 */
export function formatLogProof(proof: LogProof): Uint8Array {
  assert(Number.isSafeInteger(proof.index) && proof.index >= 0, 'a proved index is a whole number');
  assert(proof.extra === undefined || proof.extra.length > 0, 'empty extra data is no extra data');
  const extra = proof.extra === undefined ? '' : `extra ${toBase64(proof.extra)}\n`;
  return concat(utf8(`${FIRST_LINE}\n${extra}index ${proof.index}\n${formatHashLines(proof.path)}\n`), proof.checkpoint);
}

/**
 * The proof in these bytes, or what was expected; writing it again gives the same bytes.
 * `head` is what the checkpoint claims: its signatures, and the path, are still to be verified. The caller bounds the size.
 */
export function parseLogProof(bytes: Uint8Array): { proof: LogProof; head: Checkpoint } | { expected: string } {
  const split = splitAtEmptyLine(bytes);
  if (split === undefined) return { expected: 'lines, an empty line, and a checkpoint' };
  const { lines, rest: checkpoint } = split;
  if (lines.shift() !== FIRST_LINE) return { expected: `${FIRST_LINE} as first line` };
  let extra: Uint8Array | undefined;
  if (lines[0]?.startsWith('extra ')) {
    extra = fromBase64((lines.shift() as string).slice(6));
    if (extra === undefined || extra.length === 0) return { expected: 'extra data in base64, or no such line' };
  }
  const indexLine = lines.shift();
  const index = indexLine?.startsWith('index ') ? parseDecimal(indexLine.slice(6)) : undefined;
  if (index === undefined) return { expected: 'an index line, in decimal without leading zeroes' };
  const path = parseHashLines(lines);
  if ('expected' in path) return path;
  if (checkpoint.length > MAX_CHECKPOINT_SIZE) return { expected: `a checkpoint of at most ${MAX_CHECKPOINT_SIZE} bytes` };
  const head = parseSignedHead(checkpoint);
  return 'expected' in head ? head : { proof: { extra, index, path: path.hashes, checkpoint }, head: head.checkpoint };
}

/** Whether the proof's path leads from this leaf hash to the root of `head`, the verified checkpoint of the same proof. */
export function provesInclusion(sha256: Sha256, proof: LogProof, leaf: Uint8Array, head: Checkpoint): boolean {
  return verifyInclusion(sha256, leaf, proof.index, head.size, proof.path, head.root);
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
