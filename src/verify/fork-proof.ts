import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import { parseStrictObject, strictJson } from '../base/json.ts';
import type { Crypto, Sha256 } from '../base/ports.ts';
import { type Checkpoint, parseSignedHead } from '../tlog/checkpoint.ts';
import type { KeyPair } from '../tlog/cosignature.ts';
import { proveFork } from '../tlog/fork.ts';
import { checkpointChecks } from '../tlog/log-signature.ts';
import { computeOrigin } from '../tlog/origin.ts';
import {
  formatConviction,
  isConviction,
  type Known,
  type KnownCard,
  parseConviction,
  parsePathItem,
  pathItem,
  readSurroundings,
  type Surroundings,
} from './conviction.ts';

/** First line of a fork proof. */
export const FORK_PROOF = 'parley-fork/1';

const ITEMS = ['keys', 'first', 'second', 'path'] as const;

/** What makes a fork proof: the raw keys of the log, its two heads as signed notes with its two lines alone, the smaller first, and the path. */
export type ForkEvidence = {
  readonly keys: KeyPair;
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  /** As `proveFork` takes it; empty between heads of one size. */
  readonly path: readonly Uint8Array[];
};

/** A fork that is proved: two validly signed heads of one log that no tree has both. */
export type ProvedFork = {
  readonly evidence: ForkEvidence;
  readonly origin: string;
  readonly heads: readonly [Checkpoint, Checkpoint];
  /** Whose log it is, where the file says so: without a charter it is known by its keys alone. */
  readonly who: (KnownCard & Pick<Known, 'channel'>) | undefined;
};

/**
 * A fork proof (spec/fork-proof.md): the line `parley-fork/1`, then a bundle of `keys`, `first`, `second`, `path`, and, where `who` is given,
 * `charter`, `cards/<hash>` and `generations/<n>`, so that whoever holds nothing but the file learns whose log it is. Asserts that the heads fork.
 */
export function makeForkProof(sha256: Sha256, evidence: ForkEvidence, who?: Surroundings): Uint8Array {
  const heads = headsOf(evidence);
  assert(heads !== undefined && proveFork(sha256, ...heads, evidence.path), 'a fork proof proves a fork');
  const items = [
    { name: 'keys', bytes: formatKeys(evidence.keys) },
    { name: 'first', bytes: evidence.first },
    { name: 'second', bytes: evidence.second },
    ...pathItem(evidence.path),
  ];
  return formatConviction(sha256, FORK_PROOF, items, who);
}

/** Whether bytes begin as a fork proof does. */
export function isForkProof(bytes: Uint8Array): boolean {
  return isConviction(bytes, FORK_PROOF);
}

/**
 * The fork that a file proves, or what was expected; nothing but the file is needed, and nothing in it makes this throw.
 *
 * Both log keys must have signed both heads, under the origin that follows from the keys; the heads must be of one size with two roots, or the path must
 * lead to the root of the larger one and give another root than the one signed at the smaller. Where there is a charter, a card must hold the keys.
 */
export async function verifyForkProof(crypto: Crypto, bytes: Uint8Array): Promise<{ fork: ProvedFork } | { expected: string }> {
  const parsed = parseConviction(bytes, FORK_PROOF, ITEMS);
  if ('expected' in parsed) return parsed;
  const keys = parseKeys(parsed.items.get('keys'));
  const [first, second] = [parsed.items.get('first'), parsed.items.get('second')];
  if (keys === undefined) return { expected: 'the raw keys of the log' };
  if (first === undefined || second === undefined) return { expected: 'two signed heads' };
  const path = parsePathItem(parsed.items.get('path'));
  if ('expected' in path) return path;
  const heads: Checkpoint[] = [];
  for (const note of [first, second]) {
    const head = checkpointChecks(crypto.sha256, keys, note);
    if ('expected' in head) return { expected: `a signed head: ${head.expected}` };
    if (head.otherLines.length > 0) return { expected: 'no lines but those of the log' };
    if (!(await crypto.verify(head.checks)).every(Boolean)) return { expected: 'both signatures of the log over both heads' };
    heads.push(head.checkpoint);
  }
  const [older, newer] = heads as [Checkpoint, Checkpoint];
  if (!proveFork(crypto.sha256, older, newer, path.path)) return { expected: 'two heads that cannot both be true, and what shows it' };
  const around = await readSurroundings(crypto, parsed.rest);
  if ('expected' in around) return around;
  const { known } = around;
  const origin = older.origin;
  const card = known?.cards.find((one) => computeOrigin(crypto.sha256, one.card.log.ed25519, one.card.log.mlDsa44) === origin);
  if (known !== undefined && card === undefined) return { expected: 'a log of this channel' };
  const who = known === undefined || card === undefined ? undefined : { ...card, channel: known.channel };
  return { fork: { evidence: { keys, first, second, path: path.path }, origin, heads: [older, newer], who } };
}

function headsOf(evidence: ForkEvidence): readonly [Checkpoint, Checkpoint] | undefined {
  const [first, second] = [parseSignedHead(evidence.first), parseSignedHead(evidence.second)];
  return 'expected' in first || 'expected' in second ? undefined : [first.checkpoint, second.checkpoint];
}

function formatKeys(keys: KeyPair): Uint8Array {
  return utf8(strictJson({ ed25519: toBase64url(keys.ed25519), ml_dsa_44: toBase64url(keys.mlDsa44) }));
}

function parseKeys(bytes: Uint8Array | undefined): KeyPair | undefined {
  const text = bytes === undefined ? undefined : fromUtf8(bytes);
  const parsed = text === undefined ? { expected: 'it' } : parseStrictObject(text);
  if ('expected' in parsed || Object.keys(parsed.value).join() !== 'ed25519,ml_dsa_44') return undefined;
  const { ed25519, ml_dsa_44: mlDsa44 } = parsed.value;
  const first = typeof ed25519 === 'string' ? fromBase64url(ed25519, 32) : undefined;
  const second = typeof mlDsa44 === 'string' ? fromBase64url(mlDsa44, 1312) : undefined;
  return first === undefined || second === undefined ? undefined : { ed25519: first, mlDsa44: second };
}
