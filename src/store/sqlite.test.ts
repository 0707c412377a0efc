import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { compare, utf8 } from '../base/bytes.ts';
import { rootOf } from '../tlog/merkle.ts';
import { Database, FatalStoreError, refusalOf } from './database.ts';
import { SCHEMA } from './schema.ts';
import { DATABASE_NAME, openSqliteStore, storeOver } from './sqlite.ts';
import type { Store } from './store.ts';
import { storeSuite } from './store-suite.ts';
import { append, CHANNEL, createLog, entryOf, isRefused, sha256, texts } from './suite-fixtures.ts';

const base = mkdtempSync(join(tmpdir(), 'parley-store-'));
after(() => rmSync(base, { recursive: true, force: true }));
let count = 0;
const fresh = () => join(base, `${count++}`, 'data');
const openStore = (dir: string, maxPages?: number): Promise<Store> =>
  openSqliteStore({ dir, sha256, ...(maxPages === undefined ? {} : { maxPages }) });

/** Undoes what version 5 brought, but for the sums of verdicts. */
const BEFORE_LEVELS = [
  'DROP INDEX verdict_reading',
  'DROP INDEX verdict_matter',
  "ALTER TABLE verdict ADD COLUMN tie BLOB NOT NULL DEFAULT x'00'",
  'CREATE INDEX verdict_reading ON verdict (channel, level, tie, idx, place, type)',
  'CREATE INDEX verdict_matter ON verdict (channel, matter, level, tie, idx, place) WHERE matter <> id',
];
/** Undoes in empty tables what version 4 brought, and what came after it. */
const BEFORE_OPENERS = [
  ...BEFORE_LEVELS,
  'DROP INDEX matter_dossier',
  'ALTER TABLE matter DROP COLUMN opener',
  'CREATE INDEX matter_dossier ON matter (channel, dossier) WHERE dossier <> id',
];

storeSuite('sqlite', () => openStore(fresh()));

