import { equal, toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_BATCH_ENTRIES } from '../base/limits.ts';
import type { Crypto } from '../base/ports.ts';
import { openBody } from '../entry/body.ts';
import { parseBundle } from '../entry/bundle.ts';
import { heldId, parseEntry } from '../entry/entry.ts';
import { withoutLeaves } from '../node/erasures.ts';
import type { EntryRow, StagedEntry, Store } from '../store/store.ts';
import { parsePush } from '../sync/receive.ts';
import { Frontier } from '../tlog/frontier.ts';
import { leafHash } from '../tlog/merkle.ts';
import { originHash } from '../tlog/origin.ts';
import { parseEntryBundle } from '../tlog/tile.ts';

/** Somebody who may hold entries of a log: bytes at a path of their door, `undefined` where they have none or do not answer. */
export type Holder = { readonly name: string; readonly ask: (path: string) => Promise<Uint8Array | undefined> };

/** A signed head of the log as the damaged store has it, its lines verified. */
export type Head = { readonly size: number; readonly root: Uint8Array; readonly note: Uint8Array };

/** What is gone here for good, by entry id: leaf hashes that were erased, and texts that their author lost before they came. No holder brings them back. */
export type GoneHere = { readonly erased: ReadonlyMap<string, ReadonlySet<string>>; readonly lost: ReadonlySet<string> };

/** What was fetched from whom. */
export type Fetched = { readonly index: number; readonly from: string };

type FetchedRow = Fetched & { readonly row: StagedEntry };
type FetchedRows = Map<number, FetchedRow>;

const BLOCK_SIZE = 256;

/**
 * Writes one log of a damaged store into a new one: entries that are what was written as they are, the others as a holder gives them, so that together
 * they have exactly the root that was signed. Heads must be in order. Entries that no head covers come along where they are whole.
 * Refuses `store_damaged` where nobody who answers has what is missing; then nothing of this log is to be relied on.
 */
export async function rebuildLog(
  parts: { readonly crypto: Crypto; readonly from: Store; readonly to: Store; readonly origin: string; readonly gone: GoneHere },
  heads: readonly Head[],
  holders: readonly Holder[],
): Promise<readonly Fetched[]> {
  const { crypto, from, to, origin, gone } = parts;
  const last = heads.at(-1);
  const fetched: FetchedRows = new Map();
  const cache: FetchedRows = new Map();
  const size = last?.size ?? 0;
  const read = (at: number, end: number): Promise<readonly EntryRow[]> => readBlock(from, origin, at, end);
  const frontier = new Frontier(crypto.sha256);
  for (let at = 0; at < size; at += BLOCK_SIZE) {
    const end = Math.min(at + BLOCK_SIZE, size);
    const rows = new Map((await read(at, end)).map((row) => [row.index, row]));
    for (let index = at; index < end; index++) {
      const row = rows.get(index);
      const whole = row !== undefined && isWhole(crypto, row, gone);
      const other = whole ? undefined : await fetchOne(crypto, origin, index, holders, cache, gone);
      if (other !== undefined) fetched.set(index, other);
      const leaf = whole ? row.leafHash : other?.row.leafHash;
      if (leaf === undefined) throw new ParleyError('store_damaged', `entry ${index + 1} of log ${origin} is damaged, and nobody who answers has it`);
      frontier.append(leaf);
    }
  }
  if (last !== undefined && !equal(frontier.root(), last.root))
    throw new ParleyError('store_damaged', `the entries of log ${origin} do not give the root that was signed`);
  for (const head of heads) await writeTo(to, origin, head, read, fetched);
  await writePending(parts, size);
  return [...fetched.values()].map(({ index, from: name }) => ({ index, from: name })).sort((a, b) => a.index - b.index);
}

/** The entry at `index` as a holder gives it; a part has those behind it too, of which the next one damaged may be one. */
async function fetchOne(
  crypto: Crypto,
  origin: string,
  index: number,
  holders: readonly Holder[],
  cache: FetchedRows,
  gone: GoneHere,
): Promise<FetchedRow | undefined> {
  if (cache.has(index)) return cache.get(index);
  cache.clear();
  for (const { name, ask } of holders) {
    const part = await ask(`/log/${originHash(origin) ?? ''}/since/${index}`);
    if (part === undefined || 'expected' in parseBundle(part)) continue;
    const { entries, bodies } = parsePush(part);
    const count = countOf(entries);
    const bundle = parseEntryBundle(entries, count);
    if ('expected' in bundle) continue;
    for (const [i, bytes] of bundle.entries.entries()) {
      const row = stagedOf(crypto, bytes, bodies, gone);
      if (isWhole(crypto, row, gone) && isAccounted(crypto, row, gone)) cache.set(index + i, { index: index + i, from: name, row });
    }
    if (cache.has(index)) return cache.get(index);
  }
  return undefined;
}

