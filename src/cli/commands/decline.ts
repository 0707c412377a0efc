import { nodeSha256 } from '../../node/crypto.ts';
import type { FoundingView } from '../../node/founding.ts';
import { openClient } from '../client.ts';
import { type Command, mustAgree, PASSPHRASE_FILE, YES } from '../command.ts';
import { findFounding, foundingLine, foundingText, signFounding } from '../foundings.ts';
import { IDENTITY, openIdentity } from '../identity.ts';

export const command: Command = {
  usage: '[--invite FOUNDING]',
  examples: [['parley decline --invite Geneva-1', 'end a founding that this side has not confirmed']],
  notes: 'Once this side has signed the charter, the other may build on it: then a founding ends by its date alone.',
  options: [
    { name: 'invite', value: 'FOUNDING', help: 'title or id of the founding; may be left out where there is only one' },
    IDENTITY,
    PASSPHRASE_FILE,
    YES,
  ],
  words: [0, 0],
  async run(context) {
    const { args, terminal, dir } = context;
    const client = await openClient(dir);
    try {
      const founding = await findFounding(client, args.text('invite'), ['invited', 'compare']);
      await mustAgree(context, `End the founding of ${founding.title}?`, 'nothing was signed');
      const { text } = await client.post<{ text: string }>('/api/foundings/decline/text', { invite: founding.invite });
      const note = await signFounding(nodeSha256, text, { founding: 'decline', invite: founding.invite }, await openIdentity(context));
      const ended = await client.post<FoundingView>('/api/foundings/decline', { note });
      terminal.data(foundingLine(ended), foundingText(ended));
    } finally {
      await client.close();
    }
    return undefined;
  },
};
