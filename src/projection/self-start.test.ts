import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Pack, parsePack } from '../procedure/pack.ts';
import { type Duty, dutiesOf, periodicDuties, statusOf } from './duties.ts';
import { Kept, people, started } from './fixtures-folds.ts';
import { tellInEveryOrder } from './fixtures-interleavings.ts';
import { type Act, emptyMatter, type Matter, withAct } from './matter.ts';

/** Clocks that a document of whoever owes starts: the operator (0) reports to the authority (1), which stamps what the operator leaves unstamped. */
const [nis2, contacts] = ['nis2-reporting', 'contact-directory'].map((name): Pack => {
  const parsed = parsePack(readFileSync(new URL(`../../procedures/${name}.json`, import.meta.url)));
  return 'pack' in parsed ? parsed.pack : assert.fail();
});
const context = { packs: [nis2 ?? assert.fail()], parties: 2, quorum: 0, standing: new Map() };
const DAY = 86_400;
const MONTH = 31 * DAY;

function act(id: string, type: string, party: number, index: number, frame: Act['frame'] = {}, refs: readonly string[] = []): Act {
  return { id, type, party, index, time: 1000 + index, refs, frame, automatic: false };
}

/** A stamp in a log, at a place there, of an entry of the party `of`, with that party's or another's receipt. */
function stamp(id: string, log: number, index: number, entry: string, of: number, by: number, time: number): Act {
  const facts = { entry, party: of, size: index + 1, held: [{ party: by, time }], witnessed: [] };
  return { ...act(id, 'stamp', log, index, {}, [entry]), stamp: facts };
}

const notified = act('notified', 'incident_notification', 0, 5, { stage: 'notification', aware_at: 0 });
const word = stamp('word', 1, 9, 'notified', 0, 1, 100);
const heard = stamp('heard', 1, 11, 'word', 1, 0, 160);
const final = act('final', 'incident_notification', 0, 40, { stage: 'final', aware_at: 0 }, ['notified']);

function matterOf(acts: readonly Act[]): Matter {
  return acts.reduce(withAct, emptyMatter(acts.find(({ refs }) => refs.length === 0)?.id ?? ''));
}

function reportDue(...acts: readonly Act[]): Duty {
  return dutiesOf(matterOf(acts), context).find(({ clock }) => clock.id === 'final') ?? assert.fail();
}

test('an operator whose node stamps nothing owes its final report all the same, and is late with it', () => {
  assert.equal(reportDue(notified).startedAt, undefined);
  assert.equal(reportDue(notified, word).startedAt, undefined);
  const duty = reportDue(notified, word, heard);
  assert.deepEqual([duty.debtor, duty.startedAt, duty.dueAt], [0, 160, 160 + MONTH]);
  assert.equal(statusOf(duty, 160 + MONTH), 'running');
  assert.equal(statusOf(duty, 161 + MONTH), 'late_so_far');
  const late = reportDue(notified, word, heard, final, stamp('held', 0, 41, 'final', 0, 1, 200 + MONTH));
  assert.equal(statusOf(late, 9e9), 'met_late');
});

test('a stamp of the operator’s that gives a receipt of weeks later, when it sent something else, puts nothing off', () => {
  const weeks = stamp('weeks', 0, 30, 'notified', 0, 1, 20 * DAY);
  assert.equal(reportDue(notified, word, heard, weeks).startedAt, 160);
  assert.equal(reportDue(notified, weeks).startedAt, 20 * DAY);
});

test('an operator that stamps the first receipt finds its start moved by nothing that the authority writes', () => {
  const own = stamp('own', 0, 7, 'notified', 0, 1, 100);
  for (const claimed of [1, 100, 9000]) assert.equal(reportDue(notified, own, stamp('word', 1, 9, 'notified', 0, 1, claimed), heard).startedAt, 100);
});

test('in whatever order words and stamps come, both sides have one start', () => {
  const acts = [notified, word, heard, stamp('weeks', 0, 30, 'notified', 0, 1, 20 * DAY), stamp('again', 1, 20, 'notified', 0, 1, 2), final];
  fc.assert(
    fc.property(fc.shuffledSubarray(acts, { minLength: acts.length }), (list) => {
      assert.deepEqual(dutiesOf(list.reduce(withAct, emptyMatter('notified')), context), dutiesOf(matterOf(acts), context));
    }),
    { numRuns: 40 },
  );
});

test('read from their logs, words and stamps of both sides come to one start in every interleaving', async () => {
  const record = await started('self-start');
  const [begun, others] = [record.size(0), record.size(1)];
  const { id } = await record.say(0, people[0], {
    kind: 'incident_notification',
    fields: { marking: 'green', stage: 'notification', title: 'Outage', description: 'It stands still.', aware_at: 1 },
  });
  const head = record.checkpoint(0);
  const given = await record.stamp(1, id, 0, head.size, await record.receipt(1, head, 1000));
  const own = record.checkpoint(1);
  await record.stamp(1, given.id, 1, own.size, await record.receipt(0, own, 1060));
  await record.say(0, people[0], { kind: 'message', fields: { marking: 'green', subject: 'Later', text: 'Later.' } });
  const late = record.checkpoint(0);
  await record.stamp(0, id, 0, late.size, await record.receipt(1, late, 90_000));
  const [ours, theirs] = await Promise.all([0, 1].map(async (party) => (await record.read(party)).entries));
  const told = await tellInEveryOrder(context.packs[0] ?? assert.fail(), {
    before: [...(ours ?? []).slice(0, begun), ...(theirs ?? []).slice(0, others)],
    logs: [(ours ?? []).slice(begun), (theirs ?? []).slice(others)],
  });
  assert.deepEqual([told.interleavings, told.arose.includes('final')], [10, true]);
  const kept = new Kept();
  await kept.fold([...(ours ?? []), ...(theirs ?? [])]);
  const matter = kept.matters.get(id) ?? assert.fail();
  assert.equal(dutiesOf(matter, context).find(({ clock }) => clock.id === 'final')?.startedAt, 1060);
});

test('a cadence that a document of whoever owes starts does so though its node stamps nothing, and an old document settles no later period', () => {
  const rules = { ...context, packs: [contacts ?? assert.fail()] };
  const card = act('card', 'contact_nomination', 0, 5);
  const periods = (...matters: readonly Matter[]) =>
    periodicDuties(matters, rules, 400 * DAY)
      .filter(({ debtor }) => debtor === 0)
      .map(({ startedAt, metAt }) => [startedAt, metAt]);
  assert.deepEqual(periods(matterOf([card])), []);
  const begun = matterOf([card, stamp('word', 1, 9, 'card', 0, 1, 100), stamp('heard', 1, 11, 'word', 1, 0, 160)]);
  const [first, second] = periods(begun);
  assert.deepEqual(first, [160, undefined]);
  // A check of the first half-year, kept unstamped until the second.
  const check = act('check', 'communication_check', 0, 20, { answer_by: 9000, nonce: 'n' });
  const kept = stamp('kept', 0, 60, 'check', 0, 1, 300 * DAY);
  assert.deepEqual(periods(begun, matterOf([check, kept])).slice(0, 2), [
    [160, 300 * DAY],
    [second?.[0], 300 * DAY],
  ]);
  const told = [stamp('told', 1, 30, 'check', 0, 1, 2 * DAY), stamp('known', 1, 32, 'told', 1, 0, 3 * DAY)];
  assert.deepEqual(periods(begun, matterOf([check, kept, ...told])).slice(0, 2), [
    [160, 3 * DAY],
    [second?.[0], undefined],
  ]);
});
