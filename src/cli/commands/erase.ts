import { ABOUT_OPTIONS, goneOf, meanings, sendAbout } from '../about-act.ts';
import type { Command } from '../command.ts';

const OWN = ['about.erase.does', 'about.erase.theirs', 'about.erase.not', 'about.erase.stays'];
const THEIRS = ['about.drop.does', 'about.drop.not', 'about.erase.stays'];

export const command: Command = {
  usage: 'DOCUMENT --field NAME ... --basis TEXT',
  examples: [
    ['parley erase US-3 --field text --basis "A private person is named."', 'the text of our document, here at once and there when they read it'],
    ['parley erase RU-9 --field text --basis "You asked for it." --yes --json', 'a field of theirs: it goes here, and they see that we say so'],
  ],
  notes:
    'Only content goes, field by field: that something stood there, its hash and every proof stay, and nobody\u2019s duties change.\n' +
    'The other side\u2019s node erases an author\u2019s field when it reads of it. Nobody can be forced to; "parley show" says who still holds it.',
  options: [
    { name: 'field', value: 'NAME', many: true, help: 'a field that is to go, such as text, subject or attachments' },
    { name: 'basis', value: 'TEXT', help: 'the ground for it, without repeating what goes' },
    ...ABOUT_OPTIONS,
  ],
  words: [1, 1],
  run: (context) =>
    sendAbout(context, 'body_erased', { field: 'basis', option: 'basis' }, async (_, channel, document) => {
      const own = document.row.party === channel.us;
      const corrections = own && document.corrections.length > 0 ? ['about.erase.corrections'] : [];
      return {
        filled: goneOf(document, channel.us, context.args.many('field')),
        meaning: meanings([...(own ? OWN : THEIRS), ...corrections], channel, document),
      };
    }),
};
