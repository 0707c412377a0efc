import { lineAt, type SourceFile, type Syntax, walk } from './tree.ts';
import { isTest } from './walls.ts';

const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 70;
/** Syntax that does not erase, or that hides a mistake, and what to write instead. */
const REFUSED: Readonly<Record<string, string>> = {
  TSEnumDeclaration: 'enum: use a union of literals',
  TSModuleDeclaration: 'namespace: use a module',
  TSParameterProperty: 'parameter property: declare the field',
  TSNonNullExpression: 'non-null assertion: narrow or assert',
  TSAnyKeyword: 'any: use unknown and narrow',
  ExportDefaultDeclaration: 'default export: name it',
};

/** Files and functions longer than a person can hold in mind. */
export function tooLong(files: readonly SourceFile[]): readonly string[] {
  const complaints: string[] = [];
  for (const file of files) {
    if (!/\.(tsx?|mjs|css)$/.test(file.path)) continue;
    const lines = lineAt(file.text.trimEnd(), file.text.length);
    if (lines > MAX_FILE_LINES) complaints.push(`${file.path}: ${lines} lines, at most ${MAX_FILE_LINES}`);
    if (file.tree === undefined || isTest(file.path)) continue;
    for (const { node, parent } of walk(file.tree)) {
      if (!isFunction(node)) continue;
      const size = ownLines(file.text, node);
      if (size > MAX_FUNCTION_LINES)
        complaints.push(`${file.path}:${lineAt(file.text, (parent ?? node).start)}: a function of ${size} lines, at most ${MAX_FUNCTION_LINES}`);
    }
  }
  return complaints;
}

function isFunction(node: Syntax): boolean {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

/** Lines of a function without those of the functions inside it: a factory of many short methods is not long. */
function ownLines(text: string, node: Syntax): number {
  let lines = lineAt(text, node.end) - lineAt(text, node.start) + 1;
  let covered = node.start;
  for (const { node: inner } of walk(node)) {
    if (inner === node || !isFunction(inner) || inner.start < covered) continue;
    lines -= lineAt(text, inner.end) - lineAt(text, inner.start);
    covered = inner.end;
  }
  return lines;
}

/** Syntax the house does without. */
export function refusedSyntax(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    if (file.tree === undefined) return [];
    return walk(file.tree).flatMap(({ node }) => {
      const why = REFUSED[node.type];
      if (why === undefined || (node.type === 'TSModuleDeclaration' && node.kind !== 'namespace')) return [];
      if (node.type === 'ExportDefaultDeclaration' && /config\.ts$/.test(file.path)) return [];
      return [`${file.path}:${lineAt(file.text, node.start)}: ${why}`];
    });
  });
}

/** Words that have no place in a tracked file: promises to oneself, places on one machine, where packages were fetched from. */
export function strayWords(files: readonly SourceFile[]): readonly string[] {
  const refused: readonly (readonly [RegExp, string])[] = [
    [/\b(?:TO[D]O|FIX[M]E)\b/, 'a note to do later: do it, or open an issue'],
    [/(?<![\w.~-])\/(?:home|Users|root|work)\/\w/, 'a path on one machine'],
    [/\b[A-Z]:\\\\?Users\b/, 'a path on one machine'],
    [/\bregistry\.(?:npmjs|yarnpkg|npmmirror)\b|\/\/npm\.pkg\.github/, 'a package registry'],
  ];
  return files.flatMap((file) =>
    file.text
      .split('\n')
      .flatMap((line, at) => refused.filter(([pattern]) => pattern.test(line)).map(([, what]) => `${file.path}:${at + 1}: ${what}`)),
  );
}
