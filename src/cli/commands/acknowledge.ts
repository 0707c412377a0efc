import { EXIT, ParleyError } from '../../base/errors.ts';
import { sayIn } from '../../base/phrases.ts';
import type { ChangeView, PeoplePage } from '../../projection/people-views.ts';
import type { ChannelView } from '../../projection/views.ts';
import { type Client, channelPath, channelsMeant, openClient } from '../client.ts';
import { type Command, type Context, mustAgree, YES } from '../command.ts';
import { when } from '../rows.ts';

const say = sayIn('en');

export const command: Command = {
  usage: '[WHO...] [--all] [--channel CHANNEL]',
  examples: [
    ['parley acknowledge', 'list what the other side changed about its people and keys, and nobody here has looked at'],
    ['parley acknowledge "Anna Petrova"', 'from now on use what she signs'],
    ['parley acknowledge --all --yes', 'all changes, in all channels, without asking'],
  ],
  notes:
    'What somebody signs for the other side is shown and not used - it meets no duty, takes no stance, cannot be answered - before somebody here has\n' +
    'acknowledged that this person speaks. It is kept here alone: it changes no verdict, and the other side does not see it.',
  options: [{ name: 'channel', value: 'CHANNEL', help: 'in this channel only' }, { name: 'all', help: 'every change that waits' }, YES],
  words: [0, 100],
  async run(context) {
    const { args, terminal, dir } = context;
    const client = await openClient(dir);
    try {
      const channels = await channelsMeant(client, args.text('channel'));
      const waiting = (await Promise.all(channels.map((channel) => waitingIn(client, channel)))).flat();
      const who = args.words;
      if (who.length === 0 && !args.has('all')) {
        for (const one of waiting) terminal.data({ ...one, text: text(one) }, `${one.entry.slice(0, 8)}  ${one.title}: ${text(one)}`);
        if (waiting.length === 0) terminal.say('Nothing waits: every change of the other side is acknowledged.');
        return EXIT.ok;
      }
      await acknowledgeAll(context, client, args.has('all') ? waiting : who.flatMap((one) => matching(waiting, one)));
    } finally {
      await client.close();
    }
    return EXIT.ok;
  },
};

type Waiting = ChangeView & { readonly channel: string; readonly title: string };

async function waitingIn(client: Client, channel: ChannelView): Promise<readonly Waiting[]> {
  const { toAcknowledge } = await client.get<PeoplePage>(channelPath(channel.id, '/representatives'));
  return toAcknowledge.map((change) => ({ ...change, channel: channel.id, title: channel.title }));
}

function matching(waiting: readonly Waiting[], who: string): readonly Waiting[] {
  const fits = waiting.filter(({ name, entry }) => name.toLowerCase() === who.toLowerCase() || (who.length >= 6 && entry.startsWith(who)));
  if (fits.length === 0) throw new ParleyError('not_found', `no change that waits is about ${who.slice(0, 60)}`);
  return fits;
}

async function acknowledgeAll(context: Context, client: Client, chosen: readonly Waiting[]): Promise<void> {
  const { terminal } = context;
  for (const one of chosen) terminal.say(`${one.title}: ${text(one)}`);
  if (chosen.length > 0) await mustAgree(context, 'Acknowledge?', 'nothing was acknowledged');
  for (const [channel, changes] of Map.groupBy(chosen, (one) => one.channel)) {
    await client.post(channelPath(channel, '/acknowledgements'), { entries: changes.map(({ entry }) => entry) });
  }
  for (const { entry, channel, name, act } of chosen)
    terminal.data({ entry, channel, name, act }, `Acknowledged: ${name || (act === 'generation' ? 'the next generation' : 'the identity keys')}`);
  if (chosen.length === 0) terminal.say('Nothing waits: every change of the other side is acknowledged.');
}

function text({ act, name, post, partyName, event, time }: ChangeView): string {
  return say({ id: `acknowledge.${act}`, values: { name, post, party: partyName, event: event ?? 0 } }).concat(time === 0 ? '' : ` (${when(time)})`);
}
