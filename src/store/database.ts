import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import { assert, ParleyError } from '../base/errors.ts';

/**
 * The one file that knows `node:sqlite`: opens the database so that a commit is durable and the writer alone, prepares each statement
 * once, and turns SQLite's errors into refusals.
 */

/** What a column can hold here. */
export type SqlValue = null | number | string | Uint8Array;
/** One row, columns in the order selected. */
export type SqlRow = readonly SqlValue[];

/**
 * The disk failed under the store. After it nothing is known of what is durable, so nothing is retried: every later call throws it again,
 * and the process must exit. What was acknowledged before is found at the next start, in the write-ahead log.
 */
export class FatalStoreError extends Error {
  override readonly name = 'FatalStoreError';
}

// "PARL": a file of another program is refused instead of being filled with tables.
export const APPLICATION_ID = 0x5041524c;
// About 32 MiB of write-ahead log between checkpoints: a hot page is then written back once, not once a batch.
const CHECKPOINT_FRAMES = 8192;
const PAGE_SIZE = 4096;

/**
 * How a database is laid out: its version, the statements that make it from nothing, those that lead from each older version to the next, and what
 * is left to do once either was done.
 */
export type Schema = {
  readonly version: number;
  readonly create: string;
  readonly upgrades?: { readonly [from: number]: string };
  readonly finish?: (db: Pick<Database, 'sql'>, isNew: boolean) => void;
};

