import { EXIT } from '../../base/errors.ts';
import { type Command, mustAgree, PASSPHRASE_FILE, YES } from '../command.ts';
import { IDENTITY, openIdentity } from '../identity.ts';
import { readSheet, sayAct, signSheet, writeSheet } from '../sheet.ts';

export const command: Command = {
  usage: 'SHEET [--identity FILE] [--passphrase-file FILE]',
  examples: [['parley key sign event.json --identity mine.key', 'read what an act says, and add your signature to it']],
  notes: 'For parties whose acts several people sign. It needs no node and no network: the file goes from hand to hand.',
  options: [IDENTITY, PASSPHRASE_FILE, YES],
  words: [1, 1],
  async run(context) {
    const { args, terminal } = context;
    const path = args.word(0, 'a file that --out of an act wrote');
    let sheet = await readSheet(path);
    for (const { title, note } of sheet) terminal.say(`In ${title} (${note.channel.slice(0, 8)}), act ${note.n}: ${sayAct(note.act)}`);
    await mustAgree(context, 'Sign this?', 'nothing was signed');
    for (const signer of await openIdentity(context)) sheet = await signSheet(sheet, signer);
    await writeSheet(path, sheet);
    const signatures = Math.min(...sheet.map(({ lines }) => lines.length));
    terminal.data({ sheet: path, notes: sheet.length, signatures }, `${path} carries ${signatures} signature${signatures === 1 ? '' : 's'}.`);
    return EXIT.ok;
  },
};
