import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openKey, parseKeyFile } from '../node/key-files.ts';
import { markFile } from '../node/mark-file.ts';
import { seedFromRecovery } from '../node/recovery.ts';
import { Mark } from '../sync/mark.ts';
import { run } from './fixtures-streams.ts';

let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-cli-'));
  await writeFile(join(dir, 'pass'), 'correct horse\n');
});
after(() => rm(dir, { recursive: true, force: true }));

test('help shows examples first and every command', async () => {
  const { code, out } = await run(['--help']);
  assert.equal(code, 0);
  assert.ok(out.startsWith('Examples:\n  parley init'));
  for (const name of ['init', 'host', 'verify']) assert.match(out, new RegExp(`^  ${name} `, 'm'));
  const one = await run(['help', 'key', 'new']);
  assert.equal(one.out, (await run(['key', 'new', '--help'])).out);
  assert.match(one.out, /Examples:\n {2}parley key new --out petrova.key/);
});

test('what is mistyped is answered with the nearest name, and exits 2', async () => {
  for (const [argv, said] of [
    [['verfy', 'x'], 'did you mean "parley verify"?'],
    [['ket', 'new'], 'did you mean "parley key new"?'],
    [['key', 'nwe'], 'did you mean "parley key new"?'],
    [['key'], 'one of: key new'],
    [['init', '--nam', 'x'], 'did you mean --name?'],
    [['verify'], 'FILE is needed, as in: parley verify'],
    [['commit'], 'DOCUMENT is needed, as in: parley commit US-7 --text list.txt'],
    [['completion'], 'bash or zsh or fish is needed, as in: source'],
    [['verify', 'a', 'b'], '"b" is one word too many'],
    [['init', '--name'], '--name needs NAME'],
    [['init', '--name', '--json'], '--name needs NAME'],
    [['host', '--tls=yes'], '--tls takes no value'],
    [['host', '--port', '99999'], 'from 0 to 65535'],
    [['launch'], '"launch" is not a command'],
  ] as const) {
    const { code, err, out } = await run(argv);
    assert.equal(code, 2, argv.join(' '));
    assert.ok(err.includes(said), `${argv.join(' ')}: ${err}`);
    assert.equal(argv.includes('--json' as never) ? '' : out, '');
  }
});

test('a refusal with --json is a line on stdout, its sentences stay on stderr', async () => {
  const { code, lines, err } = await run(['verify', join(dir, 'nothing-here'), '--json']);
  assert.equal(code, 1);
  assert.deepEqual(lines, [{ error: 'not_found', detail: join(dir, 'nothing-here'), exit: 1 }]);
  assert.match(err, /There is no such thing here/);
});

test('a party is made with one sealed identity key, and its recovery is printed once', async () => {
  const home = join(dir, 'party');
  const made = await run(['init', '--name', 'Alderney', '--dir', home, '--passphrase-file', join(dir, 'pass'), '--json']);
  assert.equal(made.code, 0, made.err);
  const [line] = made.lines;
  assert.equal(line?.name, 'Alderney');
  assert.equal(seedFromRecovery(String(line?.recovery)).length, 32);
  const again = await run(['init', '--name', 'Alderney', '--dir', home, '--passphrase-file', join(dir, 'pass')]);
  assert.equal(again.code, 1);
  assert.match(again.err, /node.seed|party.json/);
  for (const name of ['identity.key', 'node.seed', 'party.json']) assert.equal((await stat(join(home, name))).mode & 0o077, 0, name);
});

test('a passphrase that is refused leaves nothing behind, and the same directory can be used', async () => {
  const home = join(dir, 'weak');
  const init = ['init', '--name', 'Alderney', '--dir', home, '--passphrase-file'];
  await writeFile(join(dir, 'short'), 'short');
  assert.equal((await run([...init, join(dir, 'short')])).code, 1);
  await assert.rejects(stat(home), { code: 'ENOENT' });
  const made = await run([...init, join(dir, 'pass')]);
  assert.equal(made.code, 0, made.err);
});

test('a party that was just made has nothing to check yet; one whose mark names a log that is not there is damaged', async () => {
  const home = join(dir, 'fresh');
  assert.equal((await run(['init', '--name', 'Alderney', '--dir', home, '--passphrase-file', join(dir, 'pass')])).code, 0);
  const fresh = await run(['fsck', '--dir', home]);
  assert.deepEqual([fresh.code, fresh.out], [0, 'Nothing is recorded here yet, so there is nothing to check.\n'], fresh.err);
  await (await Mark.open(markFile(home))).setOwn('parley.v1/a/b/c', { size: 3, root: new Uint8Array(32) });
  const lost = await run(['fsck', '--dir', home]);
  assert.equal(lost.code, 7, lost.err);
  assert.match(lost.err, /no record in .*and the mark beside it says that one was signed/);
  assert.equal((await run(['fsck', '--dir', join(dir, 'nobody')])).code, 1, 'where no party lives there is no such thing');
});

test('a key is made from a passphrase typed twice, and its file opens with it', async () => {
  const file = join(dir, 'typed.key');
  const differ = await run(['key', 'new', '--out', file], { typed: ['correct horse', 'correct hoarse'] });
  assert.equal(differ.code, 1);
  assert.match(differ.err, /the two passphrases differ/);
  const made = await run(['key', 'new', '--out', file], { typed: ['correct horse', 'correct horse'] });
  assert.equal(made.code, 0, made.err);
  const bytes = new Uint8Array(await readFile(file));
  assert.equal((await openKey(bytes, 'correct horse')).kind, 'representative');
  assert.equal(made.out.trim().length, 43);
  assert.ok(!made.err.includes('correct horse'));
  assert.equal((await run(['key', 'new', '--out', file], { input: 'correct horse\n' })).code, 1, 'a key is never overwritten');
  assert.equal(parseKeyFile(bytes).kind, 'representative');
});

test('without a terminal nothing waits for an answer', async () => {
  const { code, err } = await run(['init', '--dir', join(dir, 'none'), '--no-input']);
  assert.equal(code, 2);
  assert.match(err, /--name is needed/);
  assert.equal((await run(['init', '--name', 'A', '--dir', join(dir, 'none'), '--no-input'])).code, 2);
});

test('a passphrase comes from standard input where no terminal is', async () => {
  const made = await run(['key', 'new', '--out', join(dir, 'piped.key'), '--json'], { input: 'correct horse\nmore\n' });
  assert.equal(made.code, 0, made.err);
  assert.equal(String(made.lines[0]?.actor).length, 43);
});

test('a file that proves nothing is not verified, and exits 3', async () => {
  const { code, lines } = await run(['verify', '-', '--json'], { input: 'hello\n' });
  assert.equal(code, 3);
  assert.equal(lines[0]?.verdict, 'not-verified');
  assert.match(String(lines[0]?.sentences), /^The file does not verify/);
});
