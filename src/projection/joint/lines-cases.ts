import { holdsAt } from './disclosure.ts';
import { isBefore, missingReveals, revealedAt, revealedWord } from './exchange.ts';
import { effectLines, exactLine, type JointLine, type LineContext, line, namesOf } from './line.ts';
import { type SilenceObjection, sideWord, silenceStage } from './silence.ts';
import type { JointView } from './words.ts';

/** An exchange, side by side: committed, revealed, and whether what was revealed is what was committed to. */
export function exchangeLines(joint: Extract<JointView, { kind: 'simultaneous_exchange' }>, { names, now }: LineContext): readonly JointLine[] {
  return [
    line('joint.exchange', { state: joint.state, moment: isBefore(joint, now) ? 'ahead' : 'past' }, joint.exchangeAt),
    ...joint.sides.flatMap((side, at) => {
      const { party, commitment } = side;
      const name = names[party] ?? '';
      const revealed = joint.revealed[at];
      return [
        ...(commitment === undefined ? [] : [line('joint.exchange_committed', { name }, commitment.time)]),
        line('joint.exchange_side', { name, result: revealedWord(side, revealed) }, revealedAt(side, revealed)),
      ];
    }),
    ...missingReveals(joint, now).map(({ phrase }) => ({ phrase })),
  ];
}

/** A silence procedure: where it stands, and each party that was asked. */
export function silenceLines(silence: Extract<JointView, { kind: 'silence_procedure' }>, { names, now }: LineContext): readonly JointLine[] {
  const { expiresAt, sides } = silence;
  return [
    line('joint.silence', { state: silenceStage(silence, now) }),
    ...(expiresAt === undefined ? [] : [exactLine('joint.expires', undefined, expiresAt)]),
    ...sides.flatMap((side) => [
      line('joint.silence_side', { name: names[side.party] ?? '', state: sideWord(side, silence, now) }),
      ...side.objections.map((one) => objectionLine(one)),
      ...(side.late ?? []).map((one) => objectionLine(one, true)),
    ]),
  ];
}

/** Of what was said against a silence, since when hosts had seen it, which decides; while too few have, when its author wrote it. */
export function objectionLine({ what, seenAt, time }: SilenceObjection, isLate = false): JointLine {
  return exactLine('joint.objection', { what, late: isLate ? 'late' : 'none', state: seenAt === undefined ? 'not_safe' : 'safe' }, seenAt ?? time);
}

/** A vulnerability case: each participant, and the embargo that is one for all. */
export function caseLines(
  { state: whole, participants, embargo, vendors }: Extract<JointView, { kind: 'vulnerability_report' }>,
  context: LineContext,
): readonly JointLine[] {
  const { names, now } = context;
  return [
    line('joint.whole_case', { state: whole }),
    ...participants.map(({ party, state, said }) => line('joint.case', { name: names[party] ?? '', state }, said?.time)),
    line('joint.embargo', { state: embargo.state }),
    ...(embargo.active === undefined ? [] : [line('joint.embargo_until', { state: holdsAt(embargo, now) ? 'holds' : 'over' }, embargo.active.until)]),
    ...embargo.pending.map(({ until, accepted }) => line('joint.embargo_pending', { names: namesOf(context, accepted) }, until)),
    ...(embargo.exited === undefined ? [] : effectLines('joint.embargo_exited', embargo.exited, context)),
    ...vendors.map(({ party, status, time }) => line('joint.vendor', { name: names[party] ?? '', status: status.replaceAll('-', '_') }, time)),
  ];
}

/** A translation: whether it is authentic, and what of the original has no counterpart in it. */
export function translationLines({ authentic, check }: Extract<JointView, { kind: 'translation' }>): readonly JointLine[] {
  const found =
    check === undefined
      ? []
      : check === 'gone'
        ? [line('joint.gone')]
        : [
            line('joint.figures', { count: check.missing.length }),
            ...check.missing.map(({ what, text }) => line('joint.figure_missing', { what, text })),
            ...check.added.map(({ what, text }) => line('joint.figure_added', { what, text })),
            ...check.destroyed.map((text) => line('joint.figure_destroyed', { text })),
            ...(check.beyond === undefined ? [] : [line('joint.figures_beyond', { count: check.beyond })]),
          ];
  return [line('joint.translation', { state: authentic ? 'authentic' : 'not_authentic' }), ...found];
}
