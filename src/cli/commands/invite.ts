import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { formatInstant } from '../../base/instants.ts';
import type { NamedHash } from '../../entry/charter.ts';
import { formatInvitation } from '../../entry/invitation.ts';
import { nodeSha256, systemNow } from '../../node/crypto.ts';
import type { FoundingView } from '../../node/founding.ts';
import { shippedPackNames, shippedPacks } from '../../node/packs.ts';
import { profileNamed } from '../../node/profiles.ts';
import { packHash, parsePack } from '../../procedure/pack.ts';
import type { Profile } from '../../procedure/profile.ts';
import { type Client, openClient } from '../client.ts';
import { type Command, PASSPHRASE_FILE } from '../command.ts';
import { fetchHosts, signFounding } from '../foundings.ts';
import { IDENTITY, openIdentity } from '../identity.ts';
import { readInstant } from '../instant-option.ts';
import { packBytes } from '../pack-files.ts';
import { writeOutput } from '../write-output.ts';

const DEFAULT_DAYS = 30;

export const command: Command = {
  usage: '--to TITLE --out FILE [--host URL ...] [--profile PROFILE] [--pack NAME|FILE ...] [--language TAG ...] [--found-by WHEN] [--address URL]',
  examples: [
    ['parley invite --to Geneva-1 --host http://127.0.0.1:7100 --out invite.parley', 'on one machine, witnessed by a host there'],
    [
      'parley invite --to "CERT-B" --host https://host.example:7443 --host-card host-card.json --address https://cert-a.example:7443 --out -',
      'for another machine',
    ],
    ['parley invite --to PSIRT --profile psirt-vendor --out invite.parley', 'with the packs, the first menu and the words of a profile'],
    [
      'parley invite --to Bilateral --pack incident-inquiry --pack ./our-procedure.json --out invite.parley',
      'with a procedure of your own, which goes along',
    ],
    ['parley invite --to Geneva-1 --language en --language ru --found-by "in 7 days" --out invite.parley', 'without a host, in two languages'],
  ],
  notes:
    'The invitation goes to the other side by any way; nothing in it is secret. Its answer comes back over the network or by hand ("parley join").\n' +
    'No channel stands before both officers have typed what the other read aloud ("parley confirm").',
  options: [
    { name: 'to', value: 'TITLE', help: 'how the channel is called on this side' },
    { name: 'out', value: 'FILE', help: 'where to write the invitation; - is standard output' },
    { name: 'host', value: 'URL', many: true, help: 'where a neutral host listens; more than half of them must witness' },
    { name: 'host-card', value: 'FILE', many: true, help: 'the card its operator handed over, in the order of --host; the host must show the same' },
    { name: 'language', value: 'TAG', many: true, help: 'a working and authentic language (default: en)' },
    { name: 'pack', value: 'NAME|FILE', many: true, help: 'a procedure pack that ships, or one of your own in a file (default: four that ship)' },
    {
      name: 'profile',
      value: 'PROFILE',
      help: 'for whom it is: its packs where none are named, the first menu here, and what things are called here',
    },
    { name: 'found-by', value: 'WHEN', help: `until when it must be founded, in UTC or "in 7 days" (default: in ${DEFAULT_DAYS} days)` },
    { name: 'address', value: 'URL', help: 'where the other side reaches this node (default: where its peers’ door listens)' },
    IDENTITY,
    PASSPHRASE_FILE,
  ],
  words: [0, 0],
  async run(context) {
    const { args, terminal, dir } = context;
    const title = args.required('to');
    const out = args.required('out');
    const now = systemNow();
    const foundBy = readInstant(args, 'found-by', now) ?? now + DEFAULT_DAYS * 86_400;
    if (foundBy <= now) throw new ParleyError('usage', '--found-by is a moment to come');
    const languages = args.many('language').length === 0 ? ['en'] : args.many('language');
    const profile = args.text('profile') === undefined ? undefined : profileNamed(args.required('profile'));
    const texts = await Promise.all(args.many('pack').map((name) => packBytes(name, terminal.streams.stdin)));
    const client = await openClient(dir);
    try {
      const packs = await packsFor(client, texts, profile);
      const hosts = await fetchHosts(client, args.many('host'), args.many('host-card'));
      const address = args.text('address');
      const terms = { hosts, working: languages, authentic: languages, foundBy, packs, ...(address === undefined ? {} : { address }) };
      const { text } = await client.post<{ text: string }>('/api/foundings/invite/text', terms);
      const note = await signFounding(nodeSha256, text, { founding: 'invite' }, await openIdentity(context));
      let invite = '';
      let names: readonly string[] = [];
      // The file is there before anything is founded: an invitation that cannot be written was not made.
      const parts = async function* (): AsyncGenerator<Uint8Array> {
        const made = await client.post<FoundingView>('/api/foundings/invite', {
          note,
          title,
          hostAddresses: hosts.map((host) => host.address),
          ...(profile === undefined ? {} : { profile: profile.name }),
        });
        ({ invite, hosts: names } = made);
        // What does not ship goes along: the other side reads it before it answers.
        yield formatInvitation(nodeSha256, { note: utf8(note), packs: texts.filter((bytes) => !shippedPacks().has(packHash(nodeSha256, bytes))) });
      };
      await writeOutput(terminal, out, parts());
      if (out !== '-') terminal.data({ invite, title, file: out, found_by: foundBy, hosts: names }, out);
      terminal.say(`Hand the invitation to the other side; it may be answered until ${formatInstant(foundBy)}.`);
      if (!client.running) terminal.say('The answer over the network reaches this side while "parley serve" runs.');
    } finally {
      await client.close();
    }
    return undefined;
  },
};

/** The packs an invitation names: those given, each known to the node from here on; the usual ones where none was given. */
async function packsFor(client: Client, texts: readonly Uint8Array[], profile: Profile | undefined): Promise<readonly NamedHash[]> {
  if (texts.length === 0) return shippedPackNames(profile?.packs);
  const packs: NamedHash[] = [];
  for (const bytes of texts) {
    const parsed = parsePack(bytes);
    if ('expected' in parsed) throw new ParleyError('invalid', `--pack is no procedure pack: expected ${parsed.expected.slice(0, 3).join('; ')}`);
    packs.push(await client.post<NamedHash>('/api/foundings/packs', { text: fromUtf8(bytes) ?? '' }));
  }
  return packs;
}
