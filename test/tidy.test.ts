import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { strayDatabase, strayEffects, strayWaysOut } from './tidy/effects.ts';
import { installScripts, lockfileGaps, looseVersions, undeclaredPackages, unexplainedPackages, unusedPackages } from './tidy/packages.ts';
import { refusedSyntax, strayWords, tooLong } from './tidy/shape.ts';
import { readProject, type SourceFile, toSourceFile } from './tidy/tree.ts';
import { brokenWalls, deadModules } from './tidy/walls.ts';

const project = readProject(fileURLToPath(new URL('..', import.meta.url)));

type Rule = (files: readonly SourceFile[]) => readonly string[];

/** One rule: the project keeps it, and each planted violation (files by path) is noticed once per file name given. */
function holds(
  sentence: string,
  rule: Rule,
  planted: readonly Readonly<Record<string, string>>[],
  fine: Readonly<Record<string, string>> = {},
): void {
  test(sentence, () => {
    assert.deepEqual(rule(project), []);
    assert.deepEqual(rule(files(fine)), [], 'what is allowed must pass');
    for (const violation of planted) assert.notEqual(rule(files(violation)).length, 0, `not noticed: ${JSON.stringify(violation)}`);
  });
}

function files(texts: Readonly<Record<string, string>>): readonly SourceFile[] {
  return Object.entries(texts).map(([path, text]) => toSourceFile(path, text));
}

test('the project was read', () => {
  assert.ok(project.some((file) => file.path === 'package.json'));
  assert.ok(project.some((file) => file.path === 'src/base/ports.ts' && file.tree !== undefined));
});

holds(
  'imports between rooms go one way',
  brokenWalls,
  [
    { 'src/tlog/a.ts': `import { b } from '../store/b.ts';` },
    { 'src/tlog/a.ts': `import type { B } from '../verify/b.ts';` },
    { 'src/tlog/a.ts': `export * from '../entry/b.ts';` },
    { 'src/base/a.ts': `const b = await import('../tlog/b.ts');` },
    { 'src/base/a.ts': `type B = import('../tlog/b.ts').B;` },
    { 'src/projection/a.ts': `import { verify } from '../verify/b.ts';` },
    { 'src/projection/a.ts': `import { type V, verify } from '../verify/b.ts';` },
    { 'src/web/acts/a.ts': `import { b } from '../../node/b.ts';` },
    { 'src/node/a.ts': `import { b } from '../cli/b.ts';` },
    { 'src/node/a.ts': `import { b } from '../../test/b.ts';` },
    { 'src/tlog/a.test.ts': `import { b } from '../sync/b.ts';` },
  ],
  {
    'src/entry/a.ts': `import { b } from '../tlog/b.ts'; import { c } from './c.ts'; import d from 'fast-check';`,
    'src/projection/a.ts': `import type { V } from '../verify/b.ts';`,
    'src/projection/a.test.ts': `import { verify } from '../verify/b.ts'; import { b } from '../node/b.ts'; import assert from 'node:assert';`,
    'src/cli/a.ts': `import { b } from '../node/b.ts';`,
  },
);

holds(
  'effects come through ports',
  strayEffects,
  [
    { 'src/tlog/a.ts': `import { readFileSync } from 'node:fs';` },
    { 'src/web/a.ts': `import { readFileSync } from 'node:fs';` },
    { 'src/sync/a.ts': 'export const at = Date.now();' },
    { 'src/sync/a.ts': 'export const at = new Date();' },
    { 'src/sync/a.ts': 'export const at = Math.random();' },
    { 'src/sync/a.ts': 'crypto.getRandomValues(new Uint8Array(1));' },
    { 'src/sync/a.ts': 'globalThis.fetch("x");' },
    { 'src/sync/a.ts': 'await fetch("x");' },
    { 'src/entry/a.ts': 'export const e = process.env;' },
    { 'src/entry/a.ts': 'export const e = Buffer.from("x");' },
    { 'src/entry/a.ts': 'export const e = { process };' },
    { 'src/store/memory.ts': 'setTimeout(() => {}, 1);' },
    { 'src/projection/a.ts': 'export const e = new Intl.DateTimeFormat();' },
    { 'src/projection/a.ts': 'export const e = (a: string, b: string) => a.localeCompare(b);' },
  ],
  {
    'src/node/a.ts': `import { readFileSync } from 'node:fs'; export const at = Date.now();`,
    'src/store/sqlite.ts': `import { readFileSync } from 'node:fs';`,
    'src/web/a.ts': 'export const p = fetch("x"); setTimeout(() => {}, 1);',
    'src/entry/a.ts': `export const f = (row: { process: number; document: string }, fetch: () => void) => { fetch(); return { process: row.process, at: new Date(1) }; }; // process.env`,
    'src/entry/a.test.ts': `import assert from 'node:assert'; assert(process.env);`,
    'src/base/ports.ts': 'export type P = { fetch(): void; readonly document: string; crypto: Crypto };',
  },
);

holds('one file knows the database', strayDatabase, [
  { 'src/store/sqlite.ts': `import { DatabaseSync } from 'node:sqlite';`, 'src/node/b.ts': `import type { DatabaseSync } from 'node:sqlite';` },
]);

