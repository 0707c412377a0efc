import { resolve } from 'node:path';
import { ParleyError } from '../../base/errors.ts';
import { nodeCrypto } from '../../node/crypto.ts';
import type { Command } from '../command.ts';
import { openStage, readScenario } from '../scenario/demonstration.ts';
import { play } from '../scenario/player.ts';
import { settle } from '../scenario/settle.ts';

export const command: Command = {
  usage: 'FILE [--dir DIR]',
  examples: [
    ['parley scenario play scenarios/geneva-2021.scenario --dir .parley/demo', 'play it through the nodes that run below .parley/demo'],
    ['parley scenario play mine.scenario --json', 'the same in a script; the answer is one JSON line'],
  ],
  notes:
    'The nodes must be running: "parley demo" starts them, or "parley serve" on each party\'s directory. Played again, a scenario goes on where it\n' +
    'stopped; what stands on the record is not said twice. docs/scenarios.md explains the form of the file.',
  options: [],
  words: [1, 1],
  async run({ args, terminal, dir }) {
    const file = resolve(args.word(0, 'a scenario'));
    const scenario = await readScenario(file);
    const crypto = nodeCrypto();
    try {
      const stage = await openStage({
        scenario,
        file,
        dir: args.has('dir') ? dir : resolve('.parley/demo'),
        crypto,
        say: (text) => terminal.say(text),
      });
      const { played, stood } = await play(stage);
      const settled = await settle(stage.sides, stage.channel);
      if (settled === undefined) throw new ParleyError('unreachable', 'everything was played, and not everything has arrived yet');
      terminal.data(
        { channel: settled.channel, played, stood, digest: settled.sides[0]?.digest ?? '', matters: settled.matters },
        `${played} lines were played; ${stood} stood already.`,
      );
      return undefined;
    } finally {
      await crypto.close();
    }
  },
};
