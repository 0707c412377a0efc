import assert from 'node:assert/strict';
import { test } from 'node:test';
import { act, matterOf } from '../../projection/joint/fixtures-acts.ts';
import { actsShown } from './dossiers.ts';

test('a side that says one thing in each matter of a dossier takes no more rows than its half from what the other said in them', () => {
  const matters = Array.from({ length: 12 }, (_, i) => {
    const opening = `a${100 * (i + 1)}`;
    const ours = [1, 2].map((n) => act(`a${100 * (i + 1) + n}`, 'message', {}, opening));
    return matterOf(act(opening, 'claim'), ...ours, act(`b${i + 1}`, 'message', {}, opening));
  });
  const { acts, more } = actsShown(matters, 24);
  assert.deepEqual([acts.length, more], [24, 24]);
  const joined = acts.filter(({ type }) => type === 'message');
  assert.deepEqual(
    [0, 1].map((party) => joined.filter((one) => one.party === party).length),
    [6, 6],
  );
});
