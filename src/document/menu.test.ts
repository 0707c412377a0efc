import { deepEqual, equal, ok } from 'node:assert/strict';
import test from 'node:test';
import { sayIn } from '../base/phrases.ts';
import { FIRST_ACTS, MAX_FIRST, menuOf, searchKinds } from './menu.ts';
import { KINDS } from './registry.ts';

const say = sayIn('en');
const ids = (kinds: readonly { readonly id: string }[]): readonly string[] => kinds.map(({ id }) => id);
const begun = KINDS.filter((kind) => kind.signedBy === 'representative' && kind.opens);

test('seven acts stand in the first menu, and every other kind that opens a matter is one search away', () => {
  const { first, more } = menuOf();
  deepEqual(ids(first), FIRST_ACTS);
  equal(first.length, MAX_FIRST);
  deepEqual(new Set(ids([...first, ...more])), new Set(ids(begun)));
  equal(first.length + more.length, begun.length);
});

test('whoever chooses the first menu gets it in that order, and what cannot be begun with is passed over', () => {
  const { first, more } = menuOf(['claim', 'reply', 'nonsense', 'identity', 'message', 'claim']);
  deepEqual(ids(first), ['claim', 'message']);
  ok(more.some(({ id }) => id === 'request'));
  deepEqual(ids(menuOf([]).first), FIRST_ACTS);
  equal(menuOf(ids(begun)).first.length, MAX_FIRST);
});

test('a kind is found by a part of its name, however it is written, before those that only mention the word', () => {
  deepEqual(ids(searchKinds(say, begun, 'NOTE  verb')), ['note_verbale']);
  deepEqual(ids(searchKinds(say, begun, 'duty_card')), ['contact_nomination']);
  equal(ids(searchKinds(say, begun, 'incident'))[0], 'incident_notification');
  equal(ids(searchKinds(say, begun, 'protest'))[0], 'note_verbale');
  deepEqual(ids(searchKinds(say, begun, ' ')), ids(begun));
  deepEqual(searchKinds(say, begun, 'zzz'), []);
});

test('every kind is found by its name on screen and by the name that commands take', () => {
  for (const kind of KINDS) for (const name of [say(`kind.${kind.id}`), kind.id]) ok(searchKinds(say, KINDS, name).includes(kind), name);
});
