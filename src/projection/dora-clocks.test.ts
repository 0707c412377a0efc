import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatInstant, parseInstant } from '../base/instants.ts';
import { type Pack, parsePack } from '../procedure/pack.ts';
import { dutiesOf, statusOf } from './duties.ts';
import { type Act, emptyMatter, withAct } from './matter.ts';

const parsed = parsePack(readFileSync(new URL('../../procedures/dora-reporting.json', import.meta.url)));
const DORA: Pack = 'pack' in parsed ? parsed.pack : assert.fail(parsed.expected.join('; '));
const at = (text: string): number => parseInstant(`${text}:00Z`) ?? Number.NaN;

/** A report at an index of the operator's log, and when the authority held it. */
type Report = { readonly id: string; readonly index: number; readonly stage: string; readonly held: string; readonly classified?: string };

function actsOf({ id, index, stage, held, classified }: Report): readonly Act[] {
  const instants = { aware_at: at('2026-03-01T08:00'), ...(classified === undefined ? {} : { classified_at: at(classified) }) };
  const report: Act = { id, type: 'incident_notification', party: 0, index, time: 0, refs: [], frame: { stage, ...instants }, automatic: false };
  const stamp = { entry: id, party: 0, size: index + 1, held: [{ party: 1, time: at(held) }], witnessed: [] };
  return [report, { ...report, id: `${id}-stamp`, type: 'stamp', index: index + 1, refs: [id], frame: {}, stamp }];
}

/** What one clock asks, at a time: due until when, and how it stands. */
function owed(clock: string, now: string, acts: readonly Act[]): readonly string[] {
  const matter = acts.reduce(withAct, emptyMatter('initial'));
  const duties = dutiesOf(matter, { packs: [DORA], parties: 2, quorum: 0, standing: new Map() }).filter((duty) => duty.clock.id === clock);
  return duties.map((duty) => `${formatInstant(duty.dueAt ?? 0).slice(0, 16)} ${statusOf(duty, at(now))}`);
}

const INITIAL: Report = { id: 'initial', index: 0, stage: 'early_warning', held: '2026-03-01T12:00', classified: '2026-03-01T10:00' };
const FIRST: Report = { id: 'first', index: 10, stage: 'intermediate', held: '2026-03-03T12:00' };
const UPDATED: Report = { id: 'updated', index: 20, stage: 'intermediate', held: '2026-03-20T12:00' };
const FINAL: Report = { id: 'final', index: 30, stage: 'final', held: '2026-04-10T12:00' };
const reports = (...list: readonly Report[]): readonly Act[] => list.flatMap(actsOf);

test('the initial notification is due 4 hours after classification or 24 after awareness, whichever is first, and later than that 4 hours after classification', () => {
  const dueWhere = (classified: string): readonly string[] =>
    owed('initial', '2026-03-09T00:00', reports({ ...INITIAL, classified, held: '2026-03-08T00:00' }));
  assert.deepEqual(dueWhere('2026-03-01T10:00'), ['2026-03-01T14:00 met_late']);
  assert.deepEqual(dueWhere('2026-03-02T06:00'), ['2026-03-02T08:00 met_late']);
  assert.deepEqual(dueWhere('2026-03-02T08:00'), ['2026-03-02T08:00 met_late']);
  assert.deepEqual(dueWhere('2026-03-05T09:00'), ['2026-03-05T13:00 met_late']);
});

test('the final report is due a month after the latest intermediate report that came in time', () => {
  assert.deepEqual(owed('final', '2026-04-11T00:00', reports(INITIAL, FIRST)), ['2026-04-03T12:00 late_so_far']);
  assert.deepEqual(owed('final', '2026-04-11T00:00', reports(INITIAL, FIRST, UPDATED)), ['2026-04-20T12:00 running']);
  assert.deepEqual(owed('final', '2026-04-11T00:00', reports(INITIAL, FIRST, UPDATED, FINAL)), ['2026-04-20T12:00 met']);
});

test('what ran out stays so, whatever is sent after it', () => {
  const late = { ...UPDATED, held: '2026-04-05T12:00' };
  assert.deepEqual(owed('final', '2026-04-11T00:00', reports(INITIAL, FIRST, late)), ['2026-04-03T12:00 late_so_far']);
  assert.deepEqual(owed('final', '2026-04-11T00:00', reports(INITIAL, FIRST, late, FINAL)), ['2026-04-03T12:00 met_late']);
});

test('an updated report that nobody is known to hold, or that was taken back, moves nothing', () => {
  const [unheld] = actsOf(UPDATED);
  assert.ok(unheld);
  assert.deepEqual(owed('final', '2026-03-21T00:00', [...reports(INITIAL, FIRST), unheld]), ['2026-04-03T12:00 running']);
  const withdrawal: Act = { ...unheld, id: 'gone', type: 'withdrawal', index: 25, refs: ['updated'], frame: { entry: 'updated' } };
  assert.deepEqual(owed('final', '2026-03-21T00:00', [...reports(INITIAL, FIRST, UPDATED), withdrawal]), [
    '2026-04-03T12:00 running',
    '2026-04-20T12:00 withdrawn',
  ]);
});

test('which report counts does not depend on the order of arrival', () => {
  const acts = reports(INITIAL, FIRST, UPDATED, FINAL);
  fc.assert(
    fc.property(fc.shuffledSubarray([...acts], { minLength: acts.length }), (turned) => {
      assert.deepEqual(owed('final', '2026-04-11T00:00', turned), ['2026-04-20T12:00 met']);
    }),
    { numRuns: 20 },
  );
});
