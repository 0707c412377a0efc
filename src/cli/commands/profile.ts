import { profileNamed, shippedProfiles } from '../../node/profiles.ts';
import type { ChannelView } from '../../projection/views.ts';
import { type Client, channelPath, findChannel, openClient } from '../client.ts';
import { type Command, IN_CHANNEL } from '../command.ts';
import { kindNameIn } from '../rows.ts';
import type { Terminal } from '../terminal.ts';

/** What takes a profile away; no profile is called so. */
const NONE = 'none';

export const command: Command = {
  usage: `[PROFILE | ${NONE}] [--channel CHANNEL]`,
  examples: [
    ['parley profile', 'the profile of each channel here, and those there are'],
    ['parley profile cert-cert --channel Geneva-1', 'from now on its first menu and its words are those between response teams'],
    [`parley profile ${NONE}`, 'the words of the program itself'],
  ],
  notes:
    'A profile is a setting of this side, never sent: the other side may use another one, and nothing that was signed changes. It counts at once, on the screens\n' +
    'and here. The procedures of a channel stay those of its charter, whatever profile it was founded with (docs/procedures.md).',
  options: [{ ...IN_CHANNEL, help: 'of this channel; may be left out where there is only one' }],
  words: [0, 1],
  async run({ args, terminal, dir }) {
    const [name] = args.words;
    // A name that there is not is refused before anything is opened.
    if (name !== undefined && name !== NONE) profileNamed(name);
    const client = await openClient(dir);
    try {
      const named = args.text('channel');
      if (name !== undefined) sayProfile(terminal, await change(client, await findChannel(client, named), name === NONE ? null : name));
      else await list(terminal, named === undefined ? await client.get<readonly ChannelView[]>('/api/channels') : [await findChannel(client, named)]);
    } finally {
      await client.close();
    }
    return undefined;
  },
};

async function change(client: Client, { id }: ChannelView, profile: string | null): Promise<ChannelView> {
  // The addresses of a channel and its profile are settings of one record.
  await client.post(channelPath(id, '/addresses'), { profile });
  return client.get<ChannelView>(channelPath(id));
}

async function list(terminal: Terminal, channels: readonly ChannelView[]): Promise<void> {
  for (const channel of channels) sayProfile(terminal, channel);
  for (const { name, title, packs, menu } of shippedProfiles().values())
    terminal.data({ what: 'profile', name, title, packs, menu }, `  ${name.padEnd(20)}${title}`);
}

function sayProfile(terminal: Terminal, channel: ChannelView): void {
  const { profile } = channel;
  const menu = profile?.menu.map((kind) => kindNameIn(channel, kind)).join(', ') ?? '';
  terminal.data(
    { what: 'channel', channel: channel.id, title: channel.title, profile: profile?.name ?? null },
    profile === undefined
      ? `${terminal.style(channel.title, 'bold')}: no profile, the words of the program itself`
      : `${terminal.style(channel.title, 'bold')}: ${profile.name} (${profile.title}). First in the menu: ${menu}.`,
  );
}
