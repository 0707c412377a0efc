import { toBase64url, utf8 } from '../base/bytes.ts';
import { formatNote, parseNote } from '../tlog/note.ts';
import { formatEntryBundle, formatTile, TILE_WIDTH } from '../tlog/tile.ts';
import { linesOver } from './cosign.ts';
import { type Replica, rowOf } from './replica.ts';

/** The committed checkpoint of a log with every verified line held over it, or `undefined` before the first. */
export async function serveCheckpoint(replica: Replica, origin: string): Promise<Uint8Array | undefined> {
  const log = await rowOf(replica, origin);
  if (log.size === 0) return undefined;
  const parsed = parseNote(log.note);
  if ('expected' in parsed) throw new Error('bug: a committed head is a note');
  return formatNote({ text: parsed.note.text, lines: [...parsed.note.lines, ...(await linesOver(replica, log.origin, log.size))] });
}

/** A hash tile (C2SP tlog-tiles): `width` hashes of 32 bytes, or `undefined` when it is not complete below the committed size. */
export async function serveTile(replica: Replica, origin: string, level: number, index: number, width: number): Promise<Uint8Array | undefined> {
  const log = await rowOf(replica, origin);
  const from = index * TILE_WIDTH;
  const complete = Math.floor(log.size / TILE_WIDTH ** level);
  if (width < 1 || width > TILE_WIDTH || from + width > complete) return undefined;
  return formatTile(await replica.store.tileHashes(log.origin, level, from, from + width));
}

/** An entry bundle (C2SP tlog-tiles): entries of tile `index`, each prefixed by its length as uint16. */
export async function serveEntries(replica: Replica, origin: string, index: number, width: number): Promise<Uint8Array | undefined> {
  const log = await rowOf(replica, origin);
  const from = index * TILE_WIDTH;
  if (width < 1 || width > TILE_WIDTH || from + width > log.size) return undefined;
  const rows = await replica.store.entries(log.origin, from, from + width);
  return formatEntryBundle(rows.map((row) => row.bytes));
}

/** The root of a log over its first `size` entries, base64url and a newline; `undefined` beyond the committed head. */
export async function serveRoot(replica: Replica, origin: string, size: number): Promise<Uint8Array | undefined> {
  const log = await rowOf(replica, origin);
  return size > log.size ? undefined : utf8(`${toBase64url(await replica.store.rootAt(origin, size))}\n`);
}
