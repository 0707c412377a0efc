/** Every shipped scenario, each in a channel founded as its head says, and once more, when nothing is said twice. */
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { FOLDER, playAgain, playWhole, Stages } from './scenario-stages.ts';

let stages: Stages;

before(async () => {
  stages = await Stages.open();
});
after(() => stages.close());

for (const name of readdirSync(FOLDER).filter((one) => one.endsWith('.scenario')))
  test(`${name} plays to its end, and both sides see what it expects`, async () => {
    const stage = await stages.of(name);
    await playWhole(stage);
    await playAgain(stage);
  });
