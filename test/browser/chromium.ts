/** A real Chromium for the browser tests: the one named by CHROME_PATH, one of this machine, or the one that comes with the development packages. */
import { createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

/** It may run as root and without a network; nothing but our own pages on loopback is ever opened in it. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe', 'msedge.exe'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  `${process.env.PROGRAMFILES ?? ''}\\Google\\Chrome\\Application\\chrome.exe`,
  `${process.env['PROGRAMFILES(X86)'] ?? ''}\\Microsoft\\Edge\\Application\\msedge.exe`,
];
const LAUNCH_TIMEOUT_MS = 30_000;

type Candidate = { readonly name: string; find(): Promise<{ path: string; env: Readonly<Record<string, string>> } | undefined> };

/**
 * Starts a Chromium; close it. Where none can be started, says what was tried and why each failed: tests then skip with that sentence.
 * A browser that CHROME_PATH names must start: the fault is thrown.
 */
export async function launchChromium(): Promise<{ readonly browser: Browser } | { readonly impossible: string }> {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== '') return { browser: await launch(named, {}) };
  const faults: string[] = [];
  for (const { name, find } of candidates()) {
    try {
      const found = await find();
      if (found !== undefined) return { browser: await launch(found.path, found.env) };
    } catch (fault) {
      faults.push(`${name}: ${fault instanceof Error ? (fault.message.split('\n')[0] ?? '') : String(fault)}`);
    }
  }
  return { impossible: `no Chromium could be started here (set CHROME_PATH to one). ${faults.join('; ')}` };
}

function candidates(): readonly Candidate[] {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const installed = [...onPath, ...PLACES].filter((path) => existsSync(path));
  return [...installed.map((path) => ({ name: path, find: async () => ({ path, env: {} }) })), { name: 'the packaged one', find: packaged }];
}

function launch(executablePath: string, env: Readonly<Record<string, string>>): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS, timeout: LAUNCH_TIMEOUT_MS, env: { ...process.env, ...env } as Record<string, string> });
}

/** The Chromium of `@sparticuz/chromium` with the libraries it needs, unpacked once; `undefined` where it cannot run or is not installed. */
async function packaged(): Promise<{ path: string; env: Readonly<Record<string, string>> } | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const { resolve } = createRequire(import.meta.url);
  let root: string;
  try {
    root = dirname(dirname(resolve('@sparticuz/chromium')));
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = await unpackOnce(join(root, 'bin'), version);
  const { LD_LIBRARY_PATH: libraries } = process.env;
  const lib = join(folder, 'lib');
  const env = { LD_LIBRARY_PATH: libraries === undefined || libraries === '' ? lib : `${lib}:${libraries}` };
  // Without any font configuration it draws nothing at all.
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_FILE: join(folder, 'fontconfig.xml') };
  return { path: join(folder, 'chromium'), env: { ...env, ...fonts } };
}

/** Unpacks beside and renames, so that two test processes never see half of it; in a folder of this checkout, never in one others can write to. */
async function unpackOnce(bin: string, version: string): Promise<string> {
  const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  const fresh = await mkdir(cache, { recursive: true })
    .then(() => mkdtemp(join(cache, 'chromium-')))
    .catch(() => mkdtemp(join(tmpdir(), 'chromium-')));
  await Promise.all([
    pipeline(createReadStream(join(bin, 'chromium.br')), createBrotliDecompress(), createWriteStream(join(fresh, 'chromium'), { mode: 0o755 })),
    unpackTar(join(bin, 'al2023.tar.br'), fresh),
    unpackTar(join(bin, 'fonts.tar.br'), fresh),
    // ANGLE's software renderer, found beside the executable.
    unpackTar(join(bin, 'swiftshader.tar.br'), fresh),
  ]);
  if (!fresh.startsWith(cache + sep)) {
    await writeFontConfiguration(fresh, fresh);
    process.once('exit', () => rmSync(fresh, { recursive: true, force: true }));
    return fresh;
  }
  await writeFontConfiguration(fresh, folder);
  try {
    await rename(fresh, folder);
  } catch (fault) {
    await rm(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw fault;
  }
  return folder;
}

async function writeFontConfiguration(fresh: string, folder: string): Promise<void> {
  const text = `<?xml version="1.0"?>\n<fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fontcache')}</cachedir></fontconfig>\n`;
  await writeFile(join(fresh, 'fontconfig.xml'), text);
}

/** A tar of plain files and short names (POSIX ustar), which is all that the package holds. */
async function unpackTar(archive: string, into: string): Promise<void> {
  const tar = await promisify(brotliDecompress)(await readFile(archive));
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const text = (from: number, length: number): string => tar.toString('latin1', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12).trim() || '0', 8);
    const path = normalize(join(into, text(345, 155), text(0, 100)));
    if (!path.startsWith(into + sep)) throw new Error('an archive that stays in its folder');
    if (text(156, 1) === '0' || text(156, 1) === '') {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, tar.subarray(at + 512, at + 512 + size), { mode: 0o755 });
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
