import { writeSpan } from '../base/instants.ts';
import { type DutyLine, longSince, type OverallView, type TimelinessIn } from '../projection/report.ts';
import { when } from './rows.ts';
import type { Terminal } from './terminal.ts';

/** What calls for somebody stands first, and what went well last. */
const ORDER: readonly DutyLine['status'][] = ['late_so_far', 'running', 'not_started', 'met_late', 'met', 'withdrawn'];

/**
 * The timeliness of all channels, as a reader of a round looks at it: of each clock how many answered and how, then everything that is open, and of each
 * channel how the newest was answered.
 */
export function overallText(terminal: Pick<Terminal, 'style'>, { now, rows }: OverallView): string {
  const groups = [...Map.groupBy(rows, ({ pack, clock, ours }) => `${pack}\n${clock}\n${ours}`).values()];
  const lines = groups.flatMap((group): readonly string[] => {
    const [first] = group;
    if (first === undefined) return [];
    const title = `${first.title} (${first.pack}), asked of ${first.ours ? 'us' : 'the others'}`;
    const width = Math.max(...group.map((row) => nameOf(row).length));
    const shown = group.flatMap((row) =>
      [...new Set([...row.open_duties.map(({ document }) => document), row.latest.document])].map((id) => ({ row, id })),
    );
    const duties = shown.map(({ row, id }) => ({ row, duty: row.open_duties.find(({ document }) => document === id) ?? row.latest }));
    duties.sort((a, b) => ORDER.indexOf(a.duty.status) - ORDER.indexOf(b.duty.status));
    return [
      terminal.style(title, 'bold'),
      `  ${sumText(group)}`,
      ...duties.map(({ row, duty }) => lineText(terminal, nameOf(row).padEnd(width), duty)),
    ];
  });
  return [
    `As of ${when(now)} UTC, in all channels; --channel gives the report of one, the same on both sides.`,
    ...lines,
    ...(groups.length === 0 ? ['No procedure has asked anything of anybody.'] : []),
  ].join('\n');
}

/** Of everything that was asked. */
function sumText(group: readonly TimelinessIn[]): string {
  const of = (name: 'asked' | 'in_time' | 'late' | 'open' | 'open_late' | 'withdrawn'): number => group.reduce((sum, row) => sum + row[name], 0);
  const late = of('open_late');
  return [
    `asked ${of('asked')} times in ${group.length === 1 ? 'one channel' : `${group.length} channels`}: ${of('in_time')} answered in time`,
    `${of('late')} late`,
    `${of('open')} not answered${late === 0 ? '' : ` (${late} past their time)`}`,
    ...(of('withdrawn') === 0 ? [] : [`${of('withdrawn')} taken back`]),
  ].join(', ');
}

function lineText(terminal: Pick<Terminal, 'style'>, name: string, duty: DutyLine): string {
  const text = `  ${name}  ${dutyText(duty)}  ${duty.document.slice(0, 8)}`;
  return duty.status === 'late_so_far' ? terminal.style(text, 'bad') : text;
}

function dutyText({ status, since, until, met_at }: DutyLine): string {
  const long = since === null || met_at === null ? undefined : longSince({ longest_seconds: met_at - since, longest_since: since });
  const start = long === undefined ? '' : ` since ${when(long)} UTC`;
  const took = since === null || met_at === null ? '' : ` at ${when(met_at)} UTC, after ${writeSpan(met_at - since)}${start}`;
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
      return 'not answered; the clock has not started, since it is not known to be held';
    case 'withdrawn':
      return 'taken back by whoever asked';
  }
}

function nameOf({ channelTitle, with: other }: TimelinessIn): string {
  return channelTitle === other ? other : `${channelTitle}, with ${other}`;
}
