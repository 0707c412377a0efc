import { assert } from '../base/errors.ts';
import type { Crypto, Sha256 } from '../base/ports.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { findPair } from '../tlog/cosignature.ts';
import { type CosignedHead, proveCosignerFault } from '../tlog/fork.ts';
import { parseNote } from '../tlog/note.ts';
import { computeOrigin } from '../tlog/origin.ts';
import {
  formatConviction,
  isConviction,
  type Known,
  parseConviction,
  parsePathItem,
  pathItem,
  readSurroundings,
  type Surroundings,
} from './conviction.ts';
import { type Cosigner, heldKeys, witnessKeys } from './head.ts';

/** First line of a proof against a cosigner. */
export const COSIGNER_FAULT = 'parley-cosigner-fault/1';

const ITEMS = ['first', 'second', 'path'] as const;

/** Two heads of one log as one cosigner signed them: checkpoint text and its pair of lines alone. The order and the path are those of `proveCosignerFault`. */
export type FaultEvidence = { readonly first: Uint8Array; readonly second: Uint8Array; readonly path: readonly Uint8Array[] };

/** A cosigner's fault that is proved: it went `back`, or vouched for two heads that `fork`. */
export type ProvedFault = {
  readonly fault: 'back' | 'fork';
  readonly channel: Known['channel'];
  /** The cosigner's key name, what it is, and its name in the charter. */
  readonly cosigner: string;
  readonly role: Cosigner['role'];
  readonly name: string;
  /** The party whose log was cosigned. */
  readonly party: number;
  readonly heads: readonly [CosignedHead, CosignedHead];
};

/** A proof against a cosigner (spec/fork-proof.md): as a fork proof, of `first`, `second`, `path` and what says whose keys they are. The caller knows it holds. */
export function makeCosignerFault(sha256: Sha256, evidence: FaultEvidence, who: Surroundings): Uint8Array {
  const [first, second] = [headOf(evidence.first), headOf(evidence.second)];
  assert(first !== undefined && second !== undefined, 'two cosigned heads');
  const items = [{ name: 'first', bytes: evidence.first }, { name: 'second', bytes: evidence.second }, ...pathItem(evidence.path)];
  return formatConviction(sha256, COSIGNER_FAULT, items, who);
}

/** Whether bytes begin as a proof against a cosigner does. */
export function isCosignerFault(bytes: Uint8Array): boolean {
  return isConviction(bytes, COSIGNER_FAULT);
}

/**
 * The fault that a file proves, or what was expected; nothing but the file is needed, and nothing in it makes this throw.
 *
 * Both keys of one cosigner of the channel (a party's `/held`, a host's `/witness`) must have signed both heads of a log of the channel, and these be
 * what no honest cosigner signs. Whether the log itself is to blame, or signed either head, is not said.
 */
export async function verifyCosignerFault(crypto: Crypto, bytes: Uint8Array): Promise<{ fault: ProvedFault } | { expected: string }> {
  const { sha256 } = crypto;
  const parsed = parseConviction(bytes, COSIGNER_FAULT, ITEMS);
  if ('expected' in parsed) return parsed;
  const [first, second] = [headOf(parsed.items.get('first')), headOf(parsed.items.get('second'))];
  if (first === undefined || second === undefined) return { expected: 'two cosigned heads, with the two lines of one cosigner' };
  const path = parsePathItem(parsed.items.get('path'));
  if ('expected' in path) return path;
  const around = await readSurroundings(crypto, parsed.rest);
  if ('expected' in around) return around;
  const { known } = around;
  if (known === undefined) return { expected: 'a charter' };
  const log = known.cards.find(({ card }) => computeOrigin(sha256, card.log.ed25519, card.log.mlDsa44) === first.checkpoint.origin);
  const cosigner = cosignersIn(sha256, known).find(({ keys }) => keys.name === first.lines[0]?.name);
  if (log === undefined) return { expected: 'a log of this channel' };
  if (cosigner === undefined) return { expected: 'a cosigner of this channel' };
  const heads: CosignedHead[] = [];
  for (const head of [first, second]) {
    const pair = findPair(sha256, cosigner.keys, head.lines, head.checkpoint);
    if ('expected' in pair) return pair;
    if (!(await crypto.verify(pair.checks)).every(Boolean)) return { expected: 'both signatures of the cosigner over both heads' };
    heads.push({ checkpoint: head.checkpoint, time: pair.time });
  }
  const [one, other] = heads as [CosignedHead, CosignedHead];
  const fault = proveCosignerFault(sha256, one, other, path.path);
  if (fault === undefined) return { expected: 'what no honest cosigner signs, and what shows it' };
  const { name, role, keys } = cosigner;
  return { fault: { fault, channel: known.channel, cosigner: keys.name, role, name, party: log.party, heads: [one, other] } };
}

function cosignersIn(sha256: Sha256, { channel, cards }: Known): readonly (Pick<Cosigner, 'role' | 'keys'> & { readonly name: string })[] {
  return [
    ...cards.map(({ card }) => ({ role: 'held' as const, name: card.name, keys: heldKeys(sha256, card) })),
    ...channel.hosts.map((card) => ({ role: 'witness' as const, name: card.name, keys: witnessKeys(sha256, card) })),
  ];
}

function headOf(bytes: Uint8Array | undefined) {
  const parsed = bytes === undefined ? { expected: 'it' } : parseNote(bytes);
  if ('expected' in parsed || parsed.note.lines.length !== 2) return undefined;
  const head = parseCheckpoint(parsed.note.text);
  return 'expected' in head ? undefined : { checkpoint: head.checkpoint, lines: parsed.note.lines };
}
