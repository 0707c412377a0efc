import { equal } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { Database, SqlRow } from './database.ts';
import { rootDiffers } from './refusals.ts';
import { PLACE_STRIDE, placeOf } from './schema.ts';
import { rangeOf } from './sqlite-entries.ts';
import type { SqliteLogs } from './sqlite-logs.ts';
import { sumOf } from './sqlite-sums.ts';
import type { SqliteTrees } from './sqlite-trees.ts';
import type { Store } from './store.ts';

type Head = { size: number; root: Uint8Array; note: Uint8Array };

/** The commit point, and every head committed. */
export function sqliteHeads(db: Database, logs: SqliteLogs, trees: SqliteTrees): Pick<Store, 'commitHead' | 'headAtOrAbove' | 'headAtOrBelow'> {
  return {
    async commitHead(origin, old, next) {
      return db.write(() => {
        const log = logs.stateOf(origin);
        if (log.size !== old.size || !equal(log.root, old.root)) return false;
        assert(next.size >= old.size && next.size <= log.pendingSize, 'a head covers what is held, and never less than the last');
        if (!equal(trees.rootAt(log, next.size), next.root)) throw rootDiffers();
        db.sql('UPDATE log SET size = ?, root = ? WHERE no = ?').run(next.size, next.root, log.no);
        const place = placeOf(log.no, next.size);
        db.sql(
          'INSERT INTO head (place, root, note, sum) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET root = excluded.root, note = excluded.note, sum = excluded.sum',
        ).run(place, next.root, next.note, sumOf(place, next.root, next.note));
        return true;
      });
    },
    async headAtOrAbove(origin, size) {
      return db.read(() => {
        const { no } = logs.stateOf(origin);
        const row = db.sql('SELECT place, root, note FROM head WHERE place >= ? AND place < ? ORDER BY place LIMIT 1');
        return headOf(no, row.get(...rangeOf(no, size, PLACE_STRIDE)));
      });
    },
    async headAtOrBelow(origin, size) {
      return db.read(() => {
        const { no } = logs.stateOf(origin);
        const row = db.sql('SELECT place, root, note FROM head WHERE place >= ? AND place < ? ORDER BY place DESC LIMIT 1');
        return headOf(no, row.get(...rangeOf(no, 0, size + 1)));
      });
    },
  };
}

function headOf(no: number, row: SqlRow | undefined): Head | undefined {
  if (row === undefined) return undefined;
  const [place, root, note] = row;
  return { size: (place as number) - no * PLACE_STRIDE, root: root as Uint8Array, note: note as Uint8Array };
}
