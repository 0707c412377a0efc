/** The response-time report of two nodes over one record. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reportView } from '../src/node/views/report.ts';
import { type Representative, TwoParties } from './two-parties.ts';

const HOUR = 3600;
let clock = 1_800_000_000;
let two: TwoParties;
let asker: Representative;
let answerer: Representative;

before(async () => {
  // The clock stands still but where the test moves it: every time in the logs is then one that the test chose.
  two = await TwoParties.found({ now: () => clock });
  asker = await two.accredit(two.a, 'Anna');
  answerer = await two.accredit(two.b, 'Boris');
  await two.settled();
});
after(() => two.close());

const ask = (subject: string) => two.say(asker, { kind: 'request', fields: { request_type: 'information', subject, text: 'Which one?' } });
const answer = (request: string) =>
  two.say(answerer, { kind: 'reply', refs: [request], fields: { disposition: 'met', final: true, text: 'This one.' } });

test('both sides have the same report, byte for byte: asked, answered, late, open, and how long it took', async () => {
  const [first, second] = [await ask('one'), await ask('two')];
  await ask('three');
  await two.settled();
  clock += 2 * HOUR;
  await answer(first);
  await two.settled();
  clock += 28 * HOUR;
  await answer(second);
  await two.settled();
  const [ours, theirs] = [await reportView(two.of(two.a)), await reportView(two.of(two.b))];
  assert.equal(JSON.stringify(theirs), JSON.stringify(ours));
  const row = (pack: string, id: string) => ours.timeliness.find((one) => one.pack === pack && one.clock === id);
  const { median_seconds: median, longest_seconds: longest, longest_since: since, ...counts } = row('incident-inquiry', 'acknowledgement') ?? {};
  assert.deepEqual(counts, {
    pack: 'incident-inquiry',
    clock: 'acknowledgement',
    title: 'Acknowledgement of the request',
    party: 1,
    asked: 3,
    answered: 2,
    in_time: 1,
    late: 1,
    open: 1,
    open_late: 1,
    withdrawn: 0,
  });
  assert.deepEqual([median, longest, since], [16 * HOUR, 30 * HOUR, clock - 30 * HOUR]);
  const replies = row('incident-inquiry', 'reply');
  assert.deepEqual([replies?.in_time, replies?.late, replies?.open, replies?.open_late], [2, 0, 1, 0]);
  assert.deepEqual(
    ours.duties.map(({ clock: id, debtor, creditor, status, since, until }) => [id, debtor, creditor, status, (until ?? 0) - (since ?? 0)]),
    [
      ['acknowledgement', 1, 0, 'late_so_far', 24 * HOUR],
      ['reply', 1, 0, 'running', 240 * HOUR],
    ],
  );
  assert.equal(ours.as_of, clock);
});

test('a report is of the record and not of the day: later it is the same, and as of another moment it says what was open then', async () => {
  const before = JSON.stringify(await reportView(two.of(two.a)));
  clock += 1000 * HOUR;
  assert.equal(JSON.stringify(await reportView(two.of(two.b))), before);
  const then = await reportView(two.of(two.a), clock);
  assert.equal(then.duties.filter(({ status }) => status === 'late_so_far').length, 2);
  assert.equal(JSON.stringify(await reportView(two.of(two.b), clock)), JSON.stringify(then));
});
