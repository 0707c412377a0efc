import { toBase64url } from '../../base/bytes.ts';
import { type Duty, dutiesOf, kindsElsewhere, periodicDuties } from '../../projection/duties.ts';
import {
  type DutyLine,
  dutyLines,
  latestOf,
  newestTimeIn,
  type OverallView,
  type ReportView,
  type TimelinessIn,
  timelinessOf,
} from '../../projection/report.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import type { PartyNode } from '../party-node.ts';
import { mattersWith } from './elsewhere.ts';

/** The report of a channel, as of the newest time in its logs or of `at`. */
export async function reportView(channel: ChannelRuntime, at?: number): Promise<ReportView> {
  const heads = (await channel.counted()).map(({ origin, size, root }) => ({ origin, size, root: toBase64url(root) }));
  const { asOf, duties } = await dutiesAsOf(channel, at);
  const now = asOf ?? 0;
  const open = duties.filter(({ metAt, withdrawn }) => metAt === undefined && withdrawn === undefined);
  return {
    v: 1,
    channel: channel.id,
    parties: channel.replica.channel.parties.map(({ name }) => name),
    as_of: asOf ?? null,
    heads,
    duties: dutyLines(open, now),
    timeliness: timelinessOf(duties, now),
  };
}

/** How timely everybody was in all channels, now; by procedure, clock and side, and there in the order of titles. */
export async function overallView(node: PartyNode): Promise<OverallView> {
  const now = node.parts.now();
  const rows = (await Promise.all(node.channels.map((channel) => overallIn(node, channel, now)))).flat();
  const key = ({ pack, clock, ours, channelTitle }: TimelinessIn): readonly string[] => [pack, clock, ours ? '1' : '0', channelTitle];
  return { v: 1, now, rows: rows.sort((a, b) => (key(a).join('\n') < key(b).join('\n') ? -1 : 1)) };
}

async function overallIn(node: PartyNode, channel: ChannelRuntime, now: number): Promise<readonly TimelinessIn[]> {
  const { us, channel: parties } = channel.replica;
  const { duties } = await dutiesAsOf(channel, now);
  const lines = dutyLines(duties, now);
  return timelinessOf(duties, now).flatMap((row): readonly TimelinessIn[] => {
    const own = lines.filter(({ pack, clock, debtor }) => pack === row.pack && clock === row.clock && debtor === row.party);
    const latest = latestOf(own);
    if (latest === undefined) return [];
    const ours = row.party === us;
    const other = parties.parties[ours ? latest.creditor : row.party]?.name ?? '';
    return [{ ...row, channel: channel.id, channelTitle: node.record(channel.id).title, with: other, ours, latest, open_duties: own.filter(isOpen) }];
  });
}

function isOpen({ status }: DutyLine): boolean {
  return status === 'not_started' || status === 'running' || status === 'late_so_far';
}

/** All duties that a channel's logs tell of, with the periods up to `at` or to the newest time in the logs. */
async function dutiesAsOf(
  channel: ChannelRuntime,
  at: number | undefined,
): Promise<{ readonly asOf: number | undefined; readonly duties: readonly Duty[] }> {
  const { packs } = channel.rules;
  const anchors = packs.flatMap((pack) => pack.clocks.map(({ anchor }) => anchor.kind));
  const matters = await mattersWith(channel, [...anchors, ...kindsElsewhere(packs)]);
  // What stands depends on receipts, which are not in the logs: stamps in the debtor's own log alone are asked.
  const context = { ...channel.rules, standing: new Map(), elsewhere: matters };
  const asOf = at ?? newestTimeIn(matters);
  return { asOf, duties: [...matters.flatMap((matter) => dutiesOf(matter, context)), ...periodicDuties(matters, context, asOf ?? 0)] };
}