describe('the sqlite file', () => {
  test('keeps everything over a close and goes on where it stood', async () => {
    const dir = fresh();
    const first = await openStore(dir);
    const origin = await createLog(first);
    await append(first, origin, texts(0, 700), 'head 700');
    await first.stage(origin, 700, [entryOf('pending', { body: undefined })], false);
    await first.putValue('name', utf8('value'));
    await first.advanceCosigned(origin, 0, { size: 9, root: sha256(utf8('r')) }, 50);
    await first.close();

    const second = await openStore(dir);
    const log = await second.log(origin);
    assert.deepEqual([log?.size, log?.pendingSize, log?.openedSize, Buffer.from(log?.note ?? []).toString()], [700, 701, 700, 'head 700']);
    assert.equal((await second.cosigned(origin))?.time, 50);
    assert.deepEqual(Buffer.from((await second.getValue('name')) ?? []), Buffer.from('value'));
    await second.stage(
      origin,
      701,
      texts(701, 900).map((text) => entryOf(text)),
      false,
    );
    const leaves = [...texts(0, 700), 'pending', ...texts(701, 900)].map((text) => entryOf(text).leafHash);
    assert.equal(compare(await second.rootAt(origin, 900), rootOf(sha256, leaves)), 0);
    assert.deepEqual(await second.checkIntegrity?.(), []);
    await second.close();
  });

  test('is refused to a second opener until the first lets go', async () => {
    const dir = fresh();
    const store = await openStore(dir);
    await assert.rejects(openStore(dir), isRefused('locked'));
    await createLog(store);
    await store.close();
    const next = await openStore(dir);
    assert.equal((await next.logs()).length, 1);
    await next.close();
    await assert.rejects(next.logs(), /bug: the store is used after it was closed/);
  });

  test('is readable to its owner alone', { skip: process.platform === 'win32' && 'no modes on Windows' }, async () => {
    const dir = fresh();
    await (await openStore(dir)).close();
    assert.equal(statSync(dir).mode & 0o77, 0);
  });

  test('refuses a full disk, leaves nothing half written, and goes on when there is room', async () => {
    const dir = fresh();
    const store = await openStore(dir);
    const origin = await createLog(store);
    await append(store, origin, texts(0, 50));
    await store.close();
    const full = await openStore(dir, 60);
    let size = 50;
    const batch = (from: number) => texts(from, from + 40).map((text) => entryOf(text, { bytes: utf8(text.padEnd(400, '.')) }));
    await assert.rejects(async () => {
      for (; size < 10_000; size += 40) await full.stage(origin, size, batch(size), false);
    }, isRefused('disk_full'));
    const log = await full.log(origin);
    assert.deepEqual([log?.size, log?.pendingSize], [50, size]);
    assert.equal((await full.entries(origin, 0, 99_999)).length, size);
    const held = await full.leafHashes(origin, 0, size);
    assert.equal(compare(await full.rootAt(origin, size), rootOf(sha256, held)), 0);
    await assert.rejects(full.putChunk(sha256(utf8('x')), 0, new Uint8Array(1 << 20)), isRefused('disk_full'));
    assert.deepEqual(await full.heldChunks(sha256(utf8('x'))), []);
    assert.deepEqual(await full.checkIntegrity?.(), []);
    await full.close();
    const roomy = await openStore(dir);
    assert.deepEqual((await roomy.stage(origin, size, batch(size), false)).length, 40);
    await roomy.close();
  });

  test('of another program, of a newer version or of garbage is refused', async () => {
    const altered = async (sql: string, schema = SCHEMA) => {
      const dir = fresh();
      const db = Database.open(join(dir, DATABASE_NAME), schema);
      db.read(() => db.sql(sql).get());
      db.close();
      return openStore(dir);
    };
    await assert.rejects(altered('PRAGMA application_id = 1'), isRefused('invalid'));
    await assert.rejects(altered('SELECT 1', { ...SCHEMA, version: SCHEMA.version + 1 }), isRefused('invalid'));
    const dir = fresh();
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, DATABASE_NAME), 'this is no database, whatever its name says'.repeat(200));
    await assert.rejects(openStore(dir), isRefused('store_damaged'));
  });

  test('of version 2, where a matter was one text, is taken over: each act by itself, and every row with its sum', async () => {
    const dir = fresh();
    await (await openStore(dir)).close();
    const id = sha256(utf8('a'));
    const acts = {
      0: [
        { id: 'a', index: 7, frame: { x: '\\u00e9 \u00e9 "' } },
        { id: 'c', index: 2 ** 33 },
      ],
      10: [{ id: 'b', index: 1 }],
    };
    const states = [acts, {}].map((components) => JSON.stringify({ id: 'a', kind: 'claim', opener: 0, concerns: ['x'], components }));
    const db = Database.open(join(dir, DATABASE_NAME), SCHEMA);
    db.write(() => {
      for (const text of [...BEFORE_OPENERS, 'DROP TABLE act', 'ALTER TABLE matter RENAME COLUMN head TO state', 'PRAGMA user_version = 2'])
        db.sql(text).get();
      db.sql('INSERT INTO channel (no, id) VALUES (1, ?)').run(CHANNEL);
      for (const [i, state] of states.entries())
        db.sql(`INSERT INTO matter (channel, id, kind, dossier, level, open, state, sum) VALUES (1, ?, 'claim', ?, ?, 1, ?, 0)`).run(
          id,
          id,
          i,
          state,
        );
    });
    db.close();
    const store = await openStore(dir);
    assert.deepEqual(
      (await store.matters(CHANNEL)).map(({ state, open }) => [state, open]),
      states.map((state) => [state, true]),
    );
    assert.deepEqual(await store.checkIntegrity?.(), []);
    await store.close();
  });

  test('of version 3 is taken over with who opened each matter', async () => {
    const dir = fresh();
    await (await openStore(dir)).close();
    const [root, below] = [sha256(utf8('root')), sha256(utf8('below'))];
    const db = Database.open(join(dir, DATABASE_NAME), SCHEMA);
    db.write(() => {
      for (const text of [...BEFORE_OPENERS, 'PRAGMA user_version = 3']) db.sql(text).get();
      db.sql('INSERT INTO channel (no, id) VALUES (1, ?)').run(CHANNEL);
      for (const [id, head] of [
        [root, '{"id":"root","opener":0}'],
        [below, '{"id":"below","opener":1}'],
      ] as const)
        db.sql(`INSERT INTO matter (channel, id, kind, dossier, level, open, head, sum) VALUES (1, ?, 'claim', ?, 0, 1, ?, 0)`).run(id, root, head);
    });
    db.close();
    const store = await openStore(dir);
    assert.deepEqual(await store.dossierCounts(CHANNEL, root, ['text']), [{ opener: 1, open: true, count: 1 }]);
    assert.deepEqual((await store.matters(CHANNEL)).map(({ opener }) => opener).sort(), [0, 1]);
    assert.deepEqual(await store.checkIntegrity?.(), []);
    await store.close();
  });

  test('of version 4 is taken over with every verdict at its level, and its sum', async () => {
    const dir = fresh();
    const old = await openStore(dir);
    const origin = await createLog(old);
    await append(old, origin, texts(0, 3));
    const id = sha256(utf8('id'));
    const rows = [0, 1, 2].map((index) => ({
      ...{ origin, index, id, channel: CHANNEL, valid: true, type: 'message', matter: sha256(utf8('matter')) },
      ...{ level: 7 + index, time: 1, findings: '[]' },
    }));
    await old.putVerdicts({ verdicts: rows, matters: [], readers: [] });
    await old.close();
    const db = Database.open(join(dir, DATABASE_NAME), SCHEMA);
    db.write(() => {
      for (const text of [...BEFORE_LEVELS, 'UPDATE verdict SET sum = 0', 'PRAGMA user_version = 4']) db.sql(text).get();
    });
    db.close();
    const store = await openStore(dir);
    assert.deepEqual(
      (await store.tableBefore(CHANNEL, 9, 5, [])).map(({ level }) => level),
      [8, 7],
    );
    assert.deepEqual(await store.checkIntegrity?.(), []);
    await store.close();
  });

  test('is copied while in use, and the copy opens', async () => {
    const dir = fresh();
    const store = await openStore(dir);
    const origin = await createLog(store);
    await append(store, origin, texts(0, 30));
    const copy = fresh();
    mkdirSync(copy, { recursive: true });
    await store.backup?.(join(copy, DATABASE_NAME));
    await assert.rejects(async () => store.backup?.(join(copy, DATABASE_NAME)), isRefused('conflict'));
    await append(store, origin, ['later']);
    await store.close();
    const restored = await openStore(copy);
    assert.equal((await restored.log(origin))?.size, 30);
    await restored.close();
  });

  test('maps what SQLite says to refusals, and what the disk does to an error that nobody retries', () => {
    const sqlite = (errcode: number) => refusalOf(Object.assign(new Error('x'), { code: 'ERR_SQLITE_ERROR', errcode }));
    for (const [errcode, code] of [
      [5, 'locked'],
      [11, 'store_damaged'],
      [267, 'store_damaged'],
      [13, 'disk_full'],
      [26, 'store_damaged'],
    ] as const)
      assert.ok(isRefused(code)(sqlite(errcode)), code);
    for (const errcode of [10, 1034, 778, 14]) assert.ok(sqlite(errcode) instanceof FatalStoreError);
    assert.equal((sqlite(1034) as Error).name, 'FatalStoreError');
  });
});