/** Entries in a bundle of them, each after its length in two bytes. */
function countOf(entries: Uint8Array): number {
  let count = 0;
  for (let at = 0; at + 2 <= entries.length && count <= MAX_BATCH_ENTRIES; count++) at += 2 + (((entries[at] ?? 0) << 8) | (entries[at + 1] ?? 0));
  return count;
}

/** An entry as somebody gives it, without what was erased here: a holder that still has the text does not bring it back. */
function stagedOf({ sha256 }: Crypto, bytes: Uint8Array, bodies: ReadonlyMap<string, Uint8Array>, gone: GoneHere): StagedEntry {
  const id = heldId(sha256, bytes);
  const name = toBase64url(id);
  const isEntry = 'entry' in parseEntry(sha256, bytes);
  const given = bodies.get(name);
  const erased = gone.erased.get(name);
  const body = given === undefined || erased === undefined ? given : (withoutLeaves(sha256, { bytes, body: given }, erased)?.body ?? given);
  return { id, leafHash: leafHash(sha256, bytes), bytes, body, bodyRequired: isEntry && (body !== undefined || !gone.lost.has(name)) };
}

/** Whether every leaf that a holder gives as a hash is one that was erased here: what else they withhold would change what is read. */
function isAccounted({ sha256 }: Crypto, { id, bytes, body }: StagedEntry, gone: GoneHere): boolean {
  const parsed = body === undefined ? { expected: '' } : parseEntry(sha256, bytes);
  const opened = body === undefined || 'expected' in parsed ? { expected: '' } : openBody(sha256, parsed.entry.header.body, body);
  const erased = gone.erased.get(toBase64url(id));
  return 'expected' in opened || opened.body.erased.every((leaf) => erased?.has(leaf));
}

/** Whether an entry is what its own hashes say, and its body, if it is here, what the entry says. */
function isWhole({ sha256 }: Crypto, row: StagedEntry, { lost }: GoneHere): boolean {
  if (!equal(leafHash(sha256, row.bytes), row.leafHash)) return false;
  const parsed = parseEntry(sha256, row.bytes);
  if ('expected' in parsed) return row.body === undefined;
  if (toBase64url(row.id) !== parsed.entry.id) return false;
  if (!row.bodyRequired) return row.body === undefined && lost.has(parsed.entry.id);
  return row.body === undefined || 'body' in openBody(sha256, parsed.entry.header.body, row.body);
}

async function writeTo(
  to: Store,
  origin: string,
  head: Head,
  read: (at: number, end: number) => Promise<readonly EntryRow[]>,
  fetched: ReadonlyMap<number, FetchedRow>,
): Promise<void> {
  let log = await to.log(origin);
  if (log === undefined || head.size <= log.size) return;
  for (let at = log.pendingSize; at < head.size; at += BLOCK_SIZE) {
    const end = Math.min(at + BLOCK_SIZE, head.size);
    const rows = new Map((await read(at, end)).map((row) => [row.index, row]));
    const block = Array.from({ length: end - at }, (_, i) => fetched.get(at + i)?.row ?? rows.get(at + i)).filter((row) => row !== undefined);
    await to.stage(origin, at, block, false);
  }
  log = await to.log(origin);
  // A head that is not that of these entries, though signed, is one of two histories: what is kept is the largest's.
  if (log !== undefined && equal(await to.rootAt(origin, head.size), head.root)) await to.commitHead(origin, log, head);
}

async function writePending({ crypto, from, to, origin, gone }: Parameters<typeof rebuildLog>[0], size: number): Promise<void> {
  const rows = await readBlock(from, origin, size, size + MAX_BATCH_ENTRIES);
  const whole = rows.findIndex((row, i) => row.index !== size + i || !isWhole(crypto, row, gone));
  const kept = whole === -1 ? rows : rows.slice(0, whole);
  if (kept.length > 0) await to.stage(origin, size, kept, false);
}

/** Rows that can be read; where the file itself is broken, one by one. */
async function readBlock(from: Store, origin: string, at: number, end: number): Promise<readonly EntryRow[]> {
  try {
    return await from.entries(origin, at, end);
  } catch {
    const rows: EntryRow[] = [];
    for (let index = at; index < end; index++) rows.push(...(await from.entries(origin, index, index + 1).catch(() => [])));
    return rows;
  }
}
