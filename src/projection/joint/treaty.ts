import type { Act } from '../matter.ts';
import { actsOfType, type Finding, finding, type Reading, type Said, said } from './reading.ts';

/** A treaty notification with what its author notified of it since: put right, or cancelled. All of it stays, the last counts. */
export type TreatyJoint = Said & {
  readonly kind: 'treaty_notification';
  readonly state: 'notified' | 'corrected' | 'cancelled' | 'withdrawn';
  /** The notification that counts. */
  readonly latest: string;
  readonly findings: readonly Finding[];
};

/** The notification that this act opened. */
export function treatyOf(reading: Reading, act: Act): TreatyJoint {
  const findings: Finding[] = isChange(act) ? [finding(act, 'joint.finding.notifies_nothing')] : [];
  let state: TreatyJoint['state'] = 'notified';
  let latest = act.id;
  for (const later of actsOfType(reading, 'treaty_notification').filter(({ id }) => id !== act.id && !reading.withdrawn.has(id))) {
    if (!isChange(later)) continue;
    if (later.party !== act.party) findings.push(finding(later, 'joint.finding.notification_foreign'));
    else if (state === 'cancelled') findings.push(finding(later, 'joint.finding.notification_cancelled'));
    else {
      state = later.frame.change === 'cancels' ? 'cancelled' : 'corrected';
      latest = later.id;
    }
  }
  const isBack = reading.withdrawn.has(act.id) && state === 'notified';
  return { ...said(act), kind: 'treaty_notification', state: isBack ? 'withdrawn' : state, latest, findings };
}

function isChange({ frame }: Act): boolean {
  return frame.change === 'corrects' || frame.change === 'cancels';
}
