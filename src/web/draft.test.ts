import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '../base/bytes.ts';
import { formOf } from '../document/form.ts';
import type { Kind } from '../document/kind.ts';
import { kindOf } from '../document/registry.ts';
import { EMPTY_DRAFT, filledFields, readDraft } from './draft.ts';

const NOW = 1_623_844_800;

function kind(id: string): Kind {
  const found = kindOf(id);
  assert.ok(found !== undefined);
  return found;
}

function read(id: string, texts: Record<string, string>, filled = new Map()) {
  return readDraft(kind(id), formOf(kind(id)), { ...EMPTY_DRAFT, texts }, filled, NOW);
}

test('an empty draft names every needed field, in the order of the form', () => {
  const { faults } = read('message', {});
  assert.deepEqual(
    faults.map((fault) => fault.field),
    ['subject', 'text', 'marking'],
  );
});

test('a field that cannot be read is said to be unreadable, not to be missing', () => {
  const { faults } = read('request', { request_type: 'information', subject: 's', text: 't', marking: 'green', reply_by: 'tomorrow' });
  assert.deepEqual(
    faults.map((fault) => [fault.field, fault.phrase.id]),
    [['reply_by', 'fault.instant_form']],
  );
});

test('a complete draft gives its fields in the order of the kind', () => {
  const { fields, faults } = read('message', { marking: 'amber', text: 'Words.', subject: 'Pipeline' });
  assert.deepEqual(faults, []);
  assert.deepEqual([...fields.keys()], ['subject', 'text', 'marking']);
});

test('a date to reply by that is already past is refused before signing', () => {
  const { faults } = read('request', { request_type: 'information', subject: 's', text: 't', marking: 'green', reply_by: '2021-06-16 11:00' });
  assert.equal(faults[0]?.phrase.id, 'fault.past');
});

test('a request about a claim concerns it; a position joins it', () => {
  const parent = { kind: 'claim', id: 'x'.repeat(43), fields: {}, actor: undefined };
  assert.deepEqual([...filledFields(kind('request'), parent, () => '')], [['concerns', [parent.id]]]);
  assert.deepEqual([...filledFields(kind('position'), parent, () => '')], []);
});

test('a claim written on a claim counters it, and is a matter of its own; one written on anything else counters nothing', () => {
  const parent = { kind: 'claim', id: 'x'.repeat(43), fields: {}, actor: undefined };
  const filled = filledFields(kind('claim'), parent, () => '');
  assert.deepEqual([filled.get('counters'), filled.get('concerns')], [[parent.id], [parent.id]]);
  assert.equal(filledFields(kind('claim'), { ...parent, kind: 'message' }, () => '').get('counters'), undefined);
});

test('the answer to a communication check returns its number; a new check draws one', () => {
  const nonce = toBase64url(new Uint8Array(16).fill(7));
  const parent = { kind: 'communication_check', id: 'x'.repeat(43), fields: { nonce }, actor: undefined };
  assert.equal(filledFields(kind('communication_check_answer'), parent, () => 'new').get('nonce'), nonce);
  assert.equal(filledFields(kind('communication_check'), undefined, () => 'new').get('nonce'), 'new');
});
