import { assert } from '../base/errors.ts';
import { planConsistency, planInclusion } from '../tlog/merkle-plan.ts';
import type { Database, SqlRow } from './database.ts';
import { gap } from './refusals.ts';
import { epochsOf, ID_IN_EPOCH, PLACE_STRIDE, placeOf } from './schema.ts';
import type { LogState, SqliteLogs } from './sqlite-logs.ts';
import { dropVerdicts } from './sqlite-projection.ts';
import type { SqliteTrees } from './sqlite-trees.ts';
import type { EntryRow, StagedEntry, Store } from './store.ts';

const COLUMNS = 'place, id, leaf_hash, body_required, bytes, body';
const FIRST = `SELECT place FROM entry WHERE ${ID_IN_EPOCH} ORDER BY place LIMIT 1`;

/** Entries, their bodies, and the tree over them. */
export function sqliteEntries(
  db: Database,
  logs: SqliteLogs,
  trees: SqliteTrees,
): Pick<
  Store,
  | 'stage'
  | 'unstage'
  | 'deleteLog'
  | 'putBodies'
  | 'entries'
  | 'entriesAt'
  | 'findEntries'
  | 'leaves'
  | 'leafHashes'
  | 'tileHashes'
  | 'rootAt'
  | 'inclusionProof'
  | 'consistencyProof'
> {
  return {
    async stage(origin, from, entries, skipKnown) {
      let commit: (() => void) | undefined;
      const lasting = db.read(() => logs.lastingOf(origin));
      const places = db.write(() => {
        const log = logs.stateOf(origin);
        const { indexes, fresh } = placesOf(db, log, from, entries, skipKnown);
        if (fresh.length === 0) return indexes;
        insert(db, log, fresh);
        const appended = trees.append(
          log,
          fresh.map((entry) => entry.leafHash),
        );
        setPending(db, log, log.pendingSize + fresh.length, appended.root);
        commit = appended.commit;
        return indexes;
      }, lasting);
      commit?.();
      return places;
    },
    async unstage(origin, from) {
      const lasting = db.read(() => logs.lastingOf(origin));
      db.write(() => {
        const log = logs.stateOf(origin);
        assert(from >= log.size, 'what is under a committed head stays');
        if (from >= log.pendingSize) return;
        const root = trees.truncate(log, from);
        const range = [placeOf(log.no, from), placeOf(log.no, log.pendingSize)] as const;
        db.sql('DELETE FROM entry WHERE place >= ? AND place < ?').run(...range);
        db.sql('DELETE FROM verdict WHERE place >= ? AND place < ?').run(...range);
        setPending(db, log, from, root);
      }, lasting);
    },
    async deleteLog(origin) {
      db.write(() => {
        if (db.sql('SELECT 1 FROM log WHERE origin = ?').get(origin) === undefined) return;
        const log = logs.stateOf(origin);
        trees.truncate(log, 0);
        dropVerdicts(db, log.no);
        for (const table of ['entry', 'head']) db.sql(`DELETE FROM ${table} WHERE place >= ? AND place < ?`).run(...rangeOf(log.no, 0, PLACE_STRIDE));
        db.sql('DELETE FROM log WHERE no = ?').run(log.no);
      });
    },
    async putBodies(origin, bodies) {
      db.write(() => {
        const { no } = logs.stateOf(origin);
        const put = db.sql('UPDATE entry SET body = ? WHERE place = ? AND body_required = 1 AND body IS NULL');
        for (const { index, body } of bodies) put.run(body, placeOf(no, index));
      });
    },
    async entries(origin, from, to) {
      return db.read(() => {
        const { no } = logs.stateOf(origin);
        const rows = db.sql(`SELECT ${COLUMNS} FROM entry WHERE place >= ? AND place < ? ORDER BY place`).all(...rangeOf(no, from, to));
        return rows.map((row) => entryOf(origin, no, row));
      });
    },
    async entriesAt(places) {
      return db.read(() => {
        const select = db.sql(`SELECT ${COLUMNS} FROM entry WHERE place = ?`);
        return places.flatMap(({ origin, index }) => {
          const { no } = logs.stateOf(origin);
          const row = select.get(placeOf(no, index));
          return row === undefined ? [] : [entryOf(origin, no, row)];
        });
      });
    },
    async findEntries(channel, ids, origin) {
      return db.read(() => {
        const number = logs.channelNumber(channel);
        const states = number === undefined ? [] : logs.statesOf(number).filter((log) => origin === undefined || log.origin === origin);
        return ids.flatMap((id) =>
          states.flatMap((log) => {
            const index = firstIndex(db, log, id);
            return index === undefined ? [] : [{ id, origin: log.origin, index }];
          }),
        );
      });
    },
    async leaves(origin, from, to) {
      return db.read(() => {
        const { no } = logs.stateOf(origin);
        const rows = db.sql('SELECT bytes, leaf_hash FROM entry WHERE place >= ? AND place < ? ORDER BY place').all(...rangeOf(no, from, to));
        return rows.map(([bytes, leafHash]) => ({ bytes: bytes as Uint8Array, leafHash: leafHash as Uint8Array }));
      });
    },
    async leafHashes(origin, from, to) {
      return db.read(() => {
        const log = logs.stateOf(origin);
        return trees.leaves(log.no, from, Math.min(to, log.pendingSize));
      });
    },
    async tileHashes(origin, level, from, to) {
      return db.read(() => trees.tileHashes(logs.stateOf(origin), level, from, to));
    },
    async rootAt(origin, size) {
      return db.read(() => trees.rootAt(atLeast(logs.stateOf(origin), size), size));
    },
    async inclusionProof(origin, index, size) {
      return db.read(() => trees.proof(atLeast(logs.stateOf(origin), size), planInclusion(index, size)));
    },
    async consistencyProof(origin, from, to) {
      return db.read(() => trees.proof(atLeast(logs.stateOf(origin), to), planConsistency(from, to)));
    },
  };
}

