import { deepEqual, match, ok } from 'node:assert/strict';
import test from 'node:test';
import { kinds as english } from '../base/catalogue/en/kinds.ts';
import { AT, faultsOf } from './fixtures-drafts.ts';

test('custom is said as help and stops nobody: a letter without courtesies and a note in the first person can be sent', () => {
  deepEqual(faultsOf('letter', { text: 'You know what we think.' }), []);
  deepEqual(faultsOf('note_verbale', { text: 'I protest.' }), []);
  deepEqual(faultsOf('aide_memoire', { text: 'Dear colleague, as I said.' }), []);
  for (const id of ['field.note_verbale.text.help', 'field.aide_memoire.text.help', 'field.arguments.help']) match(english[id] ?? '', /third person/);
  match(english['field.letter.text.help'] ?? '', /first person/);
});

test('a session cannot be planned to end before it starts; one that ends as it starts can', () => {
  deepEqual(faultsOf('session', { planned_end: AT - 1 }), ['planned_end fault.ends_before']);
  deepEqual(faultsOf('session', { planned_end: AT }), []);
});

test('a record says something, and a final one is not open to corrections', () => {
  deepEqual(faultsOf('record', { decisions: undefined }), ['items fault.record_empty']);
  deepEqual(faultsOf('record', { decisions: [], items: [] }), ['items fault.record_empty']);
  deepEqual(faultsOf('record', { decisions: undefined, items: [{ speaker: 'The Chair', text: 'Welcome.' }] }), []);
  deepEqual(faultsOf('record', { corrections_by: AT }), []);
  deepEqual(faultsOf('record', { corrections_by: AT, status: 'final' }), ['corrections_by fault.final_record']);
});

test('whose side is meant reads the same for whoever reads it', () => {
  for (const [id, words] of Object.entries(english))
    if (/^choice\.(side|by|obligor)\./.test(id)) ok(!/\b(our|ours|their|theirs)\b/i.test(words), `${id}: ${words}`);
});
