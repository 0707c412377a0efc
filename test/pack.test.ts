import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { emit, rewriteUrls } from '../build.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const skip = existsSync(join(root, 'src', 'cli', 'main.ts')) ? false : 'there is no command yet';
let folder = '';
let unpacked = '';

before(async () => {
  if (skip !== false) return;
  folder = await mkdtemp(join(tmpdir(), 'parley-pack-'));
  emit({ check: false });
  // The scripts are left out: what `prepack` makes was made just now.
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  assert.ok(packed !== undefined);
  await run('tar', ['-xzf', join(folder, packed.filename), '-C', folder]);
  unpacked = join(folder, 'package');
  await symlink(join(root, 'node_modules'), join(unpacked, 'node_modules'));
});

after(() => (folder === '' ? undefined : rm(folder, { recursive: true, force: true })));

/** Runs the unpacked command as a user would, in a folder of its own. */
async function parley(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await run(join(unpacked, 'parley'), args, { cwd: folder })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

test('the tarball carries JavaScript, no TypeScript, no tests and nothing of this checkout', { skip }, async () => {
  const all = (await readdir(unpacked, { recursive: true })).filter((path) => !path.startsWith('node_modules'));
  assert.ok(all.includes(join('dist', 'cli', 'main.js')));
  assert.deepEqual(
    all.filter((path) => /\.tsx?$|\.test\.|^src|\.emit|^bench|^boot/.test(path)),
    [],
  );
  for (const path of all.filter((name) => name.startsWith('dist') && name.endsWith('.js'))) {
    const code = await readFile(join(unpacked, path), 'utf8');
    assert.ok(!code.includes(root), `${path} names this checkout`);
    assert.doesNotMatch(code, /(?:from|import\()\s*['"]\.[^'"]*\.ts['"]/, `${path} imports TypeScript`);
  }
});

test('the command of an unpacked tarball shows its help', { skip }, async () => {
  const { code, stdout, stderr } = await parley('--help');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /parley/);
});

test('the command of an unpacked tarball explains how a party is set up', { skip }, async () => {
  const { code, stderr } = await parley('init', '--help');
  assert.equal(code, 0, stderr);
});

test('a module named by URL is found after compiling', () => {
  assert.equal(rewriteUrls(`new URL('./worker.ts', import.meta.url)`), `new URL('./worker.js', import.meta.url)`);
  assert.equal(rewriteUrls(`new URL("../a/b.ts", import.meta.url)`), `new URL("../a/b.js", import.meta.url)`);
  assert.equal(rewriteUrls(`new URL('https://a.example/b.ts')`), `new URL('https://a.example/b.ts')`);
});
