import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { BUNDLE_HEADER, type BundleItem, formatBundleItem } from '../entry/bundle.ts';
import { cardHash } from '../entry/card.ts';
import { formatNote, parseNote } from '../tlog/note.ts';
import { originHash } from '../tlog/origin.ts';
import { formatEntryBundle, TILE_WIDTH } from '../tlog/tile.ts';
import { makeForkProof } from '../verify/fork-proof.ts';
import { alarmsOf } from './alarm.ts';
import { chunkPlace } from './chunk-place.ts';
import { linesOver } from './cosign.ts';
import { type Replica, rowOf } from './replica.ts';
import { serveCheckpoint } from './serve-log.ts';
import { largestPairs, sharedOf } from './shared.ts';

/** What goes into an export beside the logs. */
export type ExportOptions = {
  /** The charter note with all identity lines. */
  readonly charterNote: Uint8Array;
  /** Pack files the charter names, as far as known here. */
  readonly packs: readonly Uint8Array[];
  /** Attachments to put in: their roots and numbers of chunks. */
  readonly files: readonly { readonly root: string; readonly chunks: number }[];
};

/**
 * The whole channel as a `parley-bundle/1` (spec/bundle.md), part by part: everything a stranger needs to verify it, offline.
 * It says all that was said here; who exports it decides who reads it.
 */
export async function* exportRecord(replica: Replica, options: ExportOptions): AsyncGenerator<Uint8Array> {
  yield BUNDLE_HEADER;
  for await (const item of items(replica, options)) yield formatBundleItem(item);
}

async function* items(replica: Replica, options: ExportOptions): AsyncGenerator<BundleItem> {
  const { channel, crypto, store } = replica;
  yield { name: 'charter', bytes: options.charterNote };
  for (const card of [...channel.parties, ...channel.hosts]) yield { name: `cards/${cardHash(crypto.sha256, card)}`, bytes: utf8(card.text) };
  for (const bytes of options.packs) yield { name: `packs/${toBase64url(crypto.sha256(bytes))}`, bytes };
  // One entry may stand in several logs (copied, hence void there): its text is given once, since a bundle has no name twice.
  const given = new Set<string>();
  for (const { origin } of replica.generations.all) {
    const note = await serveCheckpoint(replica, origin);
    if (note === undefined) continue;
    const log = await rowOf(replica, origin);
    const hash = originHash(log.origin) ?? '';
    yield { name: `${hash}/checkpoint`, bytes: note };
    yield* standingItems(replica, origin, log.size, hash);
    for (let from = 0; from < log.size; from += TILE_WIDTH) {
      const rows = await store.entries(log.origin, from, Math.min(log.size, from + TILE_WIDTH));
      yield { name: `${hash}/entries/${from / TILE_WIDTH}`, bytes: formatEntryBundle(rows.map((row) => row.bytes)) };
      for (const row of rows) {
        const id = toBase64url(row.id);
        if (row.body === undefined || given.has(id)) continue;
        given.add(id);
        yield { name: `bodies/${id}`, bytes: row.body };
      }
    }
  }
  for (const { of, fork } of await alarmsOf(replica))
    yield { name: `alarms/${originHash(of.origin) ?? ''}`, bytes: makeForkProof(crypto.sha256, fork.evidence) };
  for (const file of options.files) {
    const root = fromBase64url(file.root, 32);
    for (let index = 0; root !== undefined && index < file.chunks; index++) {
      const chunk = await store.chunk(chunkPlace(crypto.sha256, channel.id, root), index);
      if (chunk !== undefined) yield { name: `chunks/${file.root}/${index}`, bytes: chunk };
    }
  }
}

/** What stands of a log that does not count to its head: the heads that its receipts are over, and receipts over another history of it. */
async function* standingItems(replica: Replica, origin: string, size: number, hash: string): AsyncGenerator<BundleItem> {
  const { generations, store } = replica;
  const of = generations.find(origin);
  if (of === undefined || (generations.status(origin)?.status ?? 'open') === 'open') return;
  const sizes = new Set((await largestPairs(replica, of)).map((pair) => pair.size));
  for (const at of sizes) {
    const head = at < size ? await store.headAtOrAbove(origin, at) : undefined;
    const parsed = head?.size === at ? parseNote(head.note) : { expected: 'it' };
    if ('expected' in parsed) continue;
    const lines = [...parsed.note.lines, ...(await linesOver(replica, origin, at))];
    yield { name: `${hash}/heads/${at}`, bytes: formatNote({ text: parsed.note.text, lines }) };
  }
  for (const [i, { bytes }] of (await sharedOf(store, origin)).entries())
    yield { name: `${hash}/receipts/${i}`, bytes: fromBase64url(bytes) ?? new Uint8Array() };
}