describe('the sqlite plans', () => {
  test('never scan or sort a table that grows', async () => {
    const db = Database.open(join(fresh(), DATABASE_NAME), SCHEMA);
    const store = storeOver(db, sha256);
    const origin = await createLog(store);
    await append(store, origin, texts(0, 300));
    await store.stage(origin, 300, [entryOf('a')], true);
    await store.unstage(origin, 300);
    const id = sha256(utf8('id'));
    await store.putBodies(origin, [{ index: 0, body: id }]);
    await store.putCosignatures([{ origin, size: 1, root: id, cosigner: 'b/held', time: 1, lines: id }]);
    await store.putVerdicts({
      verdicts: [{ level: 1, index: 1, origin, id, channel: CHANNEL, valid: true, type: 'a', matter: id, time: 1, findings: '[]' }],
      matters: [
        {
          channel: CHANNEL,
          id,
          kind: 'claim',
          dossier: id,
          level: 1,
          open: true,
          opener: 0,
          head: '{}',
          acts: [{ party: 0, place: 1, text: '{}' }],
          anew: true,
        },
      ],
      readers: [{ origin, size: 1, state: '{}' }],
    });
    await Promise.all([
      ...[store.logs(CHANNEL), store.log(origin), store.entries(origin, 0, 9), store.leafHashes(origin, 0, 9), store.findEntries(CHANNEL, [id])],
      ...[store.entriesAt([{ origin, index: 3 }]), store.matters(CHANNEL, { open: true })],
      ...[store.inclusionProof(origin, 3, 290), store.consistencyProof(origin, 3, 290), store.tileHashes(origin, 1, 0, 1)],
      ...[store.headAtOrAbove(origin, 1), store.headAtOrBelow(origin, 1), store.cosigned(origin), store.reader(origin)],
      ...[store.cosignatures(origin, 1, 2), store.largestCosignatures(CHANNEL), store.firstCosignatureOver(origin, 0, 'b/held')],
      ...[store.tableBefore(CHANNEL, undefined, 9, []), store.tableBefore(CHANNEL, 1, 9, ['a', 'b']), store.verdicts(CHANNEL, [id])],
      ...[store.verdictsOf(origin, 0, 9), store.matterVerdicts(CHANNEL, id), store.matters(CHANNEL, { ids: [id], kind: 'claim', dossier: id })],
      ...[store.dossierCounts(CHANNEL, id, ['text']), store.dossierJoined(CHANNEL, id, { types: ['a'], kinds: [''] }, 9)],
      ...[store.dossierPart(CHANNEL, id, { opener: 0, kinds: ['claim'], not: ['text'], from: 1, count: 9 })],
      ...[store.chunk(id, 0), store.heldChunks(id), store.getLocal('a', 'b'), store.listLocal('a'), store.getValue('a')],
    ]);
    const faults = db.texts
      .filter((text) => /^(SELECT|UPDATE|DELETE)/.test(text.trim()))
      .map((text) => ({
        text,
        plan: db.read(() =>
          db
            .sql(`EXPLAIN QUERY PLAN ${text}`)
            .all()
            .map((row) => row[3])
            .join('; '),
        ),
      }))
      // The logs of a channel are few and sorted as asked; the tables themselves are looked at when they are made.
      .filter(({ text, plan }) => /SCAN|TEMP B-TREE/.test(plan) && !/ORDER BY log\.|FROM sqlite_schema/.test(text));
    assert.deepEqual(faults, []);
    assert.ok(db.texts.length > 60, `${db.texts.length}`);
    await store.close();
  });
  test('page through 40,000 rows as fast at the end as at the start', async () => {
    const store = await openStore(fresh());
    const origin = await createLog(store);
    const id = sha256(utf8('id'));
    const rows = Array.from({ length: 40_000 }, (_, index) => ({
      ...{ origin, index, id, channel: CHANNEL, valid: true, type: index % 2 === 0 ? 'stamp' : 'message', matter: id },
      ...{ level: index, time: 0, findings: '[]' },
    }));
    await store.putVerdicts({ verdicts: rows, matters: [], readers: [] });
    const timed = async (level: number) => {
      const start = performance.now();
      for (let i = 0; i < 20; i++) assert.equal((await store.tableBefore(CHANNEL, level, 50, ['stamp'])).length, 50);
      return performance.now() - start;
    };
    await timed(40_000);
    const [newest, oldest] = [await timed(40_000), await timed(200)];
    assert.ok(oldest < 10 * newest + 20, `${oldest} ms against ${newest} ms`);
    await store.close();
  });
});
