import { EXIT } from '../../base/errors.ts';
import type { ChannelView, TodayView } from '../../projection/views.ts';
import { type Client, openClient } from '../client.ts';
import type { Command } from '../command.ts';
import { foundingLine, foundingText, listFoundings } from '../foundings.ts';
import { countUnsent, listUnsent, unsentText, whatNext } from '../outbox.ts';
import { alarmText, hostCalled, settledTexts, span, waitingOf, when } from '../rows.ts';
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
        terminal.data({ what: 'peer', channel: channel.id, party, ...peer, ...counts(channel, party) }, `  ${peerText(channel, party, now)}`);
    }
    for (const [host, seen] of channel.hosts.entries()) {
      const at = seen.lastSeen === undefined ? 'not heard yet' : `last witnessed ${span(now - seen.lastSeen)} ago`;
      terminal.data({ what: 'host', channel: channel.id, host, ...seen }, `  ${hostCalled(seen.name)}: ${at}`);
    }
  }
  return exit;
}

/** Over all generations: what of ours not all others hold, and what of theirs is not whole here. */
function counts(channel: ChannelView, party: number): { readonly waiting: number; readonly missing: number } {
  const own = channel.logs.find((log) => log.party === channel.us);
  const theirs = channel.logs.find((log) => log.party === party);
  return { waiting: own === undefined ? 0 : waitingOf(own), missing: theirs?.record.missing ?? 0 };
}

function peerText(channel: ChannelView, party: number, now: number): string {
  const peer = channel.parties[party];
  const { waiting, missing } = counts(channel, party);
  const seen = peer?.lastSeen === undefined ? 'never seen' : `last seen ${when(peer.lastSeen)} UTC, ${span(now - peer.lastSeen)} ago`;
  const answers =
    peer?.signs === false
      ? 'answers, and does not sign for what it is given'
      : peer?.reachable === true
        ? 'answers'
        : peer?.reachable === false
          ? `does not answer; ${seen}`
          : `not asked since the start; ${seen}`;
  // A copy of an earlier day holds less of ours than they may.
  const isOld = channel.alarm?.id === 'alarm.recovering' || channel.alarm?.id === 'alarm.ended';
  const waits =
    isOld && waiting === 0
      ? 'how much it holds of what was said after this copy is not known here'
      : waiting === 0
        ? 'it holds everything of ours'
        : `${waiting} entr${waiting === 1 ? 'y' : 'ies'} of ours not acknowledged yet`;
  return `${peer?.name ?? `party ${party}`}: ${answers}; ${waits}${missing === 0 ? '' : `; ${missing} of its entries have not arrived whole here`}`;
}
