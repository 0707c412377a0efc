import type { Database } from './database.ts';
import { sumOf } from './sqlite-sums.ts';
import type { Store } from './store.ts';

/** Named values, local records and attachment chunks. */
export function sqliteLocals(
  db: Database,
): Pick<Store, 'getValue' | 'putValue' | 'getLocal' | 'putLocal' | 'deleteLocal' | 'listLocal' | 'putChunk' | 'chunk' | 'heldChunks'> {
  return {
    async getValue(key) {
      return db.read(() => db.sql('SELECT bytes FROM value WHERE key = ?').get(key)?.[0] as Uint8Array | undefined);
    },
    async putValue(key, value) {
      db.write(() =>
        db
          .sql('INSERT INTO value (key, bytes, sum) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes, sum = excluded.sum')
          .run(key, value, sumOf(key, value)),
      );
    },
    async getLocal(collection, key) {
      return db.read(() => db.sql('SELECT json FROM local WHERE collection = ? AND key = ?').get(collection, key)?.[0] as string | undefined);
    },
    async putLocal(collection, key, json) {
      db.write(() =>
        db
          .sql(
            'INSERT INTO local (collection, key, json, sum) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json, sum = excluded.sum',
          )
          .run(collection, key, json, sumOf(collection, key, json)),
      );
    },
    async deleteLocal(collection, key) {
      db.write(() => db.sql('DELETE FROM local WHERE collection = ? AND key = ?').run(collection, key));
    },
    async listLocal(collection) {
      const rows = db.read(() => db.sql('SELECT key, json FROM local WHERE collection = ? ORDER BY key').all(collection));
      return rows.map(([key, json]) => ({ key: key as string, json: json as string }));
    },
    async putChunk(root, index, bytes) {
      db.write(() =>
        db
          .sql(
            `INSERT INTO chunk (root, idx, bytes, sum) VALUES (?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET bytes = excluded.bytes, sum = excluded.sum WHERE bytes <> excluded.bytes OR sum <> excluded.sum`,
          )
          .run(root, index, bytes, sumOf(root, index, bytes)),
      );
    },
    async chunk(root, index) {
      return db.read(() => db.sql('SELECT bytes FROM chunk WHERE root = ? AND idx = ?').get(root, index)?.[0] as Uint8Array | undefined);
    },
    async heldChunks(root) {
      return db.read(() => db.sql('SELECT idx FROM chunk WHERE root = ? ORDER BY idx').all(root)).map(([index]) => index as number);
    },
  };
}
