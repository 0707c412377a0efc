import { backdatedIn, type Effect, effectOf } from './effect.ts';
import { choiceIn, everyParty, type Finding, finding, type Reading, type Said, said, standingAnswers, wholeIn } from './reading.ts';

/**
 * A stretch for which a side suspends an instrument; without `to` it goes on. Instants are seconds, as their author wrote them; where stamps say that it was
 * held later than that, from then on. `begun` and `ended` tell of both, and of what nothing says yet that it was held: whoever looks holds it, and what its
 * author wrote of the time before is shown as no more than that.
 */
export type Suspension = Said & { readonly from: number; readonly to?: number; readonly begun: Effect; readonly ended?: Effect };

/**
 * Each side's suspensions of an instrument, from its own log alone; while one lasts, the instrument is suspended. There is none before it is in force, nor
 * once it is terminated: what says so is found.
 */
export function suspensionsOf(
  reading: Reading,
  document: string,
  { inForceAt, terminatedAt, quorum }: { readonly inForceAt: number | undefined; readonly terminatedAt: number | undefined; readonly quorum: number },
  findings: Finding[],
): readonly Suspension[] {
  const acts = standingAnswers(reading, document, 'suspension');
  return everyParty(reading).flatMap((party) => {
    const stretches: (Said & { from: number; to?: number; begun: Effect; ended?: Effect })[] = [];
    for (const act of acts.filter((one) => one.party === party)) {
      const effect = choiceIn(act.frame, 'effect', ['suspended', 'resumed']);
      const taken = effectOf(reading, act, wholeIn(act.frame, 'at') ?? act.time, quorum);
      const at = taken.at ?? taken.named;
      findings.push(...backdatedIn(act, taken));
      const last = stretches.at(-1);
      const isSuspended = last !== undefined && last.to === undefined;
      if (effect === undefined) continue;
      if (inForceAt === undefined || at < inForceAt) findings.push(finding(act, 'joint.finding.suspended_early'));
      else if (terminatedAt !== undefined && at >= terminatedAt) findings.push(finding(act, 'joint.finding.suspended_late'));
      else if (effect === 'suspended' && isSuspended) findings.push(finding(act, 'joint.finding.suspended_again'));
      else if (effect === 'resumed' && !isSuspended) findings.push(finding(act, 'joint.finding.resumed_early'));
      else if (at < Math.max(last?.from ?? 0, last?.to ?? 0)) findings.push(finding(act, 'joint.finding.suspended_before'));
      else if (effect === 'suspended') stretches.push({ ...said(act), from: at, begun: taken });
      else if (last !== undefined) Object.assign(last, { to: at, ended: taken });
    }
    return stretches;
  });
}

/** Whether a side's suspension lasts at `now`. */
export function isSuspendedAt(suspensions: readonly Suspension[], now: number): boolean {
  return suspensions.some(({ from, to }) => from <= now && (to === undefined || now < to));
}
