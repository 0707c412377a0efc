/** Whether the screens in dist/web are those of the source that is here. Plain JavaScript: `boot.mjs` asks it on any Node >= 20, before anything is started. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file that says of which source the screens in a folder are. */
export const STAMP = '.stamp';

/** Whether the screens need no building: they are there, and of this source, or there is no source to build them from. */
export function areScreensBuilt(root) {
  if (!existsSync(join(root, 'src', 'web', 'index.html'))) return true;
  const stamp = join(root, 'dist', 'web', STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceDigest(root);
}

/** What the screens are made of; all of `src` counts, since most rooms run in the browser too. */
export function sourceDigest(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  hash.update(readFileSync(join(root, 'build-verifier.ts')));
  for (const folder of ['src', 'procedures', 'scenarios'].filter((name) => existsSync(join(root, name)))) {
    for (const path of listFiles(join(root, folder))) {
      if (/\.test\.tsx?$/.test(path)) continue;
      hash.update(`\0${folder}/${path}\0`).update(readFileSync(join(root, folder, path)));
    }
  }
  return hash.digest('hex');
}

/** Paths of all files below a folder, relative to it, in a fixed order. */
export function listFiles(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
}
