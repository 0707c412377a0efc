import assert from 'node:assert/strict';
import { test } from 'node:test';
import { act, matterOf } from './joint/fixtures-acts.ts';
import { withActs } from './matter.ts';
import { correctionsIn, saidLast, saidWithEach } from './said-anew.ts';

const claim = act('a0', 'claim', { facet: 'fact' });
const correction = (at: string, ...pointers: readonly string[]) => act(at, 'correction', { entry: 'a0', pointers }, 'a0');

test('of all corrections of a document the last of each field counts, and for what names some of them those up to the last that it names', () => {
  const matter = matterOf(
    claim,
    correction('a1', '/statement', '/ref'),
    correction('a2', '/statement'),
    correction('a3', '/facet'),
    correction('a4', '/statement'),
  );
  const corrections = correctionsIn([matter], new Set(['a0'])).get('a0') ?? assert.fail();
  const idsOf = (said: ReturnType<typeof saidLast>) => [said?.acts.map(({ id }) => id).join(' '), said?.entry];
  assert.deepEqual(idsOf(saidLast(corrections)), ['a1 a4', 'a4'], 'a field of the frame is nobody to correct');
  const naming = [
    { by: 'first', named: ['a1'] },
    { by: 'both', named: ['a2', 'a1'] },
    { by: 'neither', named: ['b9'] },
  ];
  const said = saidWithEach(corrections, naming);
  assert.deepEqual(
    ['first', 'both', 'neither'].map((by) => idsOf(said.get(by))),
    [
      ['a1', 'a1'],
      ['a1 a2', 'a2'],
      [undefined, undefined],
    ],
  );
  assert.equal(correctionsIn([matter], new Set(['a1'])).size, 0);
});

test('what its author is held to has the words that it was sent in, whatever they say of it later', () => {
  const exchange = act('a0', 'simultaneous_exchange');
  const reveal = act('a2', 'reveal', {}, 'a0');
  const matter = matterOf(
    exchange,
    act('a1', 'commitment', {}, 'a0'),
    reveal,
    act('a3', 'correction', { entry: 'a2', pointers: ['/text'] }, 'a2'),
    act('a4', 'correction', { entry: 'a0', pointers: ['/title'] }, 'a0'),
  );
  assert.deepEqual([...correctionsIn([matter], new Set(['a0', 'a1', 'a2'])).keys()], ['a0']);
});

test('whoever corrects very often and answers each correction has every correction gone through once, and not once for each answer', () => {
  let looks = 0;
  const many = Array.from({ length: 2_000 }, (_, i) => {
    const { frame, ...rest } = correction(`a${i + 1}`, '/statement');
    const look = (): typeof frame => {
      looks++;
      return frame;
    };
    return Object.defineProperty(rest, 'frame', { get: look, enumerable: true }) as typeof claim;
  });
  const corrections = correctionsIn([withActs(matterOf(claim), many)], new Set(['a0'])).get('a0') ?? assert.fail();
  const said = saidWithEach(
    corrections,
    many.map(({ id }) => ({ by: `of ${id}`, named: [id] })),
  );
  assert.equal(said.size, many.length);
  assert.ok(looks < 20 * many.length, `${looks} looks`);
});
