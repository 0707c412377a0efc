import { isSyntax, lineAt, referencesOf, type SourceFile, type Syntax, walk } from './tree.ts';
import { isTest, roomOf } from './walls.ts';

/** Names of the outside world; where one is used, something else than the arguments decides the result. */
const WORLD = new Set([
  'process',
  'Buffer',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'crypto',
  'console',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'navigator',
  'document',
  'window',
  'WebSocket',
  'Worker',
  'require',
]);
/** Rooms that implement the ports. */
const EFFECTFUL = new Set(['node', 'cli', 'sim', 'web']);
/** Store drivers: they alone in their room hold a database. */
const DRIVER = /^src\/store\/(database|sqlite|postgres)[\w-]*\.ts$/;
/** Folds must give the same answer on every machine: no locale data. */
const FOLDS = new Set(['verify', 'procedure', 'projection']);

/** Effects outside the rooms that implement the ports, with line numbers. */
export function strayEffects(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    if (room === undefined || file.tree === undefined || isTest(file.path)) return [];
    const complaints = room === 'web' || !(EFFECTFUL.has(room) || DRIVER.test(file.path)) ? nodeImports(file) : [];
    if (EFFECTFUL.has(room) || DRIVER.test(file.path)) return complaints;
    const bound = boundNames(file.tree);
    for (const { node, parent } of walk(file.tree)) {
      const what = effectOf(node, parent, bound, FOLDS.has(room));
      if (what !== undefined) complaints.push(`${file.path}:${lineAt(file.text, node.start)}: ${what} is an effect; take it from a port`);
    }
    return complaints;
  });
}

/** From these alone a node speaks to another machine: pinned peers and hosts, a host's card before it is pinned, the mail server, pinned receivers. */
const WAYS_OUT: readonly string[] = ['src/node/peer-http.ts', 'src/node/host-card.ts', 'src/node/notices/mailer.ts', 'src/node/notices/webhook.ts'];
const NETWORK = /^(node:)?(https?|http2|net|tls|dgram|dns|dns\/promises)$|^(nodemailer|undici|ws)$/;
/** Of those modules, what listens, or only looks at text. */
const NO_WAY_OUT: readonly string[] = ['createServer', 'isIP', 'isIPv4', 'isIPv6'];

/** Files of what a node runs, others than {@link WAYS_OUT}, that could connect to somebody. */
export function strayWaysOut(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    if (room === undefined || room === 'web' || room === 'cli' || room === 'sim' || file.tree === undefined) return [];
    if (isTest(file.path) || /\/fixtures-/.test(file.path) || WAYS_OUT.includes(file.path)) return [];
    const bound = boundNames(file.tree);
    const complaints: string[] = [];
    for (const { node, parent } of walk(file.tree)) {
      const isFetch = node.type === 'Identifier' && node.name === 'fetch' && !bound.has('fetch') && !isName(node, parent);
      if (isFetch || reachesOut(node)) complaints.push(`${file.path}:${lineAt(file.text, node.start)}: a way out; SECURITY.md names them all`);
    }
    return complaints;
  });
}

/** An import, at run time, of something that connects. */
function reachesOut(node: Syntax): boolean {
  if (node.type !== 'ImportDeclaration' && node.type !== 'ImportExpression' && !/^Export\w*Declaration$/.test(node.type)) return false;
  const source = isSyntax(node.source) ? node.source.value : undefined;
  if (typeof source !== 'string' || !NETWORK.test(source) || node.importKind === 'type' || node.exportKind === 'type') return false;
  if (node.type !== 'ImportDeclaration' || !Array.isArray(node.specifiers)) return true;
  return node.specifiers.some((one: unknown) => isSyntax(one) && one.importKind !== 'type' && !NO_WAY_OUT.includes(nameOf(one.imported)));
}

/** `node:sqlite` has one importer, since its names are about to change and a second driver may take its place. */
export function strayDatabase(files: readonly SourceFile[]): readonly string[] {
  const importers = files
    .filter((file) => file.path.startsWith('src/') && referencesOf(file).some(({ to }) => to === 'node:sqlite'))
    .map((file) => file.path);
  return importers.length <= 1 ? [] : importers.map((path) => `${path}: imports node:sqlite, and so does another file`);
}

function nodeImports(file: SourceFile): string[] {
  return referencesOf(file)
    .filter(({ to, typeOnly }) => to.startsWith('node:') && !typeOnly)
    .map(({ to }) => `${file.path}: imports ${to}; this room runs in browsers or has its effects passed in`);
}

function effectOf(node: Syntax, parent: Syntax | undefined, bound: ReadonlySet<string>, fold: boolean): string | undefined {
  if (node.type === 'NewExpression' && nameOf(node.callee) === 'Date' && Array.isArray(node.arguments) && node.arguments.length === 0)
    return 'new Date()';
  if (node.type === 'CallExpression' && nameOf(node.callee) === 'Date') return 'Date()';
  if (node.type === 'MemberExpression') {
    const path = `${nameOf(node.object)}.${nameOf(node.property)}`;
    if (path === 'Date.now' || path === 'Math.random' || path.startsWith('globalThis.')) return path;
    if (fold && /\.(toLocale\w+|localeCompare)$/.test(path)) return path;
  }
  if (node.type !== 'Identifier' || typeof node.name !== 'string' || bound.has(node.name)) return undefined;
  if (!WORLD.has(node.name) && !(fold && node.name === 'Intl')) return undefined;
  return isName(node, parent) ? undefined : node.name;
}

/** Whether an identifier is only a name here (`x.process`, `{ process: 1 }`, a type), not a reference. */
function isName(node: Syntax, parent: Syntax | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.type.startsWith('TS')) return !/^TS(As|Satisfies|NonNull|TypeAssertion)/.test(parent.type);
  if (parent.type === 'MemberExpression') return parent.property === node && parent.computed !== true;
  if (/^(Property|MethodDefinition|PropertyDefinition|LabeledStatement)$/.test(parent.type))
    return parent.key === node && parent.shorthand !== true && parent.computed !== true;
  return parent.type.startsWith('JSX') || /^(Import|Export)\w*Specifier$/.test(parent.type);
}

/** Names that the file itself declares: a port called `fetch` is no effect. */
function boundNames(tree: Syntax): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (pattern: unknown): void => {
    if (!isSyntax(pattern)) return;
    if (pattern.type === 'Identifier' && typeof pattern.name === 'string') names.add(pattern.name);
    for (const part of [pattern.argument, pattern.left, pattern.value, pattern.local]) if (pattern.type !== 'Identifier') add(part);
    for (const list of [pattern.elements, pattern.properties]) if (Array.isArray(list)) for (const item of list) add(item);
  };
  for (const { node } of walk(tree)) {
    if (/^(VariableDeclarator|FunctionDeclaration|ClassDeclaration)$/.test(node.type)) add(node.id);
    if (Array.isArray(node.params)) for (const param of node.params) add(param);
    if (/^Import\w*Specifier$/.test(node.type)) add(node.local);
  }
  return names;
}

function nameOf(value: unknown): string {
  return isSyntax(value) && typeof value.name === 'string' ? value.name : '';
}