holds(
  'a node speaks to other machines from the files named for it alone',
  strayWaysOut,
  [
    { 'src/node/a.ts': `import { request } from 'node:https';` },
    { 'src/node/a.ts': `import { createServer, connect } from 'node:tls';` },
    { 'src/node/a.ts': `import * as net from 'node:net';` },
    { 'src/node/a.ts': `const { connect } = await import('node:net');` },
    { 'src/node/notices/a.ts': `import { createTransport } from 'nodemailer';` },
    { 'src/node/a.ts': `await fetch('https://a.example/');` },
    { 'src/interop/a.ts': `export { request } from 'node:http';` },
  ],
  {
    'src/node/peer-http.ts': `import { request } from 'node:https';`,
    'src/node/a.ts': `import { createServer, type Server } from 'node:https'; import type { Socket } from 'node:net'; import { isIP } from 'node:net';`,
    'src/node/b.ts': `export const f = (fetch: () => void) => fetch();`,
    'src/node/a.test.ts': `import { request } from 'node:https';`,
  },
);

holds(
  'files and functions stay short',
  tooLong,
  [
    {
      'src/base/a.ts': 'export const a = 1;\n'
        .repeat(401)
        .replaceAll(/a = 1/g, () => 'b = 1')
        .split('\n')
        .map((line, at) => line.replace('b', `b${at}`))
        .join('\n'),
    },
    { 'src/base/a.ts': `export function a() {${'\n'.repeat(70)}}` },
  ],
  { 'src/base/a.ts': `export function a() { return { b() {${'\n'.repeat(60)}},\n\nc: () => {${'\n'.repeat(60)}} };${'\n'.repeat(60)} }` },
);

holds(
  'what does not erase is not written',
  refusedSyntax,
  [
    { 'src/base/a.ts': 'export enum A { B }' },
    { 'src/base/a.ts': 'export namespace A { export const b = 1; }' },
    { 'src/base/a.ts': 'export class A { constructor(readonly b: number) {} }' },
    { 'src/base/a.ts': 'export const a = (b?: string) => b!.length;' },
    { 'src/base/a.ts': 'export const a = (b: any) => b;' },
    { 'src/base/a.ts': 'export default 1;' },
  ],
  { 'src/base/a.d.ts': `declare module 'x' { export const a: number; }`, 'vite.config.ts': 'export default {};' },
);

holds(
  'tracked files hold no notes to oneself, no place on one machine, no registry',
  strayWords,
  [
    { 'a.md': `${'TO'}DO: write this` },
    { 'src/base/a.ts': `const a = 1; // ${'FIX'}ME` },
    { 'a.md': `see ${'/ho'}me/someone/parley` },
    { 'a.json': `{"resolved": "https://${'registry.npm'}js.org/a"}` },
  ],
  { 'a.md': 'under ~/work/parley and /var/lib/parley; "2hXNUMX" stays' },
);

holds(
  'every module has somebody who needs it',
  deadModules,
  [{ 'src/base/a.ts': '', 'src/base/b.ts': `import './c.ts';`, 'src/cli/main.ts': `import '../base/b.ts'; import '../base/c.ts';` }],
  {
    'src/base/a.ts': '',
    'src/cli/main.ts': `new Worker(new URL('./worker.ts', import.meta.url)); import('../base/a.ts');`,
    'src/cli/worker.ts': '',
    'src/web/index.html': '<script type="module" src="./main.tsx"></script>',
    'src/web/main.tsx': `import './a.css';`,
    'src/web/a.css': '',
  },
);

const manifest = (version: string) => JSON.stringify({ dependencies: { left: version } });

holds(
  'every package has its reason in ARCHITECTURE.md',
  unexplainedPackages,
  [
    { 'package.json': manifest('1.0.0'), 'ARCHITECTURE.md': '' },
    { 'package.json': manifest('1.0.0'), 'ARCHITECTURE.md': '| `left` | needed |' },
  ],
  { 'package.json': manifest('1.0.0'), 'ARCHITECTURE.md': '| `left` | pads what the right cannot |' },
);

holds(
  'what a room imports is installed with the package',
  undeclaredPackages,
  [
    { 'package.json': manifest('1.0.0'), 'src/node/a.ts': `import { right } from 'right';` },
    { 'package.json': JSON.stringify({ devDependencies: { left: '1.0.0' } }), 'src/node/a.ts': `import { left } from 'left/sub.js';` },
    { 'package.json': manifest('1.0.0'), 'test/a.test.ts': `import { right } from '@right/right';` },
  ],
  { 'package.json': JSON.stringify({ devDependencies: { left: '1.0.0' } }), 'src/node/a.test.ts': `import { left } from 'left/sub.js';` },
);

holds('what is installed with the package is imported by a room', unusedPackages, [{ 'package.json': manifest('1.0.0') }]);

holds('every package has one exact version', looseVersions, [{ 'package.json': manifest('^1.0.0') }, { 'package.json': manifest('latest') }], {
  'package.json': manifest('1.0.0'),
});

const locked = (names: Readonly<Record<string, object>>) => JSON.stringify({ packages: names });

holds(
  'the lockfile names the packages of every platform and no registry',
  lockfileGaps,
  [
    { 'package-lock.json': locked({ '': { optionalDependencies: { a: '1.0.0' } } }) },
    { 'package-lock.json': locked({ 'node_modules/a': { optionalDependencies: { b: '1.0.0' } } }) },
    { 'package-lock.json': locked({ 'node_modules/a': { resolved: 'somewhere' } }) },
  ],
  { 'package-lock.json': locked({ 'node_modules/a/node_modules/b': { optionalDependencies: { c: '1' } }, 'node_modules/a/node_modules/c': {} }) },
);

holds('no package runs a script when installed', installScripts, [{ 'package-lock.json': locked({ 'node_modules/a': { hasInstallScript: true } }) }]);
