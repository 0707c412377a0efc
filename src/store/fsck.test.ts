import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { equal, fromUtf8, toHex, utf8 } from '../base/bytes.ts';
import { formatCheckpoint } from '../tlog/checkpoint.ts';
import { leafHash } from '../tlog/merkle.ts';
import { formatNote } from '../tlog/note.ts';
import { Database } from './database.ts';
import { type FsckOptions, fsck } from './fsck.ts';
import type { FsckReport } from './fsck-report.ts';
import { openMemoryStore } from './memory.ts';
import { SCHEMA } from './schema.ts';
import { DATABASE_NAME, openSqliteStore } from './sqlite.ts';
import type { StagedEntry, Store } from './store.ts';
import { BLOB, CHANNEL, CHUNKS, createLog, entryOf, LINES, originOf, SALT, sha256 } from './suite-fixtures.ts';

const dir = mkdtempSync(join(tmpdir(), 'parley-fsck-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const file = join(dir, DATABASE_NAME);

/** An entry that commits to its body; even ones are signed notes, odd ones are bytes that are no note. */
function committed(i: number): StagedEntry {
  const body = utf8(`body ${i}`);
  const text = `entry ${i} with body ${toHex(sha256(body))}\n`;
  if (i % 2 === 1) return entryOf(text, { body });
  const bytes = formatNote({ text, lines: [{ name: 'rep/x', keyId: new Uint8Array(4), signature: new Uint8Array(9) }] });
  return { id: sha256(utf8(text)), leafHash: leafHash(sha256, bytes), bytes, body, bodyRequired: true };
}

const options: FsckOptions = {
  sha256,
  openBody: (entry, body) => {
    const root = /with body ([0-9a-f]{64})/.exec(fromUtf8(entry) ?? '')?.[1];
    if (root === undefined) return body === undefined ? undefined : 'the entry has none';
    return body !== undefined && toHex(sha256(body)) === root ? undefined : 'it is another one';
  },
  checkHead: async (_, note) => (fromUtf8(note)?.endsWith(' AAAAAAAAAAAAAAAAAA==\n') ? undefined : 'its line is wrong'),
  checkCosignature: async (row) => (equal(row.lines, LINES) && row.time === 1000 + row.size ? undefined : 'its lines are wrong'),
  attachmentsOf: (_, body) => (fromUtf8(body) === 'body 5' ? [{ root: BLOB, place: BLOB, salt: SALT, chunkCount: 2 }] : []),
};

async function fill(store: Store): Promise<void> {
  const origin = await createLog(store, 0);
  await createLog(store, 1);
  for (const [from, to] of [
    [0, 1],
    [1, 300],
    [300, 700],
  ] as const) {
    const log = await store.log(origin);
    assert.ok(log);
    const batch = Array.from({ length: to - from }, (_, i) => committed(from + i));
    await store.stage(origin, from, batch, false);
    const root = await store.rootAt(origin, to);
    const text = formatCheckpoint({ origin, size: to, root });
    const note = formatNote({ text, lines: [{ name: origin, keyId: new Uint8Array(4), signature: new Uint8Array(9) }] });
    await store.commitHead(origin, log, { size: to, root, note });
    await store.putCosignatures([{ origin, size: to, root, cosigner: 'b/held', time: 1000 + to, lines: LINES }]);
    await store.advanceCosigned(origin, from, { size: to, root }, to);
  }
  const pending = [entryOf('needs none', { body: undefined, bodyRequired: false }), { ...committed(701), body: undefined }];
  await store.stage(origin, 700, pending, false);
  for (const [i, chunk] of CHUNKS.entries()) await store.putChunk(BLOB, i, chunk);
  const { id } = committed(7);
  const verdict = { origin, index: 7, id, channel: CHANNEL, valid: true, type: 'x', matter: id, level: 1, time: 1, findings: '[]' };
  await store.putVerdicts({ verdicts: [verdict], matters: [], readers: [] });
}

/** Runs statements on the file as a disk would, then checks, then puts the file back as it was. */
async function checkDamaged(damage: (db: Database) => void): Promise<FsckReport> {
  const whole = readFileSync(file);
  const db = Database.open(file, SCHEMA);
  try {
    // A disk asks for no constraint.
    for (const pragma of ['ignore_check_constraints = ON', 'foreign_keys = OFF']) db.read(() => db.sql(`PRAGMA ${pragma}`).get());
    db.write(() => damage(db));
  } finally {
    db.close();
  }
  try {
    return await check();
  } finally {
    writeFileSync(file, whole);
  }
}

async function check(): Promise<FsckReport> {
  const store = await openSqliteStore({ dir, sha256 });
  try {
    return await fsck(store, options);
  } finally {
    await store.close();
  }
}

const sentences = (report: FsckReport) => report.problems.map((problem) => problem.sentence);

describe('fsck', () => {
  before(async () => {
    const store = await openSqliteStore({ dir, sha256 });
    await fill(store);
    await store.close();
  });

  test('finds nothing wrong in what nobody touched, and counts what it read', async () => {
    const memory = openMemoryStore({ sha256 });
    await fill(memory);
    const done: number[] = [];
    const report = await fsck(memory, { ...options, onProgress: (progress) => done.push(progress.done) });
    for (const each of [report, await check()]) {
      assert.deepEqual(sentences(each), []);
      const { problems: _, ...counts } = each;
      assert.deepEqual(counts, { problemCount: 0, logs: 2, entries: 702, heads: 3, cosignatures: 3, missingBodies: 1, missingChunks: 0 });
    }
    assert.deepEqual(done, [256, 512, 702]);
  });

  // Table, column, which row, and what the report must say of it; a byte anywhere in the column is flipped.
  const place = (index: number) => `place = (SELECT no FROM log WHERE origin = '${originOf(0)}') * 4294967296 + ${index}`;
  const cases: readonly [table: string, column: string, where: string, expected: RegExp, index?: number][] = [
    ['entry', 'bytes', place(123), /entry 124 .* bytes that do not give its leaf hash/, 123],
    ['entry', 'bytes', place(122), /entry 123 .* bytes that do not give its leaf hash/, 122],
    ['entry', 'bytes', place(701), /entry 702 .* bytes that do not give its leaf hash/, 701],
    ['entry', 'id', place(4), /entry 5 .* do not give its id/, 4],
    ['entry', 'leaf_hash', place(200), /entry 201 .* do not give its leaf hash/, 200],
    ['entry', 'leaf_hash', place(699), /entry 700 .* do not give its leaf hash/, 699],
    ['entry', 'body', place(31), /entry 32 .* body that does not open: it is another one/, 31],
    ['tile', 'hashes', 'level = 0 AND idx = 1', /leaf hash that is not the one in its tile/],
    ['tile', 'hashes', 'level = 1', /wrong tree hash \d at level 1/],
    ['head', 'root', place(300), /head at size 300 .*another head/],
    ['head', 'note', place(300), /head at size 300 that does not verify/],
    ['log', 'root', `origin = '${originOf(0)}'`, /stands at another root than its last head/],
    ['log', 'root', `origin = '${originOf(1)}'`, /root of the empty log/],
    ['log', 'pending_root', `origin = '${originOf(0)}'`, /do not give the root of the pending tree at size 702/],
    ['cosignature', 'root', 'size = 300', /root of the cosignature of b\/held at size 300/],
    ['cosignature', 'lines', 'size = 700', /cosignature of b\/held over size 700 that does not verify/],
    ['cosigned', 'root', '1', /cosigned here at size 700 with another root/],
    ['verdict', 'id', '1', /entry 8 .* verdict that names another id/, 7],
    ['chunk', 'bytes', 'idx = 1', /entry 6 .* chunks do not give its root/, 5],
  ];
  for (const [number, [table, column, where, expected, index]] of cases.entries())
    test(`finds a byte changed in ${table}.${column} (${expected.source})`, async () => {
      const bytes = readColumn(table, column, where);
      // The first, the middle, the last byte, in turn.
      const at = [0, bytes.length >> 1, bytes.length - 1][number % 3] as number;
      bytes[at] = (bytes[at] as number) ^ 0x04;
      const report = await checkDamaged((db) => db.sql(`UPDATE ${table} SET ${column} = ? WHERE ${where}`).run(bytes));
      assert.match(sentences(report).join('\n'), expected, `byte ${at}`);
      if (index !== undefined) assert.ok(report.problems.some((problem) => problem.index === index && problem.origin === originOf(0)));
    });

  for (const [sql, expected] of [
    [`DELETE FROM entry WHERE ${place(50)}`, /entry 51 .* is missing/],
    [`DELETE FROM entry WHERE ${place(690)}`, /entry 691 .* is missing[\s\S]*could not be rebuilt/],
    [`UPDATE entry SET body = NULL, body_required = 0 WHERE ${place(50)}`, /entry 51 .* does not open/],
    [`UPDATE entry SET leaf_hash = x'00' WHERE ${place(50)}`, /entry 51 .* leaf hash/],
    ['DELETE FROM tile WHERE level = 0 AND idx = 0', /tree hashes 0 to 255 cannot be read/],
    ["UPDATE tile SET hashes = x'0102' WHERE level = 1", /level 1/],
    [`DELETE FROM head WHERE ${place(700)}`, /stands at size 700, but its last head is at 300/],
    ['UPDATE cosignature SET size = 9000 WHERE size = 700', /over 9000 entries, but 702 are held/],
    ['UPDATE cosignature SET time = 5 WHERE size = 1', /over size 1 that does not verify/],
    ['UPDATE cosignature SET earliest = 0 WHERE size = 300', /mark of the pair of b\/held over size 300/],
    ['UPDATE cosigned SET size = 9000', /cosigned here up to 9000 entries, but 702 are held/],
    [`UPDATE log SET pending_size = 703 WHERE origin = '${originOf(0)}'`, /entry 703 .* is missing/],
    ['DELETE FROM chunk WHERE idx = 0', /entry 6 .* 1 of 2 chunks are missing/],
    [`UPDATE log SET size = 9007199254740993 WHERE origin = '${originOf(0)}'`, /cannot be read/],
    [`UPDATE log SET channel = 77 WHERE origin = '${originOf(0)}'`, /refers to nothing/],
  ] as const)
    test(`reports and never throws after: ${sql.replaceAll(/\(SELECT[^)]*\) \* 4294967296 \+ /g, '')}`, async () => {
      const report = await checkDamaged((db) => db.sql(sql).run());
      assert.match(sentences(report).join('\n'), expected);
    });

  test('finds bytes changed in the file itself', async () => {
    const whole = readFileSync(file);
    for (const marker of ['entry 123 with', 'body 402', 'second chunk']) {
      const at = whole.indexOf(marker);
      assert.ok(at > 0, marker);
      const damaged = Buffer.from(whole);
      damaged[at + 4] = (damaged[at + 4] as number) ^ 0x01;
      writeFileSync(file, damaged);
      assert.notEqual((await check()).problemCount, 0, marker);
    }
    // A page of garbage in the middle: whatever it held, the answer is a report.
    for (let page = 4; page * 4096 < whole.length; page += 23) {
      const damaged = Buffer.from(whole);
      damaged.fill(0xa5, page * 4096, (page + 1) * 4096);
      writeFileSync(file, damaged);
      assert.notEqual((await check()).problemCount, 0, `page ${page}`);
    }
    writeFileSync(file, whole);
    assert.equal((await check()).problemCount, 0);
  });
});

function readColumn(table: string, column: string, where: string): Uint8Array {
  const db = Database.open(file, SCHEMA);
  try {
    const row = db.read(() => db.sql(`SELECT ${column} FROM ${table} WHERE ${where}`).get());
    assert.ok(row, `${table} ${where}`);
    return row[0] as Uint8Array;
  } finally {
    db.close();
  }
}
