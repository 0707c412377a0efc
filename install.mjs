/** Installs the dependencies when they are missing or others than the lockfile names. Plain JavaScript: runs on any Node >= 20. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownNode, supervise } from './runtime.mjs';

const NPM_ARGS = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
const NPM_RECORD = '.package-lock.json';
/** Longer than any installation: after this a lock is a leftover whose process number something else has taken. */
const LOCK_MAX_MS = 20 * 60_000;

/**
 * Makes `node_modules` what the lockfile names; resolves with false where npm failed.
 *
 * 1. The stamp is written last: whatever interrupts an installation, the next start finds no stamp and begins again.
 * 2. One installation at a time: the lock names the processes at work, and a lock of dead processes is nobody's.
 * 3. All of npm's words go to stderr: stdout belongs to the command that was asked for.
 */
export async function ensureInstalled(root) {
  const modules = join(root, 'node_modules');
  // A linked folder is shared with another checkout: emptying it would pull the ground from under that one.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return true;
  const stamp = join(modules, '.parley-stamp');
  const wanted = stampOf(root);
  const current = () => read(stamp) === wanted;
  if (current()) return true;
  if (isInstalledByNpm(root)) {
    writeFileSync(stamp, wanted);
    return true;
  }
  const lock = join(root, '.install-lock');
  await take(lock, current);
  try {
    if (current()) return true;
    process.stderr.write('parley: installing dependencies …\n');
    rmSync(stamp, { force: true });
    rmSync(join(modules, NPM_RECORD), { force: true });
    if ((await npmCi(root, lock)) !== 0) {
      process.stderr.write('parley: npm could not install the dependencies; its reason stands above, and running this again starts afresh.\n');
      return false;
    }
    mkdirSync(modules, { recursive: true });
    writeFileSync(`${stamp}.new`, wanted);
    renameSync(`${stamp}.new`, stamp);
    return true;
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Whether somebody ran npm by hand: its own record, written last, names every package of the lockfile in the same version. */
function isInstalledByNpm(root) {
  try {
    const packages = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8')).packages;
    const held = packages('node_modules', NPM_RECORD);
    const wanted = Object.entries(packages('package-lock.json')).filter(([path]) => path !== '');
    return wanted.every(([path, { version, optional }]) => (held[path] === undefined ? optional === true : held[path].version === version));
  } catch {
    return false;
  }
}

/** What an installation depends on: the lockfile, the platform and how npm is asked. */
function stampOf(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return hash.update(`\0${process.platform}-${process.arch}\0${NPM_ARGS.join(' ')}`).digest('hex');
}

function npmCi(root, lock) {
  const script = process.env.npm_execpath;
  // npm runs on the machine's own Node: the pinned one lies in the folder that npm is about to empty.
  const [command, args] = script?.endsWith('npm-cli.js') ? [ownNode().path, [script, ...NPM_ARGS]] : ['npm', NPM_ARGS];
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: command === 'npm' && process.platform === 'win32' });
  // Should this process be killed, npm goes on for a while: whoever comes next waits for it too.
  if (child.pid !== undefined) writeFileSync(lock, `${process.pid} ${child.pid}`);
  return supervise(child);
}

async function take(lock, current) {
  const until = Date.now() + LOCK_MAX_MS;
  for (let told = false; ; ) {
    try {
      writeFileSync(lock, `${process.pid}`, { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = read(lock);
    if (holder !== undefined && (Date.now() > until || isStale(lock, holder))) breakLock(lock, holder);
    if (!told && !current()) process.stderr.write('parley: waiting for another installation to finish …\n');
    told = true;
    await sleep(200);
  }
}

function isStale(lock, holder) {
  // Between creating the file and writing to it there is a moment in which it is empty.
  if (holder === '') return Date.now() - (lstatSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 5_000;
  return holder.split(' ').every((pid) => !isAlive(Number(pid)));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Renaming decides who breaks it; a lock taken anew between reading and renaming is put back. */
function breakLock(lock, holder) {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  if (read(aside) !== holder && !existsSync(lock)) renameSync(aside, lock);
  else rmSync(aside, { force: true });
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
