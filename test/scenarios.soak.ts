/** Every shipped scenario, each in a channel founded as its head says, and once more, when nothing is said twice. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readScenario } from '../src/cli/scenario/demonstration.ts';
import { playRound } from '../src/cli/scenario/round-player.ts';
import { openRoundStages } from './round-stages.ts';
import { FOLDER, playAgain, playWhole, Stages } from './scenario-stages.ts';

let stages: Stages;

before(async () => {
  stages = await Stages.open();
});
after(() => stages.close());

const ROUND = 'check-round.scenario';

for (const name of readdirSync(FOLDER).filter((one) => one.endsWith('.scenario') && one !== ROUND))
  test(`${name} plays to its end, and both sides see what it expects`, async () => {
    const stage = await stages.of(name);
    await playWhole(stage);
    await playAgain(stage);
  });

test(`${ROUND} plays to its end between 57 nodes, and one of them shows what all 56 channels expect`, async () => {
  const { round, close } = await openRoundStages(await readScenario(join(FOLDER, ROUND)));
  try {
    const { played, stood } = await playRound(round);
    assert.equal(stood, 0);
    assert.deepEqual(await playRound(round), { played: 0, stood: played });
  } finally {
    await close();
  }
});
