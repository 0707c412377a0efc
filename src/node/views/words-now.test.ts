import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rememberedWords, type WordsNow } from './words-now.ts';

test('of corrected documents so much is remembered as its words weigh: whoever corrects many long ones does not fill the memory', () => {
  const remembered = rememberedWords();
  const words = (length: number): WordsNow => ({ summary: { id: 'summary.message' }, title: '', fields: { text: 'x'.repeat(length) }, entry: '' });
  const keys = Array.from({ length: 1_000 }, (_, i) => String(i));
  for (const key of keys) remembered.put(key, words(60_000));
  const kept = keys.filter((key) => remembered.get(key) !== undefined);
  assert.ok(kept.length > 50 && kept.length * 60_000 <= 8_000_000, `${kept.length} of them`);
  for (const key of keys) remembered.put(key, words(100));
  assert.ok(keys.every((key) => remembered.get(key) !== undefined));
});
