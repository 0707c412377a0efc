import { assert, ParleyError } from '../base/errors.ts';
import { MAX_CLOCK_AHEAD } from '../base/limits.ts';
import { heldName } from '../entry/card.ts';
import type { CosignatureRow } from '../store/store.ts';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import { signCosignaturePair } from '../tlog/cosignature.ts';
import type { NoteLine } from '../tlog/note.ts';
import { formatLines, parseLines } from '../tlog/note.ts';
import { verifyPairs } from '../verify/head.ts';
import { cardOf, partyOf, type Replica } from './replica.ts';

/**
 * Receipts the head of another party's log, whose leaves are durable and bodies opened here: our cosignature pair under `parley-held/1`.
 *
 * The time is taken inside the atomic update and never goes back; the mark is durable before the signature, so that a restored copy of this
 * directory cannot cosign a second history. A retry of the same head gives a fresh pair of a later time. Returns both lines.
 */
export async function giveReceipt(replica: Replica, head: Checkpoint): Promise<CosignatureRow> {
  const { store, crypto, keys } = replica;
  const before = (await store.cosigned(head.origin))?.size ?? 0;
  const mark = replica.mark.cosigned(head.origin);
  if (mark !== undefined && mark.size > head.size) throw new ParleyError('unsafe_state', 'a larger head of this log was cosigned before');
  const advanced = await store.advanceCosigned(head.origin, before, head, Math.max(replica.now(), mark?.time ?? 0));
  if ('last' in advanced) throw new ParleyError('conflict', 'another receipt of this log is being given');
  await replica.mark.setCosigned(head.origin, { size: head.size, root: head.root, time: advanced.time });
  const name = heldName(crypto.sha256, cardOf(replica, replica.us));
  const lines = await signCosignaturePair(crypto.sha256, name, keys.held, head, advanced.time);
  const row = { origin: head.origin, size: head.size, root: head.root, cosigner: name, time: advanced.time, lines: formatLines(lines) };
  await store.putCosignatures([row]);
  return row;
}

/** Keeps those pairs among `lines` that verify over a head; returns how many. Pairs dated more than five minutes ahead are no receipts. */
export async function keepPairs(replica: Replica, head: Checkpoint, lines: readonly NoteLine[]): Promise<readonly CosignatureRow[]> {
  const party = partyOf(replica, head.origin);
  assert(party !== undefined, 'pairs are kept for logs of this channel');
  const pairs = await verifyPairs(replica.crypto, replica.generations.cosigners(party), head, lines, replica.now() + MAX_CLOCK_AHEAD);
  const rows = pairs.map((pair) => ({
    origin: head.origin,
    size: head.size,
    root: head.root,
    cosigner: pair.cosigner,
    time: pair.time,
    lines: formatLines(pair.lines),
  }));
  if (rows.length > 0) await replica.store.putCosignatures(rows);
  return rows;
}

/** The lines held over exactly one head: each cosigner's latest pair. */
export async function linesOver(replica: Replica, origin: string, size: number): Promise<readonly NoteLine[]> {
  const rows = await replica.store.cosignatures(origin, size);
  const seen = new Set<string>();
  const lines: NoteLine[] = [];
  for (const row of rows) {
    if (row.size !== size || seen.has(row.cosigner)) continue;
    seen.add(row.cosigner);
    const parsed = parseLines(row.lines);
    assert('lines' in parsed, 'stored cosignature lines have their form');
    lines.push(...parsed.lines);
  }
  return lines;
}
