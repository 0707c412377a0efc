import { channelPath, findChannel, openClient } from '../client.ts';
import { CHANNEL, type Command } from '../command.ts';
import { writeOutput } from '../write-output.ts';

export const command: Command = {
  usage: '--out FILE [--channel CHANNEL]',
  examples: [
    ['parley fork-proof --out two.fork-proof', 'then: parley verify two.fork-proof, by anyone, with nothing else'],
    ['parley fork-proof --channel Geneva-1 --out - | parley verify -', 'said here and now'],
  ],
  notes: 'The file holds two heads that one log signed and what shows that both cannot be true. It holds nothing that was said in the channel.',
  options: [CHANNEL, { name: 'out', value: 'FILE', help: 'where to write it; - is standard output' }],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const out = args.required('out');
    const client = await openClient(dir);
    try {
      const channel = await findChannel(client, args.text('channel'));
      const size = await writeOutput(terminal, out, client.parts(channelPath(channel.id, '/fork-proof')));
      if (out !== '-') terminal.data({ channel: channel.id, title: channel.title, file: out, size }, out);
      terminal.say(`${size} bytes, for anyone: "parley verify" says what they prove.`);
    } finally {
      await client.close();
    }
    return undefined;
  },
};
