import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compareVersions, newest, ownNode, pinnedNode, warningFor } from '../runtime.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const base = mkdtempSync(join(tmpdir(), 'parley-boot-'));
after(() => rmSync(base, { recursive: true, force: true }));

const node = (version: string) => ({ path: `node-${version}`, version });

test('versions are compared as numbers', () => {
  assert.ok(compareVersions('26.10.0', '26.9.1') > 0);
  assert.ok(compareVersions('v24.7.0', '26.0.0') < 0);
  assert.equal(compareVersions('26.10.0', 'v26.10.0'), 0);
});

test('the newest Node is used, and of equals the machine’s own', () => {
  assert.equal(newest([node('20.20.2'), node('26.10.0')])?.version, '26.10.0');
  assert.equal(newest([node('26.12.1'), node('26.10.0')])?.version, '26.12.1');
  assert.equal(newest([{ path: 'own', version: '26.10.0' }, node('26.10.0')])?.path, 'own');
  assert.equal(newest([node('24.6.9')]), undefined);
  assert.equal(newest([node('24.7.0')])?.version, '24.7.0');
});

test('a Node without the security fixes is named in one sentence, one with them is not', () => {
  for (const version of ['24.7.0', '24.22.0', '25.9.0', '26.10.0', '26.12.0'])
    assert.match(warningFor(version) ?? '', /^parley: Node [\d.]+ lacks .*\.$/);
  for (const version of ['24.22.1', '26.12.1', '26.13.0', '27.0.0']) assert.equal(warningFor(version), undefined);
});

test('under npm the machine’s own Node is the one npm runs on', () => {
  assert.deepEqual(ownNode({ npm_config_user_agent: 'npm/11.19.1 node/v20.20.2 linux x64', npm_node_execpath: process.execPath }), {
    path: process.execPath,
    version: '20.20.2',
  });
  assert.equal(ownNode({}).version, process.versions.node);
});

test('the pinned Node is found beside the dependencies, or there is none', () => {
  const pinned = pinnedNode(root);
  if (pinned !== undefined) assert.ok(existsSync(pinned.path));
  assert.equal(pinnedNode(base), undefined);
});

test('a program’s exit code is passed on', async () => {
  assert.equal(await ended(supervised('process.exit(7)')), 7);
});

test('a SIGTERM reaches the program, which ends in its own way', async () => {
  const parent = supervised(`process.on('SIGTERM', () => process.exit(5)); setInterval(() => {}, 1000); console.log('ready')`);
  await said(parent);
  parent.kill('SIGTERM');
  assert.equal(await ended(parent), 5);
});

test('when npm is gone the program stops too', async () => {
  const file = join(base, 'gone');
  const program = `process.on('SIGTERM', () => { require('node:fs').writeFileSync(${JSON.stringify(file)}, ''); process.exit(0); }); setInterval(() => {}, 1000); console.log('ready')`;
  // A shell that goes away without telling anybody, as npm's does; what it started is adopted by somebody else.
  const shell = spawn('sh', ['-c', `"${process.execPath}" "${launcher()}" & wait`], {
    env: { ...process.env, PROGRAM: program, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await said(shell);
  shell.kill('SIGKILL');
  await once(shell.stdout ?? shell, 'close');
  assert.ok(existsSync(file));
});

/** A checkout with a lockfile and an npm that counts how often it is asked, then does as `then` says. */
function checkout(name: string, then: string): { folder: string; runs: () => number; install: () => ChildProcess } {
  const folder = join(base, name);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } }));
  const log = join(folder, 'runs');
  writeFileSync(
    join(folder, 'bin', 'npm-cli.js'),
    `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(log)}, '.'); console.log('noise');
     fs.rmSync('node_modules', { recursive: true, force: true }); fs.mkdirSync('node_modules/a', { recursive: true }); ${then}`,
  );
  const code = `import { ensureInstalled } from ${JSON.stringify(new URL('../install.mjs', import.meta.url).href)};
    process.exitCode = (await ensureInstalled(${JSON.stringify(folder)})) ? 0 : 1;`;
  return {
    folder,
    runs: () => (existsSync(log) ? readFileSync(log, 'utf8').length : 0),
    install: () =>
      spawn(process.execPath, ['--input-type=module', '-e', code], {
        env: { ...process.env, npm_execpath: join(folder, 'bin', 'npm-cli.js') },
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
  };
}

test('dependencies are installed once, without a word on stdout, and again when the lockfile changes', async () => {
  const { folder, runs, install } = checkout('once', '');
  const first = install();
  const output = text(first);
  assert.equal(await ended(first), 0);
  assert.equal(await output, '');
  assert.equal(await ended(install()), 0);
  assert.equal(runs(), 1);
  writeFileSync(join(folder, 'package-lock.json'), '{"packages":{}}');
  assert.equal(await ended(install()), 0);
  assert.equal(runs(), 2);
});

test('two starts at once install once', async () => {
  const { runs, install } = checkout('twice', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);');
  const both = [install(), install()];
  assert.deepEqual(await Promise.all(both.map(ended)), [0, 0]);
  assert.equal(runs(), 1);
});

test('a failed installation is told and tried again', async () => {
  const { folder, runs, install } = checkout('failing', `if (!fs.existsSync('ok')) process.exit(1);`);
  assert.equal(await ended(install()), 1);
  writeFileSync(join(folder, 'ok'), '');
  assert.equal(await ended(install()), 0);
  assert.equal(runs(), 2);
});

test('an installation that was killed leaves nothing that the next one believes', async () => {
  const { folder, runs, install } = checkout('killed', `if (!fs.existsSync('ok')) { console.error('x'); setInterval(() => {}, 1000); }`);
  const first = install();
  while (!existsSync(join(folder, 'node_modules', 'a'))) await new Promise(setImmediate);
  const [boot, npm] = readFileSync(join(folder, '.install-lock'), 'utf8').split(' ').map(Number);
  assert.equal(boot, first.pid);
  assert.ok(npm !== undefined);
  first.kill('SIGKILL');
  process.kill(npm, 'SIGKILL');
  writeFileSync(join(folder, 'ok'), '');
  assert.equal(await ended(install()), 0);
  assert.equal(runs(), 2);
  assert.ok(!existsSync(join(folder, '.install-lock')));
});

test('what npm itself installed is taken as it is, and a linked folder is never touched', async () => {
  const { folder, runs, install } = checkout('npm', '');
  mkdirSync(join(folder, 'node_modules'));
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }));
  assert.equal(await ended(install()), 0);
  const linked = checkout('linked', '');
  symlinkSync(join(folder, 'node_modules'), join(linked.folder, 'node_modules'));
  assert.equal(await ended(linked.install()), 0);
  assert.equal(runs() + linked.runs(), 0);
});

/** A file that starts `$PROGRAM` under supervision. */
function launcher(): string {
  const path = join(base, 'launch.mjs');
  writeFileSync(
    path,
    `import { run } from ${JSON.stringify(new URL('../runtime.mjs', import.meta.url).href)};
     process.exitCode = await run({ path: process.execPath }, ['-e', process.env.PROGRAM], { root: ${JSON.stringify(base)} }).done;`,
  );
  return path;
}

function supervised(program: string): ChildProcess {
  return spawn(process.execPath, [launcher()], {
    env: { ...process.env, PROGRAM: program, npm_lifecycle_event: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function said(child: ChildProcess): Promise<void> {
  assert.ok(child.stdout !== null);
  await once(child.stdout, 'data');
}

async function text(child: ChildProcess): Promise<string> {
  let all = '';
  for await (const chunk of child.stdout ?? []) all += String(chunk);
  return all;
}