/** An open database file. All calls are synchronous: each is one atomic step of this process, and no other process has the file. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, Statement>();
  #isOpen = true;
  #fatal: FatalStoreError | undefined;
  #frames = 0;

  /**
   * Opens or creates the file; the directory is made, readable to its owner alone, where it is missing.
   * `maxPages` bounds the file (4 KiB pages). Refuses `locked` while anybody else has it open, `store_damaged` when it is no
   * database, `invalid` when another program or a newer version made it.
   */
  static open(path: string, schema: Schema, maxPages?: number): Database {
    makeDirectory(dirname(resolve(path)));
    let connection: DatabaseSync | undefined;
    try {
      connection = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: true, defensive: true });
      configure(connection, maxPages);
      const database = new Database(connection);
      prepareSchema(connection, schema, database);
      // What an erasure wrote over may still stand in the log of a process that crashed right after it.
      connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return database;
    } catch (error) {
      if (connection?.isOpen) connection.close();
      throw refusalOf(error);
    }
  }

  private constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  /** The statement with this text, prepared once. */
  sql(text: string): Statement {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      const prepared = this.#connection.prepare(text);
      prepared.setReturnArrays(true);
      statement = new Statement(prepared, (frames) => {
        this.#frames += frames;
      });
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** The texts of all statements prepared so far. */
  get texts(): readonly string[] {
    return [...this.#statements.keys()];
  }

  /** Runs `work`, which only reads. */
  read<T>(work: () => T): T {
    this.#assertUsable();
    try {
      return work();
    } catch (error) {
      throw this.#refusalOf(error);
    }
  }

  /**
   * Runs `work` as one transaction: when this returns it is durable as a whole, when it throws nothing of it is there.
   *
   * With `lasting` `'with the next'` it is durable when the next other write is: transactions stand in the write-ahead log in their order, and
   * an fsync of it takes all before along. A power failure in between undoes the last ones as a whole, never one before another.
   */
  write<T>(work: () => T, lasting: 'now' | 'with the next' = 'now'): T {
    this.#assertUsable();
    if (lasting === 'now') return this.#transaction(work);
    // A pragma acts when it is compiled: not a statement to prepare once.
    this.#connection.exec('PRAGMA synchronous = NORMAL');
    try {
      return this.#transaction(work);
    } finally {
      this.#connection.exec('PRAGMA synchronous = FULL');
    }
  }

  /**
   * Runs `work` as one transaction, after which nothing that it deleted or wrote over stands in any file: pages it frees are overwritten, and the
   * write-ahead log, which still has them as they were, is written back and cut. A crash in between leaves that to the next start.
   */
  erase(work: () => void): void {
    this.#assertUsable();
    this.#connection.exec('PRAGMA secure_delete = ON');
    try {
      this.#transaction(work);
      this.#cutLog();
    } finally {
      this.#connection.exec('PRAGMA secure_delete = FAST');
    }
  }

  #cutLog(): void {
    try {
      this.sql('PRAGMA wal_checkpoint(TRUNCATE)').get();
      this.#frames = 0;
    } catch (error) {
      throw this.#refusalOf(error);
    }
  }

  #transaction<T>(work: () => T): T {
    try {
      this.sql('BEGIN IMMEDIATE').run();
      const result = work();
      this.sql('COMMIT').run();
      this.#checkpoint();
      return result;
    } catch (error) {
      const refusal = this.#refusalOf(error);
      this.#rollback();
      throw refusal;
    }
  }

  /** What SQLite finds wrong in the file, a line each. */
  integrity(): readonly string[] {
    return this.read(() => {
      const lines = this.sql('PRAGMA integrity_check')
        .all()
        .map(([line]) => String(line));
      const orphans = this.sql('PRAGMA foreign_key_check')
        .all()
        .map(([table, row]) => `row ${row} of ${table} refers to nothing`);
      return [...lines.filter((line) => line !== 'ok'), ...orphans];
    });
  }

  /** Copies the whole database into a new file while it stays in use. */
  async backup(path: string): Promise<void> {
    this.#assertUsable();
    if (existsSync(path)) throw new ParleyError('conflict', 'a backup goes into a new file');
    try {
      await backup(this.#connection, path);
      syncFile(path);
      syncFile(dirname(resolve(path)));
    } catch (error) {
      throw refusalOf(error);
    }
  }

  /** Writes the log back and lets go of the file. After a fatal error the file is left as it is, for the next start to recover. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#fatal === undefined) this.#connection.close();
  }

  // SQLite's own checkpoints swallow their errors. A failed fsync there must stop the process like any other, so they are made here.
  #checkpoint(): void {
    if (this.#frames < CHECKPOINT_FRAMES) return;
    this.#frames = 0;
    try {
      this.sql('PRAGMA wal_checkpoint(PASSIVE)').get();
    } catch (error) {
      const refusal = this.#refusalOf(error);
      // On a full disk the commit still stands, in the log; the next checkpoint tries again.
      if (refusal instanceof FatalStoreError) throw refusal;
    }
  }

  #rollback(): void {
    if (!this.#connection.isOpen || !this.#connection.isTransaction) return;
    try {
      this.#connection.exec('ROLLBACK');
    } catch (error) {
      this.#fatal ??= new FatalStoreError('the disk failed while a transaction was rolled back', { cause: error });
    }
  }

  #assertUsable(): void {
    if (this.#fatal !== undefined) throw this.#fatal;
    assert(this.#isOpen, 'the store is used after it was closed');
  }

  #refusalOf(error: unknown): unknown {
    const refusal = refusalOf(error);
    if (refusal instanceof FatalStoreError) this.#fatal ??= refusal;
    return refusal;
  }
}

/** A prepared statement; rows come as arrays. */
export class Statement {
  readonly #prepared: StatementSync;
  readonly #onWrite: (frames: number) => void;

  constructor(prepared: StatementSync, onWrite: (frames: number) => void) {
    this.#prepared = prepared;
    this.#onWrite = onWrite;
  }

  /** Runs it and returns how many rows changed. */
  run(...values: readonly SqlValue[]): number {
    const changes = Number(this.#prepared.run(...values).changes);
    // What changed no row added nothing to the log.
    if (changes > 0) this.#onWrite(framesOf(values));
    return changes;
  }

  /** Runs it and returns the number of the row it made. */
  insert(...values: readonly SqlValue[]): number {
    const { lastInsertRowid } = this.#prepared.run(...values);
    this.#onWrite(framesOf(values));
    return Number(lastInsertRowid);
  }

  /** The first row. */
  get(...values: readonly SqlValue[]): SqlRow | undefined {
    return this.#prepared.get(...values) as SqlRow | undefined;
  }

  /** All rows. */
  all(...values: readonly SqlValue[]): readonly SqlRow[] {
    return this.#prepared.all(...values) as unknown as readonly SqlRow[];
  }

  /** Rows one by one; those not asked for are never read. */
  each(...values: readonly SqlValue[]): Iterable<SqlRow> {
    return this.#prepared.iterate(...values) as unknown as Iterable<SqlRow>;
  }
}

/** A guess at what a row adds to the log: its blobs, and a quarter of a page, since rows of a batch and their index entries share pages. */
function framesOf(values: readonly SqlValue[]): number {
  let size = PAGE_SIZE / 4;
  for (const value of values) if (value instanceof Uint8Array) size += value.length;
  return size / PAGE_SIZE;
}

/**
 * What an error of SQLite means: `disk_full`, `store_damaged`, `locked`, `too_large`, or a {@link FatalStoreError} for anything the disk or the file
 * system did. Other errors (a broken constraint, our own refusals) come back as they are.
 */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, errcode } = error as Error & { code?: string; errcode?: number };
  // A number no safe integer holds was never written here.
  if (code === 'ERR_OUT_OF_RANGE') return new ParleyError('store_damaged', 'expected whole numbers', {}, error);
  if (code !== 'ERR_SQLITE_ERROR' || errcode === undefined) return error;
  switch (errcode & 0xff) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return new ParleyError('locked', 'its record is open there', {}, error);
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return new ParleyError('store_damaged', error.message, {}, error);
    case 13: // SQLITE_FULL
      return new ParleyError('disk_full', '', {}, error);
    case 18: // SQLITE_TOOBIG
      return new ParleyError('too_large', '', {}, error);
    case 8: // SQLITE_READONLY
    case 10: // SQLITE_IOERR, failed fsync among them
    case 14: // SQLITE_CANTOPEN
    case 15: // SQLITE_PROTOCOL
    case 22: // SQLITE_NOLFS
      return new FatalStoreError(`the disk failed under the store: ${error.message} (SQLite error ${errcode})`, { cause: error });
    default:
      return error;
  }
}

