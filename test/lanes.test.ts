import assert from 'node:assert/strict';
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Played } from './lane.ts';

const LANES = fileURLToPath(new URL('lanes.ts', import.meta.url));
const base = mkdtempSync(join(tmpdir(), 'parley-lanes-'));
after(() => rmSync(base, { recursive: true, force: true }));

/** A test file with this code, which finds `test` and its hooks there. */
function file(name: string, code: string): string {
  const path = join(base, `${name}.test.mjs`);
  writeFileSync(path, `import { after, before, test } from 'node:test';\n${code}\n`);
  return path;
}

const good = file('good', `let is = 0; before(async () => { is = 1; }); test('good', () => { if (is !== 1) throw new Error('too early'); });`);
const BAD: readonly (readonly [what: string, path: string, told: RegExp])[] = [
  ['a test fails', file('fails', `test('fails', () => { throw new Error('wrong'); });`), /fails[\s\S]*wrong/],
  ['a test within a test fails', file('inner', `test('outer', (t) => t.test('inner', () => { throw new Error('deep'); }));`), /inner[\s\S]*deep/],
  ['a hook fails', file('hook', `after(() => { throw new Error('hooked'); }); test('passes', () => {});`), /hooked/],
  ['it does not load', file('load', `throw new Error('unloaded');`), /unloaded/],
  ['it does not load once it has made a test', file('half', `test('passes', () => {}); throw new Error('halfway');`), /halfway/],
  ['nobody catches what a promise holds', file('nobody', `test('passes', () => { void Promise.reject(new Error('lonely')); });`), /lonely/],
  ['something is thrown after the tests', file('late', `test('passes', () => { setTimeout(() => { throw new Error('late'); }, 1); });`), /late/],
];

test('whatever goes wrong in a file is that file’s failure and not the next one’s, and its hooks are its own', async (t) => {
  const lane = fork(new URL('lane.ts', import.meta.url), { execArgv: process.execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  t.after(() => lane.kill());
  const play = async (path: string): Promise<Played> => {
    lane.send(path);
    const [played] = await once(lane, 'message');
    return played as Played;
  };
  const again = file(
    'again',
    `before(() => { globalThis.hooks = (globalThis.hooks ?? 0) + 1; }); test('once', () => { if (globalThis.hooks !== 1) throw new Error('twice'); });`,
  );
  assert.equal((await play(again)).ok, true);
  for (const [what, path, told] of BAD) {
    const { ok, text, failures } = await play(path);
    assert.equal(ok, false, what);
    assert.match(text + failures, told);
  }
  const { ok, text, counts } = await play(good);
  assert.ok(ok);
  assert.match(text, /^✔ good \([\d.]+ms\)\n$/);
  assert.equal(counts.passed, 1);
  lane.disconnect();
  assert.deepEqual(await once(lane, 'exit'), [0, null]);
});

test('one failure makes the whole run fail and is told again at its end; without any it ends well', () => {
  const [, fails = ''] = BAD[0] ?? [];
  const run = lanes(good, fails, file('other', `test('other', () => {});`));
  assert.equal(run.status, 1);
  assert.match(run.stdout, /✔ good[\s\S]*failing tests:[\s\S]*fails[\s\S]*wrong/);
  assert.match(run.stdout, /ℹ tests 3\n[\s\S]*ℹ pass 2\nℹ fail 1\n/);
  assert.equal(lanes(good).status, 0);
});

test('a process that ends over a file is that file’s failure, and every other file is still played', () => {
  const others = ['a', 'b', 'c', 'd', 'e'].map((name) => file(name, `test('${name}', () => {});`));
  const run = lanes(file('ends', `test('ends', () => process.exit(0));`), ...others);
  assert.equal(run.status, 1);
  assert.match(run.stdout, /ends\.test\.mjs: its process ended before it did \(code 0\)/);
  assert.match(run.stdout, /ℹ tests 6\n[\s\S]*ℹ pass 5\nℹ fail 1\n/);
});

function lanes(...files: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', LANES, ...files], { encoding: 'utf8' });
}
