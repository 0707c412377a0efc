import type { ChannelView } from '../../projection/views.ts';
import { openClient } from '../client.ts';
import type { Command } from '../command.ts';
import { alarmText, entriesText, settledTexts, waitingOf, when } from '../rows.ts';

export const command: Command = {
  usage: '',
  examples: [
    ['parley channels', 'every channel, who is in it, and whether they answer'],
    ['parley channels --json', 'the same, a JSON line each'],
  ],
  options: [],
  words: [0, 0],
  async run({ terminal, dir }) {
    const client = await openClient(dir);
    try {
      const channels = await client.get<readonly ChannelView[]>('/api/channels');
      for (const channel of channels)
        terminal.data(channel, channelText(channel, terminal.style(channel.title, 'bold'), alarmText(channel, client.running)));
      if (channels.length === 0) terminal.say('No channel yet. "parley invite" begins one; "parley confirm" shows one being founded.');
    } finally {
      await client.close();
    }
    return undefined;
  },
};

function channelText(channel: ChannelView, title: string, alarm: string | undefined): string {
  const names = channel.parties.map(({ name, reachable, lastSeen, signs }, party) => {
    if (party === channel.us) return `${name} (this side)`;
    const seen = lastSeen === undefined ? '' : `, seen ${when(lastSeen)}`;
    if (signs === false) return `${name} (answers, and does not sign for what it is given)`;
    return `${name} (${reachable === true ? 'answers' : reachable === false ? 'does not answer' : 'not asked yet'}${seen})`;
  });
  const own = channel.logs.find(({ party }) => party === channel.us);
  const waiting = own === undefined ? 0 : waitingOf(own);
  return [
    `${title}  ${channel.id.slice(0, 8)}  ${channel.open ? 'open' : 'not open yet'}`,
    `  ${names.join(' and ')}${channel.hosts.length === 0 ? '' : `; witnessed by ${channel.hosts.map(({ name }) => name).join(', ')}`}`,
    `  ${channel.logs.map(({ party, record: { size } }) => `${channel.parties[party]?.name ?? party}: ${entriesText(size)}`).join(', ')}${waiting > 0 ? `; ${waiting} not held by the others yet` : ''}`,
    ...(alarm === undefined ? [] : [`  ${alarm}`]),
    ...settledTexts(channel).map((text) => `  ${text}`),
  ].join('\n');
}
