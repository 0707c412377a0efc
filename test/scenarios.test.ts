/**
 * The small shipped scenarios, in one channel that has the procedures of all. Each in its own channel, as its head says, and the others beside them:
 * `scenarios.soak.ts`. Geneva is played through processes by `demo.test.ts`; all are told in memory, line by line, by `states/table.test.ts`.
 */
import { after, before, test } from 'node:test';
import { playAgain, playWhole, Stages } from './scenario-stages.ts';

const TOGETHER = {
  channel: 'Procedures',
  procedures: [
    'accreditation',
    'incident-inquiry',
    'nis2-reporting',
    'simultaneous-exchange',
    'coordinated-disclosure',
    'text-and-silence',
    'treaty-notification',
    'request-for-explanation',
    'contact-directory',
  ],
};

let stages: Stages;

before(async () => {
  stages = await Stages.open();
});
after(() => stages.close());

for (const name of [
  'nis2-incident',
  'coordinated-disclosure',
  'silence',
  'silence-expiry',
  'treaty-notifications',
  'communication-check',
  'incident-inquiry',
  'request-for-explanation',
])
  test(`${name} plays to its end, and both sides see what it expects`, async () => {
    await playWhole(await stages.of(`${name}.scenario`, TOGETHER));
  });

test('simultaneous-exchange plays to its end, and played again it says nothing twice', async () => {
  const stage = await stages.of('simultaneous-exchange.scenario', TOGETHER);
  await playWhole(stage);
  await playAgain(stage);
});
