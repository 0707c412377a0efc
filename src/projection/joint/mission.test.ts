import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Act } from '../matter.ts';
import { act, matterOf } from './fixtures-acts.ts';
import { agrementOf } from './mission.ts';
import { postsOf } from './posts.ts';
import { readMatter } from './reading.ts';

const asked = act('a1', 'agrement_request');
const answer = (at: string, value: string): Act => act(at, 'agrement', { agrement: value }, 'a1');

test('among several sides one that refuses somebody is not hidden by another that agrees, and all have to agree', () => {
  const among = (...acts: readonly Act[]): string => agrementOf(readMatter(matterOf(asked, ...acts), 3), asked).state;
  assert.equal(among(answer('c2', 'granted')), 'sought');
  assert.equal(among(answer('b2', 'refused'), answer('c2', 'granted')), 'refused');
  assert.equal(among(answer('b2', 'refused'), answer('c2', 'granted'), answer('b3', 'granted')), 'granted');
  const reading = readMatter(matterOf(asked, answer('b2', 'refused'), answer('c2', 'granted')), 3);
  const { posts } = postsOf([{ party: 0, name: 'Anna', post: 'Envoy', acts: [], reading }]);
  assert.deepEqual([posts[0]?.holders[0]?.agrement?.party, posts[0]?.holders[0]?.agrement?.value], [1, 'refused']);
});
