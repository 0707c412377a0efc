import { EXIT } from '../../base/errors.ts';
import { channelPath, openClient } from '../client.ts';
import type { Command } from '../command.ts';
import { isKeyEvent, readSheet, sayAct, signedNotes } from '../sheet.ts';

export const command: Command = {
  usage: 'SHEET',
  examples: [['parley key submit event.json', 'put an act that enough holders have signed into the party’s log']],
  options: [],
  words: [1, 1],
  async run({ args, terminal, dir }) {
    const sheet = await readSheet(args.word(0, 'a file that the holders signed'));
    const notes = signedNotes(sheet);
    const client = await openClient(dir);
    try {
      if (isKeyEvent(sheet)) await client.post('/api/identity/events', { notes });
      else for (const [i, note] of notes.entries()) await client.post(channelPath(sheet[i]?.note.channel ?? '', '/identity'), { note });
      for (const { title, note } of sheet) terminal.data({ channel: note.channel, n: note.n, act: note.act.act }, `In ${title}: ${sayAct(note.act)}`);
    } finally {
      await client.close();
    }
    return EXIT.ok;
  },
};
