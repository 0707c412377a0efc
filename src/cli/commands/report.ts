import { writeSpan } from '../../base/instants.ts';
import { systemNow } from '../../node/crypto.ts';
import { longSince, type OverallView, type ReportView, type Timeliness } from '../../projection/report.ts';
import type { ChannelView } from '../../projection/views.ts';
import { findChannel, openClient } from '../client.ts';
import { CHANNEL, type Command } from '../command.ts';
import { readInstant } from '../instant-option.ts';
import { overallText } from '../overall-report.ts';
import { when } from '../rows.ts';
import type { Terminal } from '../terminal.ts';

export const command: Command = {
  usage: '[--channel CHANNEL] [--at WHEN]',
  examples: [
    ['parley report', 'over all channels: who answered what was asked last, how fast, and who has not answered'],
    ['parley report --channel Geneva-1', 'how timely each side was, procedure by procedure'],
    ['parley report --channel Geneva-1 --json', 'the same bytes on both sides, to be compared'],
    ['parley report --at "2021-12-31 23:59"', 'what was late and open at that moment, as known now'],
  ],
  notes:
    'Of one channel it is computed from the logs alone: two sides that hold the same heads, which it names, have the same report, byte for byte.\n' +
    'Without --at it is as of the newest receipt in the logs. Times are from the start of each clock to when the answer was held.',
  options: [
    { ...CHANNEL, help: 'the report of this channel, computed from its logs alone' },
    { name: 'at', value: 'WHEN', help: 'as of this moment in UTC (default: the latest moment that both sides have on record)' },
  ],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const at = readInstant(args, 'at', systemNow());
    const client = await openClient(dir);
    try {
      const name = args.text('channel');
      if (name === undefined && at === undefined && (await client.get<readonly ChannelView[]>('/api/channels')).length > 1) {
        const overall = await client.get<OverallView>('/api/report');
        terminal.data(overall, overallText(terminal, overall));
        return undefined;
      }
      const channel = await findChannel(client, name);
      const report = await client.get<ReportView>(`/api/channels/${channel.id}/report${at === undefined ? '' : `?at=${at}`}`);
      terminal.data(report, reportText(terminal, report));
    } finally {
      await client.close();
    }
    return undefined;
  },
};

function reportText(terminal: Terminal, { parties, as_of, heads, duties, timeliness }: ReportView): string {
  const packs = Map.groupBy(timeliness, ({ pack }) => pack);
  return [
    as_of === null ? 'As of no moment yet: nothing on the record has started or ended a clock.' : `As of ${when(as_of)} UTC.`,
    ...[...packs].flatMap(([pack, rows]) => [terminal.style(pack, 'bold'), ...rows.map((row) => `  ${rowText(row, parties)}`)]),
    ...(timeliness.length === 0 ? ['No procedure has asked anything of anybody.'] : []),
    `${duties.length} ${duties.length === 1 ? 'duty is' : 'duties are'} open: "parley duties --channel" lists them.`,
    ...heads.map(({ origin, size, root }) => terminal.style(`  computed from ${origin}: ${size} entries, root ${root}`, 'dim')),
  ].join('\n');
}

function rowText(row: Timeliness, parties: readonly string[]): string {
  const since = longSince(row);
  const took =
    row.median_seconds === null
      ? ''
      : `; median ${writeSpan(row.median_seconds)}, longest ${writeSpan(row.longest_seconds ?? 0)}${since === undefined ? '' : `, since ${when(since)} UTC`}`;
  const open = row.open === 0 ? '' : `, ${row.open} open${row.open_late === 0 ? '' : ` (${row.open_late} late so far)`}`;
  const withdrawn = row.withdrawn === 0 ? '' : `, ${row.withdrawn} withdrawn`;
  const late = row.late === 0 ? '' : `, ${row.late} late`;
  return `${row.title}, ${parties[row.party] ?? ''}: ${row.asked} asked, ${row.in_time} in time${late}${open}${withdrawn}${took}`;
}
