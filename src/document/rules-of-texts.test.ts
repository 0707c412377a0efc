import { deepEqual } from 'node:assert/strict';
import test from 'node:test';
import { AT, faultsOf } from './fixtures-drafts.ts';

const article = (number: string, text: string) => ({ number, text });

test('brackets of an article are in pairs and bounded, in a text as in an amendment', () => {
  deepEqual(faultsOf('text', { articles: [article('1', 'The parties [RU: shall consult.')] }), ['articles fault.brackets_pairs']);
  deepEqual(faultsOf('amendment', { text: 'The parties shall] consult.' }), ['text fault.brackets_pairs']);
  deepEqual(faultsOf('amendment', { text: '['.repeat(9) + ']'.repeat(9) }), ['text fault.brackets_depth']);
});

test('ten thousand brackets in each of a hundred articles are a finding within a moment', () => {
  const many = article('1', '[]'.repeat(10_000));
  const began = process.cpuUsage().user;
  const faults = faultsOf('text', { articles: Array.from({ length: 100 }, (_, i) => ({ ...many, number: `${i + 1}` })) });
  deepEqual(new Set(faults), new Set(['articles fault.brackets_count', ' fault.body_size']));
  deepEqual(process.cpuUsage().user - began < 2_000_000, true);
});

test('no article and no language stands twice', () => {
  deepEqual(faultsOf('text', { articles: [article('2 bis', 'a'), article('2 BIS', 'b')] }), ['articles fault.article_twice']);
  const versions = [
    { language: 'en', authentic: true, text: 'a' },
    { language: 'EN', authentic: false, text: 'b' },
  ];
  deepEqual(faultsOf('instrument', { versions }), ['versions fault.rows']);
  deepEqual(faultsOf('instrument', { versions: versions.map((row) => ({ ...row, language: 'en' })) }), ['versions fault.language_twice']);
});

test('an instrument has an authentic version, and a date where its rule asks for one and only there', () => {
  deepEqual(faultsOf('instrument', { versions: [{ language: 'en', authentic: false, text: 'a' }] }), ['versions fault.no_authentic']);
  deepEqual(faultsOf('instrument', { in_force_rule: 'on-date' }), ['in_force_at fault.in_force_at']);
  deepEqual(faultsOf('instrument', { in_force_rule: 'on-date', in_force_at: AT }), []);
  deepEqual(faultsOf('instrument', { in_force_at: AT }), ['in_force_at fault.in_force_otherwise']);
});

test('an amendment says the new text unless it deletes', () => {
  for (const operation of ['replace', 'insert', 'bracket', 'unbracket'])
    deepEqual(faultsOf('amendment', { operation, text: undefined }), ['text fault.missing']);
  deepEqual(faultsOf('amendment', { operation: 'delete', text: undefined }), []);
});
