import { deepEqual, ok } from 'node:assert/strict';
import test from 'node:test';
import { kinds as english } from '../base/catalogue/en/kinds.ts';
import { AT, faultsOf, ID } from './fixtures-drafts.ts';
import { formOf } from './form.ts';
import { CONFIDENCES, LIKELIHOODS, RESPONSIBILITIES } from './kinds/claim.ts';
import { kindOf } from './registry.ts';

test('a counter-claim names the one claim that it counters, which the program fills', () => {
  deepEqual(faultsOf('claim', { counters: [ID] }), []);
  deepEqual(faultsOf('claim', { counters: [ID, `B${ID.slice(1)}`] }), ['counters fault.entries']);
  const claim = kindOf('claim');
  ok(claim !== undefined && !formOf(claim).fields.some(({ field }) => field.name === 'counters'));
});

test('responsibility has ten steps, each said otherwise, from a State that forbids to one that does it itself', () => {
  deepEqual(RESPONSIBILITIES.length, 10);
  deepEqual(new Set(RESPONSIBILITIES.map((value) => english[`choice.responsibility.${value}`])).size, 10);
  for (const responsibility of RESPONSIBILITIES) {
    deepEqual(faultsOf('claim', { facet: 'attribution', actor: 'A group', responsibility }), []);
    deepEqual(faultsOf('claim', { responsibility }), ['responsibility fault.responsibility_of_fact']);
  }
});

test('likelihood has the words of ICD 203 with ranges that meet without a gap, and confidence is a field of its own without any', () => {
  const ranges = LIKELIHOODS.map((value) =>
    /\((\d+)–(\d+) %\)/
      .exec(english[`choice.likelihood.${value}`] ?? '')
      ?.slice(1)
      .map(Number),
  );
  deepEqual(ranges, [
    [1, 5],
    [5, 20],
    [20, 45],
    [45, 55],
    [55, 80],
    [80, 95],
    [95, 99],
  ]);
  for (const value of CONFIDENCES) ok(!/%/.test(english[`choice.confidence.${value}`] ?? '%'));
  deepEqual(faultsOf('claim', { likelihood: 'very-likely', confidence: 'low' }), []);
  deepEqual(faultsOf('claim', { likelihood: 'low' }), ['likelihood fault.choice']);
});

test('a final report says the root cause; earlier stages need not, and an erased one is not missing', () => {
  for (const stage of ['early_warning', 'notification', 'intermediate', 'progress']) deepEqual(faultsOf('incident_notification', { stage }), []);
  deepEqual(faultsOf('incident_notification', { stage: 'final' }), ['root_cause fault.final_without_cause']);
  deepEqual(faultsOf('incident_notification', { stage: 'final', root_cause: 'A stolen password.' }), []);
  const kind = kindOf('incident_notification');
  deepEqual(kind?.checkContent?.({ stage: 'final', aware_at: AT }, ['root_cause']), []);
});

test('evidence is graded by the Admiralty code, source and content apart', () => {
  for (const source_reliability of ['a', 'b', 'c', 'd', 'e', 'f']) deepEqual(faultsOf('evidence', { source_reliability }), []);
  for (const credibility of ['1', '2', '3', '4', '5', '6']) deepEqual(faultsOf('evidence', { credibility }), []);
  deepEqual(faultsOf('evidence', { source_reliability: 'g' }), ['source_reliability fault.choice']);
  deepEqual(faultsOf('evidence', { credibility: 1 }), ['credibility fault.choice']);
});
