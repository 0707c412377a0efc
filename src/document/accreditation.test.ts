import { deepEqual, ok } from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { toBase64url } from '../base/bytes.ts';
import type { Json, JsonObject } from '../base/json.ts';
import { CATALOGUES } from '../base/phrases.ts';
import { ACCREDITATION_ACTS, ACT_WORDS, parseAct } from './accreditation.ts';

const key = toBase64url(new Uint8Array(32).fill(7));
const scope = { kinds: ['*'], marking: 'red', may_recall: true, automatic: false };
const accredit: JsonObject = {
  act: 'accredit',
  actor: key,
  algorithm: 'ed25519',
  key,
  name: 'A. Petrova',
  post: 'Duty officer',
  scope,
  effective_at: null,
};
const ACTS: readonly JsonObject[] = [
  accredit,
  { ...accredit, scope: { ...scope, kinds: ['message', 'reply'], marking: 'amber+strict' }, effective_at: 1_623_843_300 },
  { act: 'recall', actor: key, for_consultations: true, reason: null, effective_at: 0 },
  { act: 'recall', actor: key, for_consultations: true, reason: 'For consultations.\nNothing more.', effective_at: null },
  { act: 'return', actor: key, effective_at: null },
  { act: 'end', actor: key },
];

test('each act is read as it is written', () => {
  for (const act of ACTS) deepEqual(parseAct(act), { act });
});

test('an act with one member missing, one too many, or of another type is refused', () => {
  for (const act of ACTS) {
    ok('expected' in parseAct({ ...act, more: null }));
    for (const member of Object.keys(act)) {
      const { [member]: _, ...rest } = act;
      ok('expected' in parseAct(rest), member);
      for (const odd of [[], {}, true, -1, 1.5, ''] as Json[]) {
        if (odd === act[member]) continue;
        ok('expected' in parseAct({ ...act, [member]: odd }), `${member} ${JSON.stringify(odd)}`);
      }
    }
  }
});

test('a scope names kinds once each, or all of them, and a marking that exists', () => {
  const odd: Json[] = [
    { kinds: [] },
    { kinds: ['*', 'message'] },
    { kinds: ['a', 'a'] },
    { kinds: ['Message'] },
    { kinds: Array.from({ length: 65 }, (_, i) => `k${i}`) },
    { marking: 'white' },
  ];
  for (const change of odd) ok('expected' in parseAct({ ...accredit, scope: { ...scope, ...(change as JsonObject) } }), JSON.stringify(change));
});

test('a name that turns the text beside it around is refused', () => {
  for (const name of ['A.\u202eavorteP', 'two\nlines', ' ', 'a'.repeat(121)]) ok('expected' in parseAct({ ...accredit, name }), name);
  ok('act' in parseAct({ ...accredit, name: 'Александр Петров' }));
});

test('reading an act is total', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      ok('expected' in parseAct(json as Json));
    }),
  );
});

test('every act and state has its words', () => {
  for (const act of ACCREDITATION_ACTS) for (const id of Object.values(ACT_WORDS[act])) ok(id in (CATALOGUES.en ?? {}), id);
});
