import { ParleyError } from '../../base/errors.ts';
import { formatInstant } from '../../base/instants.ts';
import { openClient } from '../client.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  usage: '[--admin]',
  examples: [
    ['parley enrol', 'a one-time link by which one more person enrols in their browser'],
    ['parley enrol --admin', 'for one more administrator'],
  ],
  notes:
    'The link is a secret until it is used: hand it to the person alone. In their browser they make a passkey to sign in with, and a key to sign\n' +
    'documents with; "parley representative add NAME" then accredits that key.',
  options: [{ name: 'admin', help: 'they may found channels, accredit people and enrol others' }],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const client = await openClient(dir);
    try {
      if (!client.running) throw new ParleyError('unreachable', 'a link needs the address of a running node; start it with "parley serve"');
      const made = await client.post<{ token: string; expires: number; url: string }>('/api/enrol/tokens', { admin: args.has('admin') });
      terminal.data({ url: made.url, expires: made.expires, admin: args.has('admin') }, made.url);
      terminal.say(`It works once, until ${formatInstant(made.expires)}.`);
    } finally {
      await client.close();
    }
    return undefined;
  },
};
