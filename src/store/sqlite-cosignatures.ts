import type { Sha256 } from '../base/ports.ts';
import { emptyRoot } from '../tlog/merkle.ts';
import type { Database, SqlRow } from './database.ts';
import { mayFollow } from './refusals.ts';
import { sumOf } from './sqlite-sums.ts';
import type { CosignatureRow, Store } from './store.ts';

const COLUMNS = 'origin, cosigner, size, time, root, lines';

/** Cosignatures held over logs, and the heads this node cosigned. */
export function sqliteCosignatures(
  db: Database,
  sha256: Sha256,
): Pick<Store, 'putCosignatures' | 'cosignatures' | 'largestCosignatures' | 'firstCosignatureOver' | 'advanceCosigned' | 'cosigned' | 'allCosigned'> {
  return {
    async putCosignatures(rows) {
      db.write(() => {
        for (const row of rows) putCosignature(db, row);
      });
    },
    async cosignatures(origin, minSize = 0, maxSize = Number.MAX_SAFE_INTEGER) {
      const select = `SELECT ${COLUMNS} FROM cosignature WHERE origin = ? AND size >= ? AND size <= ? ORDER BY size DESC, time DESC, cosigner, root`;
      return db.read(() => db.sql(select).all(origin, minSize, maxSize)).map(rowOf);
    },
    async largestCosignatures(channel) {
      return db.read(() => originsOf(db, channel).flatMap((origin) => largestOf(db, origin)));
    },
    async firstCosignatureOver(origin, index, cosigner) {
      const select = `SELECT ${COLUMNS} FROM cosignature WHERE origin = ? AND cosigner = ? AND earliest = 1 AND size > ? ORDER BY size LIMIT 1`;
      const row = db.read(() => db.sql(select).get(origin, cosigner, index));
      return row && rowOf(row);
    },
    async advanceCosigned(origin, oldSize, next, now) {
      return db.write(() => {
        const last = cosignedOf(db, origin) ?? { size: 0, root: emptyRoot(sha256), time: 0 };
        if (!mayFollow(last, oldSize, next)) return { last };
        const time = Math.max(now, last.time);
        db.sql(
          `INSERT INTO cosigned (origin, size, root, time, sum) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET size = excluded.size, root = excluded.root, time = excluded.time, sum = excluded.sum`,
        ).run(origin, next.size, next.root, time, sumOf(origin, next.size, next.root, time));
        return { time };
      }, 'with the next');
    },
    async cosigned(origin) {
      return db.read(() => cosignedOf(db, origin));
    },
    async allCosigned() {
      const rows = db.read(() => db.sql('SELECT origin, size, root, time FROM cosigned ORDER BY origin').all());
      return rows.map(([origin, size, root, time]) => ({
        origin: origin as string,
        size: size as number,
        root: root as Uint8Array,
        time: time as number,
      }));
    },
  };
}

/**
 * Inserts a pair and keeps the `earliest` marks true: among the marked rows of a cosigner over a log, size and time rise together, so the
 * earliest pair over an index is the first marked row above it. A cosigner that dates pairs out of order (a fault that can be proved) changes nothing of this.
 */
function putCosignature(db: Database, { origin, cosigner, size, time, root, lines }: CosignatureRow): void {
  const inserted = db
    .sql('INSERT INTO cosignature (origin, cosigner, size, time, earliest, root, lines) VALUES (?, ?, ?, ?, 0, ?, ?) ON CONFLICT DO NOTHING')
    .run(origin, cosigner, size, time, root, lines);
  if (inserted === 0) return;
  const marked = 'FROM cosignature WHERE origin = ? AND cosigner = ? AND earliest = 1';
  const above = db.sql(`SELECT time ${marked} AND size >= ? ORDER BY size LIMIT 1`).get(origin, cosigner, size);
  if (above !== undefined && (above[0] as number) <= time) return;
  const below = db.sql(`SELECT no, time ${marked} AND size <= ? ORDER BY size DESC LIMIT 1`);
  for (let row = below.get(origin, cosigner, size); row !== undefined && (row[1] as number) >= time; row = below.get(origin, cosigner, size))
    db.sql('UPDATE cosignature SET earliest = 0 WHERE no = ?').run(row[0] as number);
  db.sql('UPDATE cosignature SET earliest = 1 WHERE origin = ? AND cosigner = ? AND size = ? AND time = ? AND root = ?').run(
    origin,
    cosigner,
    size,
    time,
    root,
  );
}

/**
 * Every pair whose mark is not what {@link putCosignature} gives it, a sentence each. By cosigner and log from the largest size down, a pair is the
 * earliest where its time is before that of all above it; of two of one size and time the one that came first is. SQLite's own check does not see a row
 * that an index over some of the rows has no right to.
 */
export function markFaults(db: Database): readonly string[] {
  return db.read(() => {
    const faults: string[] = [];
    let [log, signer, least] = ['', '', 0];
    const rows = db.sql('SELECT origin, cosigner, size, time, earliest FROM cosignature ORDER BY origin, cosigner, size DESC, time, no');
    for (const [origin, cosigner, size, time, earliest] of rows.each()) {
      if (origin !== log || cosigner !== signer) [log, signer, least] = [String(origin), String(cosigner), Number.POSITIVE_INFINITY];
      if (Number(time) < least !== (earliest === 1)) faults.push(`the mark of the pair of ${cosigner} over size ${size} of ${origin} is wrong`);
      least = Math.min(least, Number(time));
    }
    return faults;
  });
}

function originsOf(db: Database, channel: string | undefined): readonly string[] {
  const rows =
    channel === undefined
      ? db.sql('SELECT DISTINCT origin FROM cosignature ORDER BY origin').all()
      : db.sql('SELECT log.origin FROM log JOIN channel ON channel.no = log.channel WHERE channel.id = ? ORDER BY log.origin').all(channel);
  return rows.map(([origin]) => origin as string);
}

// One step of the index per cosigner: the first row of the next name is its largest pair.
function largestOf(db: Database, origin: string): CosignatureRow[] {
  const next = db.sql(`SELECT ${COLUMNS} FROM cosignature WHERE origin = ? AND cosigner > ? ORDER BY cosigner, size DESC, time DESC, root LIMIT 1`);
  const found: CosignatureRow[] = [];
  for (let row = next.get(origin, ''); row !== undefined; row = next.get(origin, row[1] as string)) found.push(rowOf(row));
  return found;
}

function cosignedOf(db: Database, origin: string): { size: number; root: Uint8Array; time: number } | undefined {
  const row = db.sql('SELECT size, root, time FROM cosigned WHERE origin = ?').get(origin);
  return row && { size: row[0] as number, root: row[1] as Uint8Array, time: row[2] as number };
}

function rowOf([origin, cosigner, size, time, root, lines]: SqlRow): CosignatureRow {
  return {
    origin: origin as string,
    cosigner: cosigner as string,
    size: size as number,
    time: time as number,
    root: root as Uint8Array,
    lines: lines as Uint8Array,
  };
}
