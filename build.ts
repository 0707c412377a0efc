/** What is made from the source: `web` the screens in dist/web, `package` all that the npm tarball carries. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildVerifier } from './build-verifier.ts';
import { areScreensBuilt, listFiles, STAMP, sourceDigest } from './screens.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');

/** Builds the screens into dist/web when their sources changed; all of `src` counts, since most rooms run in the browser too. */
export async function buildWeb(): Promise<void> {
  const page = join(root, 'src', 'web', 'index.html');
  if (!existsSync(page)) return;
  const out = join(dist, 'web');
  if (areScreensBuilt(root)) return;
  const wanted = sourceDigest(root);
  const { build } = await import('vite');
  // Beside, then in place: a node that serves the old screens never sees half of the new ones.
  const fresh = `${out}.${process.pid}`;
  const configFile = ['vite.config.ts', 'src/web/vite.config.ts'].map((path) => join(root, path)).find(existsSync) ?? false;
  await build({ root: dirname(page), configFile, logLevel: 'error', build: { outDir: fresh, emptyOutDir: true } });
  await buildVerifier(join(root, 'src', 'web'), fresh);
  writeFileSync(join(fresh, STAMP), wanted);
  rmSync(out, { recursive: true, force: true });
  renameSync(fresh, out);
}

/** Builds everything the tarball carries; throws with the compiler's words when the source does not compile. */
export async function buildPackage(): Promise<void> {
  await buildWeb();
  emit();
}

/**
 * Compiles the rooms a node and the command line need to dist/<room>/*.js, with their assets beside.
 *
 * `check` false leaves types unlooked at, which is most of the work, for whoever has them checked beside.
 */
export function emit({ check = true } = {}): void {
  const emitted = join(dist, '.emit');
  for (const name of existsSync(dist) ? readdirSync(dist) : [])
    if (!name.startsWith('web')) rmSync(join(dist, name), { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiler = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--checkers', '2', ...(check ? [] : ['--noCheck'])], {
    cwd: root,
    encoding: 'utf8',
  });
  if (compiler.status !== 0) throw new Error(`the source does not compile\n${compiler.stdout}${compiler.stderr}`);
  for (const room of readdirSync(join(emitted, 'src'))) {
    const from = join(emitted, 'src', room);
    for (const path of listFiles(from)) if (path.endsWith('.js')) rewrite(join(from, path));
    copyAssets(join(root, 'src', room), from);
    renameSync(from, join(dist, room));
  }
  rmSync(emitted, { recursive: true, force: true });
}

/** The compiler rewrites imports alone: `new URL('./worker.ts', import.meta.url)` names a module too. */
export function rewriteUrls(code: string): string {
  return code.replace(/(new URL\(\s*(['"])\.[^'"\n]*)\.ts\2(\s*,\s*import\.meta\.url)/g, '$1.js$2$3');
}

function rewrite(path: string): void {
  const code = readFileSync(path, 'utf8');
  const changed = rewriteUrls(code);
  if (changed !== code) writeFileSync(path, changed);
}

function copyAssets(from: string, to: string): void {
  for (const path of listFiles(from)) {
    if (/\.(tsx?|css|html)$/.test(path)) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(from, path), join(to, path));
  }
}

if (import.meta.main) {
  const what = process.argv[2];
  if (what === 'web') await buildWeb();
  else if (what === 'package') await buildPackage();
  else {
    process.stderr.write('build: expected "web" or "package"\n');
    process.exitCode = 2;
  }
}
