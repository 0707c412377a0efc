import { ok } from 'node:assert/strict';
import test from 'node:test';
import type { Scope } from '../document/accreditation.ts';
import { mayAct } from './rules.ts';

const all: Scope = { kinds: ['*'], marking: 'red', may_recall: false, automatic: false };

test('a scope opens the kinds it names, up to its marking', () => {
  const some: Scope = { ...all, kinds: ['message'], marking: 'amber' };
  ok(mayAct('message', some) && !mayAct('request', some) && mayAct('request', all));
  ok(mayAct('message', some, 'clear') && mayAct('message', some, 'amber'));
  ok(!mayAct('message', some, 'amber+strict') && !mayAct('message', some, 'red'));
  ok(!mayAct('message', all, 'secret') && mayAct('message', all, 'red'));
});

test('recalling and returning take the right to recall, whatever kinds are named', () => {
  for (const kind of ['recall', 'return_to_post']) {
    ok(!mayAct(kind, all) && !mayAct(kind, { ...all, kinds: [kind] }));
    ok(mayAct(kind, { ...all, kinds: ['message'], may_recall: true }));
  }
});

test('what nodes sign is for no representative', () => {
  for (const kind of ['stamp', 'identity', 'gate', 'blob_held']) ok(!mayAct(kind, all));
});
