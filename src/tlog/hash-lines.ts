import { fromBase64, fromUtf8, toBase64 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import { MAX_PROOF_LINES } from '../base/limits.ts';

/** Proof hashes as text, one a line in base64, as tlog-proof and tlog-witness carry them: `PlRNCrwH...kaw=\n`; at most 63. */
export function formatHashLines(hashes: readonly Uint8Array[]): string {
  assert(hashes.length <= MAX_PROOF_LINES && hashes.every((hash) => hash.length === 32), 'a proof has at most 63 hashes of 32 bytes');
  return hashes.map((hash) => `${toBase64(hash)}\n`).join('');
}

/** The hashes of such lines (without their newlines), or what was expected. */
export function parseHashLines(lines: readonly string[]): { hashes: readonly Uint8Array[] } | { expected: string } {
  if (lines.length > MAX_PROOF_LINES) return { expected: `at most ${MAX_PROOF_LINES} proof lines` };
  const hashes: Uint8Array[] = [];
  for (const line of lines) {
    const hash = line.length === 44 ? fromBase64(line) : undefined;
    if (hash === undefined || hash.length !== 32) return { expected: 'proof hashes of 32 bytes in base64' };
    hashes.push(hash);
  }
  return { hashes };
}

/** What stands before the first empty line, as lines, and the bytes after it; `undefined` when there is no empty line or no UTF-8 before it. */
export function splitAtEmptyLine(bytes: Uint8Array): { lines: string[]; rest: Uint8Array } | undefined {
  let at = bytes.indexOf(10);
  while (at >= 0 && bytes[at + 1] !== 10) at = bytes.indexOf(10, at + 1);
  const head = at < 0 ? undefined : fromUtf8(bytes.subarray(0, at));
  return head === undefined ? undefined : { lines: head.split('\n'), rest: bytes.subarray(at + 2) };
}
