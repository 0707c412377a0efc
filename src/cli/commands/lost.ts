import { ABOUT_OPTIONS, goneOf, meanings, sendAbout } from '../about-act.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  usage: 'DOCUMENT [--field NAME ...] [--remark TEXT]',
  examples: [
    ['parley lost US-3 --remark "The disk failed."', 'our node has lost the whole text of this document'],
    ['parley lost US-3 --field attachments', 'or some fields of it'],
  ],
  notes:
    'It erases nothing anywhere: who holds the text keeps it. Where nobody else ever held a text of ours that is lost,\n' +
    'the other side can acknowledge our record again, which it does not do while a text is missing.',
  options: [
    { name: 'field', value: 'NAME', many: true, help: 'a field that is lost (default: the whole text)' },
    { name: 'remark', value: 'TEXT', help: 'what happened; it is sent along' },
    ...ABOUT_OPTIONS,
  ],
  words: [1, 1],
  run: (context) =>
    sendAbout(context, 'lost', { field: 'remark', option: 'remark' }, async (_, channel, document) => {
      const names = context.args.many('field');
      return {
        filled: names.length === 0 ? new Map() : goneOf(document, channel.us, names),
        meaning: meanings(['about.lost.does'], channel, document),
      };
    }),
};
