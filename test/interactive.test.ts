/** Questions on a real terminal, one right after another. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const skip =
  process.platform === 'linux' && spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0
    ? false
    : 'no "script" here to make a terminal with';

/** Runs a command on a terminal and answers each question once it stands there; resolves with the exit code and what was shown. */
async function onTerminal(words: readonly string[], answers: readonly (readonly [question: string, answer: string])[]) {
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', MAIN, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  let from = 0;
  const waiting = [...answers];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const at = waiting[0] === undefined ? -1 : shown.indexOf(waiting[0][0], from);
    if (at === -1) return;
    from = at + (waiting[0]?.[0].length ?? 0);
    child.stdin.write(`${waiting.shift()?.[1]}\n`);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, shown, unasked: waiting.length };
}

test('a party is made by answering: the passphrase is asked twice, and shown at no time', { skip }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-terminal-'));
  try {
    const { code, shown, unasked } = await onTerminal(
      ['init', '--dir', join(dir, 'party'), '--name', 'Ministry A'],
      [
        ['passphrase', 'only for this test'],
        ['again', 'only for this test'],
      ],
    );
    assert.deepEqual([code, unasked], [0, 0], shown);
    assert.ok(!shown.includes('only for this test'));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
