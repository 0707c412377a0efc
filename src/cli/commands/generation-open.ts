import { fromUtf8 } from '../../base/bytes.ts';
import { signAsIdentity } from '../../entry/identity-note.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import type { Opening } from '../../node/opening.ts';
import { channelPath, findChannel, openClient } from '../client.ts';
import { CHANNEL, type Command, mustAgree, PASSPHRASE_FILE, YES } from '../command.ts';
import { IDENTITY, openIdentity } from '../identity.ts';

export const command: Command = {
  usage: '[--channel CHANNEL]',
  examples: [
    ['parley generation open --channel geneva-1', 'write on after a restored backup, a stolen seed, or two histories of our log'],
    ['parley generation open --identity first.key --identity second.key', 'where two identity keys must sign'],
  ],
  notes:
    'Our log in the channel is closed where it counts to now, and a new one continues it, with fresh keys of this node. The identity key alone decides: no other party is asked. What lies beyond stays readable and does not count; sign it again where it matters.',
  options: [CHANNEL, IDENTITY, PASSPHRASE_FILE, YES],
  words: [0, 0],
  async run(context) {
    const { args, terminal, dir } = context;
    const client = await openClient(dir);
    try {
      const channel = await findChannel(client, args.text('channel'));
      const opening = await client.get<Opening>(channelPath(channel.id, '/generation'));
      terminal.say(
        `In ${channel.title} our next log continues the one before at entry ${opening.continues.size}; ${opening.uncounted === 0 ? 'all of it counts' : `${opening.uncounted} of its entries lie beyond and do not count`}.`,
      );
      await mustAgree(context, 'Open it?', 'nothing was signed');
      const note = await signAsIdentity(nodeSha256, opening.text, await openIdentity(context));
      const opened = await client.post<{ gen: string; origin: string }>(channelPath(channel.id, '/generation'), { note: fromUtf8(note) ?? '' });
      terminal.data(
        { ...opened, channel: channel.id, continues: opening.continues.size, uncounted: opening.uncounted },
        `${channel.title} is written on in a new log.  ${opened.gen}`,
      );
    } finally {
      await client.close();
    }
    return undefined;
  },
};
