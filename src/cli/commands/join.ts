import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { cardHash } from '../../entry/card.ts';
import { type Invite, parseFoundingNote } from '../../entry/founding.ts';
import { MAX_INVITATION_SIZE, parseInvitation } from '../../entry/invitation.ts';
import { nodeSha256 } from '../../node/crypto.ts';
import type { FoundingView } from '../../node/founding.ts';
import { profileNamed } from '../../node/profiles.ts';
import { type Pack, packHash, parsePack } from '../../procedure/pack.ts';
import { type Client, openClient } from '../client.ts';
import { type Command, type Context, mustAgree, PASSPHRASE_FILE, YES } from '../command.ts';
import { type FetchedHost, fetchHosts, foundingLine, foundingText, signFounding } from '../foundings.ts';
import { IDENTITY, openIdentity } from '../identity.ts';
import { packText } from '../pack-files.ts';
import { readInputFile } from '../read-input.ts';
import { when } from '../rows.ts';
import { writeOutput } from '../write-output.ts';

export const command: Command = {
  usage: 'FILE [--host URL ...] [--as TITLE] [--profile PROFILE] [--out FILE] [--address URL]',
  examples: [
    ['parley join invite.parley --host http://127.0.0.1:7100', 'answer an invitation; the node delivers the answer'],
    ['parley join invite.parley --host https://host.example:7443 --out answer.parley', 'answer it, and carry the answer by hand'],
    ['parley join invite.parley --host http://127.0.0.1:7100 --yes --passphrase-file p.txt', 'in a script'],
    ['parley join answer.parley', 'on the inviting side: take an answer that came by hand'],
  ],
  notes: 'Every host that an invitation names is asked by this side itself: give the address that you know, not one that came with the invitation.',
  options: [
    { name: 'host', value: 'URL', many: true, help: 'where a host that the invitation names listens' },
    { name: 'host-card', value: 'FILE', many: true, help: 'the card its operator handed over, in the order of --host; the host must show the same' },
    { name: 'as', value: 'TITLE', help: 'how the channel is called on this side (default: the name of the inviting party)' },
    { name: 'profile', value: 'PROFILE', help: 'for whom it is: the first menu on this side, and what things are called here' },
    { name: 'out', value: 'FILE', help: 'also write the answer to a file, to be carried by hand; - is standard output' },
    { name: 'address', value: 'URL', help: 'where the other side reaches this node (default: where its peers’ door listens)' },
    { name: 'invite', value: 'FOUNDING', help: 'which founding a signed charter belongs to, when one comes by hand' },
    IDENTITY,
    PASSPHRASE_FILE,
    YES,
  ],
  words: [1, 1],
  async run(context) {
    const { args, terminal, dir } = context;
    const bytes = await readInputFile(args.word(0, 'a file'), terminal.streams.stdin, MAX_INVITATION_SIZE);
    const invitation = parseInvitation(nodeSha256, bytes);
    if ('expected' in invitation) throw new ParleyError('invalid', `expected ${invitation.expected}`);
    const parsed = parseFoundingNote(nodeSha256, invitation.note);
    const text = fromUtf8(invitation.note);
    if (text === undefined) throw new ParleyError('invalid', 'expected an invitation or an answer to one');
    const client = await openClient(dir);
    try {
      const invite = args.text('invite');
      if ('note' in parsed && parsed.note.founding === 'invite')
        await answer(context, client, text, parsed.note.invite, readPacks(parsed.note.invite, invitation.packs));
      else if ('expected' in parsed && invite === undefined) throw new ParleyError('invalid', `expected ${parsed.expected}`);
      else {
        const founding = await client.post<FoundingView>('/api/foundings/take', { note: text, ...(invite === undefined ? {} : { invite }) });
        terminal.data(foundingLine(founding), foundingText(founding));
      }
    } finally {
      await client.close();
    }
    return undefined;
  },
};

/** A pack that came along: its exact text, and what it says. */
type CarriedPack = { readonly text: string; readonly pack: Pack };

/** The packs that came along; refuses `invalid` for what the invitation does not name, and for what is no pack. */
function readPacks(invite: Invite, packs: readonly Uint8Array[]): readonly CarriedPack[] {
  return packs.map((bytes) => {
    const named = invite.terms.packs.find(({ hash }) => hash === packHash(nodeSha256, bytes));
    if (named === undefined) throw new ParleyError('invalid', 'expected only procedures that the invitation names');
    const parsed = parsePack(bytes);
    if ('expected' in parsed)
      throw new ParleyError(
        'invalid',
        `the procedure "${named.name}" that came along is not in form: expected ${parsed.expected.slice(0, 3).join('; ')}`,
      );
    return { text: fromUtf8(bytes) ?? '', pack: parsed.pack };
  });
}

async function answer(context: Context, client: Client, invitation: string, invite: Invite, packs: readonly CarriedPack[]): Promise<void> {
  const { args, terminal } = context;
  const addresses = args.many('host');
  const missing = invite.hostCards.length - addresses.length;
  if (missing > 0)
    throw new ParleyError(
      'usage',
      `--host is needed for ${invite.hostCards.map(({ name }) => `"${name}"`).join(', ')}: where this side knows it to listen`,
    );
  const hosts = await fetchHosts(client, addresses, args.many('host-card'));
  terminal.say(
    [
      `${terminal.style(invite.card.name, 'bold')} invites to a channel, until ${when(invite.terms.foundBy)} UTC.`,
      `  Languages: ${invite.terms.working.join(', ')}; procedures: ${invite.terms.packs.map(({ name }) => name).join(', ')}`,
      `  Hosts: ${invite.hostCards.map(({ name }) => name).join(', ') || 'none'}${invite.hostCards.length === 0 ? '' : `; ${invite.terms.quorum} must witness`}`,
      ...packs.map(({ pack }) => `A procedure of theirs, which both sides will go by:\n${packText(pack, (one) => terminal.style(one, 'bold'))}`),
    ].join('\n'),
  );
  await mustAgree(context, 'Answer it?', 'not answered');
  for (const { text } of packs) await client.post('/api/foundings/packs', { text });
  const [address, profile] = [args.text('address'), args.text('profile')];
  // Refused before anything is signed.
  if (profile !== undefined) profileNamed(profile);
  const drawn = await client.post<{ invite: string; text: string }>('/api/foundings/answer/text', {
    invitation,
    hosts,
    ...(address === undefined ? {} : { address }),
  });
  const note = await signFounding(nodeSha256, drawn.text, { founding: 'join', invite: invite.hash }, await openIdentity(context));
  const founding = await client.post<FoundingView>('/api/foundings/answer', {
    invitation,
    note,
    title: (args.text('as') ?? invite.card.name).slice(0, 120),
    hostAddresses: invite.hostCards.map((card) => addressOf(hosts, card)),
    ...(profile === undefined ? {} : { profile }),
  });
  // An invitation is answered once: what was answered before is what is handed over.
  const out = args.text('out');
  if (out !== undefined) await writeOutput(terminal, out, [utf8(founding.note)]);
  if (out !== '-') terminal.data(foundingLine(founding), foundingText(founding));
  terminal.say(client.running ? 'The node delivers the answer.' : 'The answer leaves when "parley serve" runs.');
}

function addressOf(hosts: readonly FetchedHost[], card: { readonly text: string }): string {
  const wanted = cardHash(nodeSha256, card);
  return hosts.find((host) => cardHash(nodeSha256, { text: host.card }) === wanted)?.address ?? '';
}
