import { type JointLine, keyOf, type LineContext, line } from './line.ts';
import type { Said } from './reading.ts';
import type { JointView } from './words.ts';

type Of<K extends JointView['kind']> = Extract<JointView, { kind: K }>;

/** Kinds that a party takes further step by step, itself or with one that answers: a line or two say where they stand. */
export const STEP_BY_STEP = [
  'request',
  'communication_check',
  'claim',
  'evidence',
  'demarche',
  'incident_notification',
  'treaty_notification',
  'contact_nomination',
  'full_powers',
  'agrement_request',
  'identity',
] as const satisfies readonly JointView['kind'][];

type Own = Of<(typeof STEP_BY_STEP)[number]>;

/** The states of these kinds in sentences. */
export function ownLines(joint: Own, context: LineContext): readonly JointLine[] {
  const nameOf = ({ party }: Pick<Said, 'party'>): string => context.names[party] ?? '';
  switch (joint.kind) {
    case 'request':
      return [
        line('joint.request', { state: joint.state }),
        ...joint.asked.map(({ party, state, said }) => line('joint.asked', { name: nameOf({ party }), state }, said?.time)),
        ...escalationLines(joint.escalated, nameOf),
      ];
    case 'communication_check':
      return [
        line('joint.check', { state: joint.state }),
        ...joint.answers.map((one) => line('joint.check_answer', { name: nameOf(one) }, one.time)),
        ...escalationLines(joint.escalated, nameOf),
      ];
    case 'claim':
      return [
        line('joint.claim', { state: joint.state, name: nameOf(joint) }),
        ...stanceLines(joint, nameOf),
        line('joint.claim_standing', { standing: joint.standing }),
      ];
    case 'evidence':
      return [
        line('joint.evidence', { state: joint.state }),
        ...joint.examined.map((one) => line('joint.examined', { name: nameOf(one) }, one.time)),
      ];
    case 'demarche':
      return [line('joint.demarche', { state: joint.state }, joint.deliveredAt)];
    case 'incident_notification':
      return joint.told.map(({ stage, ...one }) => line('joint.stage', { name: nameOf(one), stage }, one.time));
    case 'treaty_notification':
      return [line('joint.treaty', { state: joint.state })];
    case 'contact_nomination':
      return [line('joint.contact', { state: joint.state })];
    case 'full_powers':
      return [line('joint.powers', { state: joint.state }), ...joint.uses.map((one) => line('joint.powers_use', { name: nameOf(one) }, one.time))];
    case 'agrement_request':
      return [line('joint.agrement', { state: joint.state })];
    case 'identity':
      return missionLines(joint, nameOf);
  }
}

/** Each side's position under its name: a standing alone would not say whose it is. Its author's acceptance is that it stands by it, which is said already. */
function stanceLines({ party: author, standing, stands }: Of<'claim'>, nameOf: (one: Pick<Said, 'party'>) => string): readonly JointLine[] {
  return stands.flatMap((stand) => {
    const { party, value, said, earlierWords } = stand;
    if (party === author ? value === undefined || value === 'accepts' : value === undefined && standing === 'withdrawn') return [];
    const name = nameOf(stand);
    return [
      line('joint.claim_stance', { name, value: value === undefined ? 'none' : keyOf(value) }, said?.time),
      ...(earlierWords === true ? [line('joint.claim_earlier', { name })] : []),
    ];
  });
}

function missionLines(
  { agrement, credentials, nonGrata, unrecognised, charges }: Of<'identity'>,
  nameOf: (one: Pick<Said, 'party'>) => string,
): readonly JointLine[] {
  return [
    ...(agrement === undefined ? [] : [line('joint.agrement', { state: agrement })]),
    ...(credentials === undefined ? [] : [line('joint.credentials', { state: keyOf(credentials) })]),
    ...charges.flatMap(({ from, until }) => [
      line('joint.charge_from', undefined, from),
      ...(until === undefined ? [] : [line('joint.charge_until', undefined, until)]),
    ]),
    ...(nonGrata === undefined ? [] : [line('joint.non_grata_of', { name: nameOf(nonGrata) }, nonGrata.time)]),
    ...(nonGrata?.leaveBy === undefined ? [] : [line('joint.leave_by', undefined, nonGrata.leaveBy)]),
    ...(unrecognised === undefined ? [] : [line('joint.unrecognised', { name: nameOf(unrecognised) }, unrecognised.time)]),
  ];
}

function escalationLines(escalated: readonly Said[], nameOf: (one: Said) => string): readonly JointLine[] {
  return escalated.map((one) => line('joint.escalated', { name: nameOf(one) }, one.time));
}
