import { fromBase64url } from '../../base/bytes.ts';
import { EXIT, ParleyError } from '../../base/errors.ts';
import { identityJson } from '../../entry/card.ts';
import { eventOf } from '../../entry/key-event.ts';
import { openClient } from '../client.ts';
import { type Command, type Context, PASSPHRASE_FILE, YES } from '../command.ts';
import { IDENTITY } from '../identity.ts';
import { eventNotes, type Holder, laggingChannels, nextIdentity, readOwnIdentity } from '../key-events.ts';
import { RECOVERY_FILE } from '../recovery.ts';
import { rotateOwn } from '../rotate.ts';
import { writeSheet } from '../sheet.ts';

export const command: Command = {
  usage: '[--recovery-file FILE] | --holder KEY:NEXT... --threshold N --out FILE',
  examples: [
    ['parley key rotate', 'replace the identity key by that of the printed recovery, and print the next recovery'],
    ['parley key rotate --holder 7xQ..:aB3.. --holder Kz1..:p0W.. --threshold 2 --out event.json', 'become a party of two keys, or replace several'],
  ],
  notes:
    'The new key is the one the party committed to when the present one was made: a stolen key file alone replaces nothing.\n' +
    'With several keys each holder runs "parley key next", the event goes from hand to hand with "parley key sign", and "parley key submit" ends it.\n' +
    'A rotation that was broken off is finished first, with the keys it had.',
  options: [
    { name: 'holder', value: 'KEY:NEXT', many: true, help: 'what "parley key next" printed for a holder of an identity key; once for each' },
    { name: 'threshold', value: 'N', help: 'how many of the holders must sign for the party' },
    { name: 'out', value: 'FILE', help: 'with --holder: where to write the key event for them to sign' },
    RECOVERY_FILE,
    IDENTITY,
    PASSPHRASE_FILE,
    YES,
  ],
  words: [0, 0],
  run: (context) => (context.args.many('holder').length === 0 ? rotateOwn(context, true) : rotateTogether(context)),
};

/** Writes the key event of several holders to a sheet; nothing is signed here. */
async function rotateTogether({ args, terminal, dir }: Context): Promise<number> {
  const holders = args.many('holder').map(parseHolder);
  const threshold = args.whole('threshold', 1, 16);
  const out = args.text('out');
  if (threshold === undefined || out === undefined) throw new ParleyError('usage', '--threshold and --out are needed with --holder');
  const client = await openClient(dir);
  try {
    const own = await readOwnIdentity(client);
    if (laggingChannels(own).length > 0) throw new ParleyError('invalid', 'a rotation that is finished everywhere; "parley key rotate" finishes it');
    const identity = nextIdentity(own.current, holders, threshold);
    const notes = eventNotes(own.channels, identity);
    const facts = { event: eventOf(identity), keys: holders.length, threshold, channels: notes.length };
    if (notes.length === 0) {
      await client.post('/api/identity/events', { notes: [], identity: identityJson(identity) });
      terminal.data(
        facts,
        `The party has ${holders.length} identity keys, of which ${threshold} sign. It has no channel yet, so nobody need sign this.`,
      );
      return EXIT.ok;
    }
    await writeSheet(
      out,
      notes.map((note) => ({ ...note, lines: [] })),
    );
    terminal.data(
      { ...facts, sheet: out },
      `Key event ${eventOf(identity)} for ${notes.length} channel${notes.length === 1 ? '' : 's'} is in ${out}.`,
    );
    terminal.say(`Nothing is signed yet: ${threshold} holders run "parley key sign ${out} --identity FILE", then "parley key submit ${out}".`);
    return EXIT.ok;
  } finally {
    await client.close();
  }
}

function parseHolder(text: string): Holder {
  const [key, next, ...more] = text.split(':').map((part) => fromBase64url(part, 32));
  if (key === undefined || next === undefined || more.length > 0) throw new ParleyError('usage', '--holder is a line that "parley key next" printed');
  return { key, next };
}
