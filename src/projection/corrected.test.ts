import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answering, wordsOfNow, wordsSaid } from './corrected.ts';
import type { DocumentView } from './views.ts';

type Corrections = DocumentView['corrections'];
const correction = (entry: string, changes: Corrections[number]['changes']): Corrections[number] => ({ entry, time: 1, signer: 'Petrova', changes });
const claim = (...corrections: Corrections) => ({ row: { id: 'claim' }, fields: { statement: 'It ran.', marking: 'green' }, corrections });

test('whoever takes a position is shown the words that it names: those that its author said last, beside those that were sent', () => {
  assert.deepEqual(wordsOfNow(claim()), []);
  const first = correction('c1', [{ field: 'statement', before: 'It ran.', after: 'It stood.' }]);
  const second = correction('c2', [
    { field: 'statement', before: 'It stood.', after: 'It fell.' },
    { field: 'place', after: 'Here.' },
  ]);
  const twice = claim(first, second);
  assert.deepEqual(answering('position', twice), ['claim', 'c2']);
  assert.deepEqual(wordsOfNow(twice), [
    { field: 'statement', before: 'It ran.', after: 'It fell.' },
    { field: 'place', after: 'Here.' },
  ]);
  assert.deepEqual(
    ['position', 'signature', 'reply'].map((kind) => [answering(kind, twice).length, wordsSaid(kind)]),
    [
      [2, 'claim.words_now'],
      [1, 'claim.words_unsigned'],
      [1, undefined],
    ],
  );
  const gone = claim(first, correction('c3', [{ field: 'statement', before: 'It stood.', erased: 'after' }]));
  assert.deepEqual(wordsOfNow(gone), [{ field: 'statement', before: 'It ran.', erased: 'after' }]);
});
