import { concat, concatAll, u16 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';

/** Hashes, or entries, of a full tile. */
export const TILE_WIDTH = 256;
/** The longest entry that a bundle's uint16 length can carry, bytes. */
export const MAX_BUNDLE_ENTRY_SIZE = 65_535;

/** Which tile: level of hashes (height 8 * level) or `entries`, its index in that level, and its width, 1 to 256 (256 = full). */
export type TileName = { readonly level: number | 'entries'; readonly index: number; readonly width: number };

/**
 * The path of a tile under a log's prefix: index 1234067 of level 0 with 5 hashes is `tile/0/x001/x234/067.p/5`, entries are
 * `tile/entries/000`. Source: C2SP tlog-tiles, "Merkle Tree" and "Log entries".
 */
export function formatTilePath({ level, index, width }: TileName): string {
  assert(level === 'entries' || (Number.isInteger(level) && level >= 0 && level <= 63), 'a tile level is entries or 0 to 63');
  assert(
    Number.isSafeInteger(index) && index >= 0 && Number.isInteger(width) && width >= 1 && width <= TILE_WIDTH,
    'a tile has an index and a width',
  );
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** The tile of a path such as `tile/0/x001/x234/067.p/5`, or what was expected; each tile has one path. */
export function parseTilePath(path: string): { tile: TileName } | { expected: string } {
  const expected = 'a tile path such as tile/0/x001/x234/067.p/5';
  const match = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path);
  if (match === null) return { expected };
  const [, levelText, indexText, widthText] = match as unknown as [string, string, string, string | undefined];
  const level: TileName['level'] = levelText === 'entries' ? 'entries' : Number(levelText);
  const index = Number(indexText.replaceAll(/[x/]/g, ''));
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText);
  if ((level !== 'entries' && level > 63) || !Number.isSafeInteger(index) || width > TILE_WIDTH) return { expected };
  const tile = { level, index, width };
  // Written again and compared: x000/005 and .p/256 have a shorter form.
  return formatTilePath(tile) === path ? { tile } : { expected };
}

/** How many hashes or entries tile `index` of a level has in a tree of `size` leaves: 256 when full, 0 when there is no such tile. */
export function tileWidth(level: number | 'entries', index: number, size: number): number {
  const count = level === 'entries' ? size : Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, count - index * TILE_WIDTH));
}

/** A tile's bytes: its hashes, one after another. */
export function formatTile(hashes: readonly Uint8Array[]): Uint8Array {
  assert(hashes.length >= 1 && hashes.length <= TILE_WIDTH && hashes.every((hash) => hash.length === 32), 'a tile has 1 to 256 hashes');
  return concat(...hashes);
}

/** The hashes of a tile of this width, or what was expected; nothing is proved until a signed root follows from them. */
export function parseTile(bytes: Uint8Array, width: number): { hashes: readonly Uint8Array[] } | { expected: string } {
  if (bytes.length !== 32 * width) return { expected: `${width} hashes of 32 bytes` };
  return { hashes: Array.from({ length: width }, (_, i) => bytes.subarray(32 * i, 32 * i + 32)) };
}

/** An entry bundle's bytes: each entry after its length as a big-endian uint16. `["hi"]` is `00 02 68 69`. A tile's bundle has at most 256; a push may carry more. */
export function formatEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    assert(entry.length <= MAX_BUNDLE_ENTRY_SIZE, 'a bundled entry has at most 65,535 bytes');
    parts.push(u16(entry.length), entry);
  }
  return concatAll(parts);
}

/** The entries of a bundle of this width, used up exactly, or what was expected; their leaf hashes are to be compared with the tile. */
export function parseEntryBundle(bytes: Uint8Array, width: number): { entries: readonly Uint8Array[] } | { expected: string } {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (entries.length === width || bytes.length - at < 2) return { expected: `${width} entries after their lengths` };
    const end = at + 2 + ((bytes[at] as number) << 8) + (bytes[at + 1] as number);
    if (end > bytes.length) return { expected: 'as many bytes as the length says' };
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries.length === width ? { entries } : { expected: `${width} entries after their lengths` };
}
