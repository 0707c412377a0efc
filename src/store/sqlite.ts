import { join } from 'node:path';
import type { Sha256 } from '../base/ports.ts';
import { Database } from './database.ts';
import { SCHEMA } from './schema.ts';
import { markFaults, sqliteCosignatures } from './sqlite-cosignatures.ts';
import { sqliteEntries } from './sqlite-entries.ts';
import { sqliteErasure } from './sqlite-erasure.ts';
import { sqliteHeads } from './sqlite-heads.ts';
import { sqliteLocals } from './sqlite-locals.ts';
import { SqliteLogs } from './sqlite-logs.ts';
import { sqliteProjection } from './sqlite-projection.ts';
import { salvage } from './sqlite-salvage.ts';
import { strayRows } from './sqlite-strays.ts';
import { sumFaults } from './sqlite-sums.ts';
import { SqliteTrees } from './sqlite-trees.ts';
import type { Store } from './store.ts';

/** Name of the one database file inside a data directory; SQLite keeps its `-wal` beside it while it is open. */
export const DATABASE_NAME = 'parley.db';

/**
 * The store in `<dir>/parley.db`: write-ahead log, `synchronous=FULL`, one writer.
 *
 * `file` is another database file, such as a backup. `maxPages` bounds the file, in pages of 4 KiB; beyond it writes are refused as on a full disk. Refuses `locked` while another process, or
 * another store of this one, has the directory open; `store_damaged` when the file is no database; `invalid` when a newer version made it.
 * Any call may throw `FatalStoreError` (`database.ts`): then the process must exit.
 *
 * No code of this process may open and close the file by itself: on POSIX systems that drops the lock.
 */
export async function openSqliteStore(options: {
  readonly dir: string;
  readonly sha256: Sha256;
  readonly maxPages?: number;
  readonly file?: string;
}): Promise<Store> {
  const { dir, sha256, maxPages, file } = options;
  return storeOver(Database.open(file ?? join(dir, DATABASE_NAME), SCHEMA, maxPages), sha256);
}

/** The store over an open database of {@link SCHEMA}; closing the store closes it. */
export function storeOver(db: Database, sha256: Sha256): Store {
  const logs = new SqliteLogs(db, sha256);
  const trees = new SqliteTrees(db, sha256);
  return {
    ...sqliteLocals(db),
    ...logs.methods(),
    ...sqliteEntries(db, logs, trees),
    ...sqliteErasure(db, logs),
    ...sqliteHeads(db, logs, trees),
    ...sqliteCosignatures(db, sha256),
    ...sqliteProjection(db, logs),
    async checkIntegrity() {
      return [...db.integrity(), ...sumFaults(db), ...strayRows(db), ...markFaults(db)];
    },
    async salvage() {
      return salvage(db);
    },
    async backup(path) {
      await db.backup(path);
    },
    async close() {
      db.close();
    },
  };
}
