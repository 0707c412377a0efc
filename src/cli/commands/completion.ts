import { ParleyError } from '../../base/errors.ts';
import type { Command } from '../command.ts';
import { completionScript, SHELLS } from '../completion.ts';
import { GLOBAL } from '../help.ts';
import { COMMANDS } from '../table.ts';

export const command: Command = {
  usage: 'bash|zsh|fish',
  examples: [
    ['source <(parley completion bash)', 'for this shell'],
    ['parley completion fish > ~/.config/fish/completions/parley.fish', 'for every new one'],
  ],
  options: [],
  words: [1, 1],
  async run({ args, terminal }) {
    const shell = SHELLS.find((name) => name === args.word(0, 'a shell'));
    if (shell === undefined) throw new ParleyError('usage', `one of: ${SHELLS.join(', ')}`);
    const commands = await Promise.all(
      COMMANDS.map(async ({ name, summary, load }) => ({ name, summary, options: [...(await load()).command.options, ...GLOBAL] })),
    );
    const script = completionScript(shell, commands);
    terminal.data({ shell, script }, script.trimEnd());
    return undefined;
  },
};
