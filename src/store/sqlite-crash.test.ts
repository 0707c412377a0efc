import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compare } from '../base/bytes.ts';
import { rootOf } from '../tlog/merkle.ts';
import { Database } from './database.ts';
import { SCHEMA } from './schema.ts';
import { openSqliteStore } from './sqlite.ts';
import { createLog, entryOf, originOf, sha256, texts } from './suite-fixtures.ts';

const base = mkdtempSync(join(tmpdir(), 'parley-crash-'));
after(() => rmSync(base, { recursive: true, force: true }));
const writer = fileURLToPath(new URL('./suite-crash-writer.ts', import.meta.url));
const onPosix = { skip: process.platform === 'win32' ? 'needs POSIX signals and limits' : false };

const start = (args: readonly string[]): ChildProcess => spawn(process.execPath, [writer, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

/** Lines a child said until it ended, or until `enough` says so of one: then it is killed where it stands. */
async function linesOf(child: ChildProcess, enough: (line: string) => boolean = () => false): Promise<string[]> {
  assert.ok(child.stdout);
  const ended = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (enough(line)) child.kill('SIGKILL');
  }
  await ended;
  return lines;
}

test('a writer killed at any moment loses no commit it had acknowledged', onPosix, async () => {
  const dir = join(base, 'killed');
  let acknowledged = 0;
  for (const goal of [3, 60, 200]) {
    const lines = await linesOf(start([dir]), (line) => Number(line) >= goal);
    acknowledged = Math.max(acknowledged, ...lines.map(Number));
    assert.ok(acknowledged >= goal, `it stopped at ${acknowledged}`);
    const store = await openSqliteStore({ dir, sha256 });
    const log = await store.log(originOf(0));
    assert.ok(log && log.size >= acknowledged, `${log?.size} held, ${acknowledged} acknowledged`);
    const leaves = texts(0, log.pendingSize).map((text) => entryOf(text).leafHash);
    assert.equal(compare(log.root, rootOf(sha256, leaves.slice(0, log.size))), 0);
    assert.equal(compare(await store.rootAt(log.origin, log.pendingSize), rootOf(sha256, leaves)), 0);
    assert.equal((await store.headAtOrBelow(log.origin, 1e9))?.size, log.size);
    assert.deepEqual(
      (await store.leafHashes(log.origin, 0, 1e9)).map((hash) => Buffer.from(hash)),
      leaves.map((hash) => Buffer.from(hash)),
    );
    assert.deepEqual(await store.checkIntegrity?.(), []);
    await store.close();
  }
});

test('a second process is refused while the first has the directory', onPosix, async () => {
  const dir = join(base, 'locked');
  const store = await openSqliteStore({ dir, sha256 });
  assert.deepEqual(await linesOf(start([dir, 'open'])), ['ParleyError locked']);
  await createLog(store);
  await store.close();
  assert.deepEqual(await linesOf(start([dir, 'open'])), ['opened']);
});

test('a disk that fails stops the store for good, and what it acknowledged before is there', onPosix, async () => {
  const dir = join(base, 'failing');
  // Files of this process may not grow beyond 400 blocks of 512 bytes: the write-ahead log runs into it.
  const child = spawn('sh', ['-c', 'ulimit -f 400; exec "$0" "$@"', process.execPath, writer, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = await linesOf(child);
  assert.deepEqual(lines.slice(-2), ['FatalStoreError', 'again FatalStoreError']);
  const store = await openSqliteStore({ dir, sha256 });
  const log = await store.log(originOf(0));
  assert.ok(log && log.size >= Number(lines.at(-3)));
  await store.close();
});

test('what lasts with the next write is never there without the writes before it, wherever a power failure cuts the log', onPosix, async () => {
  const dir = join(base, 'cut');
  const store = await openSqliteStore({ dir, sha256 });
  const origin = await createLog(store);
  for (let size = 1; size <= 12; size++) {
    await store.advanceCosigned(origin, size - 1, { size, root: sha256(Uint8Array.of(size)) }, size);
    await store.putValue('size', Uint8Array.of(size));
  }
  const [file, log] = [readFileSync(join(dir, 'parley.db')), readFileSync(join(dir, 'parley.db-wal'))];
  await store.close();
  const seen = new Set<number>();
  for (let cut = log.length; cut > 32; cut -= 1500) {
    const copy = join(base, `cut-${cut}`);
    mkdirSync(copy);
    writeFileSync(join(copy, 'parley.db'), file);
    writeFileSync(join(copy, 'parley.db-wal'), log.subarray(0, cut));
    const left = await openSqliteStore({ dir: copy, sha256 });
    const size = (await left.getValue('size'))?.[0] ?? 0;
    const cosigned = (await left.cosigned(origin))?.size ?? 0;
    assert.ok(cosigned === size || cosigned === size + 1, `${cosigned} cosigned, ${size} written after it`);
    seen.add(size);
    await left.close();
  }
  assert.equal(seen.size, 13);
});

test('after a write that lasts with the next, the next write waits for the disk again', () => {
  const db = Database.open(join(base, 'full', 'parley.db'), SCHEMA);
  const synchronous = () => db.read(() => db.sql('SELECT synchronous FROM pragma_synchronous').get());
  assert.deepEqual(synchronous(), [2]);
  db.write(() => assert.deepEqual(synchronous(), [1]), 'with the next');
  assert.deepEqual(synchronous(), [2]);
  assert.throws(() =>
    db.write(() => {
      throw new Error('refused');
    }, 'with the next'),
  );
  assert.deepEqual(synchronous(), [2]);
  db.close();
});
