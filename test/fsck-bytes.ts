/** A store of 200 entries with everything a store can hold, and what `fsck` says of it after a disk changed one bit. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { equal, fromUtf8, toHex, utf8 } from '../src/base/bytes.ts';
import { ParleyError } from '../src/base/errors.ts';
import { FatalStoreError, type SqlRow } from '../src/store/database.ts';
import { type FsckOptions, fsck } from '../src/store/fsck.ts';
import { DATABASE_NAME, openSqliteStore } from '../src/store/sqlite.ts';
import type { StagedEntry, Store } from '../src/store/store.ts';
import { BLOB, CHANNEL, CHUNKS, createLog, entryOf, LINES, SALT, sha256 } from '../src/store/suite-fixtures.ts';
import { formatCheckpoint } from '../src/tlog/checkpoint.ts';
import { leafHash } from '../src/tlog/merkle.ts';
import { formatNote } from '../src/tlog/note.ts';

export const ENTRIES = 200;
const LINE = { keyId: new Uint8Array(4), signature: new Uint8Array(9) };

/** Stands for what the rooms above know: bodies by their hash, lines by their bytes. */
export const options: FsckOptions = {
  sha256,
  openBody: (entry, body) => {
    const root = /with body ([0-9a-f]{64})/.exec(fromUtf8(entry) ?? '')?.[1];
    return body !== undefined && toHex(sha256(body)) === root ? undefined : 'it is another one';
  },
  checkHead: async (_, note) => (fromUtf8(note)?.endsWith(' AAAAAAAAAAAAAAAAAA==\n') ? undefined : 'its line is wrong'),
  checkCosignature: async (row) =>
    equal(row.lines, LINES) && row.time === 1000 + row.size && row.cosigner === 'b/held' ? undefined : 'its lines are wrong',
  attachmentsOf: (_, body) => (fromUtf8(body) === 'body 5' ? [{ root: BLOB, place: BLOB, salt: SALT, chunkCount: 2 }] : []),
};

/** An entry that commits to its body; even ones are signed notes, odd ones are bytes that are no note. */
function committed(i: number): StagedEntry {
  const body = utf8(`body ${i}`);
  const text = `entry ${i} with body ${toHex(sha256(body))}\n`;
  if (i % 2 === 1) return entryOf(text, { body });
  const bytes = formatNote({ text, lines: [{ name: 'rep/x', ...LINE }] });
  return { id: sha256(utf8(text)), leafHash: leafHash(sha256, bytes), bytes, body, bodyRequired: true };
}

/** Fills a store: one log under 20 heads, each cosigned, with verdicts, matters, a reader, settings, people and a file. */
export async function fill(store: Store): Promise<void> {
  const origin = await createLog(store, 0);
  await createLog(store, 1);
  for (let from = 0; from < ENTRIES; from += 10) {
    const log = (await store.log(origin)) ?? assert.fail();
    const size = from + 10;
    await store.stage(
      origin,
      from,
      Array.from({ length: 10 }, (_, i) => committed(from + i)),
      false,
    );
    const root = await store.rootAt(origin, size);
    const note = formatNote({ text: formatCheckpoint({ origin, size, root }), lines: [{ name: origin, ...LINE }] });
    await store.commitHead(origin, log, { size, root, note });
    await store.putCosignatures([{ origin, size, root, cosigner: 'b/held', time: 1000 + size, lines: LINES }]);
    await store.advanceCosigned(origin, from, { size, root }, size);
  }
  for (const [i, chunk] of CHUNKS.entries()) await store.putChunk(BLOB, i, chunk);
  const verdicts = Array.from({ length: ENTRIES }, (_, index) => {
    const { id } = committed(index);
    const matter = committed(index - (index % 4)).id;
    return {
      origin,
      index,
      id,
      channel: CHANNEL,
      valid: index % 3 > 0,
      type: 'message',
      matter,
      level: index,
      time: 7 + index,
      findings: '[]',
    };
  });
  const matters = verdicts
    .filter(({ index }) => index % 4 === 0)
    .map(({ id, index }) => ({
      channel: CHANNEL,
      id,
      kind: 'message',
      dossier: id,
      level: index,
      open: index % 8 === 0,
      opener: 0,
      head: JSON.stringify({ index }),
      acts: [{ party: 0, place: index, text: JSON.stringify({ said: index }) }],
      anew: false,
    }));
  await store.putVerdicts({ verdicts, matters, readers: [{ origin, size: ENTRIES, state: '{"n":3,"people":[]}' }] });
  await store.putLocal('channel', CHANNEL, JSON.stringify({ title: 'Geneva-1', addresses: ['https://127.0.0.1:1'] }));
  await store.putLocal('user', 'a', JSON.stringify({ name: 'A. Petrova', key: 'K'.repeat(43) }));
  await store.putValue('card', utf8('{"name":"Host"}'));
}

