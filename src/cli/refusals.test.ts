/** What a refusal says next must be what whoever reads it can do. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openParty } from '../node/serve.ts';
import { run } from './fixtures-streams.ts';
import { openKeyFile, readSignerFacts } from './key-file.ts';
import { Terminal } from './terminal.ts';

let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-refusals-'));
  await writeFile(join(dir, 'pass'), 'correct horse');
  await writeFile(join(dir, 'other'), 'another horse');
});
after(() => rm(dir, { recursive: true, force: true }));

test('a wrong passphrase names the key and its file; whoever has none yet is told how to name or make one', async () => {
  const key = join(dir, 'mine.key');
  assert.equal((await run(['key', 'new', '--out', key, '--passphrase-file', join(dir, 'pass')])).code, 0);
  const terminal = new Terminal({ ...process, env: {} }, { json: false, noInput: true, noColour: true });
  await assert.rejects(openKeyFile(terminal, key, 'representative', join(dir, 'other')), {
    code: 'passphrase_wrong',
    detail: `a representative's key in ${key}`,
  });
  const none = join(dir, 'none.key');
  await assert.rejects(readSignerFacts(none), {
    code: 'not_found',
    detail: new RegExp(`no key file ${none}; --key names yours, and "parley key new"`),
  });
});

test('a check of a directory that a process has open says which it is, and not to use its address', async () => {
  const home = join(dir, 'party');
  const init = ['init', '--name', 'Alderney', '--dir', home];
  const unasked = await run(init);
  assert.match(unasked.err, /a passphrase; --passphrase-file names a file with one/);
  assert.equal((await run([...init, '--passphrase-file', join(dir, 'pass')])).code, 0);
  const { close } = await openParty(home);
  try {
    await writeFile(join(home, 'run.json'), JSON.stringify({ pid: 4711, url: 'http://127.0.0.1:7' }));
    const { code, lines, err } = await run(['fsck', '--dir', home, '--json']);
    assert.deepEqual([code, lines[0]?.error, lines[0]?.detail], [7, 'locked', 'process 4711 runs its node, at http://127.0.0.1:7'], err);
    assert.ok(!err.includes('use its address'), err);
    await rm(join(home, 'run.json'));
    assert.equal((await run(['fsck', '--dir', home, '--json'])).lines[0]?.detail, 'its record is open there');
  } finally {
    await close();
  }
});
