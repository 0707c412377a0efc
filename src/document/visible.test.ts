import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visible } from './visible.ts';

test('characters that reorder others or do not show stand as their number', () => {
  assert.equal(visible('invoice\u202efdp.exe'), 'invoice‹U+202E›fdp.exe');
  assert.equal(visible('pay\u200bload \u2066a\u2069'), 'pay‹U+200B›load ‹U+2066›a‹U+2069›');
});

test('what scripts need stays as it is', () => {
  for (const text of ['Женева', 'شارك\u200fها', 'می\u200cخواهم', '👩\u200d💻', 'café']) assert.equal(visible(text), text);
});