function entryOf(origin: string, no: number, [place, id, leafHash, bodyRequired, bytes, body]: SqlRow): EntryRow {
  return {
    origin,
    index: (place as number) - no * PLACE_STRIDE,
    id: id as Uint8Array,
    leafHash: leafHash as Uint8Array,
    bytes: bytes as Uint8Array,
    body: (body as Uint8Array | null) ?? undefined,
    bodyRequired: bodyRequired === 1,
  };
}

function atLeast(log: LogState, size: number): LogState {
  assert(size <= log.pendingSize, 'roots and proofs are asked at sizes that are held');
  return log;
}

/** Where each entry stands or will stand, and those that must be written. */
function placesOf(
  db: Database,
  log: LogState,
  from: number,
  entries: readonly StagedEntry[],
  skipKnown: boolean,
): { indexes: readonly number[]; fresh: readonly StagedEntry[] } {
  if (!skipKnown) {
    if (from !== log.pendingSize) throw gap(log.pendingSize);
    return { indexes: entries.map((_, i) => from + i), fresh: entries };
  }
  const given = new Map<string, number>();
  const fresh: StagedEntry[] = [];
  const indexes = entries.map((entry) => {
    const key = Buffer.from(entry.id.buffer, entry.id.byteOffset, entry.id.length).toString('latin1');
    const index = given.get(key) ?? firstIndex(db, log, entry.id) ?? log.pendingSize + fresh.push(entry) - 1;
    given.set(key, index);
    return index;
  });
  if (fresh.length > 0 && from !== log.pendingSize) throw gap(log.pendingSize);
  return { indexes, fresh };
}

function insert(db: Database, log: LogState, entries: readonly StagedEntry[]): void {
  const put = db.sql('INSERT INTO entry (place, id, leaf_hash, body_required, bytes, body) VALUES (?, ?, ?, ?, ?, ?)');
  let place = placeOf(log.no, log.pendingSize);
  // The last one's place is checked too: a log may not run into the next one's numbers.
  placeOf(log.no, log.pendingSize + entries.length);
  for (const entry of entries) put.run(place++, entry.id, entry.leafHash, entry.bodyRequired ? 1 : 0, entry.bytes, entry.body ?? null);
}

function setPending(db: Database, log: LogState, size: number, root: Uint8Array): void {
  db.sql('UPDATE log SET pending_size = ?, pending_root = ? WHERE no = ?').run(size, root, log.no);
}

function firstIndex(db: Database, log: LogState, id: Uint8Array): number | undefined {
  const base = log.no * PLACE_STRIDE;
  const end = base + log.pendingSize;
  const first = db.sql(FIRST);
  for (const epoch of epochsOf(base, end)) {
    const row = first.get(id, epoch, base, end);
    if (row !== undefined) return (row[0] as number) - base;
  }
  return undefined;
}

/** Places [from, to) of a log, kept inside its numbers. */
export function rangeOf(no: number, from: number, to: number): [number, number] {
  const inside = (index: number) => no * PLACE_STRIDE + Math.min(Math.max(index, 0), PLACE_STRIDE);
  return [inside(from), inside(to)];
}
