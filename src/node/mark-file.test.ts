import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { markFile, markPath } from './mark-file.ts';

let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-mark-'));
});
after(() => rm(directory, { recursive: true }));

test('a mark lies beside its data directory, for its owner alone, and comes back byte for byte', async () => {
  const mark = markFile(`${join(directory, 'data')}/`);
  assert.equal(await mark.read(), undefined);
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  await mark.write(bytes);
  assert.deepEqual(await mark.read(), bytes);
  assert.deepEqual(await readdir(directory), ['data.mark']);
  assert.equal((await stat(markPath(join(directory, 'data')))).mode & 0o777, 0o600);
  await mark.write(new Uint8Array(0));
  assert.deepEqual(await mark.read(), new Uint8Array(0));
});

test('what a crash left half written is never read, and the next write goes on', async () => {
  const mark = markFile(join(directory, 'half'));
  await mark.write(Uint8Array.of(1));
  await writeFile(`${markPath(join(directory, 'half'))}.tmp`, 'half of a', { mode: 0o644 });
  assert.deepEqual(await mark.read(), Uint8Array.of(1));
  await mark.write(Uint8Array.of(2));
  assert.deepEqual(await mark.read(), Uint8Array.of(2));
  assert.equal((await stat(markPath(join(directory, 'half')))).mode & 0o777, 0o600);
});

test('a write that tore spoils its own slot alone: the mark before it is read, and the next write goes on', async () => {
  const data = join(directory, 'torn');
  const mark = markFile(data);
  for (const value of [1, 2, 3]) await mark.write(Uint8Array.of(value));
  const path = markPath(data);
  const whole = await readFile(path);
  // The third write went into the first slot; half of it reached the disk.
  for (const at of [0, 17, 30, 40, 64]) {
    const torn = Buffer.from(whole);
    torn[at] = (torn[at] ?? 0) ^ 1;
    await writeFile(path, torn);
    assert.deepEqual(await markFile(data).read(), Uint8Array.of(2), `${at}`);
  }
  await writeFile(path, whole.fill(0));
  assert.equal(await markFile(data).read(), undefined);
  await mark.write(Uint8Array.of(4));
  assert.deepEqual(await markFile(data).read(), Uint8Array.of(4));
});

test('a mark that was taken away, replaced, cut or outgrown is written whole again', async () => {
  const data = join(directory, 'gone');
  const path = markPath(data);
  const mark = markFile(data);
  await mark.write(Uint8Array.of(1));
  await rm(path);
  await mark.write(Uint8Array.of(2));
  assert.deepEqual(await markFile(data).read(), Uint8Array.of(2));
  await writeFile(`${path}.other`, await readFile(path));
  await rename(`${path}.other`, path);
  await mark.write(Uint8Array.of(3));
  assert.deepEqual(await markFile(data).read(), Uint8Array.of(3));
  await truncate(path, 5000);
  assert.equal(await markFile(data).read(), undefined);
  await mark.write(Uint8Array.of(4));
  assert.deepEqual(await markFile(data).read(), Uint8Array.of(4));
  for (const size of [10_000, 3, 40_000]) {
    await mark.write(new Uint8Array(size).fill(7));
    assert.deepEqual(await markFile(data).read(), new Uint8Array(size).fill(7));
  }
  // Another process goes on where this one stood: its number is larger, so its bytes are the mark.
  const later = markFile(data);
  await later.write(Uint8Array.of(5));
  assert.deepEqual(await mark.read(), Uint8Array.of(5));
});

test('writes that come at once end in the last one', async () => {
  const mark = markFile(join(directory, 'many'));
  await Promise.all(Array.from({ length: 20 }, (_, i) => mark.write(Uint8Array.of(i))));
  assert.deepEqual(await mark.read(), Uint8Array.of(19));
});

test('a process killed while it writes leaves one whole mark, never older than what it acknowledged', async () => {
  const data = join(directory, 'killed');
  const program = `
    import { markFile } from ${JSON.stringify(new URL('./mark-file.ts', import.meta.url).href)};
    const mark = markFile(${JSON.stringify(data)});
    for (let i = 0; ; i++) { await mark.write(new Uint8Array(65536).fill(i % 250)); process.stdout.write(i + '\\n'); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.stdout.on('data', (chunk) => {
    said += chunk;
    if (said.split('\n').length > 4) child.kill('SIGKILL');
  });
  await ended;
  const last = Number(said.split('\n').at(-2));
  const bytes = await markFile(data).read();
  assert.equal(bytes?.length, 65536);
  assert.ok(bytes.every((byte) => byte === bytes[0]));
  assert.ok([last % 250, (last + 1) % 250].includes(bytes[0] ?? -1));
});
