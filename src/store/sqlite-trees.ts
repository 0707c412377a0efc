import { concat, equal } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Sha256 } from '../base/ports.ts';
import type { Frontier } from '../tlog/frontier.ts';
import type { ProofPlan } from '../tlog/merkle-plan.ts';
import type { Database } from './database.ts';
import { placeOf } from './schema.ts';
import type { LogState } from './sqlite-logs.ts';
import { frontierFrom, NodeCache, proofFrom, type ReadTile, rootFrom, TILE_WIDTH, tileCount } from './tree.ts';

const HASH_SIZE = 32;

/**
 * The trees: hashes in rows of 256, written when they are complete.
 *
 * Each log's frontier is kept in memory between appends. That is safe because no other process can write (the file is locked), and it
 * is checked when it is first made: it must give the pending root that was stored with it. What a crash leaves is always consistent, since
 * entries, tiles and pending root are one transaction.
 */
export class SqliteTrees {
  readonly #db: Database;
  readonly #sha256: Sha256;
  readonly #frontiers = new Map<number, Frontier>();
  readonly #caches = new Map<number, NodeCache>();

  constructor(db: Database, sha256: Sha256) {
    this.#db = db;
    this.#sha256 = sha256;
  }

  /** Adds leaves behind the pending ones, inside a transaction, and returns the new pending root and what to call once it is durable. */
  append(log: LogState, leaves: readonly Uint8Array[]): { root: Uint8Array; commit: () => void } {
    const frontier = this.#frontierOf(log).clone();
    const completed: Uint8Array[][] = [[...leaves]];
    frontier.appendAll(leaves, (height, _, hash) => {
      if (height === 0 || height % 8 !== 0) return;
      const level = completed[height / 8] ?? [];
      completed[height / 8] = level;
      level.push(hash);
    });
    completed.forEach((hashes, level) => {
      this.#writeTiles(log, level, hashes);
    });
    return { root: frontier.root(), commit: () => this.#frontiers.set(log.no, frontier) };
  }

  /** Takes back all leaves at and after `size`, inside a transaction, and returns the root left. */
  truncate(log: LogState, size: number): Uint8Array {
    // Before the rows go: nodes over them must not be served again.
    this.#frontiers.delete(log.no);
    this.#caches.delete(log.no);
    const root = rootFrom(this.#sha256, this.reader(log), size);
    for (let level = 0; level === 0 || tileCount(log.pendingSize, level) > 0; level++) {
      const count = tileCount(size, level);
      const kept = count % TILE_WIDTH;
      const tile = (count - kept) / TILE_WIDTH;
      const last = level > 0 && kept > 0 ? this.#tileRow(log.no, level, tile) : undefined;
      this.#db.sql('DELETE FROM tile WHERE log = ? AND level = ? AND idx >= ?').run(log.no, level, tile);
      if (last !== undefined) this.#putTile(log.no, level, tile, last.subarray(0, kept * HASH_SIZE));
    }
    return root;
  }

  /** The root over the first `size` leaves; those at the committed and the pending size are stored. */
  rootAt(log: LogState, size: number): Uint8Array {
    if (size === log.pendingSize) return log.pendingRoot;
    if (size === log.size) return log.root;
    return rootFrom(this.#sha256, this.reader(log), size, this.#cacheOf(log));
  }

  /** The hashes of a planned proof; reads a row per tile it touches, not one per leaf. */
  proof(log: LogState, plan: ProofPlan): readonly Uint8Array[] {
    return proofFrom(this.#sha256, this.reader(log), plan, this.#cacheOf(log));
  }

  /** Hashes [from, to) of a level, complete ones only. */
  tileHashes(log: LogState, level: number, from: number, to: number): readonly Uint8Array[] {
    const read = this.reader(log);
    const end = Math.min(to, tileCount(log.pendingSize, level));
    const hashes: Uint8Array[] = [];
    for (let at = from; at < end; ) {
      const stop = Math.min(end, (Math.floor(at / TILE_WIDTH) + 1) * TILE_WIDTH);
      const part = read(level, at, stop);
      if (part.length !== stop - at) throw new ParleyError('store_damaged', `expected tree hashes ${at} to ${stop} of level ${level}`);
      hashes.push(...part);
      at = stop;
    }
    return hashes;
  }

  /** Reads hashes for one call; a tile asked for twice is read once. */
  reader(log: LogState): ReadTile {
    const tiles = new Map<string, Uint8Array>();
    return (level, from, to) => {
      const tile = Math.floor(from / TILE_WIDTH);
      if (level === 0 && (tile + 1) * TILE_WIDTH > log.pendingSize) return this.leaves(log.no, from, to);
      const key = `${level}/${tile}`;
      const hashes = tiles.get(key) ?? this.#tileRow(log.no, level, tile);
      tiles.set(key, hashes);
      return split(hashes, from - tile * TILE_WIDTH, to - tile * TILE_WIDTH);
    };
  }

  /** Leaf hashes [from, to) as they stand with the entries. */
  leaves(no: number, from: number, to: number): readonly Uint8Array[] {
    if (to <= from) return [];
    const rows = this.#db
      .sql('SELECT leaf_hash FROM entry WHERE place >= ? AND place < ? ORDER BY place')
      .all(placeOf(no, from), placeOf(no, from) + (to - from));
    return rows.map(([hash]) => hash as Uint8Array);
  }

  #frontierOf(log: LogState): Frontier {
    const known = this.#frontiers.get(log.no);
    if (known?.size === log.pendingSize) return known;
    const frontier = frontierFrom(this.#sha256, this.reader(log), log.pendingSize);
    // Appending to a tree that is not the one last written would sign away what is held.
    if (!equal(frontier.root(), log.pendingRoot)) throw new ParleyError('store_damaged', `the tree of ${log.origin} has not the root last written`);
    return frontier;
  }

  #writeTiles(log: LogState, level: number, hashes: readonly Uint8Array[]): void {
    const start = tileCount(log.pendingSize, level);
    const end = start + hashes.length;
    for (let at = start; at < end; ) {
      const tile = Math.floor(at / TILE_WIDTH);
      const stop = Math.min(end, (tile + 1) * TILE_WIDTH);
      const fresh = hashes.slice(at - start, stop - start);
      if (level > 0 || stop % TILE_WIDTH === 0) {
        const before = level === 0 ? this.leaves(log.no, tile * TILE_WIDTH, at) : this.#tileBefore(log.no, level, tile, at);
        this.#putTile(log.no, level, tile, concat(...before, ...fresh));
      }
      at = stop;
    }
  }

  #tileBefore(no: number, level: number, tile: number, at: number): readonly Uint8Array[] {
    const count = at - tile * TILE_WIDTH;
    if (count === 0) return [];
    const row = this.#tileRow(no, level, tile);
    if (row.length !== count * HASH_SIZE) throw new ParleyError('store_damaged', `expected ${count} hashes in tile ${tile} of level ${level}`);
    return [row];
  }

  #tileRow(no: number, level: number, tile: number): Uint8Array {
    const row = this.#db.sql('SELECT hashes FROM tile WHERE log = ? AND level = ? AND idx = ?').get(no, level, tile);
    if (row === undefined) throw new ParleyError('store_damaged', `expected tile ${tile} of level ${level}`);
    return row[0] as Uint8Array;
  }

  #putTile(no: number, level: number, tile: number, hashes: Uint8Array): void {
    this.#db
      .sql('INSERT INTO tile (log, level, idx, hashes) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET hashes = excluded.hashes')
      .run(no, level, tile, hashes);
  }

  #cacheOf(log: LogState): NodeCache {
    const cache = this.#caches.get(log.no) ?? new NodeCache();
    this.#caches.set(log.no, cache);
    return cache;
  }
}

function split(hashes: Uint8Array, from: number, to: number): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let i = from; i < to && (i + 1) * HASH_SIZE <= hashes.length; i++) parts.push(hashes.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE));
  return parts;
}