/** What became of one flipped bit: noticed, or without any effect on what the store says. */
export type Verdict = 'noticed' | 'without effect';

/** The filled store in a file, in which bits are flipped one after another. */
export class DamagedFile {
  readonly #dir = mkdtempSync(join(tmpdir(), 'parley-bytes-'));
  readonly #path = join(this.#dir, DATABASE_NAME);
  #whole = new Uint8Array();
  #said = '';

  static async make(): Promise<DamagedFile> {
    const file = new DamagedFile();
    const store = await openSqliteStore({ dir: file.#dir, sha256 });
    await fill(store);
    await store.close();
    file.#whole = new Uint8Array(readFileSync(file.#path));
    file.#said = dumpOf(file.#whole) ?? assert.fail();
    assert.deepEqual(await file.#problems(), []);
    return file;
  }

  get size(): number {
    return this.#whole.length;
  }

  /** Flips a bit of a byte, and looks: does `fsck` say so, or does every row still say what it said? Throws where neither is so. */
  async flip(at: number, bit: number): Promise<Verdict> {
    const damaged = this.#whole.slice();
    damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
    // In memory first: what SQLite's own check says is the first thing that `fsck` reports, and where every row says the same nothing is left to say.
    const said = at < FILE_HEADER ? undefined : dumpOf(damaged);
    if (at >= FILE_HEADER && said === undefined) return 'noticed';
    if (said === this.#said) return 'without effect';
    writeFileSync(this.#path, damaged);
    if ((await this.#problems()).length > 0) return 'noticed';
    assert.equal(dumpOf(damaged), this.#said, `bit ${bit} of byte ${at} (page ${Math.floor(at / 4096)}) changed what is held, and nobody said so`);
    return 'without effect';
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #problems(): Promise<readonly string[]> {
    try {
      const store = await openSqliteStore({ dir: this.#dir, sha256 });
      try {
        return (await fsck(store, options)).problems.map(({ sentence }) => sentence);
      } finally {
        await store.close();
      }
    } catch (error) {
      // A file that does not open is noticed.
      if (error instanceof ParleyError || error instanceof FatalStoreError || (error as { code?: unknown }).code === 'ERR_SQLITE_ERROR')
        return [String(error)];
      throw error;
    }
  }
}

/** The part of the file in which SQLite says how it is to be read. */
const FILE_HEADER = 100;

/**
 * Everything that a file says: each row of each table but the one that only counts how often it was opened; `undefined` where SQLite's own check finds
 * it damaged. In memory, so that hundreds of thousands of files can be looked at.
 */
function dumpOf(file: Uint8Array): string | undefined {
  const image = file.slice();
  // A file in memory has no write-ahead log.
  image.fill(1, 18, 20);
  const db = new DatabaseSync(':memory:');
  const rows = (sql: string): readonly SqlRow[] => {
    const prepared = db.prepare(sql);
    prepared.setReturnArrays(true);
    return prepared.all() as unknown as readonly SqlRow[];
  };
  try {
    db.deserialize(image);
    db.exec('PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF');
    if (String(rows('PRAGMA integrity_check')[0]) !== 'ok') return undefined;
    const tables = rows(
      "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'instance' ORDER BY name",
    );
    const schema = rows('SELECT * FROM sqlite_schema ORDER BY rowid').map(line);
    const contents = tables.map(([name, hasNoNumbers]) => {
      const select = hasNoNumbers === 1 ? `SELECT * FROM ${name}` : `SELECT rowid, * FROM ${name} ORDER BY rowid`;
      return [String(name), ...rows(select).map(line)].join('\n');
    });
    return [...schema, ...contents].join('\n\n');
  } catch {
    return undefined;
  } finally {
    db.close();
  }
}

function line(row: SqlRow): string {
  return row.map((value) => (value instanceof Uint8Array ? `x'${toHex(value)}'` : JSON.stringify(value))).join(' ');
}
