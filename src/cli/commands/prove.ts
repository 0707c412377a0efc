import type { ChannelView } from '../../projection/views.ts';
import { channelPath, findChannel, openClient } from '../client.ts';
import type { Command } from '../command.ts';
import { findDocument } from '../documents.ts';
import { writeOutput } from '../write-output.ts';

export const command: Command = {
  usage: 'DOCUMENT --out FILE [--withhold FIELD ...]',
  examples: [
    ['parley prove US-3 --out us-3.proof', 'that this document stands in the record, for anyone to check offline'],
    ['parley prove US-3 --withhold explanation --out us-3.proof', 'without one of its fields'],
  ],
  notes: 'Whoever gets the proof learns the document’s header, the charter, the parties’ names and keys, and the fields that are not withheld.',
  options: [
    { name: 'channel', value: 'CHANNEL', help: 'look in this channel only' },
    { name: 'out', value: 'FILE', help: 'where to write it; - is standard output' },
    { name: 'withhold', value: 'FIELD', many: true, help: 'a field to leave out; that something is left out shows' },
  ],
  words: [1, 1],
  async run({ args, terminal, dir }) {
    const out = args.required('out');
    const client = await openClient(dir);
    try {
      const name = args.text('channel');
      const channels = name === undefined ? await client.get<readonly ChannelView[]>('/api/channels') : [await findChannel(client, name)];
      const { channel, document } = await findDocument(client, channels, args.word(0, 'a document'));
      const withhold = args.many('withhold').join(',');
      const query = withhold === '' ? '' : `?withhold=${encodeURIComponent(withhold)}`;
      const size = await writeOutput(terminal, out, client.parts(channelPath(channel.id, `/documents/${document.row.id}/proof${query}`)));
      if (out !== '-') terminal.data({ id: document.row.id, channel: channel.id, file: out, size }, out);
      terminal.say('Check it with "parley verify".');
    } finally {
      await client.close();
    }
    return undefined;
  },
};
