import { toBase64url } from '../../base/bytes.ts';
import { kindsElsewhere } from '../../projection/duties.ts';
import type { Matter } from '../../projection/matter.ts';
import {
  allDuties,
  type DutyLine,
  dutyLines,
  latestOf,
  type OverallView,
  type ReportView,
  reportOf,
  type TimelinessIn,
  timelinessOf,
} from '../../projection/report.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import type { PartyNode } from '../party-node.ts';
import { mattersWith } from './elsewhere.ts';

/** The report of a channel, as of the newest time in its logs or of `at`. */
export async function reportView(channel: ChannelRuntime, at?: number): Promise<ReportView> {
  const heads = (await channel.counted()).map(({ origin, size, root }) => ({ origin, size, root: toBase64url(root) }));
  const { as_of: asOf, duties, timeliness } = reportOf(await mattersOfReport(channel), channel.rules, at);
  return { v: 1, channel: channel.id, parties: channel.replica.channel.parties.map(({ name }) => name), as_of: asOf, heads, duties, timeliness };
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
  const { duties } = allDuties(await mattersOfReport(channel), channel.rules, now);
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

function mattersOfReport(channel: ChannelRuntime): Promise<readonly Matter[]> {
  const { packs } = channel.rules;
  const anchors = packs.flatMap((pack) => pack.clocks.map(({ anchor }) => anchor.kind));
  return mattersWith(channel, [...anchors, ...kindsElsewhere(packs)]);
}
