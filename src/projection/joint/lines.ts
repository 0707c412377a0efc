import { type JointLine, keyOf, type LineContext, line, minutesOf, signatureLines } from './line.ts';
import { caseLines, exchangeLines, silenceLines, translationLines } from './lines-cases.ts';
import { ownLines } from './lines-own.ts';
import { instrumentLines, textLines } from './lines-texts.ts';
import { present } from './reading.ts';
import type { SessionJoint } from './session.ts';
import { isReleasedAt, type StatementItem } from './statement.ts';
import { performanceStatus } from './undertaking.ts';
import type { JointView } from './words.ts';

/** A joint state in sentences, most telling first; what does not fit comes last. */
export function jointLines(joint: JointView, context: LineContext): readonly JointLine[] {
  const lines = linesOf(joint, context);
  const findings = 'findings' in joint ? (joint.findings ?? []).map(({ phrase }) => ({ phrase })) : [];
  return [...lines, ...findings, ...(joint.unread === true ? [line('joint.unread')] : [])];
}

function linesOf(joint: JointView, context: LineContext): readonly JointLine[] {
  switch (joint.kind) {
    case 'session':
      return sessionLines(joint, context);
    case 'undertaking':
      return undertakingLines(joint, context);
    case 'consultation':
      return [
        line('joint.consultation', { state: joint.state }),
        ...(joint.topics === 'gone' ? [line('joint.gone')] : (joint.topics ?? []).map(({ topic }) => line('joint.topic', { topic }))),
        ...(joint.nextAt === undefined ? [] : [line('joint.next', undefined, joint.nextAt)]),
        ...signatureLines(joint.signatures, context),
        ...(joint.held.length === 0 ? [] : [line('joint.held', { count: joint.held.length })]),
      ];
    case 'statement':
      return [
        line('joint.statement', { type: joint.type, state: joint.jointly ? 'joint' : 'alone' }),
        ...releaseLines(joint, context),
        ...(joint.items === 'gone' ? [line('joint.gone')] : reportedLines(joint.items ?? [], joint)),
        ...signatureLines(joint.signatures, context),
      ];
    case 'record':
      return [
        line('joint.record', { state: joint.state }),
        ...joint.versions.flatMap(({ corrections, signatures, corrigenda }) => [
          ...corrections.map(({ party, time, answered }) =>
            line('joint.correction', { name: context.names[party] ?? '', state: answered ? 'answered' : 'asked' }, time),
          ),
          ...corrigenda.map(({ time }) => line('joint.corrigendum', undefined, time)),
          ...signatureLines(signatures, context),
        ]),
      ];
    case 'text':
      return textLines(joint, context);
    case 'instrument':
      return instrumentLines(joint, context);
    case 'simultaneous_exchange':
      return exchangeLines(joint, context);
    case 'silence_procedure':
      return silenceLines(joint, context);
    case 'vulnerability_report':
      return caseLines(joint, context);
    case 'translation':
      return translationLines(joint);
    default:
      return ownLines(joint, context);
  }
}

/** When a statement is, or was, released; one that names no moment is public as it was sent, and nothing need be said. */
function releaseLines({ releaseAt, embargoUntil }: Extract<JointView, { kind: 'statement' }>, { now }: LineContext): readonly JointLine[] {
  const at = Math.max(releaseAt ?? 0, embargoUntil ?? 0);
  const state = isReleasedAt({ ...present({ releaseAt, embargoUntil }) }, now) ? 'released' : 'held';
  return at === 0 ? [] : [line('joint.released', { state }, at)];
}

/** What is reported as agreed. Where the statement names what every side signed, that was signed: these words are their author's, unless all signed the statement. */
function reportedLines(
  items: readonly StatementItem[],
  { jointly, named }: Pick<Extract<JointView, { kind: 'statement' }>, 'jointly' | 'named'>,
): readonly JointLine[] {
  // The consultations decide; of an instrument that is named beside them nobody must read that it is signed too.
  const whole = named.every((one) => one.confirmed) ? 'confirmed' : 'partly';
  return items.flatMap(({ text, confirmed }) =>
    confirmed === undefined ? [] : [line('joint.reported', { text, state: jointly ? 'signed' : confirmed ? whole : 'unconfirmed' })],
  );
}

function sessionLines({ accounts, agreement }: SessionJoint, { names }: LineContext): readonly JointLine[] {
  return [
    ...accounts.flatMap(({ party, state, sittingSeconds, suspendedSeconds, wholeSeconds, endsAfterPlan }) => [
      line('joint.account', {
        name: names[party] ?? '',
        state,
        sitting: minutesOf(sittingSeconds),
        suspended: minutesOf(suspendedSeconds),
        whole: minutesOf(wholeSeconds),
      }),
      ...(endsAfterPlan === undefined || minutesOf(endsAfterPlan) === 0
        ? []
        : [line(endsAfterPlan < 0 ? 'joint.ended_early' : 'joint.ended_late', { count: Math.abs(minutesOf(endsAfterPlan)) })]),
    ]),
    line('joint.accounts', { state: agreement }),
  ];
}

function undertakingLines(joint: Extract<JointView, { kind: 'undertaking' }>, context: LineContext): readonly JointLine[] {
  const { names, now } = context;
  const nonParties = joint.words?.nonParties ?? [];
  return [
    line('joint.undertaking', { state: joint.state }),
    // Between two parties it is plain; among more, who owes whom is said.
    ...(names.length < 3
      ? []
      : joint.obligors.map((party) =>
          line('joint.owes_to', { name: names[party] ?? '', others: names.filter((_, other) => other !== party).join(', ') }),
        )),
    ...(joint.conditions ?? []).map(({ party, value, time }) =>
      line('joint.condition', { name: names[party] ?? '', value: value === undefined ? 'none' : keyOf(value) }, time),
    ),
    ...(nonParties === 'gone' ? [line('joint.gone')] : nonParties.map((name) => line('joint.non_party', { party: name }))),
    ...joint.performances.flatMap((performance) => {
      const { party, state, dueAt, performed, answers } = performance;
      const values = { name: names[party] ?? '' };
      const status = performanceStatus(performance, now);
      return [
        line('joint.performance', { ...values, state, status }, performed?.performedAt),
        ...(dueAt === undefined ? [] : [line('joint.due', values, dueAt)]),
        ...answers.map((answer) => line('joint.acceptance', { name: names[answer.party] ?? '', value: answer.value }, answer.time)),
      ];
    }),
    ...signatureLines(joint.signatures, context),
  ];
}
