import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, fromUtf8, utf8 } from './bytes.ts';
import { type Json, type JsonObject, parseStrictArray, parseStrictObject, strictJson } from './json.ts';

type Vector = { comment: string; valid: boolean; text?: string; hex?: string };
const vectors = JSON.parse(readFileSync(new URL('../../vectors/json/strict.json', import.meta.url), 'utf8')) as readonly Vector[];
for (const given of vectors)
  test(`strict JSON: ${given.comment}`, () => {
    const bytes = given.text === undefined ? (fromHex(given.hex ?? '') ?? assert.fail()) : utf8(given.text);
    assert.equal('value' in parseStrictObject(bytes), given.valid);
  });

const SUITE = new URL('../../../shared/data/json/JSONTestSuite/', import.meta.url);
test('of the JSON test suite only what is strict is taken', { skip: existsSync(SUITE) ? false : 'the test suite is not here' }, () => {
  const taken: string[] = [];
  for (const name of readdirSync(SUITE).sort()) {
    const bytes = new Uint8Array(readFileSync(new URL(name, SUITE)));
    const parsed = [parseStrictObject(bytes), parseStrictArray(bytes)].find((one) => 'value' in one);
    if (parsed === undefined || !('value' in parsed)) continue;
    // What is taken is JSON, and its one text.
    assert.ok(name.startsWith('y_') || name.startsWith('i_'), name);
    assert.equal(JSON.stringify(parsed.value), fromUtf8(bytes), name);
    taken.push(name);
  }
  assert.ok(taken.includes('y_array_empty.json') && taken.length > 10, taken.join());
});

const KEY = fc.stringMatching(/^[a-z][a-z0-9_]{0,31}$/);
const tree = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(KEY, tie('value'), { maxKeys: 4 }).map((object) => ({ ...object })),
}));

test('what is written is read back as the same value and the same text', () => {
  fc.assert(
    fc.property(tree.object, (value) => {
      const text = strictJson(value);
      const parsed = parseStrictObject(utf8(text));
      assert.ok('value' in parsed, text);
      assert.deepEqual(parsed.value, JSON.parse(text));
      assert.equal(strictJson(parsed.value), text);
    }),
  );
});

test('what is taken has one text: no other bytes give the same value', () => {
  fc.assert(
    fc.property(tree.object, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, flip) => {
      const bytes = utf8(strictJson(value));
      const at = place % bytes.length;
      bytes[at] = (bytes[at] as number) ^ flip;
      const parsed = parseStrictObject(bytes);
      if ('value' in parsed) assert.notEqual(JSON.stringify(parsed.value), JSON.stringify(value));
    }),
  );
});

test('bytes of any kind are read or refused, never thrown at', () => {
  const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', '"a":', '"', ',', '1', '-0', '1e9', '\\u00', 'null', ' ', '\n', '\u0000'), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 80 }),
        pieces.map((list) => utf8(list.join(''))),
      ),
      (bytes) => {
        for (const parsed of [parseStrictObject(bytes), parseStrictArray(bytes)]) assert.ok('value' in parsed || parsed.expected.length > 0);
      },
    ),
  );
});

test('a million levels overflow no stack, and ten megabytes of brackets in a text are a text', () => {
  assert.ok('expected' in parseStrictObject(`{"a":${'['.repeat(1_000_000)}`));
  assert.ok('expected' in parseStrictObject(`{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`));
  assert.ok('value' in parseStrictObject(`{"a":"${'['.repeat(1_000_000)}"}`));
});

test('to write what is not strict is a bug', () => {
  for (const value of [{ a: 1.5 }, { a: -0 }, { A: 1 }, { a: '\ud800' }, { a: 2 ** 53 }, { a: Number.NaN }])
    assert.throws(() => strictJson(value), /bug/);
});
