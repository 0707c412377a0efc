import type { OverallView, TimelinessIn } from '../projection/report.ts';
import { span, when } from './rows.ts';
import type { Terminal } from './terminal.ts';

/** What calls for somebody stands first, and what went well last. */
const ORDER: readonly TimelinessIn['latest']['status'][] = ['late_so_far', 'running', 'not_started', 'met_late', 'met', 'withdrawn'];

/** The timeliness of all channels, as a reader of a round looks at it: of each clock how many answered and how, then each channel by what was asked last. */
export function overallText(terminal: Terminal, { now, rows }: OverallView): string {
  const groups = [...Map.groupBy(rows, ({ pack, clock, ours }) => `${pack}\n${clock}\n${ours}`).values()];
  const lines = groups.flatMap((group): readonly string[] => {
    const [first] = group;
    if (first === undefined) return [];
    const title = `${first.title} (${first.pack}), ${first.ours ? 'asked of us' : 'asked of the others'}`;
    const width = Math.max(...group.map((row) => nameOf(row).length));
    const ordered = [...group].sort((a, b) => ORDER.indexOf(a.latest.status) - ORDER.indexOf(b.latest.status));
    return [terminal.style(title, 'bold'), `  ${sumText(group)}`, ...ordered.map((row) => lineText(terminal, row, width))];
  });
  return [`As of ${when(now)} UTC, in all channels; "--channel" gives the report of one, the same on both sides.`, ...lines].join('\n');
}

/** Of what was asked last in each channel. */
function sumText(group: readonly TimelinessIn[]): string {
  const of = (...statuses: readonly TimelinessIn['latest']['status'][]): number =>
    group.filter(({ latest }) => statuses.includes(latest.status)).length;
  const withdrawn = of('withdrawn');
  const counts = [
    `asked last in ${group.length === 1 ? 'one channel' : `${group.length} channels`}: ${of('met')} answered in time`,
    `${of('met_late')} late`,
    `${of('late_so_far')} not answered in time and not since`,
    `${of('running', 'not_started')} not answered yet`,
    ...(withdrawn === 0 ? [] : [`${withdrawn} taken back`]),
  ];
  return counts.join(', ');
}

function lineText(terminal: Terminal, row: TimelinessIn, width: number): string {
  const earlier = row.asked - 1;
  const before = earlier === 0 ? '' : `; of all ${row.asked} asked here ${row.in_time} in time, ${row.late} late, ${row.open} open`;
  const text = `  ${nameOf(row).padEnd(width)}  ${latestText(row)}${before}`;
  return row.latest.status === 'late_so_far' ? terminal.style(text, 'bad') : text;
}

function latestText({ latest: { status, since, until, met_at } }: TimelinessIn): string {
  const took = since === null || met_at === null ? '' : ` at ${when(met_at)} UTC, after ${span(met_at - since)}`;
  switch (status) {
    case 'met':
      return `answered in time${took}`;
    case 'met_late':
      return `answered late${took}`;
    case 'late_so_far':
      return `not answered; was due ${until === null ? 'already' : `${when(until)} UTC`}`;
    case 'running':
      return `not answered yet; ${until === null ? 'no date' : `due ${when(until)} UTC`}`;
    case 'not_started':
      return 'not answered yet; the clock has not started, since it is not known to be held';
    case 'withdrawn':
      return 'taken back by whoever asked';
  }
}

function nameOf({ channelTitle, with: other }: TimelinessIn): string {
  return channelTitle === other ? other : `${channelTitle}, with ${other}`;
}
