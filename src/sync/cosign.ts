import { equal } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import { MAX_CLOCK_AHEAD } from '../base/limits.ts';
import { heldName } from '../entry/card.ts';
import type { CosignatureRow } from '../store/store.ts';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import { signCosignaturePair } from '../tlog/cosignature.ts';
import type { NoteLine } from '../tlog/note.ts';
import { formatLines, parseLines } from '../tlog/note.ts';
import { verifyHead, verifyPairs } from '../verify/head.ts';
import type { Mark } from './mark.ts';
import { cardOf, knownLog, partyOf, type Replica } from './replica.ts';

/** A head cosigned before, and when. */
type Cosigned = { readonly size: number; readonly root: Uint8Array; readonly time: number };

/**
 * Receipts the head of another party's log, whose leaves are durable and bodies opened here: our cosignature pair under `parley-held/1`.
 *
 * The time is taken inside the atomic update and never goes back; the mark is durable before the signature, so that a restored copy of this
 * directory cannot cosign a second history. A retry of the same head gives a fresh pair of a later time. Returns both lines.
 * Ask {@link mayCosign} first. Calls for one log must not overlap.
 */
export async function giveReceipt(replica: Replica, head: Checkpoint): Promise<CosignatureRow> {
  const { store, crypto, keys } = replica;
  assert(await mayCosign(replica, head), 'a receipt continues the last one');
  const before = (await store.cosigned(head.origin))?.size ?? 0;
  const advanced = await store.advanceCosigned(head.origin, before, head, replica.now());
  if ('last' in advanced) throw new ParleyError('conflict', 'another receipt of this log is being given');
  await replica.mark.setCosigned(head.origin, { size: head.size, root: head.root, time: advanced.time });
  const name = heldName(crypto.sha256, cardOf(replica, replica.us));
  const lines = await signCosignaturePair(crypto.sha256, name, keys.held, head, advanced.time);
  const row = { origin: head.origin, size: head.size, root: head.root, cosigner: name, time: advanced.time, lines: formatLines(lines) };
  await store.putCosignatures([row]);
  return row;
}

/**
 * Whether a head, which is held here, continues the one that this node cosigned last: `false` where that one was larger, in a store that was restored since.
 * Does not wait for the gate of the own log: two nodes starting together would wait for each other.
 * Refuses `fork` where the history held is not the one that was cosigned.
 */
export async function mayCosign(replica: Replica, head: Checkpoint): Promise<boolean> {
  const last = await resumed(replica, head.origin);
  if (last === undefined) return true;
  if (last.size > head.size) return false;
  const then = last.size === head.size ? head.root : await replica.store.rootAt(head.origin, last.size);
  if (!equal(then, last.root)) throw new ParleyError('fork', `another history of this log was cosigned at size ${last.size}`);
  return true;
}

/** Logs whose cosigning went on since the start of the process, by the mark that says where. */
const resumedLogs = new WeakMap<Mark, Set<string>>();

/**
 * The head and time last cosigned. Before the first cosignature after a start they are taken from the mark; where it names none, from our own lines over
 * that log's head as whoever holds it shows them, so that a lost mark and a restored store do not make us sign against ourselves.
 */
async function resumed(replica: Replica, origin: string): Promise<Cosigned | undefined> {
  const { store, mark } = replica;
  const done = resumedLogs.get(mark) ?? new Set();
  resumedLogs.set(mark, done);
  const known = await store.cosigned(origin);
  if (done.has(origin)) return known;
  const marked = mark.cosigned(origin);
  const last = latest([known, marked, ...(marked === undefined ? await ownPairs(replica, origin) : [])]);
  if (last !== undefined) {
    if (marked === undefined) await mark.setCosigned(origin, last);
    const raised = await store.advanceCosigned(origin, known?.size ?? 0, last, last.time);
    if ('last' in raised) throw new ParleyError('unsafe_state', `two heads of one size were cosigned: ${last.size}`);
  }
  done.add(origin);
  return last;
}

/** Our own pairs over heads of a log, as this store and whoever else holds it have them. */
async function ownPairs(replica: Replica, origin: string): Promise<readonly Cosigned[]> {
  const { crypto, generations, us, store } = replica;
  const of = knownLog(replica, origin);
  // Under the names of all our generations: what an earlier one cosigned binds us like our own word.
  const names = generations.heldNames(us);
  const found: Cosigned[] = (await store.cosignatures(origin)).filter(({ cosigner }) => names.includes(cosigner));
  const ours = generations.cosigners(of.party).filter(({ role, who }) => role === 'held' && who === us);
  for (const note of (await replica.askHolders?.(origin)) ?? []) {
    const verified = await verifyHead(crypto, of.card, note);
    if ('expected' in verified) continue;
    const { checkpoint, otherLines } = verified.head;
    for (const { time } of await verifyPairs(crypto, ours, checkpoint, otherLines)) found.push({ ...checkpoint, time });
  }
  return found;
}

/** The largest, and with it the latest time of any: a cosigner's times never go back, whatever the sizes. */
function latest(heads: readonly (Cosigned | undefined)[]): Cosigned | undefined {
  const known = heads.filter((head) => head !== undefined);
  const [largest] = known.sort((a, b) => b.size - a.size || b.time - a.time);
  return largest && { size: largest.size, root: largest.root, time: Math.max(...known.map(({ time }) => time)) };
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
