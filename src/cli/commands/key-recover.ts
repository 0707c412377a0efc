import { type Command, PASSPHRASE_FILE, YES } from '../command.ts';
import { RECOVERY_FILE } from '../recovery.ts';
import { rotateOwn } from '../rotate.ts';

export const command: Command = {
  usage: '[--recovery-file FILE] [--passphrase-file FILE]',
  examples: [['parley key recover', 'the identity key is lost or stolen: the printed words replace it']],
  notes:
    'Needs the printed recovery and nothing else; the next one is printed before anything is signed. In all channels at once.\n' +
    'What the old key signed stands: afterwards look who was accredited with it.',
  options: [RECOVERY_FILE, PASSPHRASE_FILE, YES],
  words: [0, 0],
  run: (context) => rotateOwn(context, false),
};
