import type { Crypto, Sha256, SignatureCheck } from '../base/ports.ts';
import { type HostCard, heldName, originOf, type PartyCard, witnessName } from '../entry/card.ts';
import type { Channel } from '../entry/charter.ts';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import { type CosignerKeys, findPair } from '../tlog/cosignature.ts';
import { checkpointChecks } from '../tlog/log-signature.ts';
import type { NoteLine } from '../tlog/note.ts';

/** A head whose two log lines verified. `note` holds the checkpoint with these two lines alone. */
export type VerifiedHead = { readonly checkpoint: Checkpoint; readonly logLines: readonly NoteLine[]; readonly otherLines: readonly NoteLine[] };

/** A verified cosignature pair over one head. */
export type VerifiedPair = {
  readonly cosigner: string;
  readonly role: 'held' | 'witness';
  /** Index of the party or host in the charter. */
  readonly who: number;
  readonly time: number;
  readonly lines: readonly NoteLine[];
};

/** A cosigner that may speak over the heads of one log. */
export type Cosigner = { readonly role: 'held' | 'witness'; readonly who: number; readonly keys: CosignerKeys };

/**
 * The head in note bytes, both log lines verified (spec/checkpoint-and-receipt.md), or what was expected.
 * A checkpoint lacking either signature of the pair does not verify.
 */
export async function verifyHead(crypto: Crypto, card: PartyCard, bytes: Uint8Array): Promise<{ head: VerifiedHead } | { expected: string }> {
  const found = headChecks(crypto.sha256, card, bytes);
  if ('expected' in found) return found;
  const verdicts = await crypto.verify(found.checks);
  if (!verdicts.every(Boolean)) return { expected: 'both signatures of the log over its head' };
  return { head: found.head };
}

/** The checks that make note bytes a head of the log whose keys are on `card`, without running them. */
export function headChecks(
  sha256: Sha256,
  card: PartyCard,
  bytes: Uint8Array,
): { head: VerifiedHead; checks: readonly SignatureCheck[] } | { expected: string } {
  const found = checkpointChecks(sha256, card.log, bytes);
  if ('expected' in found) return found;
  if (found.checkpoint.origin !== originOf(sha256, card)) return { expected: "the origin of this party's log" };
  // No party signs over nothing: its log begins with the charter, or the note that opened it. Whoever does says what no tree could prove.
  if (found.checkpoint.size < 1) return { expected: 'a head over one entry at least' };
  return { head: { checkpoint: found.checkpoint, logLines: found.logLines, otherLines: found.otherLines }, checks: found.checks };
}

/**
 * Who may cosign the logs of `party`: every other party (held) under every card of theirs that counts, and every host (witness).
 * `cards`: by party, the cards of its generations; where left out, the founding ones alone.
 */
export function cosignersOf(
  sha256: Sha256,
  channel: Channel,
  party: number,
  cards: readonly (readonly PartyCard[])[] = channel.parties.map((card) => [card]),
): readonly Cosigner[] {
  const others = cards.flatMap((known, who) =>
    who === party ? [] : known.map((card) => ({ role: 'held' as const, who, keys: heldKeys(sha256, card) })),
  );
  const hosts = channel.hosts.map((card, who) => ({ role: 'witness' as const, who, keys: witnessKeys(sha256, card) }));
  return [...others, ...hosts];
}

/** Name and keys of a party's receipts. */
export function heldKeys(sha256: Sha256, card: PartyCard): CosignerKeys {
  return { name: heldName(sha256, card), ed25519: card.held.ed25519, mlDsa44: card.held.mlDsa44 };
}

/** Name and keys of a host's witness cosignatures. */
export function witnessKeys(sha256: Sha256, card: HostCard): CosignerKeys {
  return { name: witnessName(sha256, card), ed25519: card.witness.ed25519, mlDsa44: card.witness.mlDsa44 };
}

/**
 * The pairs among `lines` that verify over a head; others are left out, so that one bad line never poisons a note.
 * `notAfter`: pairs dated later (our clock + 300 s) are no receipts yet.
 */
export async function verifyPairs(
  crypto: Crypto,
  cosigners: readonly Cosigner[],
  checkpoint: Checkpoint,
  lines: readonly NoteLine[],
  notAfter = Number.MAX_SAFE_INTEGER,
): Promise<readonly VerifiedPair[]> {
  const candidates = pairCandidates(crypto.sha256, cosigners, checkpoint, lines).filter(({ pair }) => pair.time <= notAfter);
  const verdicts = await crypto.verify(candidates.flatMap(({ checks }) => checks));
  return candidates.filter((_, i) => verdicts[2 * i] === true && verdicts[2 * i + 1] === true).map(({ pair }) => pair);
}

/** The pairs among lines with their two checks each, not yet run. */
export function pairCandidates(
  sha256: Sha256,
  cosigners: readonly Cosigner[],
  checkpoint: Checkpoint,
  lines: readonly NoteLine[],
): readonly { pair: VerifiedPair; checks: readonly SignatureCheck[] }[] {
  return cosigners.flatMap(({ role, who, keys }) => {
    const found = findPair(sha256, keys, lines, checkpoint);
    if ('expected' in found) return [];
    return [{ pair: { cosigner: keys.name, role, who, time: found.time, lines: found.lines }, checks: found.checks }];
  });
}
