import { toBase64url } from '../../base/bytes.ts';
import { kindOf } from '../../document/registry.ts';
import { type Duty, dutiesOf, kindsElsewhere, periodicDuties } from '../../projection/duties.ts';
import { type DutyLine, dutyLines, newestTimeIn, type Timeliness, timelinessOf } from '../../projection/report.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { mattersOfKinds } from './elsewhere.ts';

/**
 * Who owes what, and how timely each party was: computed from the logs alone, with members in this order, so that both sides with the same heads have
 * the same bytes. Nothing local goes in: neither titles, nor acknowledgements, nor this node's clock.
 */
export type ReportView = {
  readonly v: 1;
  readonly channel: string;
  readonly parties: readonly string[];
  /** As of when lateness is said; null while nothing in the logs has a time. */
  readonly as_of: number | null;
  /** What it was computed from: of each log that counts, how much of it, and the root. */
  readonly heads: readonly { readonly origin: string; readonly size: number; readonly root: string }[];
  /** What is not met. */
  readonly duties: readonly DutyLine[];
  readonly timeliness: readonly Timeliness[];
};

/** The report of a channel, as of the newest time in its logs or of `at`. */
export async function reportView(channel: ChannelRuntime, at?: number): Promise<ReportView> {
  const { packs } = channel.rules;
  const heads = (await channel.counted()).map(({ origin, size, root }) => ({ origin, size, root: toBase64url(root) }));
  const joins = (kind: string): readonly string[] => kindOf(kind)?.joins ?? [];
  const anchors = packs.flatMap((pack) => pack.clocks.map(({ anchor }) => anchor.kind));
  const matters = await mattersOfKinds(channel, new Set([...anchors.flatMap((kind) => [kind, ...joins(kind)]), ...kindsElsewhere(packs, joins)]));
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
