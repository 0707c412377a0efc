import type { Database, SqlRow } from './database.ts';
import { SCHEMA_KEY, sumOf } from './sqlite-sums.ts';
import type { Salvage } from './store.ts';

/** What can be read of the rows that only their sums vouch for, and what cannot; see {@link Salvage}. */
export function salvage(db: Database): Salvage {
  const lost: string[] = [];
  /** Rows of a table that are what was written; reading goes on behind rows that are not, and ends where the file itself ends it. */
  const good = function* (table: string, key: string, columns: string): Generator<SqlRow> {
    try {
      for (const [sum, ...row] of db.sql(`SELECT sum, ${columns} FROM ${table} ORDER BY rowid`).each()) {
        if (sum === sumOf(...row)) yield row;
        else lost.push(`${table} ${key === '' ? '' : String(row[0]).slice(0, 60)}`.trim());
      }
    } catch (error) {
      lost.push(`the rest of ${table} (${error instanceof Error ? error.message : String(error)})`);
    }
  };
  return {
    locals: [...good('local', 'key', 'collection, key, json')].map(([collection, key, json]) => ({
      collection: collection as string,
      key: key as string,
      json: json as string,
    })),
    values: [...good('value', 'key', 'key, bytes')]
      .map(([key, bytes]) => ({ key: key as string, bytes: bytes as Uint8Array }))
      .filter(({ key }) => key !== SCHEMA_KEY),
    cosigned: [...good('cosigned', 'key', 'origin, size, root, time')].map(([origin, size, root, time]) => ({
      origin: origin as string,
      size: size as number,
      root: root as Uint8Array,
      time: time as number,
    })),
    *chunks() {
      for (const [root, index, bytes] of good('chunk', '', 'root, idx, bytes'))
        yield { root: root as Uint8Array, index: index as number, bytes: bytes as Uint8Array };
    },
    lost,
  };
}
