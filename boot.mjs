#!/usr/bin/env node
/** What `npm start`, `npm test` and the other scripts run, on a fresh checkout with any Node >= 20: installs what is missing, then works. */
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { chooseRuntime, run, warningFor } from './runtime.mjs';
import { areScreensBuilt } from './screens.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const [command = '', ...args] = process.argv.slice(2);
const module = (name) => join(root, 'node_modules', name);
/** Each checker of the compiler looks at what all share anew: with four of them it works twice as much as with two. */
const TSC = [module('typescript/bin/tsc'), '-p', '.', '--checkers', '2'];
const BIOME = [module('@biomejs/biome/bin/biome'), 'check'];
const OXLINT = [module('oxlint/bin/oxlint'), '--type-aware', '--quiet', 'src', 'test', 'bench', 'build.ts'];

const COMMANDS = {
  start: async (node) => ((await build(node, 'web')) ? node([join(root, 'src/cli/main.ts'), 'demo', ...args]) : 1),
  test: (node, runtime) => test(node, runtime),
  check: (node) => check(node),
  bench: (node) => node(['bench/main.ts', ...args]),
  soak: (node) => node(['test/soak/main.ts', ...args]),
  sim: (node) => node(['src/sim/main.ts', ...args]),
  build: (node) => node(['build.ts', 'package', ...args]),
};

const work = COMMANDS[command];
if (work === undefined) {
  process.stderr.write(`boot: expected one of ${Object.keys(COMMANDS).join(', ')}\n`);
  process.exit(2);
}
if (!(await ensureInstalled(root))) process.exit(1);
const runtime = chooseRuntime(root);
const warning = warningFor(runtime.version);
if (warning !== undefined) process.stderr.write(`${warning}\n`);
process.exitCode = await work((list) => run(runtime, list, { root, cwd: root }).done, runtime);

/** The screens, when their sources changed since they were built. */
async function build(node, what) {
  // Asked here, since a process that finds nothing to do is a tenth of a start.
  return areScreensBuilt(root) || (await node(['build.ts', what])) === 0;
}

/** Types, format and lint; among them the one lint that needs types: a promise nobody waits for loses an error, and with it a receipt. */
async function check(node) {
  const codes = [await node(TSC), await node(BIOME), await node(OXLINT)];
  return codes.every((code) => code === 0) ? 0 : 1;
}

/**
 * Every test, in a few processes that share the files out among them; types and lint beside them.
 *
 * Arguments: flags go to Node's test runner, anything else keeps only the files whose path holds it.
 */
async function test(node, runtime) {
  const started = Date.now();
  const flags = args.filter((arg) => arg.startsWith('-'));
  const wanted = args.filter((arg) => !arg.startsWith('-'));
  const files = ['src', 'test'].flatMap(listTests).filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)));
  const counts = { tests: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };
  const built = await build(node, 'web');
  const checking = wanted.length > 0 ? Promise.resolve(0) : check(node);
  const { child, done } = run(runtime, ['test/lanes.ts', ...flags, ...files], { root, cwd: root, stdout: 'pipe' });
  const drained = count(child.stdout, counts);
  const failed = [!built, (await done) !== 0, (await checking) !== 0];
  // What was printed last may still be in the pipe; something a test left running may hold that pipe open for ever.
  await Promise.race([drained, sleep(1_000)]);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const lint = failed[2] ? 'types or lint are not clean, ' : '';
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
  const ok = !failed.includes(true);
  process.stdout.write(`\n${ok ? 'OK' : 'NOT OK'}: ${lint}${counts.pass} of ${counts.tests} tests pass${skipped}, ${seconds} s\n`);
  return ok ? 0 : 1;
}

/** Test files below a folder, in a fixed order; the long versions under `test/soak` are not among them. */
function listTests(folder) {
  if (!existsSync(join(root, folder))) return [];
  const found = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(path === 'test/soak' ? [] : listTests(path)));
    else if (/\.test\.(ts|mjs)$/.test(entry.name)) found.push(path);
  }
  return found.sort();
}

/** Passes the runner's own output through and takes the figures of its closing lines (`ℹ pass 12`). */
function count(stream, counts) {
  let rest = '';
  const drained = once(stream, 'close');
  stream.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const match = /^ℹ (tests|pass|fail|cancelled|skipped|todo) (\d+)$/.exec(line);
      if (match !== null) counts[match[1]] = Number(match[2]);
    }
  });
  return drained;
}
