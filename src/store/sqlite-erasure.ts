import type { Database } from './database.ts';
import { placeOf } from './schema.ts';
import type { SqliteLogs } from './sqlite-logs.ts';
import type { Store } from './store.ts';

/** What takes something away for good. */
export function sqliteErasure(db: Database, logs: SqliteLogs): Pick<Store, 'erase' | 'waiveBodies'> {
  return {
    async erase({ bodies, blobs, locals }) {
      db.erase(() => {
        const put = db.sql('UPDATE entry SET body = ? WHERE place = ? AND body IS NOT NULL');
        for (const { origin, index, body } of bodies) put.run(body, placeOf(logs.stateOf(origin).no, index));
        for (const root of blobs) db.sql('DELETE FROM chunk WHERE root = ?').run(root);
        for (const { collection, key, json } of locals) {
          if (json === undefined) db.sql('DELETE FROM local WHERE collection = ? AND key = ?').run(collection, key);
          else db.sql('UPDATE local SET json = ? WHERE collection = ? AND key = ?').run(json, collection, key);
        }
      });
    },
    async waiveBodies(origin, indexes) {
      db.write(() => {
        const { no } = logs.stateOf(origin);
        const waive = db.sql('UPDATE entry SET body_required = 0 WHERE place = ? AND body IS NULL');
        for (const index of indexes) waive.run(placeOf(no, index));
      });
    },
  };
}
