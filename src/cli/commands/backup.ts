import { join } from 'node:path';
import { ParleyError } from '../../base/errors.ts';
import { FILES } from '../../node/party-files.ts';
import { openClient } from '../client.ts';
import type { Command } from '../command.ts';
import { exists } from '../read-input.ts';
import { writeOutput } from '../write-output.ts';

export const command: Command = {
  usage: '--out FILE',
  examples: [
    ['parley backup --dir /srv/ours --out ours-monday.backup', 'everything of this party in one file, while its node runs or while it does not'],
  ],
  notes:
    'The file holds the record, the settings and the keys that lie in the directory, the seed of the node among them: whoever has it can sign in the name\n' +
    'of the party. Keep it as you keep a key. It never holds the mark beside the directory, which belongs in no backup. A host is not backed up: it is replaced.',
  options: [{ name: 'out', value: 'FILE', help: 'where to write it: a file that does not exist yet' }],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const out = args.required('out');
    if (out === '-') throw new ParleyError('usage', '--out is a file: a backup holds secrets, and is readable to its owner alone');
    if (!(await exists(join(dir, FILES.party))) && (await exists(join(dir, FILES.host))))
      throw new ParleyError('usage', 'a host lives here; a host is replaced, never restored, so there is nothing to back up');
    const client = await openClient(dir);
    try {
      const size = await writeOutput(terminal, out, client.parts('/api/backup'));
      terminal.data({ file: out, size, running: client.running }, out);
      terminal.say(
        `${size} bytes, readable to you alone. It holds the seed of the node: keep it like a key. "parley restore" makes a directory of it again.`,
      );
    } finally {
      await client.close();
    }
    return undefined;
  },
};
