import { dirname, join, normalize } from 'node:path/posix';
import { referencesOf, type SourceFile } from './tree.ts';

/** Rooms from the ground up. A room's tests may use any room before it and `node`; its code only those named in {@link MAY_IMPORT}. */
export const ROOMS = [
  'base',
  'tlog',
  'document',
  'entry',
  'verify',
  'procedure',
  'projection',
  'store',
  'sync',
  'interop',
  'node',
  'web',
  'cli',
  'sim',
] as const;

type Room = (typeof ROOMS)[number];
const allBut = (...rooms: Room[]): readonly Room[] => ROOMS.filter((room) => !rooms.includes(room));

/** The arrows of ARCHITECTURE.md. */
export const MAY_IMPORT: Readonly<Record<Room, readonly Room[]>> = {
  base: [],
  tlog: ['base'],
  document: ['base'],
  entry: ['base', 'tlog', 'document'],
  verify: ['base', 'tlog', 'document', 'entry'],
  procedure: ['base', 'document'],
  projection: ['base', 'document', 'procedure'],
  store: ['base', 'tlog'],
  sync: ['base', 'tlog', 'entry', 'verify', 'store'],
  interop: ['base', 'document', 'projection'],
  node: allBut('web', 'cli', 'sim'),
  web: ['base', 'tlog', 'document', 'entry', 'verify', 'procedure', 'projection'],
  cli: allBut('web', 'sim'),
  sim: allBut('web', 'cli'),
};

/** Rooms whose types alone may be named: `projection` folds verified entries and cannot make one. */
export const MAY_NAME_TYPES: Readonly<Partial<Record<Room, readonly Room[]>>> = {
  procedure: ['verify'],
  projection: ['verify'],
  store: ['verify'],
};

/** Modules that are started, not imported. */
const ENTRY_POINTS = ['src/cli/main.ts', 'src/sim/main.ts', 'src/web/vite.config.ts'];

/** Imports that go the wrong way. */
export function brokenWalls(files: readonly SourceFile[]): readonly string[] {
  const complaints: string[] = [];
  for (const file of files) {
    const from = roomOf(file.path);
    if (from === undefined) continue;
    for (const { to, typeOnly } of referencesOf(file)) {
      const target = resolve(file.path, to);
      const room = target === undefined ? undefined : roomOf(target);
      if (target?.startsWith('test/') || target?.startsWith('bench/'))
        complaints.push(`${file.path}: imports ${target}, which is not part of the product`);
      if (room === undefined || room === from) continue;
      // Tests run on the real ports, and those are node's.
      const below = isTest(file.path) && (room === 'node' || ROOMS.indexOf(room) < ROOMS.indexOf(from));
      const named = typeOnly && (MAY_NAME_TYPES[from] ?? []).includes(room);
      if (!MAY_IMPORT[from].includes(room) && !below && !named) complaints.push(`${file.path}: ${from} may not import ${room} (${to})`);
    }
  }
  return complaints;
}

/** Modules of `src` that nothing refers to. */
export function deadModules(files: readonly SourceFile[]): readonly string[] {
  const alive = new Set(ENTRY_POINTS);
  for (const file of files) {
    for (const { to } of referencesOf(file)) {
      const target = resolve(file.path, to);
      if (target !== undefined) alive.add(target);
    }
    if (!file.path.endsWith('.html')) continue;
    for (const [, to = ''] of file.text.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="\/?([^"]+)"/g)) alive.add(join(dirname(file.path), to));
  }
  return files
    .filter(
      (file) =>
        file.path.startsWith('src/') &&
        /\.(tsx?|css)$/.test(file.path) &&
        !file.path.endsWith('.d.ts') &&
        !isTest(file.path) &&
        !alive.has(file.path),
    )
    .map((file) => `${file.path}: nothing imports it`);
}

/** Whether a file holds tests, or what tests share: `store-suite.ts`, `suite-trees.ts`, `fixtures.ts`. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$|(^|[/-])(suite|fixtures?)(-[\w-]+)?\.ts$/.test(path);
}

/** `tlog` of `src/tlog/note.ts`; `undefined` outside the rooms. */
export function roomOf(path: string): Room | undefined {
  const name = /^src\/([^/]+)\//.exec(path)?.[1];
  return ROOMS.find((room) => room === name);
}

function resolve(from: string, to: string): string | undefined {
  return to.startsWith('.') ? normalize(join(dirname(from), to.replace(/\?.*$/, ''))) : undefined;
}
