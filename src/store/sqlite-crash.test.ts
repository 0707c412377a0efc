import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compare } from '../base/bytes.ts';
import { rootOf } from '../tlog/merkle.ts';
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
