import { chmod, copyFile, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { equal, fromBase64url, toBase64url } from '../base/bytes.ts';
import { EXIT, ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import type { Random, Sha256 } from '../base/ports.ts';
import { DATABASE_HEADER_SIZE, isOurDatabase } from '../store/database-header.ts';
import { DATABASE_NAME, openSqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { createFile, readBounded } from './durable-file.ts';
import { FILES } from './party-files.ts';

/**
 * A backup is one file: the database of a party as it stood at one moment, with the other files of its directory in rows of the collection `backup`.
 * It is a database of this program, so that whatever reads a directory can check it. It holds the node's seed: whoever has it can sign in the party's
 * name. It never holds the mark, which lies outside the directory.
 */
const COLLECTION = 'backup';
/** The row of what the backup is: `{v, name, made_at}`; the others are files, `{bytes, sha256}` in base64url by relative path. */
const MANIFEST = 'manifest';
/** Collections that end with the machine: links that let somebody in once, and people signed in. */
const ONE_TIME = ['enrolment', 'session'];
/** One file beside the database at most: keys, settings, signed documents that wait. */
const MAX_FILE_SIZE = 16 * 1024 * 1024;

/** What a backup says it is: whose, and when it was made, in seconds. */
export type BackupFacts = { readonly name: string; readonly madeAt: number };

/** Writes a backup into a new file, mode 0600, while the store stays in use. */
export async function writeBackup(parts: { dir: string; store: Store; sha256: Sha256; facts: BackupFacts }, path: string): Promise<void> {
  const { dir, store, sha256, facts } = parts;
  if (store.backup === undefined) throw new ParleyError('invalid', 'this store has no files to back up');
  await store.backup(path);
  try {
    await chmod(path, 0o600);
    const copy = await openSqliteStore({ dir: dirname(path), file: path, sha256 });
    try {
      for (const collection of ONE_TIME) for (const { key } of await copy.listLocal(collection)) await copy.deleteLocal(collection, key);
      for (const name of await filesOf(dir)) {
        const bytes = await readBounded(join(dir, name), MAX_FILE_SIZE);
        if (bytes === undefined) continue;
        await copy.putLocal(COLLECTION, name.replaceAll(sep, '/'), JSON.stringify({ bytes: toBase64url(bytes), sha256: toBase64url(sha256(bytes)) }));
      }
      await copy.putLocal(COLLECTION, MANIFEST, JSON.stringify({ v: 1, name: facts.name, made_at: facts.madeAt }));
    } finally {
      await copy.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** A backup made in the data directory, to be sent part by part; it is taken away when it was sent, or could not be. */
export async function* backupParts(parts: {
  dir: string;
  store: Store;
  sha256: Sha256;
  facts: BackupFacts;
  random: Random;
}): AsyncGenerator<Uint8Array> {
  const path = join(parts.dir, `backup-${toBase64url(parts.random(9))}.tmp`);
  try {
    await writeBackup(parts, path);
    const file = await open(path, 'r');
    try {
      yield* file.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 });
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}

/**
 * Unpacks a backup beside the directory where it is to live, lets `check` look at the store before anything is believed, and moves it there whole: a crash
 * leaves nothing in `dir`. Refuses `exists` where something lives in `dir`, `invalid` for what is no backup,
 * `store_damaged` for one that is damaged or whose files are not those that were put in.
 */
export async function unpackBackup(
  path: string,
  dir: string,
  sha256: Sha256,
  check: (store: Store) => Promise<void>,
): Promise<BackupFacts & { readonly files: readonly string[] }> {
  const standing = await readdir(dir).catch(() => []);
  if (standing.length > 0) throw new ParleyError('exists', `${standing[0]} in ${dir}, which must be empty`);
  const partial = `${dir}.restoring`;
  // What an earlier attempt left: this name is ours.
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    await copyDurably(path, join(partial, DATABASE_NAME));
    const isOurs = await beginsAsOurs(path);
    const store = await openSqliteStore({ dir: partial, sha256 }).catch((error: unknown) => {
      if (isOurs && error instanceof ParleyError && error.exit === EXIT.unsafe)
        throw new ParleyError('store_damaged', 'the backup is cut short or damaged; another copy of it is needed');
      // No database of ours at all: nothing of ours is at stake, as it is where a node's own store cannot be read.
      if (error instanceof ParleyError && error.exit === EXIT.unsafe)
        throw new ParleyError('invalid', 'expected a file that "parley backup" wrote, undamaged');
      throw error;
    });
    try {
      const { facts, files } = await readRows(store, sha256);
      await check(store);
      for (const [name, bytes] of files) {
        await mkdir(dirname(join(partial, name)), { recursive: true, mode: 0o700 });
        await createFile(join(partial, name), bytes);
      }
      for (const { key } of await store.listLocal(COLLECTION)) await store.deleteLocal(COLLECTION, key);
      await store.close();
      await rmdir(dir).catch(() => undefined);
      await rename(partial, dir);
      return { ...facts, files: [...files.keys()].sort() };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function beginsAsOurs(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(DATABASE_HEADER_SIZE), 0, DATABASE_HEADER_SIZE, 0);
    return isOurDatabase(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

async function readRows(store: Store, sha256: Sha256): Promise<{ facts: BackupFacts; files: ReadonlyMap<string, Uint8Array> }> {
  const rows = await store.listLocal(COLLECTION);
  const manifest = parse(rows.find(({ key }) => key === MANIFEST)?.json ?? 'null');
  if (!isObject(manifest) || manifest.v !== 1 || typeof manifest.name !== 'string' || typeof manifest.made_at !== 'number')
    throw new ParleyError('invalid', 'expected a file that "parley backup" wrote');
  const files = new Map<string, Uint8Array>();
  for (const { key, json } of rows) {
    if (key === MANIFEST) continue;
    const row = parse(json);
    const bytes = isObject(row) && typeof row.bytes === 'string' ? fromBase64url(row.bytes) : undefined;
    const digest = isObject(row) && typeof row.sha256 === 'string' ? fromBase64url(row.sha256, 32) : undefined;
    const isPath = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(key) && !key.startsWith(DATABASE_NAME);
    if (bytes === undefined || digest === undefined || !isPath || !equal(sha256(bytes), digest))
      throw new ParleyError('store_damaged', `${key} is damaged in the backup`);
    files.set(key, bytes);
  }
  for (const name of [FILES.party, FILES.seed]) if (!files.has(name)) throw new ParleyError('invalid', `the backup lacks ${name}`);
  return { facts: { name: manifest.name, madeAt: manifest.made_at }, files };
}

/** What else lies in a data directory: all but the database, what a running node says of itself, and what is half written. */
async function filesOf(dir: string): Promise<readonly string[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter((name) => !name.startsWith(DATABASE_NAME) && name !== FILES.run && !name.includes('.tmp') && !/^backup-/.test(name))
    .sort();
}

async function copyDurably(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to);
  } catch (fault) {
    if ((fault as { code?: unknown }).code === 'ENOENT') throw new ParleyError('not_found', `no file ${from}`);
    if ((fault as { code?: unknown }).code === 'ENOSPC') throw new ParleyError('disk_full');
    throw fault;
  }
  await chmod(to, 0o600);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function parse(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return null;
  }
}
