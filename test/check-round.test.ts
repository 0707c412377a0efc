/**
 * A round of communication checks over the channels of one node, and beside its lines what that node and those asked then show. The shipped round of 57
 * states is played whole by `scenarios.soak.ts`.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseScenario } from '../src/cli/scenario/parse-scenario.ts';
import { notShown, playRound } from '../src/cli/scenario/round-player.ts';
import type { OverallView } from '../src/projection/report.ts';
import type { TodayView } from '../src/projection/views.ts';
import { openRoundStages, type RoundStages } from './round-stages.ts';

const ROUND = `
Scenario: A round of checks
Channel: Directory
Host: Witness
Procedures: accreditation, communication-check
Marking: green

Party: Chair
  Ines Marek, Directory manager

Round: one channel with each of
  Elder: Eleni Berg
  Gorse: Karl Nagy
  Linden: Vera Holt; Jan Roth, Deputy
  Yew: Ewa Weber

each nominates a contact as N-1
  person: {officer}
  office: Contact of {state}
  email: contact@{state}.example
  exercise: yes

expect each is reached through its officer

Ines Marek checks the line as C-1
  answer by: in 30 minutes
  exercise: yes

expect each owes an answer to C-1
expect Chair awaits each

each of Yew answers the check C-1
  exercise: yes

# The point of contact has changed on the way.
Jan Roth changes the contact of N-1 as N-2
  person: Jan Roth
  office: Contact of {state}
  email: contact@{state}.example
  exercise: yes

Jan Roth answers the check C-1
  exercise: yes

expect Linden is reached through Jan Roth
expect each but Elder and Gorse has answered C-1 in time
expect Chair awaits Elder and Gorse

wait until C-1 is due

Gorse answers the check C-1
  exercise: yes

expect Gorse has answered C-1 late
expect Elder has not answered C-1
expect Chair awaits Elder
expect C-1 was answered by 2 in time, by 1 late, and by 1 not
expect both sides see the same
`;

/** What the Chair's Inbox, and each other party's, has after the last line. */
const INBOXES = {
  Chair: ['awaitingThem Elder late_so_far communication_check_answer'],
  Elder: ['awaitingUs Chair late_so_far communication_check_answer'],
  Gorse: [],
  Linden: [],
  Yew: [],
};

/** The Chair's report over all its channels. */
const REPORT = [
  'Elder answers: late_so_far; asked 1, in time 0, late 0, open 1',
  'Gorse answers: met_late; asked 1, in time 0, late 1, open 0',
  'Linden answers: met; asked 1, in time 1, late 0, open 0',
  'Yew answers: met; asked 1, in time 1, late 0, open 0',
];

let stages: RoundStages;

before(async () => {
  stages = await openRoundStages(read(ROUND));
});
after(() => stages.close());

test('a round of checks plays to its end, and every node shows who answered when, who was late and who has not answered', async () => {
  assert.deepEqual(await playRound(stages.round), { played: 4 + 4 + 1 + 1 + 1 + 1, stood: 0 });
  const inboxes = await Promise.all(
    stages.nodes.map(async ({ name }, i) => {
      const { awaitingUs, awaitingThem, watch } = (await stages.clients[i]?.get<TodayView>('/api/today')) ?? assert.fail();
      const lines = Object.entries({ awaitingUs, awaitingThem, watch }).flatMap(([list, items]) =>
        items.map((item) => `${list} ${item.with} ${item.due.status} ${item.act}`),
      );
      return [name, lines];
    }),
  );
  assert.deepEqual(Object.fromEntries(inboxes), INBOXES);
  const { rows } = (await stages.clients[0]?.get<OverallView>('/api/report')) ?? assert.fail();
  assert.deepEqual(
    rows.map((row) => {
      const who = `${row.ours ? 'Chair' : row.with} answers: ${row.latest.status}`;
      return `${who}; asked ${row.asked}, in time ${row.in_time}, late ${row.late}, open ${row.open}`;
    }),
    REPORT,
  );
});

test('a round played again says nothing twice', async () => {
  assert.deepEqual(await playRound(stages.round), { played: 0, stood: 12 });
});

test('what a round expects of the node that has all its channels is asked there, and what it shows instead is said', async () => {
  const wrong = read(ROUND.replace('by 2 in time, by 1 late', 'by 3 in time, by 0 late').replace('awaits Elder\n', 'awaits nobody\n'));
  const said = await Promise.all(wrong.steps.slice(-4).map((step) => (step.step === 'expect' ? notShown(stages.round, step) : undefined)));
  assert.deepEqual(said, [undefined, 'that it awaits Elder', '2 in time, 1 late and 1 not', undefined]);
});

function read(text: string) {
  const parsed = parseScenario(text);
  assert.ok('scenario' in parsed, 'faults' in parsed ? JSON.stringify(parsed.faults) : '');
  return parsed.scenario;
}
