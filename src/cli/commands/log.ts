import { findChannel, openClient } from '../client.ts';
import { CHANNEL, type Command } from '../command.ts';
import { latestRows } from '../documents.ts';
import { rowLine, rowText } from '../rows.ts';

const DEFAULT_LIMIT = 50;

export const command: Command = {
  usage: '[--channel CHANNEL] [--limit N] [--before CURSOR]',
  examples: [
    ['parley log --channel Geneva-1', 'the latest documents of both sides, in reading order'],
    ['parley log --channel Geneva-1 --limit 1000 --json', 'a JSON line a document'],
  ],
  notes:
    'How far a document came: "sent, not held yet", "B holds it", "witnessed" by the hosts.\n' +
    'What is "held, not accepted" stands in the record and changes nothing; the reason is beside it.\n' +
    'With --json the last line has a member "before" where there is more before the first: what --before takes.',
  options: [
    CHANNEL,
    { name: 'limit', value: 'N', help: `how many of the latest documents (default: ${DEFAULT_LIMIT})` },
    { name: 'before', value: 'CURSOR', help: 'go on where an earlier call said that there is more' },
  ],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const limit = args.whole('limit', 1, 1_000_000) ?? DEFAULT_LIMIT;
    const client = await openClient(dir);
    try {
      const channel = await findChannel(client, args.text('channel'));
      const { rows, before } = await latestRows(client, channel.id, limit, args.text('before'));
      for (const [i, row] of rows.entries()) {
        const more = before !== undefined && i === rows.length - 1 ? { before } : {};
        terminal.data({ ...rowLine(channel, row), ...more }, rowText(terminal, channel, row));
      }
      if (before !== undefined) terminal.say(`There is more before: --before ${before}`);
      if (rows.length === 0) terminal.say('Nothing was said here yet.');
    } finally {
      await client.close();
    }
    return undefined;
  },
};
