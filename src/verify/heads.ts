import { equal, fromBase64url, fromUtf8, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import { MAX_GENERATIONS, MAX_PROOF_LINES } from '../base/limits.ts';
import type { Crypto, Sha256 } from '../base/ports.ts';
import { type IdentityKeys, type PartyCard, sameIdentity } from '../entry/card.ts';
import type { Channel } from '../entry/charter.ts';
import { type GenerationNote, generationFault, parseGeneration } from '../entry/generation.ts';
import type { CitedHead } from '../entry/header.ts';
import { thresholdChecks } from '../entry/identity-note.ts';
import { consistencyRoots, leafHash, verifyConsistency } from '../tlog/merkle.ts';
import { formatNote } from '../tlog/note.ts';
import { verifyHead } from './head.ts';

/**
 * A head that a signing client verified and cited: no later one may contradict it. `note` is the checkpoint with the log's two lines, so that a fork
 * can be proved from it; empty for the head of size 1 that the charter itself gives.
 */
export type RememberedHead = CitedHead & {
  readonly note: string;
  /** Generations of this party that the key has seen left behind: none of them is signed over again. */
  readonly left?: readonly string[];
};

/** A head as a node offers it; `proof` runs from the size that was asked for, in base64url. */
export type OfferedHead = { readonly party: number; readonly gen: string; readonly note: string; readonly proof: readonly string[] };

/** What to ask a node for: `party:size:generation` of every head remembered, comma-separated; parties not named are proved from size 1. */
export function adviseHeads(remembered: readonly RememberedHead[]): string {
  return remembered.map(({ party, size, gen }) => `${party}:${size}:${gen}`).join(',');
}

/**
 * The heads a signing client may cite, one a party in order, or a refusal: its own server cannot roll it back unnoticed (spec/entry.md, `after`).
 *
 * Both lines of each checkpoint verify and it continues the largest head remembered, or for the first time the head of size 1 that the charter gives.
 * Refuses `fork` when a signed head and the remembered one cannot both be true, `heads_unproved` when the node shows less than it once did or
 * proves nothing, `signature_invalid` when a line is wrong, `invalid` when heads are missing. Remember what is returned before sending.
 * A head of a later generation needs, in `generations`, the notes that lead to it from the founding log, each signed by the identity on the card before it
 * or by the keys that one committed to as the next; a generation once left behind is refused.
 */
export async function acceptHeads(
  crypto: Crypto,
  channel: Channel,
  remembered: readonly RememberedHead[],
  offered: readonly OfferedHead[],
  generations: readonly string[] = [],
): Promise<readonly RememberedHead[]> {
  if (offered.length !== channel.parties.length) throw new ParleyError('invalid', 'expected one head of every party');
  return Promise.all(
    channel.parties.map(async (card, party) => {
      const [head, ...more] = offered.filter((one) => one.party === party);
      if (head === undefined || more.length > 0) throw new ParleyError('invalid', 'expected one head of every party');
      const mine = remembered.filter((one) => one.party === party);
      const known = mine.filter((one) => one.gen === head.gen).sort((a, b) => b.size - a.size)[0];
      const left = new Set(mine.flatMap((one) => [...(one.left ?? []), ...(one.gen === head.gen ? [] : [one.gen])]));
      // A generation gone back to would be a way around what is remembered.
      if (left.has(head.gen)) throw new ParleyError('heads_unproved', `${card.name} has left the generation that is shown`);
      const log =
        head.gen === card.gen ? { card, first: foundingHead(crypto.sha256, channel, party) } : await laterLog(crypto, channel, head, generations);
      const accepted = await acceptHead(crypto, log.card, known ?? log.first, head);
      return left.size === 0 ? accepted : { ...accepted, left: [...left] };
    }),
  );
}

/** The card and first head of a later generation, once the notes that lead to it are signed by those who may. */
async function laterLog(
  crypto: Crypto,
  channel: Channel,
  head: OfferedHead,
  generations: readonly string[],
): Promise<{ readonly card: PartyCard; readonly first: RememberedHead }> {
  const founding = channel.parties[head.party];
  const notes = generations.slice(0, MAX_GENERATIONS).flatMap((text) => {
    const parsed = parseGeneration(crypto.sha256, utf8(text));
    return 'note' in parsed && parsed.note.party === head.party && generationFault(channel, parsed.note) === undefined ? [parsed.note] : [];
  });
  const way: GenerationNote[] = [];
  for (let gen = head.gen; gen !== founding?.gen; ) {
    const note = notes.find((one) => one.card.gen === gen && !way.includes(one));
    if (note === undefined) throw new ParleyError('invalid', `expected the notes that lead to the generation of ${founding?.name ?? ''}`);
    way.unshift(note);
    gen = note.continues.gen;
  }
  let identity = founding?.identity;
  for (const note of way) {
    if (identity === undefined || !(await isSignedBy(crypto, note, identity)))
      throw new ParleyError('signature_invalid', `expected the identity of ${founding?.name ?? ''} over its generation`);
    identity = note.card.identity;
  }
  const last = way.at(-1);
  if (last === undefined) throw new ParleyError('invalid', 'expected a later generation');
  const root = toBase64url(leafHash(crypto.sha256, last.bytes));
  return { card: last.card, first: { party: head.party, gen: head.gen, size: 1, root, note: '' } };
}

/** Whether an identity, or the one it committed to as its next, signed a note whose card names it. */
export async function isSignedBy(crypto: Crypto, note: GenerationNote, identity: IdentityKeys): Promise<boolean> {
  const now = note.card.identity;
  const digests = new Set(identity.nextDigests.map(toBase64url));
  const isNext = now.threshold === identity.nextThreshold && now.keys.every((key) => digests.has(toBase64url(crypto.sha256(key))));
  if (!sameIdentity(now, identity) && !isNext) return false;
  const found = thresholdChecks(crypto.sha256, note.signed, now);
  return 'checks' in found && (await crypto.verify(found.checks)).every(Boolean);
}

/** The head of size 1 of a party's founding log: its one leaf is the charter text. */
export function foundingHead(sha256: Sha256, channel: Channel, party: number): RememberedHead {
  const gen = channel.parties[party]?.gen ?? '';
  return { party, gen, size: 1, root: toBase64url(leafHash(sha256, utf8(channel.charter.text))), note: '' };
}

/** Remembered heads as text to keep: a JSON array of `{party, gen, size, root, note}`. */
export function formatHeads(heads: readonly RememberedHead[]): string {
  return JSON.stringify(
    heads.map(({ party, gen, size, root, note, left }) => ({ party, gen, size, root, note, ...(left === undefined ? {} : { left: [...left] }) })),
  );
}

/** The heads in such a value; `undefined` where it is not in form, which is never the same as having nothing to remember. */
export function parseHeads(value: Json): readonly RememberedHead[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const heads: RememberedHead[] = [];
  for (const item of value as readonly Json[]) {
    if (!isObject(item)) return undefined;
    const { party, gen, size, root, note } = item;
    if (typeof party !== 'number' || typeof size !== 'number' || size < 1 || typeof gen !== 'string') return undefined;
    if (typeof root !== 'string' || fromBase64url(root, 32) === undefined || typeof note !== 'string') return undefined;
    const { left } = item;
    if (left !== undefined && !(Array.isArray(left) && left.every((one: Json) => typeof one === 'string'))) return undefined;
    heads.push({ party, gen, size, root, note, ...(left === undefined ? {} : { left: left as readonly string[] }) });
  }
  return heads;
}

async function acceptHead(crypto: Crypto, card: PartyCard, known: RememberedHead, offered: OfferedHead): Promise<RememberedHead> {
  const verified = await verifyHead(crypto, card, utf8(offered.note));
  if ('expected' in verified) throw new ParleyError('signature_invalid', `expected ${verified.expected}`);
  const { size, root } = verified.head.checkpoint;
  const path = offered.proof.slice(0, MAX_PROOF_LINES + 1).map((line) => fromBase64url(line, 32));
  const oldRoot = fromBase64url(known.root, 32);
  if (oldRoot === undefined || path.length > MAX_PROOF_LINES || path.includes(undefined))
    throw new ParleyError('heads_unproved', `expected a proof of ${card.name}'s log`);
  const hashes = path.filter((hash) => hash !== undefined);
  if (!verifyConsistency(crypto.sha256, known.size, size, oldRoot, root, hashes)) refuse(crypto.sha256, card, known, { size, root, oldRoot, hashes });
  const note = fromUtf8(formatNote({ text: `${offered.note.split('\n\n')[0]}\n`, lines: verified.head.logLines })) ?? '';
  return { party: offered.party, gen: card.gen, size, root: toBase64url(root), note };
}

type Broken = { readonly size: number; readonly root: Uint8Array; readonly oldRoot: Uint8Array; readonly hashes: readonly Uint8Array[] };

/** Says what a broken continuation shows: two signed heads that cannot both be true are a fork, anything less proves nothing against the log. */
function refuse(sha256: Sha256, card: PartyCard, known: RememberedHead, { size, root, oldRoot, hashes }: Broken): never {
  if (size < known.size) throw new ParleyError('heads_unproved', `${card.name}'s log is shown at size ${size}; this key knows it at ${known.size}`);
  const other = toBase64url(root);
  // From a power of two the path leaves the old root out and can accuse nobody, unless the node gave the root it has in its place.
  const roots = size === known.size ? undefined : consistencyRoots(sha256, known.size, size, hashes);
  const forked = size === known.size ? other !== known.root : roots !== undefined && equal(roots.newRoot, root) && !equal(roots.oldRoot, oldRoot);
  if (forked) throw new ParleyError('fork', `in ${card.name}'s log, at size ${known.size}`);
  throw new ParleyError('heads_unproved', `nothing shows that ${card.name}'s log at size ${size} continues the one known at ${known.size}`);
}
