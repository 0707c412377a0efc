import { join } from 'node:path';
import { ParleyError } from '../../base/errors.ts';
import { nodeRandom, nodeSha256 } from '../../node/crypto.ts';
import { createParty, FILES } from '../../node/party-files.ts';
import { type Command, PASSPHRASE_FILE } from '../command.ts';
import { newPassphrase } from '../key-file.ts';
import { exists } from '../read-input.ts';
import { recoveryText } from '../recovery.ts';

export const command: Command = {
  usage: '--name NAME [--dir DIR] [--passphrase-file FILE]',
  examples: [
    ['parley init --name "Republic of Alderney"', 'make a party, asking for a passphrase'],
    ['parley init --name CERT-A --dir /srv/cert-a --passphrase-file p.txt', 'the same in a script'],
  ],
  notes:
    'The recovery is printed once. It is the only way to replace the identity key, and whoever has it can speak for the party:\n' +
    'write it on paper, keep it apart from this machine, and do not store what this command printed.',
  options: [{ name: 'name', value: 'NAME', help: 'how the party is called in charters' }, PASSPHRASE_FILE],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    for (const name of [FILES.party, FILES.host, FILES.seed, FILES.identity]) {
      if (await exists(join(dir, name))) throw new ParleyError('invalid', `a directory where nobody lives yet; ${name} stands in ${dir}`);
    }
    const name = args.text('name') ?? (await terminal.ask('Name of the party:', '--name is needed'));
    if (name === '' || name.length > 200 || /\p{C}/u.test(name)) throw new ParleyError('usage', 'a name of 1 to 200 characters');
    const passphrase = await newPassphrase(terminal, 'the identity key', args.text('passphrase-file'));
    const { recovery, id } = await createParty(dir, {
      name,
      passphrase,
      random: nodeRandom,
      sha256: nodeSha256,
      workFactor: terminal.streams.workFactor,
    });
    terminal.data({ party: id, name, dir, recovery: recovery.join(' ') }, recoveryText(name, recovery));
    terminal.say(`The party is in ${dir}. Next: "parley serve", and "parley invite" on one of two sides.`);
    return undefined;
  },
};
