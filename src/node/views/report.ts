import { toBase64url } from '../../base/bytes.ts';
import { kindsElsewhere } from '../../projection/duties.ts';
import { type ReportView, reportOf } from '../../projection/report.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { mattersWith } from './elsewhere.ts';

/** The report of a channel, as of the newest time in its logs or of `at`. */
export async function reportView(channel: ChannelRuntime, at?: number): Promise<ReportView> {
  const { packs } = channel.rules;
  const heads = (await channel.counted()).map(({ origin, size, root }) => ({ origin, size, root: toBase64url(root) }));
  const anchors = packs.flatMap((pack) => pack.clocks.map(({ anchor }) => anchor.kind));
  const matters = await mattersWith(channel, [...anchors, ...kindsElsewhere(packs)]);
  const { as_of: asOf, duties, timeliness } = reportOf(matters, channel.rules, at);
  return { v: 1, channel: channel.id, parties: channel.replica.channel.parties.map(({ name }) => name), as_of: asOf, heads, duties, timeliness };
}
