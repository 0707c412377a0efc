import { ParleyError } from '../../base/errors.ts';
import { ABOUT_OPTIONS, meanings, sendAbout } from '../about-act.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  usage: 'DOCUMENT [--reason TEXT]',
  examples: [
    ['parley withdraw US-3 --reason "Overtaken by events."', 'a document of ours; an answer to it is owed no more'],
    ['parley withdraw q7Xb2kLw --yes --wait --json', 'in a script, until the other side holds it'],
  ],
  notes:
    'A document cannot be taken back; withdrawn, it says visibly that it no longer stands.\n' +
    'The document stays where it is, marked as withdrawn, with every answer to it.\n' +
    'What it asked for is owed no more; if it was an answer, what it answered is open again.',
  options: [{ name: 'reason', value: 'TEXT', help: 'why; it is sent along' }, ...ABOUT_OPTIONS],
  words: [1, 1],
  run: (context) =>
    sendAbout(context, 'withdrawal', { field: 'reason', option: 'reason' }, async (_, channel, document) => {
      // Before the passphrase is asked; the node refuses it as well.
      if (document.row.withdrawn !== undefined) throw new ParleyError('withdrawn');
      return { filled: new Map(), meaning: meanings(['about.withdraw.does', 'about.withdraw.not'], channel, document) };
    }),
};
