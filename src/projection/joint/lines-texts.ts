import { instrumentStatus } from './instrument.ts';
import { effectLines, type JointLine, keyOf, type LineContext, line, signatureLines } from './line.ts';
import type { Attached } from './text.ts';
import type { JointView } from './words.ts';

/** A text version by version: how far it has come, what is in brackets and whose, and the alternatives to its articles. */
export function textLines({ versions, words }: Extract<JointView, { kind: 'text' }>, context: LineContext): readonly JointLine[] {
  return versions.flatMap((version, at) => {
    const own = words[version.entry];
    const state = own === undefined || own === 'gone' ? version.state : own.state;
    return [
      line('joint.version', { number: at + 1, name: context.names[version.party] ?? '', state }, version.time),
      ...(own === 'gone' ? [line('joint.gone')] : []),
      ...(own === undefined || own === 'gone' ? [] : [line('joint.brackets', { count: own.brackets })]),
      ...(own === undefined || own === 'gone'
        ? []
        : own.byWhom.map(({ whose, count }) => line(whose === '' ? 'joint.brackets_nobody' : 'joint.brackets_of', { whose, count }))),
      ...version.articles.map(({ article, amendments }) => {
        const standing = amendments.filter(({ withdrawn }) => withdrawn === undefined);
        return line('joint.alternatives', { article, count: standing.length, agreed: standing.filter(({ agreed }) => agreed).length });
      }),
      ...attachedLines(version.attached, context),
      ...signatureLines(version.signatures, context),
    ];
  });
}

/** An instrument: how far all have come, and whether it is in force now. */
export function instrumentLines(joint: Extract<JointView, { kind: 'instrument' }>, context: LineContext): readonly JointLine[] {
  const { state, rule, inForce, terminated, suspensions, attached, signatures } = joint;
  const status = instrumentStatus(joint, context.now);
  return [
    line('joint.instrument', { state }),
    ...(rule === undefined ? [] : [line('joint.rule', { rule: keyOf(rule) })]),
    ...(inForce === undefined ? [line('joint.not_in_force')] : [line('joint.in_force', { status }, inForce.at)]),
    ...(terminated === undefined ? [] : effectLines('joint.terminated', terminated, context)),
    ...suspensions.flatMap((suspension) => [
      ...effectLines('joint.suspended', { ...suspension, ...suspension.begun }, context),
      ...(suspension.ended === undefined ? [] : effectLines('joint.resumed', { ...suspension, ...suspension.ended }, context)),
    ]),
    ...attachedLines(attached, context),
    ...signatureLines(signatures, context),
  ];
}

function attachedLines(attached: readonly Attached[], { names }: LineContext): readonly JointLine[] {
  return attached.map(({ party, what, time, withdrawn }) =>
    line(withdrawn === true ? 'joint.attached_back' : 'joint.attached', { name: names[party] ?? '', what }, time),
  );
}
