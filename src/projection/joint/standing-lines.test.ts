import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sayIn } from '../../base/phrases.ts';
import { kindOf } from '../../document/registry.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import type { Act } from '../matter.ts';
import { readAround } from './around.ts';
import { act, matterOf } from './fixtures-acts.ts';
import { jointsOf } from './joint.ts';
import { standingLines } from './standing-lines.ts';
import { withWords } from './words.ts';

const say = sayIn('en');

/** Where the matter that these acts are stands, with the words opened by entry id. */
function standing(acts: readonly Act[], words: Readonly<Record<string, object>> = {}, now = 0): readonly string[] {
  const matter = matterOf(...acts);
  const around = readAround([matter], 2);
  const reading = around.readings.get(matter.id) ?? assert.fail();
  const opened = new Map(
    Object.entries(words).map(([id, fields]) => {
      const kind = kindOf(reading.byId.get(id)?.type ?? '') ?? assert.fail();
      return [id, { kind, fields: { ...fields }, erased: [] }] as const;
    }),
  );
  const joints = jointsOf(reading, around, { quorum: 1, standing: new Map([[1, 9]]), counted: new Map([[1, 9]]), names: ['Alpha', 'Beta'] });
  const views = joints.map((joint) => withWords(joint, opened, { channel: 'A'.repeat(43), sha256: nodeSha256 }));
  return standingLines(views, matter.id, { names: ['A', 'B'], now }).map(
    ({ phrase, at, exact }) => `${say(phrase)}${at === undefined ? '' : ` ${at}`}${exact === true ? ' exactly' : ''}`,
  );
}

test('a list says of a claim whether it is agreed, and of anything else its state alone', () => {
  const claim = act('a1', 'claim', { facet: 'fact' });
  assert.deepEqual(standing([claim]), ['Open: neither agreed nor disputed']);
  assert.deepEqual(standing([claim, act('b2', 'position', { value: 'denies' }, 'a1')]), ['Disputed']);
  assert.deepEqual(standing([act('a1', 'request', { request_type: 'information' })]), ['Sent']);
  assert.deepEqual(standing([act('a1', 'message')]), []);
});

test('a list says of a text how far its last version is, if its words were opened, and what becomes of the silence that ends next, or ended last', () => {
  const text = [act('a1', 'text'), act('b2', 'text', {}, 'a1')];
  const words = { b2: { title: 'Rules', articles: [] } };
  assert.deepEqual(standing(text), []);
  assert.match(standing(text, words).join(), /^Version 2 by B, \S[^,]* 1002$/);
  const silence = (at: string, ends: number) => act(at, 'silence_procedure', { expires_at: ends }, 'b2');
  const silences = [...text, silence('a3', 4000), silence('a4', 5000), silence('a5', 6000), act('a6', 'withdrawal', { entry: 'a5' }, 'a5')];
  assert.deepEqual(standing(silences, {}, 4500), ['Under silence until 5000 exactly']);
  assert.deepEqual(standing(silences, {}, 3000), ['Under silence until 4000 exactly'], 'nobody hides the one that ends next behind a longer one');
  assert.deepEqual(standing([...silences, act('b4', 'objection', {}, 'a4')], {}, 3000), ['Under silence until 4000 exactly']);
  assert.deepEqual(standing([...text, silence('a3', 4000), act('b4', 'objection', {}, 'a3')], {}, 3000), ['Silence broken']);
});
