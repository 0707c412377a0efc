import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CATALOGUES, sayIn } from '../base/phrases.ts';
import { KINDS } from '../document/registry.ts';

const HERE = new URL('./', import.meta.url);
const dictionary = CATALOGUES.en ?? {};
const files = readdirSync(HERE, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !/\.(test|d)\.ts$|config/.test(name));
const sources = files.map((name) => ({ name, text: readFileSync(new URL(name, HERE), 'utf8') }));

/** Ids as they are written: at least one dot between lower-case words, as a whole string literal. */
const ID = /'([a-z][a-z_]*(?:\.[a-z0-9_+-]+)+)'/g;
/** First parts of ids; other dotted strings (file names, error codes) are not ids. */
const AREAS = new Set(Object.keys(dictionary).map((id) => id.split('.')[0]));

test('every id that a page uses is in the English catalogue', () => {
  const missing = sources.flatMap(({ name, text }) =>
    [...text.matchAll(ID)].flatMap(([, id]) =>
      id !== undefined && AREAS.has(id.split('.')[0] ?? '') && !(id in dictionary) && !/\.tsx?$/.test(id) ? [`${name}: ${id}`] : [],
    ),
  );
  assert.deepEqual(missing, []);
});

test('every id that is put together begins as ids of the catalogue do', () => {
  const missing = sources.flatMap(({ name, text }) =>
    [...text.matchAll(/`([a-z][a-z_]*\.[a-z0-9_.]*)\$\{/g)].flatMap(([, prefix]) =>
      prefix !== undefined && !Object.keys(dictionary).some((id) => id.startsWith(prefix)) ? [`${name}: ${prefix}`] : [],
    ),
  );
  assert.deepEqual(missing, []);
});

test('whatever kind answers a duty, its button has words', () => {
  const say = sayIn('en');
  for (const { id } of KINDS) assert.doesNotMatch(say('acts.answer', { kind: id, name: say(`kind.${id}`) }), /[a-z]_[a-z]|[a-z]\.[a-z]/, id);
});

test('no page holds words of its own: no literal text between tags, none in attributes that people hear or read', () => {
  const literal = sources
    .filter(({ name }) => name.endsWith('.tsx'))
    .flatMap(({ name, text }) => {
      const code = withoutComments(text);
      const between = [...code.matchAll(/(?:<\/?[A-Za-z][^<>=]*|"|\}|\/)>([^<>{}()=;]*\p{L}{2,}[^<>{}()=;]*)<\/?[A-Za-z]/gu)].map(([, words]) =>
        words?.trim(),
      );
      const attributes = [...code.matchAll(/\b(?:aria-label|aria-description|title|placeholder|alt|label)="([^"]*\p{L}[^"]*)"/gu)].map(
        ([, words]) => words,
      );
      return [...between, ...attributes]
        .filter((words) => words !== undefined && words !== '' && !(words in dictionary))
        .map((words) => `${name}: ${words}`);
    });
  assert.deepEqual(literal, []);
});

test('what the catalogue says of the pages is used by them', () => {
  const all = sources.map(({ text }) => text).join('\n');
  const own = readFileSync(new URL('../base/catalogue/en/web.ts', import.meta.url), 'utf8');
  const ids = [...own.matchAll(/^ {2}'([a-z0-9_.-]+)':/gm)].map(([, id]) => id ?? '');
  const prefixes = [...all.matchAll(/`([a-z][a-z_]*\.[a-z0-9_.]*)\$\{/g)].map(([, prefix]) => prefix ?? '');
  const unused = ids.filter((id) => !all.includes(`'${id}'`) && !all.includes(`"${id}"`) && !prefixes.some((prefix) => id.startsWith(prefix)));
  assert.deepEqual(unused, []);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
