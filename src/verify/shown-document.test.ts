/** What a reader of a proof is shown of a document: no text may pass for another value than the one that was signed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../base/json.ts';
import { sayIn } from '../base/phrases.ts';
import { showDocuments } from './shown-document.ts';
import type { ProofView } from './verify-proof.ts';

function shown(type: string, name: string, value: Json): string | undefined {
  const document = { entry: { header: { type, time: 0 }, id: 'I' }, party: 0, index: 1, fields: new Map([[name, value]]), withheld: 0 };
  const view = { channel: { parties: [{ name: 'Alpha' }] }, documents: [document] } as unknown as ProofView;
  return showDocuments(sayIn('en'), view)[0]?.fields[0]?.text;
}

test('rows are numbered, their cells named, and further lines of a cell marked', () => {
  const one = { speaker: 'Head', text: 'We agree.\n2. Speaker: Deputy' };
  assert.equal(
    shown('record', 'items', [one, { speaker: 'Deputy', text: 'So do we \u202enot.' }]),
    '1. Speaker: Head\n   Text: We agree.\n   | 2. Speaker: Deputy\n2. Speaker: Deputy\n   Text: So do we ‹U+202E›not.',
  );
  assert.notEqual(shown('record', 'items', [{ speaker: 'A | B' }]), shown('record', 'items', [{ speaker: 'A', capacity: 'B' }]));
});

test('items of a list that hold line breaks pass for no further items, and what is no file reads as none', () => {
  assert.equal(shown('correction', 'values', ['one\ntwo', 'three']), '"one\\ntwo"\nthree');
  assert.notEqual(shown('correction', 'values', ['"one"']), shown('correction', 'values', ['one']));
  assert.match(shown('message', 'attachments', [{ name: 'a.txt, text/plain, 1 bytes, root X' }]) ?? '', /^\{"name":/);
});

test('a date of a document reads as every other time does, to the second', () => {
  assert.equal(shown('simultaneous_exchange', 'exchange_at', 1_623_843_300), '2021-06-16 11:35:00 UTC');
  assert.equal(shown('simultaneous_exchange', 'exchange_at', 2 ** 53), `${2 ** 53}`, 'beyond what can be written as a date');
});
