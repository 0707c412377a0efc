import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const STOP = new URL('./stop.ts', import.meta.url).href;
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** How a program ends to which this is done at each line that it prints. */
async function endedBy(args: readonly string[], acts: readonly ((child: ChildProcessByStdio<Writable, Readable, null>) => void)[]) {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const left = [...acts];
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (let lines = text.split('\n').length - 1; lines > 0; lines--) left.shift()?.(child);
  });
  const [code, signal] = await once(child, 'close');
  return { end: signal ?? code, out };
}

test('a signal that comes again at once, from the terminal and from whoever passes it on, is one, also while the program stops', async () => {
  const program = `import { stopSignal } from ${JSON.stringify(STOP)};
    const signal = stopSignal();
    console.log('ready');
    await signal.stopped;
    signal.dispose();
    console.log('stopping');
    for await (const _ of process.stdin);
    console.log('stopped in order');`;
  const { end, out } = await endedBy(
    ['--input-type=module', '--eval', program],
    [
      (child) => child.kill('SIGINT'),
      (child) => {
        child.kill('SIGINT');
        child.kill('SIGTERM');
        child.stdin.end();
      },
    ],
  );
  assert.equal(end, 0);
  assert.match(out, /stopped in order/);
});

test('a program that is stopped at the first line it prints stops in order', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-stop-'));
  try {
    const { end, out } = await endedBy([MAIN, 'host', '--dir', dir, '--name', 'Palais', '--json'], [(child) => child.kill('SIGTERM')]);
    assert.equal(end, 0, out);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
