import type { Database } from './database.ts';
import { PLACE_STRIDE } from './schema.ts';

/** Rows at places that no log has: a flipped bit in a place moves its row there. Steps from log to log, never over the rows of one. */
export function strayRows(db: Database): readonly string[] {
  return db.read(() => {
    const faults: string[] = [];
    const ends = new Map(
      db
        .sql('SELECT no, pending_size FROM log')
        .all()
        .map(([no, size]) => [Number(no), Number(size)]),
    );
    for (const table of ['entry', 'head', 'verdict']) {
      const next = db.sql(`SELECT place FROM ${table} WHERE place >= ? ORDER BY place LIMIT 1`);
      for (let row = next.get(Number.MIN_SAFE_INTEGER); row !== undefined; ) {
        const place = Number(row[0]);
        const no = Math.floor(place / PLACE_STRIDE);
        const end = ends.get(no);
        if (end === undefined) faults.push(`row ${place} of ${table} belongs to no log`);
        // A head of size n stands at n.
        const after = end === undefined ? undefined : next.get(no * PLACE_STRIDE + end + (table === 'head' ? 1 : 0));
        if (after !== undefined && Math.floor(Number(after[0]) / PLACE_STRIDE) === no)
          faults.push(`row ${after[0]} of ${table} stands behind the end of its log`);
        row = next.get((no + 1) * PLACE_STRIDE);
      }
    }
    return faults;
  });
}
