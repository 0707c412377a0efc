import type { JointLine } from '../../projection/joint/line.ts';
import { needsOf } from '../../projection/joint/needs.ts';
import { standingLines } from '../../projection/joint/standing-lines.ts';
import type { Matter } from '../../projection/matter.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { rawIds } from './facts.ts';
import { jointViews } from './joint.ts';
import type { ChannelState } from './rows.ts';

/** Kinds whose state depends on other matters of their affair; of the rest those add to what is said on a page, and not to the state. */
const OF_AFFAIR: readonly string[] = ['vulnerability_report', 'full_powers'];
/** Of these, so many are looked into for a list: each takes a reading of a part of its affair. */
const MAX_OF_AFFAIR = 20;

/**
 * Where each of these matters stands, which opened a dossier each, in the order of the list: the words of all are opened within the limits of one page, and one
 * whose state takes more than that has none here.
 */
export async function statesOf(
  channel: ChannelRuntime,
  state: Pick<ChannelState, 'standing' | 'heldOut'>,
  roots: readonly Matter[],
): Promise<ReadonlyMap<string, readonly JointLine[]>> {
  const context = { names: channel.replica.channel.parties.map(({ name }) => name), now: channel.replica.now() };
  const isOfAffair = (matter: Matter): boolean => OF_AFFAIR.includes(matter.kind) && needsOf(matter).length > 0;
  const alone = roots.filter((root) => !isOfAffair(root));
  const views = new Map(await jointViews(channel, state, alone, new Uint8Array(), { isWhole: true }));
  for (const root of roots.filter(isOfAffair).slice(0, MAX_OF_AFFAIR)) {
    const [dossier = new Uint8Array()] = rawIds([root.id]);
    views.set(root.id, (await jointViews(channel, state, [root], dossier)).get(root.id) ?? []);
  }
  return new Map([...views].map(([id, joints]) => [id, standingLines(joints, id, context)]));
}
