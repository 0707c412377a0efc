/** Which Node runs Parley, and how it is started. Plain JavaScript: this file itself runs on any Node >= 20. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';

/** The oldest Node that runs Parley: earlier OpenSSL has no ML-DSA. */
const FLOOR = '24.7.0';
/** Per line, the first release with the security fixes of October 2026 (TLS names, the Brotli decoder). */
const FIXED = { 24: '24.22.1', 26: '26.12.1' };
/**
 * How Node is started: without a warning on stderr that a user can do nothing about, and with 8 MB a space for young objects: a node works in
 * batches of a few megabytes, and with the default it holds 60 MB more for nothing. Its heap may double before it is swept, and no more: with the
 * default a node that works through a long record holds 100 MB more, and is no faster.
 */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8', '--heap-growing-percent=100'];

/** Negative, zero or positive as version `a` (`26.10.0`) is older than, the same as or newer than `b`. */
export function compareVersions(a, b) {
  const [x, y] = [a, b].map((version) => version.replace(/^v/, '').split('.').map(Number.parseFloat));
  for (let i = 0; i < 3; i++) if (x[i] !== y[i]) return x[i] - y[i];
  return 0;
}

/** The one sentence about a Node that lacks known security fixes, or `undefined` where nothing is to be said. */
export function warningFor(version) {
  const line = Number.parseInt(version, 10);
  const fixed = FIXED[line] ?? (line > 26 ? version : '26.12.1');
  if (compareVersions(version, fixed) >= 0) return undefined;
  return `parley: Node ${version} lacks security fixes of October 2026; install Node ${FIXED[26]} or newer on this machine and it will be used.`;
}

/** The newest of the candidates that is new enough, the first of equals; `undefined` when there is none. */
export function newest(candidates) {
  let best;
  for (const candidate of candidates) {
    if (compareVersions(candidate.version, FLOOR) < 0) continue;
    if (best === undefined || compareVersions(candidate.version, best.version) > 0) best = candidate;
  }
  return best;
}

/** The machine's own Node as `{ path, version }`: the one npm runs on, since inside `npm run` the name `node` may mean the pinned one. */
export function ownNode(env = process.env) {
  const version = /\bnode\/v(\d+\.\d+\.\d+)/.exec(env.npm_config_user_agent ?? '')?.[1];
  const path = env.npm_node_execpath;
  if (version !== undefined && path !== undefined && existsSync(path)) return { path, version };
  return { path: process.execPath, version: process.versions.node };
}

/** The Node that came with the dependencies of the package at `root`, or `undefined` where none can run on this machine. */
export function pinnedNode(root) {
  const loader = { x64: '/lib64/ld-linux-x86-64.so.2', arm64: '/lib/ld-linux-aarch64.so.1' }[process.arch];
  // The Linux binaries want glibc: where its loader is missing (musl), they are there and do not run.
  if (process.platform === 'linux' && !existsSync(loader ?? '')) return undefined;
  const name = process.platform === 'win32' ? `node-win-${process.arch}` : `node-${process.platform}-${process.arch}`;
  const require = createRequire(join(root, 'package.json'));
  for (const folder of [name, name.replace('node-', 'node-bin-')]) {
    try {
      const manifest = require.resolve(`${folder}/package.json`);
      const path = join(manifest, '..', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
      if (existsSync(path)) return { path, version: JSON.parse(readFileSync(manifest, 'utf8')).version };
    } catch {
      // Not installed here.
    }
  }
  return undefined;
}

/** The runtime to use for the package at `root`; stops the process with one sentence when there is none. */
export function chooseRuntime(root) {
  const own = ownNode();
  const pinned = pinnedNode(root);
  const chosen = newest(pinned === undefined ? [own] : [own, pinned]);
  if (chosen !== undefined) return chosen;
  process.stderr.write(
    `parley: Node ${FLOOR} or newer is needed and this machine has ${own.version}; run "npm start" once, or install a newer Node.\n`,
  );
  process.exit(1);
}

/** The environment of the child: compiled code is cached inside the checkout's own node_modules, never in a shared folder. */
function childEnv(root) {
  const modules = join(root, 'node_modules');
  if (process.env.NODE_COMPILE_CACHE !== undefined || !existsSync(modules) || root.includes(`${sep}node_modules${sep}`)) return process.env;
  return { ...process.env, NODE_COMPILE_CACHE: join(modules, '.cache', 'compile') };
}

/** Starts a Node program; `done` resolves with its exit code as {@link supervise} says, `child` is there to read a piped stdout from. */
export function run(runtime, args, { root, cwd = process.cwd(), stdout = 'inherit' }) {
  const child = spawn(runtime.path, [...FLAGS, ...args], { cwd, env: childEnv(root), stdio: ['inherit', stdout, 'inherit'] });
  return { child, done: supervise(child) };
}

/**
 * Passes signals on to a child and resolves with its exit code (128 + n after signal n).
 *
 * Under npm the parent is watched too: a SIGTERM to npm kills npm and its shell without telling us, and the child must not outlive them.
 */
export function supervise(child) {
  const parent = process.ppid;
  const stop = (signal) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  };
  // A terminal sends its interrupt to the whole foreground group: passing it on would make it two.
  const onInterrupt = () => {
    if (!process.stdin.isTTY) stop('SIGINT');
  };
  const onTerminate = () => stop('SIGTERM');
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate).on('SIGHUP', onTerminate);
  const underNpm = process.env.npm_lifecycle_event !== undefined && process.platform !== 'win32';
  const watch = setInterval(() => {
    if (underNpm && process.ppid !== parent) {
      clearInterval(watch);
      stop('SIGTERM');
      setTimeout(() => stop('SIGKILL'), 10_000).unref();
    }
  }, 250);
  return new Promise((resolve) => {
    const end = (code) => {
      clearInterval(watch);
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate).off('SIGHUP', onTerminate);
      resolve(code);
    };
    child.on('error', (error) => {
      process.stderr.write(`parley: ${error.message}\n`);
      end(1);
    });
    child.on('exit', (code, signal) => end(code ?? 128 + (SIGNALS[signal] ?? 9)));
  });
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGPIPE: 13, SIGTERM: 15 };

/** Replaces this process by the program where the platform can, so that a command has one process and one start; else runs it as a child. */
export async function become(runtime, args, root) {
  if (process.execve !== undefined && process.platform !== 'win32') {
    process.execve(realpathSync(runtime.path), [runtime.path, ...FLAGS, ...args], childEnv(root));
  }
  process.exit(await run(runtime, args, { root }).done);
}
