import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Act } from '../matter.ts';
import { readAround } from './around.ts';
import { act, matterOf } from './fixtures-acts.ts';
import { readMatter } from './reading.ts';
import { type RequestJoint, requestOf } from './request.ts';

const request = act('a1', 'request', { request_type: 'information' });
const clarifies = (at: string, what: 'question' | 'answer', of: string): Act => act(at, 'clarification', { clarifies: what }, of);
const among3 = (...acts: readonly Act[]): RequestJoint => {
  const matter = matterOf(request, ...acts);
  return requestOf(readMatter(matter, 3), request, readAround([matter], 3));
};

test('a question about a request is answered by whoever made it, and by no third party', () => {
  const asked = clarifies('b2', 'question', 'a1');
  assert.equal(among3(asked).state, 'clarification');
  assert.equal(among3(asked, clarifies('c3', 'answer', 'b2')).state, 'clarification');
  assert.equal(among3(asked, clarifies('a4', 'answer', 'b2')).state, 'acknowledged');
});
