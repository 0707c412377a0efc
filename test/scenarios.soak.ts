/** Every shipped scenario, each in a channel founded as its head says, and once more, when nothing is said twice. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
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
const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const SMALL = `Scenario: A round
Channel: Directory
Host: Witness
Procedures: accreditation, communication-check
Party: Chair
  Ines Marek, Manager
Round: one channel with each of
  Elder: Eleni Berg
  Gorse: Karl Nagy
  Yew: Ewa Weber
Ines Marek checks the line as C-1
  answer by: in 2 hours
each but Elder answers the check C-1
expect Chair awaits Elder
`;

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

test('a round is played through processes that are started for it, and played again it says nothing twice', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-round-'));
  const file = join(dir, 'small.scenario');
  const play = async (): Promise<unknown> => {
    const args = ['--disable-warning=ExperimentalWarning', MAIN, 'scenario', 'play', file, '--dir', join(dir, 'round'), '--json', '--no-input'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { channels, played, stood, matters } = JSON.parse(stdout);
    return { channels: channels.length, played, stood, checks: matters.communication_check };
  };
  try {
    await writeFile(file, SMALL);
    assert.deepEqual(await play(), { channels: 3, played: 5, stood: 0, checks: 3 });
    assert.deepEqual(await play(), { channels: 3, played: 0, stood: 5, checks: 3 });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
