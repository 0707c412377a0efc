import { crc32 } from 'node:zlib';
import type { Database, SqlValue } from './database.ts';

/**
 * Sums of rows that no hash of the record covers: settings, people, verdicts, projected matters. A disk that changes a bit of one is noticed by
 * `parley fsck`; whoever changes them on purpose can change the sum too, and owns the machine anyway. CRC-32 finds every single flipped bit.
 */

/** The tables with a column `sum`, and the columns that it covers, in order. A log's sizes and roots are left out: its heads and its tree say them. */
const SUMMED = {
  value: ['key', 'bytes'],
  local: ['collection', 'key', 'json'],
  log: ['origin', 'channel', 'party', 'gen', 'own'],
  head: ['place', 'root', 'note'],
  cosigned: ['origin', 'size', 'root', 'time'],
  verdict: ['place', 'channel', 'idx', 'id', 'valid', 'type', 'matter', 'level', 'time', 'findings'],
  matter: ['channel', 'id', 'kind', 'dossier', 'level', 'open', 'opener', 'head'],
  act: ['matter', 'party', 'place', 'text'],
  reader: ['log', 'size', 'state'],
  chunk: ['root', 'idx', 'bytes'],
} as const;

/** What names a row of a table that has no row numbers. */
const KEYS: { readonly [table: string]: readonly string[] } = { act: ['matter', 'party', 'place'] };

/** The row of the table `value` that says what the tables themselves are, so that a bit flipped in their definitions is noticed. */
export const SCHEMA_KEY = 'schema';

/** The sum of a row's values, in the order of its table above: a whole number below 2^32. */
export function sumOf(...values: readonly SqlValue[]): number {
  let sum = 0;
  let text = '';
  for (const value of values) {
    if (value instanceof Uint8Array) {
      sum = crc32(value, crc32(`${text}${value.length}:`, sum));
      text = '';
    } else text += typeof value === 'string' ? `${value.length}:${value};` : `${value};`;
  }
  return crc32(text, sum);
}

/** Writes what the tables are; call it when they were made or changed. */
export function noteSchema(db: Pick<Database, 'sql'>): void {
  const bytes = new TextEncoder().encode(schemaText(db));
  db.sql('INSERT INTO value (key, bytes, sum) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes, sum = excluded.sum').run(
    SCHEMA_KEY,
    bytes,
    sumOf(SCHEMA_KEY, bytes),
  );
}

/** Every row whose sum is not that of its values, and tables that are not what was made, a sentence each. */
export function sumFaults(db: Database): readonly string[] {
  return db.read(() => {
    const faults: string[] = [];
    const known = db.sql('SELECT bytes FROM value WHERE key = ?').get(SCHEMA_KEY)?.[0];
    if (!(known instanceof Uint8Array) || new TextDecoder().decode(known) !== schemaText(db)) faults.push('the tables are not those that were made');
    for (const [table, columns] of Object.entries(SUMMED)) {
      const row = keysOf(table).join(" || '/' || ");
      for (const [name, sum, ...values] of db.sql(`SELECT ${row}, sum, ${columns.join(', ')} FROM ${table}`).each())
        if (sum !== sumOf(...values)) faults.push(`row ${name} of ${table} is not what was written`);
    }
    return faults;
  });
}

/** Gives every row that has none its sum: what an older version wrote. */
export function sumAll(db: Pick<Database, 'sql'>): void {
  for (const [table, columns] of Object.entries(SUMMED)) {
    const keys = keysOf(table);
    const rows = db.sql(`SELECT ${[...keys, ...columns].join(', ')} FROM ${table} WHERE sum IS NULL`).all();
    const put = db.sql(`UPDATE ${table} SET sum = ? WHERE ${keys.map((key) => `${key} = ?`).join(' AND ')}`);
    for (const row of rows) put.run(sumOf(...row.slice(keys.length)), ...row.slice(0, keys.length));
  }
}

function keysOf(table: string): readonly string[] {
  return KEYS[table] ?? ['rowid'];
}

function schemaText(db: Pick<Database, 'sql'>): string {
  const rows = db.sql('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all();
  return rows.map((row) => row.map(String).join('\t')).join('\n');
}
