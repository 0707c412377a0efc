import { channelPath, findChannel, openClient } from '../client.ts';
import { CHANNEL, type Command } from '../command.ts';
import { writeOutput } from '../write-output.ts';

export const command: Command = {
  usage: '--out FILE [--channel CHANNEL] [--files]',
  examples: [
    ['parley export --channel Geneva-1 --out geneva-1.parley', 'everything a stranger needs to verify the record, offline'],
    ['parley export --channel Geneva-1 --files --out geneva-1.parley', 'with all attachments that are here'],
    ['parley export --channel Geneva-1 --out - | parley verify -', 'verified as it comes'],
  ],
  notes: 'The file says all that was said in the channel: who gets it can read it, and prove it to anyone.',
  options: [
    CHANNEL,
    { name: 'out', value: 'FILE', help: 'where to write it; - is standard output' },
    { name: 'files', help: 'put the attachments in' },
  ],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const out = args.required('out');
    const client = await openClient(dir);
    try {
      const channel = await findChannel(client, args.text('channel'));
      const size = await writeOutput(terminal, out, client.parts(channelPath(channel.id, `/export${args.has('files') ? '?files=1' : ''}`)));
      if (out !== '-') terminal.data({ channel: channel.id, title: channel.title, file: out, size, files: args.has('files') }, out);
      terminal.say(`${channel.title}: ${size} bytes. Check it with "parley verify".`);
    } finally {
      await client.close();
    }
    return undefined;
  },
};
