import { instrumentStatus } from '../../projection/joint/instrument.ts';
import { VERSIONED } from '../../projection/joint/joint.ts';
import type { SessionState } from '../../projection/joint/session.ts';
import { hasStep } from '../../projection/joint/signatures.ts';
import { isReleasedAt } from '../../projection/joint/statement.ts';
import type { JointView } from '../../projection/joint/words.ts';
import type { JointAsked, JointSentence } from './joint-sentences.ts';

type Of<K extends JointView['kind']> = Extract<JointView, { kind: K }>;
/** Kinds whose joint state has a state of one word. */
type Stated = {
  [K in JointView['kind']]: Of<K> extends { readonly state: string } ? K : never;
}[JointView['kind']];

/** A sentence about documents of the kind that has a joint state of its own; other states of the matter are of other documents. */
export function row<K extends JointView['kind']>(words: string, kind: K, holds: (joint: Of<K>, asked: JointAsked) => boolean): JointSentence {
  const isOf = (joint: JointView): joint is Of<K> => joint.kind === kind;
  // Later versions and stages have no joint state of their own: they stand in that of the first.
  const isAbout = (joint: JointView, entry: string): boolean => joint.entry === entry || VERSIONED.includes(joint.kind);
  return { words, of: [kind], holds: (joint, asked) => isOf(joint) && isAbout(joint, asked.entry) && holds(joint, asked) };
}

/** One sentence that says the same of documents of several kinds. */
function either(...rows: readonly JointSentence[]): JointSentence {
  const [first] = rows;
  return { words: first?.words ?? '', of: rows.flatMap(({ of }) => of), holds: (joint, asked) => rows.some(({ holds }) => holds(joint, asked)) };
}

function stated<K extends Stated>(words: string, kind: K, state: Of<K>['state']): JointSentence {
  return row(words, kind, (joint) => 'state' in joint && joint.state === state);
}

function sat(words: string, state: SessionState): JointSentence {
  return row(words, 'session', ({ accounts }) => (accounts.length === 0 ? state === 'convened' : accounts.every((one) => one.state === state)));
}

function answered(words: string, state: Of<'request'>['asked'][number]['state']): JointSentence {
  return row(words, 'request', ({ asked }, { party }) => asked.some((one) => one.party === party && one.state === state));
}

const suspended = '{document} is suspended';
const withdrawn = '{document} is withdrawn';
const unused = '{document} waits for an answer';

/** States that documents come to step by step, in the words of practice. */
export const STATE_SENTENCES: readonly JointSentence[] = [
  sat('{document} is convened', 'convened'),
  sat('{document} is in session', 'sitting'),
  either(
    sat(suspended, 'suspended'),
    row(suspended, 'instrument', (joint, { now }) => instrumentStatus(joint, now) === 'suspended'),
  ),
  sat('{document} is adjourned', 'adjourned'),
  sat('{document} is closed', 'closed'),

  stated('{document} is provisional', 'record', 'provisional'),
  stated('corrections of {document} are asked for', 'record', 'corrections_asked'),
  stated('{document} is final', 'record', 'final'),

  row('{document} is tabled', 'text', ({ versions }, { entry }) => versions.some((one) => one.entry === entry && one.state === 'tabled')),
  stated('{document} is drawn up', 'instrument', 'drawn_up'),
  stated('{document} is authenticated', 'instrument', 'authenticated'),
  row('{party} has signed {document} ad referendum', 'instrument', ({ signatures }, { party }) =>
    signatures.parties.some(
      (one) => one.party === party && one.steps.some(({ step }) => step === 'signed-ad-referendum') && !hasStep(one.steps, 'signed'),
    ),
  ),
  stated('{document} is deposited by all', 'instrument', 'deposited'),
  row('{document} is terminated', 'instrument', (joint, { now }) => instrumentStatus(joint, now) === 'terminated'),
  stated('nobody has signed under {document} yet', 'full_powers', 'issued'),
  stated('somebody has signed under {document}', 'full_powers', 'used'),
  stated('{document} is revoked', 'full_powers', 'revoked'),

  stated('{document} is proposed', 'undertaking', 'proposed'),
  row('a performance of {document} is accepted', 'undertaking', ({ performances }) => performances.some(({ state }) => state === 'accepted')),
  row('{document} is public', 'statement', (joint, { now }) => isReleasedAt(joint, now)),
  row('{document} is not public yet', 'statement', (joint, { now }) => !isReleasedAt(joint, now)),

  either(stated(unused, 'request', 'sent'), stated(unused, 'communication_check', 'sent')),
  stated('{document} is acknowledged', 'request', 'acknowledged'),
  stated('{document} waits for a clarification', 'request', 'clarification'),
  answered('{party} has met {document}', 'met'),
  answered('{party} has met {document} in part', 'partial'),
  answered('{party} has declined {document}', 'declined'),
  answered('{party} has passed {document} on', 'transferred'),
  row('{document} was taken further', 'request', ({ escalated }) => escalated.length > 0),
  stated('{document} is answered', 'communication_check', 'answered'),
  stated('{document} is unanswered and was taken further', 'communication_check', 'escalated'),

  stated('{document} is claimed', 'claim', 'asserted'),
  stated('the author of {document} stands by it', 'claim', 'maintained'),
  stated('{document} was said anew', 'claim', 'amended'),
  stated('{document} is submitted', 'evidence', 'submitted'),
  stated('{document} is examined', 'evidence', 'examined'),
  either(stated(withdrawn, 'claim', 'withdrawn'), stated(withdrawn, 'evidence', 'withdrawn'), stated(withdrawn, 'request', 'withdrawn')),
  stated('{document} is instructed', 'demarche', 'instructed'),
  stated('{document} is delivered', 'demarche', 'delivered'),
  stated('the response to {document} is reported', 'demarche', 'response_reported'),
  row('{party} has reached the {state} of {document}', 'incident_notification', ({ told }, { party, state }) =>
    told.some((one) => one.party === party && stageWords(one.stage) === state),
  ),
  stated('{document} is put right', 'treaty_notification', 'corrected'),
  stated('{document} is cancelled', 'treaty_notification', 'cancelled'),

  stated('the case {document} is pending', 'vulnerability_report', 'pending'),
  stated('the case {document} is open', 'vulnerability_report', 'open'),
  stated('the case {document} is closed', 'vulnerability_report', 'closed'),
  stated('the case {document} is published', 'vulnerability_report', 'published'),
  row('{party} says that it is affected by {document}', 'vulnerability_report', saidBy('affected')),
  row('{party} says that it is not affected by {document}', 'vulnerability_report', saidBy('not-affected')),

  stated('agrément is sought for {document}', 'agrement_request', 'sought'),
  stated('agrément is granted for {document}', 'agrement_request', 'granted'),
  stated('agrément is refused for {document}', 'agrement_request', 'refused'),
];

function saidBy(status: string): (joint: Of<'vulnerability_report'>, asked: JointAsked) => boolean {
  return ({ vendors }, { party }) => vendors.findLast((one) => one.party === party)?.status === status;
}

/** `early_warning` as it is written in a sentence. */
function stageWords(stage: string): string {
  return stage === 'early_warning' || stage === 'notification' ? stage.replace('_', ' ') : `${stage} report`;
}
