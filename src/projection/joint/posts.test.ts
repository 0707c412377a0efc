import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Act } from '../matter.ts';
import { act, reading } from './fixtures-acts.ts';
import { type PostAct, type PostHolder, postsOf } from './posts.ts';

/** A mission as its party's log has it: what was done, and when it took effect. */
function holder(party: number, name: string, acts: readonly (readonly [PostAct['act'], number])[], ...beside: readonly Act[]): PostHolder {
  const opening = act(`${'ab'[party]}1`, 'identity');
  const mission = acts.map(([what, effectiveAt], at): PostAct => ({ act: what, entry: `${name}${at}`, time: 0, effectiveAt }));
  return { party, name, post: 'Ambassador', acts: mission, reading: reading(opening, ...beside) };
}

const presented = (at: string, of: string, when: number): Act => act(at, 'credentials', { step: 'presented', at: when }, of);

test('somebody is in function from when they are accredited and have presented their credentials', () => {
  const stretches = (...beside: readonly Act[]) =>
    postsOf([
      holder(
        0,
        'Petrova',
        [
          ['accredit', 100],
          ['recall', 300],
          ['return', 400],
        ],
        ...beside,
      ),
    ]).posts[0]?.holders[0]?.stretches;
  assert.deepEqual(stretches(), [
    { state: 'accredited', from: 100, to: 300 },
    { state: 'recalled', from: 300, to: 400 },
    { state: 'accredited', from: 400 },
  ]);
  assert.deepEqual(stretches(presented('a2', 'a1', 200)), [
    { state: 'accredited', from: 100, to: 200 },
    { state: 'in_function', from: 200, to: 300 },
    { state: 'recalled', from: 300, to: 400 },
    { state: 'in_function', from: 400 },
  ]);
});

test('a post shows one holder after another, and the chargé who heads the mission meanwhile', () => {
  const charge = act('a3', 'charge_ad_interim', { from: 300, until: 500 }, 'a1');
  const [post] = postsOf([
    holder(0, 'Miller', [['accredit', 500]]),
    holder(
      0,
      'Petrova',
      [
        ['accredit', 100],
        ['end', 300],
      ],
      charge,
      act('b3', 'charge_ad_interim', { from: 1 }, 'a1'),
    ),
  ]).posts;
  assert.deepEqual(
    post?.holders.map(({ name }) => name),
    ['Petrova', 'Miller'],
  );
  assert.deepEqual(
    post?.holders[0]?.charges.map(({ from, until }) => [from, until]),
    [[300, 500]],
    'its own side names a chargé',
  );
  assert.equal(post?.holders[0]?.stretches.at(-1)?.to, 300);
});

test('agrément and non grata are the other side’s to say, and change nobody’s mission', () => {
  const [post] = postsOf([
    holder(
      0,
      'Petrova',
      [['accredit', 100]],
      act('b2', 'agrement', { agrement: 'granted' }, 'a1'),
      act('b3', 'agrement', { agrement: 'refused' }, 'a1'),
      act('a4', 'agrement', { agrement: 'granted' }, 'a1'),
      act('b4', 'non_grata', { leave_by: 900 }, 'a1'),
      { ...act('b5', 'non_grata', { recognition_refused: true }, 'a1'), time: 901 },
    ),
  ]).posts;
  const [one] = post?.holders ?? [];
  assert.deepEqual(
    [one?.agrement?.value, one?.nonGrata?.leaveBy, one?.unrecognised?.entry, one?.stretches],
    ['refused', 900, 'b5', [{ state: 'accredited', from: 100 }]],
  );
});

test('the same post on both sides is a pair', () => {
  const { pairs } = postsOf([
    holder(0, 'Petrova', [['accredit', 1]]),
    holder(1, 'Miller', [['accredit', 2]]),
    { ...holder(1, 'Lee', []), post: 'Consul' },
  ]);
  assert.deepEqual(
    pairs.map((pair) => pair.map(({ party, post }) => `${party} ${post}`)),
    [['0 Ambassador', '1 Ambassador']],
  );
});
