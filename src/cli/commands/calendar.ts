import { openClient } from '../client.ts';
import type { Command } from '../command.ts';
import { writeOutput } from '../write-output.ts';

export const command: Command = {
  usage: '--out FILE',
  examples: [
    ['parley calendar --out deadlines.ics', 'the deadlines of all channels, for any calendar program'],
    ['parley calendar --out - | less', 'on standard output'],
  ],
  notes:
    'An iCalendar file (RFC 5545): who owes whom, on what kind of document, until when; no word of any document.\n' +
    '"parley notices calendar" makes an address that a calendar program asks by itself.',
  options: [{ name: 'out', value: 'FILE', help: 'where to write it; - is standard output' }],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const out = args.required('out');
    const client = await openClient(dir);
    try {
      const size = await writeOutput(terminal, out, client.parts('/api/calendar.ics'));
      if (out !== '-') terminal.data({ file: out, size }, out);
    } finally {
      await client.close();
    }
    return undefined;
  },
};
