import { deepEqual, equal } from 'node:assert/strict';
import test from 'node:test';
import { AT, faultsOf, ID, SALT } from './fixtures-drafts.ts';
import { formOf } from './form.ts';
import { undertaking } from './kinds/undertaking.ts';
import { parseFields } from './parse.ts';
import { kindIn } from './party-fields.ts';
import { kindOf } from './registry.ts';

test('an undertaking says its condition where it has one, and only there', () => {
  deepEqual(faultsOf('undertaking', { conditional: true }), ['condition fault.condition']);
  deepEqual(faultsOf('undertaking', { condition: 'If Ukraine is ready.' }), ['condition fault.condition']);
  deepEqual(faultsOf('undertaking', { conditional: true, condition: 'If Ukraine is ready.', non_parties: ['Ukraine'] }), []);
});

test('other sides are named where others are bound, by the names of those there are, and nothing is asked where there is one', () => {
  deepEqual(faultsOf('undertaking', { obligor: 'ours', obligors: ['Beta'] }), ['obligors fault.obligors']);
  deepEqual(faultsOf('undertaking', { obligor: 'theirs', obligors: ['Beta'] }), []);
  const asked = (...others: readonly string[]) => kindIn(undertaking, others).fields.find(({ name }) => name === 'obligors');
  equal(asked('Beta'), undefined);
  deepEqual(asked('Beta', 'Gamma', 'Gamma'), { name: 'obligors', shape: 'choices', of: ['Beta'], max: 1, frame: true, required: false });
  const choices = formOf(kindIn(undertaking, ['Beta', 'Gamma'])).fields.find(({ field }) => field.name === 'obligors')?.choices;
  deepEqual(choices, [
    { value: 'Beta', label: 'Beta' },
    { value: 'Gamma', label: 'Gamma' },
  ]);
});

test('a commitment without its digest is void; a reveal without its secret is only shown as wanting', () => {
  const frameFaults = (id: string, fields: Record<string, string>): number => {
    const kind = kindOf(id);
    return kind === undefined ? -1 : parseFields(kind, new Map(Object.entries({ marking: 'red', ...fields })), []).frameFaults.length;
  };
  equal(frameFaults('commitment', {}), 1);
  equal(frameFaults('commitment', { digest: SALT }), 1);
  equal(frameFaults('commitment', { digest: ID }), 0);
  equal(frameFaults('reveal', {}), 0);
  deepEqual(faultsOf('reveal', { secret: undefined }), ['secret fault.missing']);
});

test('a window has a start, and does not end before it; somebody in charge does not stop before they begin', () => {
  deepEqual(faultsOf('treaty_notification', { event_until: AT }), ['event_at fault.window_without_start']);
  deepEqual(faultsOf('treaty_notification', { event_at: AT, event_until: AT - 1 }), ['event_until fault.ends_before']);
  deepEqual(faultsOf('treaty_notification', { event_at: AT, event_until: AT }), []);
  deepEqual(faultsOf('charge_ad_interim', { until: AT - 1 }), ['until fault.ends_before']);
});
