import { ABOUT_OPTIONS, correctionOf, meanings, sendAbout } from '../about-act.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  usage: 'DOCUMENT --field NAME=VALUE ... [--reason TEXT]',
  examples: [
    ['parley correct US-3 --field "text=There were 21." --reason "A slip of the pen."', 'one field said anew; the first version stays beside it'],
    ['parley correct US-3 --field text=@corrected.txt --field ref= --yes --json', 'from a file; the reference is left out now'],
  ],
  notes:
    'Both versions stay on the record, side by side, on both sides.\n' +
    'Dates to be kept, markings and whatever clocks run on are never corrected: withdraw the document and send it anew.',
  options: [
    { name: 'field', value: 'NAME=VALUE', many: true, help: 'what a field says now; @FILE reads it from a file, nothing leaves it out' },
    { name: 'reason', value: 'TEXT', help: 'why; it is sent along' },
    ...ABOUT_OPTIONS,
  ],
  words: [1, 1],
  run: (context) =>
    sendAbout(context, 'correction', { field: 'reason', option: 'reason' }, async (_, channel, document) => ({
      filled: await correctionOf(document, context.args.many('field'), context.terminal),
      meaning: meanings(['about.correct.does', 'about.correct.not'], channel, document),
    })),
};
