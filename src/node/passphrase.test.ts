import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { test } from 'node:test';
import { ParleyError } from '../base/errors.ts';
import { readPassphrase } from './passphrase.ts';

/** A terminal: keys go in, what is shown comes out, and whether it is raw is remembered. */
function terminal() {
  const states: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => states.push(raw) });
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk) => chunks.push(chunk));
  return { input, output, states, shown: () => Buffer.concat(chunks).toString() };
}
const refusal = (code: string) => (fault: unknown) => fault instanceof ParleyError && fault.code === code;

test('a typed passphrase is not shown, is edited by character and leaves the terminal as it was', async () => {
  const { input, output, states, shown } = terminal();
  const typed = readPassphrase({ prompt: 'Passphrase of the key', input, output });
  for (const keys of ['wrong\x15', 'se', 'crété\x7f\x7f', 's', '!\r']) input.write(keys);
  assert.equal(await typed, 'secrés!');
  output.end();
  await finished(output);
  assert.equal(shown(), 'Passphrase of the key: \n');
  assert.deepEqual(states, [true, false]);
});

test('Ctrl-C while typing refuses and leaves the terminal as it was', async () => {
  const { input, output, states } = terminal();
  const typed = readPassphrase({ input, output });
  input.write('half\x03');
  await assert.rejects(typed, refusal('usage'));
  assert.deepEqual(states, [true, false]);
});

test('without a terminal the first line of the input is taken and the rest stays', async () => {
  const input = new PassThrough();
  input.write('from a ');
  input.end('pipe\r\nthe document\n');
  assert.equal(await readPassphrase({ input }), 'from a pipe');
  assert.equal(String(input.read()), 'the document\n');
});

test('an input that ends, is empty or never ends its line is refused or taken whole', async () => {
  const open = new PassThrough();
  open.end('no newline');
  assert.equal(await readPassphrase({ input: open }), 'no newline');
  const empty = new PassThrough();
  empty.end();
  await assert.rejects(readPassphrase({ input: empty }), refusal('usage'));
  const long = new PassThrough();
  long.write('x'.repeat(10_000));
  await assert.rejects(readPassphrase({ input: long }), refusal('too_large'));
});

test('a passphrase file gives its first line', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-passphrase-'));
  try {
    const file = join(directory, 'passphrase');
    await writeFile(file, 'from a file \r\nsecond line\n');
    assert.equal(await readPassphrase({ file }), 'from a file ');
    await assert.rejects(readPassphrase({ file: join(directory, 'none') }), refusal('not_found'));
  } finally {
    await rm(directory, { recursive: true });
  }
});
