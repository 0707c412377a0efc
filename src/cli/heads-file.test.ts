import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { headsFile } from './heads-file.ts';

let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-heads-'));
});
after(() => rm(dir, { recursive: true, force: true }));

const head = (party: number, size: number) => ({ party, gen: 'g', size, root: toBase64url(new Uint8Array(32).fill(size)), note: `n${size}` });

test('a key remembers the largest head of every log, channel by channel', async () => {
  const memory = headsFile(join(dir, 'a.key'));
  assert.deepEqual(await memory.read('x'), []);
  await memory.remember('x', [head(0, 5), head(1, 7)]);
  await memory.remember('y', [head(0, 2)]);
  await memory.remember('x', [head(0, 9), head(1, 3)]);
  assert.deepEqual(await headsFile(join(dir, 'a.key')).read('x'), [head(0, 9), head(1, 7)]);
  assert.deepEqual(await memory.read('y'), [head(0, 2)]);
});

test('commands that sign with one key at once lose no channel', async () => {
  const path = join(dir, 'b.key');
  await Promise.all(['w', 'x', 'y', 'z'].map((channel) => headsFile(path).remember(channel, [head(0, 4)])));
  for (const channel of ['w', 'x', 'y', 'z']) assert.deepEqual(await headsFile(path).read(channel), [head(0, 4)], channel);
});

test('a damaged memory is never taken for an empty one', async () => {
  const path = join(dir, 'c.key');
  for (const text of ['', '{', '[]', '{"v":1}', '{"v":1,"channels":{"x":[{}]}}']) {
    await writeFile(`${path}.heads.json`, text);
    await assert.rejects(headsFile(path).read('x'), (error) => error instanceof ParleyError && error.code === 'invalid', text);
  }
});