function configure(connection: DatabaseSync, maxPages: number | undefined): void {
  // Exclusive before anything is read: the lock is then held from the first access until close, and no shared memory is used.
  connection.exec('PRAGMA locking_mode = EXCLUSIVE');
  connection.exec('PRAGMA journal_mode = WAL');
  connection.exec('PRAGMA synchronous = FULL');
  // macOS: fsync alone does not reach the disk there. No effect elsewhere.
  connection.exec('PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON');
  connection.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY');
  connection.exec('PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF');
  // Rows move between pages as they fill up. Without this their old places keep what they said, and an erasure would not reach it there; it costs no
  // write of its own, since the page is written anyway.
  connection.exec('PRAGMA secure_delete = FAST');
  if (maxPages !== undefined) connection.exec(`PRAGMA max_page_count = ${maxPages}`);
  for (const [pragma, expected] of [
    ['locking_mode', 'exclusive'],
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['foreign_keys', 1],
    ['busy_timeout', 0],
  ] as const) {
    const value = pragmaOf(connection, pragma);
    if (value !== expected) throw new FatalStoreError(`this file system cannot hold the store: ${pragma} is ${value}, expected ${expected}`);
  }
}

function prepareSchema(connection: DatabaseSync, schema: Schema, database: Database): void {
  // The first write takes the exclusive lock; from here on this process is alone.
  connection.exec('BEGIN EXCLUSIVE');
  const version = pragmaOf(connection, 'user_version');
  const application = pragmaOf(connection, 'application_id');
  const isNew = version === 0 && connection.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0;
  const steps = isNew ? [schema.create] : upgradesFrom(schema, Number(version));
  if (!isNew && application !== APPLICATION_ID) throw new ParleyError('invalid', 'expected a database of this program');
  if (steps !== undefined && steps.length > 0) {
    for (const step of steps) connection.exec(step);
    connection.exec(`PRAGMA user_version = ${schema.version}; PRAGMA application_id = ${APPLICATION_ID}`);
    schema.finish?.(database, isNew);
  } else if (steps === undefined) throw new ParleyError('invalid', `expected schema ${schema.version}, the database has ${version}`);
  // Who last opened it: for whoever has to find out after an accident.
  connection
    .prepare(
      `INSERT INTO instance (one, pid, opened_at, opens) VALUES (1, ?, ?, 1)
       ON CONFLICT (one) DO UPDATE SET pid = excluded.pid, opened_at = excluded.opened_at, opens = opens + 1`,
    )
    .run(process.pid, Math.floor(Date.now() / 1000));
  connection.exec('COMMIT');
}

/** The steps from an older version to this one; none where it is this one, `undefined` where there is no way. */
function upgradesFrom(schema: Schema, version: number): readonly string[] | undefined {
  const steps: string[] = [];
  for (let at = version; at !== schema.version; at++) {
    const step = schema.upgrades?.[at];
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return steps;
}

function pragmaOf(connection: DatabaseSync, name: string): unknown {
  return Object.values(connection.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

/** Makes a directory and its missing parents durable: a file is only as lasting as its name. */
function makeDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let at = path; ; at = join(at, '..')) {
    syncFile(dirname(at));
    if (at === resolve(first)) return;
  }
}

function syncFile(path: string): void {
  // Windows opens no directories, and journals their names itself.
  if (process.platform === 'win32') return;
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
