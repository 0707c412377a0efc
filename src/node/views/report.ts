import { toBase64url } from '../../base/bytes.ts';
import { type Duty, dutiesOf, kindsElsewhere, periodicDuties } from '../../projection/duties.ts';
import { dutyLines, newestTimeIn, type ReportView, timelinessOf } from '../../projection/report.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { mattersWith } from './elsewhere.ts';

/** The report of a channel, as of the newest time in its logs or of `at`. */
export async function reportView(channel: ChannelRuntime, at?: number): Promise<ReportView> {
  const { packs } = channel.rules;
  const heads = (await channel.counted()).map(({ origin, size, root }) => ({ origin, size, root: toBase64url(root) }));
  const anchors = packs.flatMap((pack) => pack.clocks.map(({ anchor }) => anchor.kind));
  const matters = await mattersWith(channel, [...anchors, ...kindsElsewhere(packs)]);
  // What stands depends on receipts, which are not in the logs: stamps in the debtor's own log alone are asked.
  const context = { ...channel.rules, standing: new Map(), elsewhere: matters };
  const asOf = at ?? newestTimeIn(matters);
  const now = asOf ?? 0;
  const duties: readonly Duty[] = [...matters.flatMap((matter) => dutiesOf(matter, context)), ...periodicDuties(matters, context, now)];
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
