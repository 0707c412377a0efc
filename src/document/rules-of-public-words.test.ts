import { deepEqual } from 'node:assert/strict';
import test from 'node:test';
import { AT, faultsOf } from './fixtures-drafts.ts';

test('a statement is not released before its embargo ends', () => {
  deepEqual(faultsOf('statement', { release_at: AT, embargo_until: AT + 1 }), ['release_at fault.release_in_embargo']);
  deepEqual(faultsOf('statement', { release_at: AT, embargo_until: AT }), []);
  deepEqual(faultsOf('statement', { embargo_until: AT }), []);
});

test('a press account is no translation of itself', () => {
  deepEqual(faultsOf('press_account', { source_language: 'en' }), ['source_language fault.same_language']);
  deepEqual(faultsOf('press_account', { source_language: 'ru' }), []);
});

test('an embargo that is proposed says until when; one that is accepted, rejected or ended need not', () => {
  for (const act of ['propose', 'revise']) deepEqual(faultsOf('embargo', { act, until: undefined }), ['until fault.embargo_until']);
  for (const act of ['accept', 'reject', 'terminate']) deepEqual(faultsOf('embargo', { act, until: undefined }), []);
});

test('a vulnerability is not disclosed before anybody was told', () => {
  deepEqual(faultsOf('vulnerability_report', { first_contact_at: AT, disclosure_at: AT - 1 }), ['disclosure_at fault.disclosed_before_contact']);
  deepEqual(faultsOf('vulnerability_report', { first_contact_at: AT, disclosure_at: AT }), []);
});
