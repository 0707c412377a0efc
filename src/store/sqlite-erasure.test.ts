import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { concat, utf8 } from '../base/bytes.ts';
import { openSqliteStore } from './sqlite.ts';
import { createLog, entryOf, sha256 } from './suite-fixtures.ts';

const dirs: string[] = [];
after(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

const openStore = (dir: string) => openSqliteStore({ dir, sha256 });
const fresh = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-erasure-'));
  dirs.push(dir);
  return dir;
};
/** Every byte in the files of a directory. */
const rawOf = (dir: string): Buffer => Buffer.concat(readdirSync(dir).map((name) => readFileSync(join(dir, name))));
/** Not a word of it is in anything else; sizes that fit a page, fill one and need several. */
const secretOf = (log: number, index: number): string => `secret ${Buffer.from(sha256(utf8(`${log}/${index}`))).toString('hex')}`;
const paddingOf = (log: number, index: number): string => 'x'.repeat((log * 7919 + index * 104_729) % (index % 7 === 0 ? 9000 : 1500));

test('what was erased stands in no file of a store in which rows of two logs moved for a long time, not even in freed space or the write-ahead log', async () => {
  const dir = fresh();
  const store = await openStore(dir);
  const origins = [await createLog(store, 0), await createLog(store, 1)];
  for (let from = 0; from < 400; from += 20) {
    for (const [log, origin] of origins.entries()) {
      const entries = Array.from({ length: 20 }, (_, i) =>
        entryOf(`${log}/${from + i}`, { body: utf8(`${secretOf(log, from + i)}${paddingOf(log, from + i)}${secretOf(log, from + i)}`) }),
      );
      await store.stage(origin, from, entries, false);
      await store.putLocal('drafts', `${log}/${from}`, JSON.stringify({ text: 'y'.repeat(from) }));
    }
  }
  const gone = origins.flatMap((origin, log) =>
    Array.from({ length: 400 }, (_, index) => ({ origin, log, index })).filter(({ index }) => index % 3 === 1),
  );
  const kept = secretOf(0, 0);
  assert.ok(rawOf(dir).includes(kept));
  for (const { origin, index } of gone.slice(0, 50)) await store.erase({ bodies: [{ origin, index, body: utf8('#gone\n') }], blobs: [], locals: [] });
  const bodies = gone.slice(50).map(({ origin, index }) => ({ origin, index, body: utf8('#gone\n') }));
  await store.erase({ bodies, blobs: [], locals: [] });
  const raw = rawOf(dir);
  assert.deepEqual(
    gone.filter(({ log, index }) => raw.includes(secretOf(log, index))).map(({ log, index }) => `${log}/${index}`),
    [],
  );
  assert.ok(raw.includes(kept), 'what was not erased is there');
  assert.deepEqual(await store.checkIntegrity?.(), []);
  await store.close();
});

test('chunks and local records that were dropped stand in no file either', async () => {
  const dir = fresh();
  const store = await openStore(dir);
  const root = sha256(utf8('blob'));
  const secret = utf8(secretOf(9, 9));
  for (const index of [0, 1, 2]) await store.putChunk(root, index, concat(new Uint8Array(500_000), secret));
  await store.putLocal('blob', 'a', JSON.stringify({ name: secretOf(9, 9) }));
  assert.ok(rawOf(dir).includes(secret));
  await store.erase({ bodies: [], blobs: [root], locals: [{ collection: 'blob', key: 'a' }] });
  assert.ok(!rawOf(dir).includes(secret));
  await store.close();
});
