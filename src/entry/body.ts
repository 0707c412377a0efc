import { fromBase64url, fromUtf8, isBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { type Json, parseStrictArray, strictJson } from '../base/json.ts';
import { BODY_LEAF_STEP, MAX_BODY_LEAVES, MAX_BODY_SIZE } from '../base/limits.ts';
import type { Random, Sha256 } from '../base/ports.ts';
import { leafHash, rootOf } from '../tlog/merkle.ts';
import type { BodyCommitment } from './header.ts';

const POINTER = /^\/[a-z][a-z0-9_]{0,31}$/;
const SALT_SIZE = 16;

/** A body ready to be signed: its commitment, and its text as held and sent (a leaf a line, each ending in a newline). */
export type BuiltBody = { readonly commitment: BodyCommitment; readonly text: Uint8Array };

/** A body that opens its commitment. `voids` are irregular leaves: the entry is held, and changes nothing. */
export type OpenedBody = {
  /** Values by field name, in leaf order. */
  readonly fields: ReadonlyMap<string, Json>;
  /** Leaves of which only the hash is held. */
  readonly erasedLeaves: number;
  /** Their hashes, base64url, in leaf order. */
  readonly erased: readonly string[];
  readonly voids: readonly string[];
};

/**
 * Salts and commits to fields, each a leaf `["<16 B salt>","/name",value]`, padded with `["<16 B salt>"]` to a multiple of eight (spec/body.md).
 * Refuses `too_large` beyond 64 KiB or 1,024 leaves: long content is an attachment.
 */
export function buildBody(sha256: Sha256, random: Random, fields: readonly (readonly [name: string, value: Json])[]): BuiltBody {
  const n = Math.max(BODY_LEAF_STEP, Math.ceil(fields.length / BODY_LEAF_STEP) * BODY_LEAF_STEP);
  const salts = random(n * SALT_SIZE);
  const salt = (i: number): string => toBase64url(salts.subarray(i * SALT_SIZE, (i + 1) * SALT_SIZE));
  const leaves: string[] = fields.map(([name, value], i) => strictJson([salt(i), `/${name}`, value]));
  while (leaves.length < n) leaves.push(`["${salt(leaves.length)}"]`);
  const text = utf8(`${leaves.join('\n')}\n`);
  const size = text.length - n;
  if (n > MAX_BODY_LEAVES || size > MAX_BODY_SIZE) throw new ParleyError('too_large', `a document's own text is at most ${MAX_BODY_SIZE} bytes`);
  const root = rootOf(
    sha256,
    splitLines(text).map((leaf) => leafHash(sha256, leaf)),
  );
  return { commitment: { root: toBase64url(root), n, size }, text };
}

/**
 * Opens a body against the commitment its header signed, or says what was expected.
 *
 * Every leaf must be there, padding included, or be named by its hash (`#<32 B>`) after an erasure: a leaf that nobody opened could hold a
 * second value, disclosed later under the same receipt. Repeated pointers are void for the same reason.
 */
export function openBody(sha256: Sha256, commitment: BodyCommitment, text: Uint8Array): { body: OpenedBody } | { expected: string } {
  if (text.length > MAX_BODY_SIZE + 48 * MAX_BODY_LEAVES) return { expected: 'a body within its limit' };
  if (text.at(-1) !== 0x0a) return { expected: 'leaves that each end in a newline' };
  const lines = splitLines(text);
  if (lines.length !== commitment.n) return { expected: `exactly ${commitment.n} leaves` };
  // Decoded once where all of it is UTF-8; else leaf by leaf, since one that is not spoils no other.
  const decoded = fromUtf8(text)?.split('\n');
  const hashes: Uint8Array[] = [];
  const fields = new Map<string, Json>();
  const voids: string[] = [];
  const erased: string[] = [];
  let size = 0;
  for (const [i, line] of lines.entries()) {
    if (line[0] === 0x23) {
      const hash = fromBase64url(fromUtf8(line.subarray(1)) ?? '', 32);
      if (hash === undefined) return { expected: 'the hash of an erased leaf' };
      hashes.push(hash);
      erased.push(toBase64url(hash));
      continue;
    }
    size += line.length;
    hashes.push(leafHash(sha256, line));
    const fault = readLeaf(decoded?.[i] ?? line, fields);
    if (fault !== undefined && !voids.includes(fault)) voids.push(fault);
  }
  if (toBase64url(rootOf(sha256, hashes)) !== commitment.root) return { expected: 'leaves that give the signed body root' };
  if (erased.length === 0 && size !== commitment.size) voids.push('the signed body size is not the sum of its leaves');
  return { body: { fields, erasedLeaves: erased.length, erased, voids } };
}

/**
 * As {@link openBody}, with every leaf there: what a receipt says of a body. A leaf of which only the hash came was not opened to us, whoever
 * says that it was erased; its author could show it later, under a receipt that covers it.
 */
export function openWholeBody(sha256: Sha256, commitment: BodyCommitment, text: Uint8Array): { body: OpenedBody } | { expected: string } {
  const opened = openBody(sha256, commitment, text);
  return 'body' in opened && opened.body.erasedLeaves > 0 ? { expected: 'every leaf opened' } : opened;
}

/** The text of a body in which the leaves of some content fields are replaced by their hashes: what remains after an erasure. */
export function eraseFields(sha256: Sha256, text: Uint8Array, names: readonly string[]): Uint8Array {
  const out = splitLines(text).map((line) => {
    const fields = new Map<string, Json>();
    readLeaf(line, fields);
    const [name] = fields.keys();
    return name !== undefined && names.includes(name) ? `#${toBase64url(leafHash(sha256, line))}` : (fromUtf8(line) ?? '');
  });
  return utf8(`${out.join('\n')}\n`);
}

/** Leaf hashes (base64url) by field name: of the fields that are there, each under the name its leaf has. */
export function leavesByName(sha256: Sha256, text: Uint8Array): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  for (const line of splitLines(text)) {
    const fields = new Map<string, Json>();
    if (readLeaf(line, fields) !== undefined) continue;
    for (const name of fields.keys()) if (!leaves.has(name)) leaves.set(name, toBase64url(leafHash(sha256, line)));
  }
  return leaves;
}

/** The fields a body text shows, in leaf order; of what stands there as a hash the name is not known. */
export function fieldNames(text: Uint8Array): readonly string[] {
  const fields = new Map<string, Json>();
  for (const line of splitLines(text)) readLeaf(line, fields);
  return [...fields.keys()];
}

/** Lines between newlines; the text of a body ends in one. */
export function splitLines(text: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, from)) {
    lines.push(text.subarray(from, at));
    from = at + 1;
  }
  if (from < text.length) lines.push(text.subarray(from));
  return lines;
}

/** A leaf of a salt alone: most leaves of most bodies. */
const PADDING = /^\["[A-Za-z0-9_-]{21}[AQgw]"\]$/;

function readLeaf(line: Uint8Array | string, fields: Map<string, Json>): string | undefined {
  if (typeof line === 'string' && PADDING.test(line)) return undefined;
  const parsed = parseStrictArray(line);
  if ('expected' in parsed) return 'a field is not in strict form';
  const [salt, pointer, value] = parsed.value;
  if (typeof salt !== 'string' || !isBase64url(salt, SALT_SIZE)) return 'a field has no proper salt';
  if (parsed.value.length === 1) return undefined;
  if (parsed.value.length !== 3 || typeof pointer !== 'string' || !POINTER.test(pointer)) return 'a field is not in strict form';
  const name = pointer.slice(1);
  if (fields.has(name)) return 'a field is given twice';
  fields.set(name, value as Json);
  return undefined;
}
