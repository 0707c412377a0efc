import { resolve } from 'node:path';
import { nodeCrypto } from '../../node/crypto.ts';
import type { Command } from '../command.ts';
import { Demonstration, readScenario } from '../scenario/demonstration.ts';
import { mattersOf, outcomeText, perform } from '../scenario/performance.ts';

export const command: Command = {
  usage: 'FILE [--dir DIR]',
  examples: [
    ['parley scenario play scenarios/geneva-2021.scenario --dir .parley/demo', 'play it through the nodes that run below .parley/demo'],
    [
      'parley scenario play scenarios/check-round.scenario --dir .parley/round',
      'one state checks the line with 56 others; their nodes are started for it',
    ],
    ['parley scenario play mine.scenario --json', 'the same in a script; the answer is one JSON line'],
  ],
  notes:
    'Where a node of its parties runs ("parley demo", or "parley serve" on each party\'s directory), the scenario is played through what runs. Where none\n' +
    'does, the nodes and the host are made as far as they are missing, started, and stopped at the end. Played again, a scenario goes on where it\n' +
    'stopped; what stands on the record is not said twice. docs/scenarios.md explains the form of the file.',
  options: [],
  words: [1, 1],
  async run({ args, terminal, dir: given }) {
    const file = resolve(args.word(0, 'a scenario'));
    const scenario = await readScenario(file);
    const dir = args.has('dir') ? given : resolve('.parley/demo');
    const say = (text: string): void => terminal.say(text);
    const crypto = nodeCrypto();
    let started: Demonstration | undefined;
    try {
      started = await Demonstration.startWhereNoneRuns(scenario, dir, say);
      const done = await perform({ scenario, file, dir, crypto, say });
      const { played, stood, channels, round } = done;
      const [first] = channels;
      const where = round === undefined ? { channel: first?.settled.channel ?? '' } : { channels: channels.map(({ settled }) => settled.channel) };
      const digest = round === undefined ? { digest: first?.settled.sides[0]?.digest ?? '' } : {};
      terminal.data({ ...where, played, stood, ...digest, matters: mattersOf(done) }, outcomeText(done));
      return undefined;
    } finally {
      await started?.stop();
      await crypto.close();
    }
  },
};
