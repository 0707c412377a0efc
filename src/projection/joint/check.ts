import type { Act } from '../matter.ts';
import type { Around } from './around.ts';
import { escalationsOf } from './escalation.ts';
import { type Finding, finding, type Reading, type Said, said, standingAnswers } from './reading.ts';

/** A communication check. Whether it was answered in time, late, or not so far is said by its clock; that nobody answered means nothing. */
export type CheckJoint = Said & {
  readonly kind: 'communication_check';
  /** `escalated`: nobody has answered, and whoever asked took it further. */
  readonly state: 'sent' | 'answered' | 'escalated' | 'withdrawn';
  readonly answers: readonly Said[];
  readonly escalated: readonly Said[];
  readonly findings: readonly Finding[];
};

/** The check that this act is. */
export function checkOf(reading: Reading, act: Act, around: Around): CheckJoint {
  const findings: Finding[] = [];
  const answers = standingAnswers(reading, act.id, 'communication_check_answer').filter((answer) => {
    const wrong = answer.party === act.party ? 'check_own' : answer.frame.nonce === act.frame.nonce ? undefined : 'check_other_number';
    if (wrong !== undefined) findings.push(finding(answer, `joint.finding.${wrong}`));
    return wrong === undefined;
  });
  const escalated = escalationsOf(reading, act, around);
  const unanswered = reading.withdrawn.has(act.id) ? 'withdrawn' : escalated.length > 0 ? 'escalated' : 'sent';
  return {
    ...said(act),
    kind: 'communication_check',
    state: answers.length > 0 ? 'answered' : unanswered,
    answers: answers.map(said),
    escalated,
    findings,
  };
}
