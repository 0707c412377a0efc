/** The command line as a process: exit codes, JSON lines, broken pipes, and an end when the work is done. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-process-'));
});
after(() => rm(dir, { recursive: true, force: true }));

async function parley(argv: readonly string[], input?: string): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...argv], { env: { ...process.env, XDG_DATA_HOME: dir, NO_COLOR: '' } });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  if (input !== undefined) child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
}

test('exit codes tell done, not valid, usage, not verified and not found apart', async () => {
  await writeFile(join(dir, 'a.json'), '{"type":"bundle","id":"bundle--1","objects":[]}');
  const [version, usage, invalid, unverified, missing] = await Promise.all([
    parley(['--version', '--json']),
    parley(['lgo']),
    parley(['check', '--json', join(dir, 'a.json'), join(dir, 'b.json')]),
    parley(['verify', '-', '--json'], 'hello'),
    parley(['log', '--json']),
  ]);
  assert.equal(version.code, 0);
  assert.match(String((JSON.parse(version.out) as { version: string }).version), /^\d+\.\d+\.\d+/);
  assert.equal(usage.code, 2);
  assert.match(usage.err, /did you mean "parley log"\?/);
  assert.equal(usage.out, '');
  assert.equal(invalid.code, 1);
  const lines = invalid.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.map((line) => [line.format, line.valid]),
    [
      ['stix', false],
      ['unknown', false],
    ],
  );
  assert.deepEqual(Object.keys(lines[0] ?? {}), ['file', 'format', 'version', 'valid', 'errors', 'warnings', 'counts']);
  assert.equal(unverified.code, 3);
  assert.equal(missing.code, 1);
  assert.equal((JSON.parse(missing.out) as { error: string }).error, 'not_found');
});

test('a reader that has seen enough is no failure, and a question that nobody can answer ends at once', async () => {
  const child = spawn(process.execPath, [MAIN, 'help', '--markdown'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [code] = (await once(child, 'exit')) as [number];
  assert.equal(code, 0);
  const asked = await parley(['init', '--name', 'A', '--dir', join(dir, 'a')], '');
  assert.equal(asked.code, 2);
  assert.match(asked.err, /a passphrase/);
});
