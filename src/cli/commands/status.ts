import { EXIT } from '../../base/errors.ts';
import type { ChannelView, TodayView } from '../../projection/views.ts';
import { type Client, openClient } from '../client.ts';
import type { Command } from '../command.ts';
import { foundingLine, foundingText, listFoundings } from '../foundings.ts';
import { countUnsent, listUnsent, unsentText, whatNext } from '../outbox.ts';
import { countsOf, hostText, peerText } from '../peer-text.ts';
import { alarmText, settledTexts } from '../rows.ts';
import type { Terminal } from '../terminal.ts';

export const command: Command = {
  usage: '',
  examples: [
    ['parley status', 'whether the node runs, and why something has not arrived yet'],
    ['parley status --json', 'a JSON line for the node, each founding, each peer and each host, and what awaits whom'],
  ],
  notes: 'Exit code 4 while two histories of a log exist and nothing has taken them up since; else 0, also where something has not arrived.',
  options: [],
  words: [0, 0],
  async run({ terminal, dir }) {
    const client = await openClient(dir);
    try {
      const unsent = await countUnsent(dir);
      terminal.data(
        { what: 'node', dir, running: client.running, unsent },
        client.running ? `The node of ${dir} runs.` : `No node runs on ${dir}: what is said here leaves when "parley serve" runs.`,
      );
      // One that is damaged is said where it would be sent; here the rest is.
      for (const waits of await listUnsent(dir).catch(() => []))
        terminal.data(
          { what: 'unsent', channel: waits.channel, id: waits.id },
          `Signed, and not known to have reached the node: ${unsentText(waits)}.\n  ${whatNext(waits)}`,
        );
      for (const founding of await listFoundings(client)) {
        if (founding.state === 'founded' || founding.state === 'ended') continue;
        terminal.data({ what: 'founding', ...foundingLine(founding) }, foundingText(founding));
      }
      const exit = await sayChannels(terminal, client, Math.floor(Date.now() / 1000));
      const { counts } = await client.get<TodayView>('/api/today');
      terminal.data({ what: 'inbox', ...counts }, `${inboxText(counts)} "parley duties" lists it.`);
      return exit;
    } finally {
      await client.close();
    }
  },
};

function inboxText({ awaitingUs, awaitingThem, watch, lateOfUs, lateOfThem }: TodayView['counts']): string {
  const late = (count: number): string => (count === 0 ? '' : ` (${count} late)`);
  return `Awaits us: ${awaitingUs}${late(lateOfUs)}; awaits the others: ${awaitingThem}${late(lateOfThem)}; to watch: ${watch}.`;
}

/** Says how each channel stands; resolves with the exit code. */
async function sayChannels(terminal: Terminal, client: Client, now: number): Promise<number> {
  let exit: number = EXIT.ok;
  for (const channel of await client.get<readonly ChannelView[]>('/api/channels')) {
    const alarm = alarmText(channel, client.running);
    if (channel.alarm?.id === 'alarm.fork' || channel.alarm?.id === 'alarm.fork_own') exit = EXIT.fork;
    terminal.data(
      { what: 'channel', channel: channel.id, title: channel.title, open: channel.open, alarm: channel.alarm ?? null },
      [terminal.style(channel.title, 'bold'), ...(alarm === undefined ? [] : [terminal.style(`  ${alarm}`, 'bad')])].join('\n'),
    );
    for (const text of settledTexts(channel)) terminal.say(`  ${text}`);
    if (!channel.open) terminal.say('  Not open yet: the founding heads are not acknowledged by everybody and seen by the hosts.');
    for (const [party, peer] of channel.parties.entries()) {
      if (party !== channel.us)
        terminal.data({ what: 'peer', channel: channel.id, party, ...peer, ...countsOf(channel, party) }, `  ${peerText(channel, party, now)}`);
    }
    for (const [host, seen] of channel.hosts.entries()) {
      terminal.data({ what: 'host', channel: channel.id, host, ...seen }, `  ${hostText(seen, now)}`);
    }
  }
  return exit;
}
