import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';

/** One node of a syntax tree (ESTree with the TypeScript nodes of the parser), as loosely as the rules need it. */
export type Syntax = { readonly type: string; readonly start: number; readonly end: number; readonly [key: string]: unknown };

/** A tracked file; `tree` is there for TypeScript alone. */
export type SourceFile = { readonly path: string; readonly text: string; readonly tree: Syntax | undefined };

/** A file from its path (`src/tlog/note.ts`) and text; TypeScript that does not parse is a bug of the file and throws. */
export function toSourceFile(path: string, text: string): SourceFile {
  if (!/\.(ts|tsx|mjs)$/.test(path)) return { path, text, tree: undefined };
  return { path, text, tree: parseAst(text, { lang: path.endsWith('x') ? 'tsx' : path.endsWith('.mjs') ? 'js' : 'ts' }) as unknown as Syntax };
}

/** All text files of the project at `root`: what git tracks or would, or, in an unpacked copy without git, whatever lies there. */
export function readProject(root: string): readonly SourceFile[] {
  return listPaths(root)
    .filter((path) => !path.startsWith('vectors/') && /\.(ts|tsx|mjs|js|json|md|css|html|yml|yaml|txt|sh)$|^[^.]+$|^\.\w+/.test(path))
    .sort()
    .map((path) => toSourceFile(path, readFileSync(join(root, path), 'utf8')));
}

/** A node with the one that holds it. */
export type Placed = { readonly node: Syntax; readonly parent: Syntax | undefined };

/** Every node of a tree with its parent, outermost first. */
export function walk(tree: Syntax): readonly Placed[] {
  const found: Placed[] = [];
  const add = (node: Syntax, parent: Syntax | undefined): void => {
    found.push({ node, parent });
    for (const key in node) {
      const value = node[key];
      if (Array.isArray(value)) {
        for (const item of value) if (isSyntax(item)) add(item, node);
      } else if (isSyntax(value)) add(value, node);
    }
  };
  add(tree, undefined);
  return found;
}

/** What a file refers to: `import`, `export … from`, `import()`, and `new URL('./x.ts', import.meta.url)`; `typeOnly` leaves nothing at run time. */
export type Reference = { readonly to: string; readonly typeOnly: boolean };

/** The references of files that were asked for: five rules ask. */
const known = new WeakMap<SourceFile, readonly Reference[]>();

/** The references of one file, in order. */
export function referencesOf(file: SourceFile): readonly Reference[] {
  const found = known.get(file) ?? findReferences(file);
  known.set(file, found);
  return found;
}

function findReferences(file: SourceFile): readonly Reference[] {
  const found: Reference[] = [];
  if (file.tree === undefined) return found;
  for (const { node } of walk(file.tree)) {
    const typeOnly = node.importKind === 'type' || node.exportKind === 'type' || node.type === 'TSImportType';
    const source = node.source ?? (node.type === 'TSImportType' ? node.argument : undefined);
    const to = /^(Import|Export|TSImportType)/.test(node.type) ? literal(source) : undefined;
    if (to !== undefined) found.push({ to, typeOnly });
    if (node.type === 'NewExpression' && isSyntax(node.callee) && node.callee.name === 'URL' && Array.isArray(node.arguments)) {
      const first: unknown = node.arguments[0];
      for (const { node: part } of isSyntax(first) ? walk(first) : []) {
        const path = literal(part);
        if (path?.startsWith('.')) found.push({ to: path, typeOnly: false });
      }
    }
  }
  return found;
}

/** 1-based line of a character offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Whether a value found in a tree is a node. */
export function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function literal(value: unknown): string | undefined {
  if (!isSyntax(value)) return undefined;
  if (typeof value.value === 'string') return value.value;
  return isSyntax(value.literal) ? literal(value.literal) : undefined;
}

function listPaths(root: string): string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const deleted = execFileSync('git', ['ls-files', '-d', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
    const paths = listed.split('\0').filter((path) => path !== '' && path !== 'node_modules' && !deleted.includes(path));
    if (paths.length > 0) return paths;
  } catch {
    // Not a checkout.
  }
  const skip = new Set(['node_modules', 'dist', '.git', '.parley']);
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (skip.has(entry.name)) return [];
      return entry.isDirectory() ? below(path) : entry.isFile() ? [path] : [];
    });
  return below('');
}
