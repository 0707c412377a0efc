import { MAX_CLOCK_AHEAD } from '../../base/limits.ts';
import type { Fields } from '../../document/kind.ts';
import { heldAt } from '../../procedure/clock.ts';
import { timed } from '../answered.ts';
import type { Act } from '../matter.ts';
import { stampsIn } from '../matter-read.ts';
import { everyParty, type Finding, type Reading, remark, type Said } from './reading.ts';

/**
 * From when something binds others that its author alone brings about: from the moment that its author named, and never before it was held by every other
 * party, or seen by a quorum of hosts, as the first stamps in its author's log say, or the words of others that its author held. `at` is absent while they do
 * not: what reaches back is worth nothing until then, whatever moment it names.
 */
export type Effect = { readonly named: number; readonly at?: number };

/** Kinds of such acts: their author's node stamps them, and where it does not, those of the others do. */
export const OF_EFFECT: ReadonlySet<string> = new Set(['termination', 'suspension', 'embargo']);

/** Whether a document of such a kind brings about something alone: of an embargo, its end. */
export function takesEffect(kind: string, fields: Fields): boolean {
  return OF_EFFECT.has(kind) && (kind !== 'embargo' || fields.act === 'terminate');
}

/** When an act that names this moment takes effect. */
export function effectOf(reading: Reading, act: Act, named: number, quorum: number): Effect {
  const own = reading.stamps.get(act.id) ?? [];
  // What others say that they hold counts from when its author held that: who stamps nothing, or a receipt of much later, puts no effect off.
  const heard = own.flatMap(({ id, party }) => (party === act.party ? [] : (reading.stamps.get(id) ?? [])));
  const stamps = stampsIn([...own, ...heard]).get(act.id) ?? [];
  let at = named;
  for (const party of everyParty(reading)) {
    const held = party === act.party ? 0 : heldAt(stamps, timed(act), party, quorum);
    if (held === undefined) return { named };
    at = Math.max(at, held);
  }
  return { named, at };
}

/** What takes effect first, before what is not known to; then in one order for everybody. */
export function byEffect(a: Said & Effect, b: Said & Effect): number {
  const when = ({ at }: Effect): number => at ?? Number.MAX_SAFE_INTEGER;
  return when(a) - when(b) || a.named - b.named || a.party - b.party || (a.entry < b.entry ? -1 : 1);
}

/** A moment that was named and had passed when it was held, by more than a clock may be ahead. */
export function backdatedIn(act: Act, { named, at }: Effect): readonly Finding[] {
  return at !== undefined && at - named > MAX_CLOCK_AHEAD ? [remark(act, 'joint.finding.effect_backdated')] : [];
}
