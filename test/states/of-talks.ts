/** What happens to sessions and records, to texts, instruments and what is signed, undertaken, exchanged. */
import { act, heldAt } from '../../src/projection/joint/fixtures-acts.ts';
import { instrumentStatus } from '../../src/projection/joint/instrument.ts';
import type { Joint } from '../../src/projection/joint/joint.ts';
import type { Act } from '../../src/projection/matter.ts';
import { type Machine, only, said } from './machines.ts';

const sitting = (at: string, event: string, minute: number): string => `${at} sitting a1 event=${event} at=${minute}`;
const sign = (at: string, step: string, more = ''): string => `${at} signature a1 step=${step}${more}`;
const lastStep = (joints: readonly Joint[]): string => only(joints, 'instrument').signatures.parties[1]?.steps.at(-1)?.step ?? 'nothing';
const again = 'no step_again';
const before = 'no step_before';

/** A head of the other side's log, shown by a host after the expiry and held by the proposer's node. */
const shown: Act = {
  ...act('a5', 'stamp', {}, 'a2'),
  stamp: { entry: 'a2', party: 1, size: 9, held: [{ party: 0, time: 5000 }], witnessed: [{ host: 0, time: 5000 }] },
};

/** The other side held the silence before it ended. */
const notice: Act = { ...act('a3', 'stamp', {}, 'a2'), stamp: { entry: 'a2', party: 0, size: 3, held: [{ party: 1, time: 4000 }], witnessed: [] } };

const MEETINGS: readonly Machine[] = [
  {
    name: 'a session, by one side’s account',
    names: 'session',
    opens: 'a1 session planned_start=0',
    state: (joints) => only(joints, 'session').accounts.find(({ party }) => party === 1)?.state ?? 'convened',
    states: {
      convened: [],
      sitting: [sitting('b2', 'opened', 10)],
      suspended: [sitting('b2', 'opened', 10), sitting('b3', 'suspended', 20)],
      adjourned: [sitting('b2', 'opened', 10), sitting('b3', 'adjourned', 20)],
      closed: [sitting('b2', 'opened', 10), sitting('b3', 'closed', 20)],
    },
    acts: {
      [sitting('b9', 'opened', 90)]: ['sitting', 'no sitting', 'no sitting', 'sitting', 'no sitting'],
      [sitting('b9', 'suspended', 90)]: ['no sitting', 'suspended', 'no sitting', 'no sitting', 'no sitting'],
      [sitting('b9', 'resumed', 90)]: ['no sitting', 'no sitting', 'sitting', 'sitting', 'no sitting'],
      [sitting('b9', 'adjourned', 90)]: ['no sitting', 'adjourned', 'adjourned', 'no sitting', 'no sitting'],
      [sitting('b9', 'closed', 90)]: ['no sitting', 'closed', 'closed', 'closed', 'no sitting'],
    },
  },
  {
    name: 'a record',
    names: 'record',
    opens: 'a1 record record_type=summary status=provisional',
    state: (joints) => only(joints, 'record').state,
    states: {
      provisional: [],
      corrections_asked: ['b2 record_correction a1'],
      final: ['a2 record a1 record_type=summary status=final'],
      agreed: [sign('b2', 'signed')],
      withdrawn: ['a2 withdrawal a1 entry=a1'],
    },
    acts: {
      'a9 record a1 record_type=summary status=final': ['final', 'final', 'no record_final', 'agreed', 'final'],
      'a9 record a1 record_type=summary status=provisional': ['provisional', 'corrections_asked', 'no record_final', 'agreed', 'provisional'],
      'b9 record_correction a1': ['corrections_asked', 'corrections_asked', 'final', 'agreed', 'withdrawn'],
      'a9 corrigendum a1 concerns=b2,': ['provisional', 'provisional', 'final', 'agreed', 'withdrawn'],
      'b9 corrigendum a1': Array(5).fill('no corrigendum_foreign'),
      [sign('b9', 'signed')]: ['agreed', 'agreed', 'agreed', again, 'agreed'],
      'a9 withdrawal a1 entry=a1': ['withdrawn', 'withdrawn', 'final', 'agreed', 'withdrawn'],
    },
  },
  {
    name: 'a record that is final from the first',
    opens: 'a1 record record_type=summary status=final',
    state: (joints) => only(joints, 'record').state,
    states: { final: [] },
    acts: { 'b9 record_correction a1': ['no correction_final'], [sign('b9', 'signed')]: ['agreed'] },
  },
  {
    name: 'consultations',
    names: 'consultation',
    opens: 'a1 consultation',
    state: (joints) => only(joints, 'consultation').state,
    states: { proposed: [], joint: [sign('b2', 'signed')], withdrawn: ['a2 withdrawal a1 entry=a1'] },
    acts: {
      [sign('b9', 'signed')]: ['joint', again, 'joint'],
      [sign('a9', 'signed')]: [again, again, again],
      'a9 withdrawal a1 entry=a1': ['withdrawn', 'joint', 'withdrawn'],
    },
  },
  {
    name: 'a statement',
    names: 'statement',
    opens: 'a1 statement statement_type=joint',
    state: (joints) => (only(joints, 'statement').jointly ? 'joint' : 'of one side'),
    states: { 'of one side': [], joint: [sign('b2', 'signed')] },
    acts: { [sign('b9', 'signed')]: ['joint', again], [sign('a9', 'signed')]: [again, again] },
  },
];

const tabled = [sign('a2', 'initialled'), sign('a3', 'adopted')];
const TEXTS: readonly Machine[] = [
  {
    name: 'a version of a text',
    names: 'text',
    opens: 'a1 text',
    state: (joints) => only(joints, 'text').versions[0]?.state ?? '',
    states: {
      tabled,
      agreed_ad_referendum: [...tabled, 'b2 position a1 value=accepts'],
      initialled: [...tabled, sign('b2', 'initialled')],
      adopted: [...tabled, sign('b2', 'adopted')],
      withdrawn: ['a2 withdrawal a1 entry=a1'],
    },
    acts: {
      'b9 position a1 value=accepts': ['agreed_ad_referendum', 'agreed_ad_referendum', 'initialled', 'adopted', 'withdrawn'],
      [sign('b9', 'initialled')]: ['initialled', 'initialled', again, 'adopted', 'tabled'],
      [sign('b9', 'adopted')]: ['adopted', 'adopted', 'adopted', again, 'tabled'],
      'b9 amendment a1 article=1 operation=replace': ['tabled', 'agreed_ad_referendum', 'initialled', 'no amended_adopted', 'withdrawn'],
      'a9 withdrawal a1 entry=a1': ['withdrawn', 'withdrawn', 'initialled', 'adopted', 'withdrawn'],
    },
  },
  {
    name: 'what one side does with an instrument',
    opens: 'a1 instrument in_force_rule=on-signature',
    state: lastStep,
    states: {
      nothing: [],
      initialled: [sign('b2', 'initialled')],
      'signed-ad-referendum': [sign('b2', 'signed-ad-referendum')],
      signed: [sign('b2', 'signed')],
      confirmed: [sign('b2', 'signed-ad-referendum'), sign('b3', 'confirmed')],
      ratified: [sign('b2', 'signed'), sign('b3', 'ratified')],
      deposited: [sign('b2', 'signed'), sign('b3', 'ratified'), sign('b4', 'deposited')],
    },
    acts: {
      [sign('b9', 'initialled')]: ['initialled', again, 'signed-ad-referendum', 'signed', 'confirmed', 'ratified', 'deposited'],
      [sign('b9', 'signed-ad-referendum')]: ['signed-ad-referendum', 'signed-ad-referendum', again, 'signed', again, 'ratified', 'deposited'],
      [sign('b9', 'signed')]: ['signed', 'signed', 'signed', again, 'confirmed', again, again],
      [sign('b9', 'confirmed')]: [before, before, 'confirmed', before, again, before, before],
      [sign('b9', 'ratified')]: [before, before, before, 'ratified', 'ratified', again, again],
      [sign('b9', 'deposited')]: [before, before, before, before, before, 'deposited', again],
    },
  },
  {
    name: 'an instrument, by what all did with it',
    names: 'instrument',
    opens: 'a1 instrument in_force_rule=on-last-deposit',
    state: (joints) => only(joints, 'instrument').state,
    states: Object.fromEntries(
      Object.entries({
        drawn_up: [],
        authenticated: ['initialled'],
        signed: ['signed'],
        ratified: ['signed', 'ratified'],
        deposited: ['signed', 'ratified', 'deposited'],
      }).map(([state, steps]) => [
        state,
        ['initialled', 'signed', 'ratified', 'deposited']
          .map((step, i) => sign(`a${i + 2}`, step))
          .concat(steps.map((step, i) => sign(`b${i + 2}`, step))),
      ]),
    ),
    acts: {
      [sign('b9', 'initialled')]: ['authenticated', again, 'signed', 'ratified', 'deposited'],
      [sign('b9', 'signed')]: ['signed', 'signed', again, again, again],
      [sign('b9', 'ratified')]: [before, before, 'ratified', again, again],
      [sign('b9', 'deposited')]: [before, before, before, 'deposited', again],
      'a9 withdrawal a1 entry=a1': ['withdrawn', 'authenticated', 'signed', 'ratified', 'deposited'],
    },
  },
  {
    name: 'an instrument in time',
    names: 'instrument',
    opens: 'a1 instrument in_force_rule=on-signature',
    now: 5000,
    state: (joints, now) => instrumentStatus(only(joints, 'instrument'), now),
    states: {
      not_in_force: [sign('a2', 'signed')],
      in_force: [sign('a2', 'signed'), sign('b2', 'signed')],
      suspended: [sign('a2', 'signed'), sign('b2', 'signed'), 'b3 suspension a1 effect=suspended at=2500'],
      terminated: [sign('a2', 'signed'), sign('b2', 'signed'), 'a3 termination a1 at=2500', heldAt(said('a3 termination a1 at=2500'), 2400)],
    },
    acts: {
      [sign('b9', 'signed')]: ['in_force', again, again, again],
      'b9 suspension a1 effect=suspended at=3000': ['no suspended_early', 'suspended', 'no suspended_again', 'no suspended_late'],
      'b9 suspension a1 effect=resumed at=3000': ['no suspended_early', 'no resumed_early', 'in_force', 'no suspended_late'],
      'b9 suspension a1 effect=resumed at=2000': ['no suspended_early', 'no resumed_early', 'no suspended_before', 'no resumed_early'],
      'b9 termination a1 at=3000': ['terminated', 'terminated', 'terminated', 'no terminated_again'],
      'a9 termination a1 at=2600': ['terminated', 'terminated', 'terminated', 'no terminated_again'],
    },
  },
  {
    name: 'signing under full powers',
    opens: 'a1 instrument in_force_rule=on-signature full_powers_required=yes',
    beside: [
      'b2 full_powers capacity=sign',
      'b3 full_powers capacity=negotiate',
      'b4 full_powers capacity=sign',
      'b5 withdrawal b4 entry=b4',
      'a2 full_powers capacity=sign',
    ],
    state: lastStep,
    states: { nothing: [], signed: [sign('b8', 'signed', ' concerns=b2,')] },
    acts: {
      [sign('b9', 'signed', ' concerns=b2,')]: ['signed', again],
      [sign('b9', 'ratified', ' concerns=b2,')]: [before, 'ratified'],
      [sign('b9', 'ratified')]: [before, 'no powers_missing'],
      [sign('b9', 'signed')]: ['no powers_missing', again],
      [sign('b9', 'signed', ' concerns=a2,')]: ['no powers_not_own', again],
      [sign('b9', 'signed', ' concerns=b3,')]: ['no powers_short', again],
      [sign('b9', 'signed', ' concerns=b4,')]: ['no powers_revoked', again],
    },
  },
  {
    name: 'full powers that nobody used',
    names: 'full_powers',
    opens: 'a1 full_powers capacity=sign',
    state: (joints) => only(joints, 'full_powers').state,
    states: { issued: [], revoked: ['a2 withdrawal a1 entry=a1'] },
    acts: { 'a9 withdrawal a1 entry=a1': ['revoked', 'revoked'] },
  },
  {
    name: 'full powers that somebody signed under',
    names: 'full_powers',
    opens: 'a1 full_powers capacity=sign',
    beside: ['a3 instrument in_force_rule=on-signature', 'a4 signature a3 step=signed concerns=a1,'],
    state: (joints) => only(joints, 'full_powers').state,
    states: { used: [] },
    acts: { 'a9 withdrawal a1 entry=a1': ['revoked'] },
  },
  {
    name: 'a text under silence',
    names: 'silence_procedure',
    opens: 'a1 text',
    quorum: 1,
    state: (joints) => only(joints, 'silence_procedure').state,
    states: {
      open: ['a2 silence_procedure a1 expires_at=5000'],
      broken: ['a2 silence_procedure a1 expires_at=5000', 'b3 objection a2'],
      complete: ['a2 silence_procedure a1 expires_at=5000', notice, shown],
      withdrawn: ['a2 silence_procedure a1 expires_at=5000', 'a3 withdrawal a2 entry=a2'],
    },
    acts: {
      'b9 objection a2': ['broken', 'no objection_again', 'no objection_late', 'withdrawn'],
      'b9 amendment a1 article=1 operation=replace': ['broken', 'broken', 'no objection_late', 'withdrawn'],
      'a9 objection a2': Array(4).fill('no objection_own'),
      'a9 withdrawal a2 entry=a2': ['withdrawn', 'withdrawn', 'complete', 'withdrawn'],
    },
  },
  {
    name: 'a text where no host is',
    opens: 'a1 text',
    quorum: 0,
    state: (joints) => only(joints, 'text').versions[0]?.state ?? '',
    states: { tabled: [] },
    acts: { 'a9 silence_procedure a1 expires_at=5000': ['no silence_without_hosts'] },
  },
  {
    name: 'a translation',
    opens: 'a1 message',
    state: (joints) => (only(joints, 'translation').authentic ? 'authentic' : 'signed alone'),
    states: {
      'signed alone': ['a2 translation a1 language=ru authentic=yes'],
      authentic: ['a2 translation a1 language=ru authentic=yes', 'b3 position a2 value=accepts'],
    },
    acts: { 'b9 position a2 value=accepts': ['authentic', 'authentic'], 'b9 position a2 value=contests': ['signed alone', 'signed alone'] },
  },
];

/** Bound by it, and its condition met for both; what is performed, by place. */
const operative = [sign('b2', 'signed'), 'b3 condition a1 value=met', 'a3 condition a1 value=met'];
const performed = [...operative, 'b4 performance a1 performed_at=40'];
const UNDERTAKINGS: readonly Machine[] = [
  {
    name: 'an undertaking on a condition',
    names: 'undertaking',
    opens: 'a1 undertaking obligor=theirs conditional=yes',
    state: (joints) => only(joints, 'undertaking').state,
    states: {
      proposed: [],
      conditional: operative.slice(0, 2),
      operative,
      performed,
      disputed: [...performed, 'a5 acceptance b4 value=disputed'],
      discharged: [...performed, 'a5 acceptance b4 value=accepted'],
      withdrawn: ['a2 withdrawal a1 entry=a1'],
    },
    acts: {
      [sign('b9', 'signed')]: ['conditional', again, again, again, again, again, 'conditional'],
      'a9 condition a1 value=met': ['proposed', 'operative', 'operative', 'performed', 'disputed', 'discharged', 'withdrawn'],
      'a9 condition a1 value=not-met': ['proposed', 'conditional', 'conditional', 'performed', 'disputed', 'discharged', 'withdrawn'],
      'b9 performance a1 performed_at=90': [
        'no performed_early',
        'no performed_early',
        'performed',
        'performed',
        'performed',
        'no performed_again',
        'no performed_early',
      ],
      'a9 performance a1 performed_at=90': Array(7).fill('no performed_by_other'),
      'a9 withdrawal a1 entry=a1': ['withdrawn', 'conditional', 'operative', 'performed', 'disputed', 'discharged', 'withdrawn'],
    },
  },
  {
    name: 'a performance',
    names: 'performance',
    opens: 'a1 undertaking obligor=theirs conditional=yes',
    state: (joints) => only(joints, 'undertaking').performances[0]?.state ?? '',
    states: {
      performed,
      disputed: [...performed, 'a5 acceptance b4 value=disputed'],
      accepted: [...performed, 'a5 acceptance b4 value=accepted'],
    },
    acts: {
      'a9 acceptance b4 value=accepted': ['accepted', 'accepted', 'accepted'],
      'a9 acceptance b4 value=disputed': ['disputed', 'disputed', 'disputed'],
      'b9 acceptance b4 value=accepted': Array(3).fill('no accepted_own'),
    },
  },
  {
    name: 'an undertaking without a condition',
    opens: 'a1 undertaking obligor=ours',
    state: (joints) => only(joints, 'undertaking').state,
    states: { operative: ['b4 performance a1 performed_at=40'] },
    acts: {
      'b9 condition a1 value=met': ['no no_condition'],
      'a9 acceptance b4 value=accepted': ['no accepted_nothing'],
      'a9 performance a1 performed_at=90': ['performed'],
    },
  },
  {
    name: 'a simultaneous exchange',
    names: 'simultaneous_exchange',
    opens: 'a1 simultaneous_exchange exchange_at=5000',
    state: (joints) => only(joints, 'simultaneous_exchange').state,
    states: {
      awaiting_commitments: ['a2 commitment a1 digest=x'],
      committed: ['a2 commitment a1 digest=x', 'b2 commitment a1 digest=y', 'a3 reveal a1'],
      revealed: ['a2 commitment a1 digest=x', 'b2 commitment a1 digest=y', 'a3 reveal a1', 'b3 reveal a1'],
    },
    acts: {
      'b9 commitment a1 digest=z': ['committed', 'no committed_again', 'no committed_again'],
      'b9 reveal a1': ['no reveal_uncommitted', 'revealed', 'revealed'],
      'a9 reveal a1': ['no reveal_early', 'committed', 'revealed'],
      'a9 withdrawal a2 entry=a2': ['no exchange_stands', 'no exchange_stands', 'no exchange_stands'],
      'a9 withdrawal a1 entry=a1': ['no exchange_committed', 'no exchange_committed', 'no exchange_committed'],
    },
  },
];

/** The machines of what is met about, negotiated and undertaken. */
export const TALKS: readonly Machine[] = [...MEETINGS, ...TEXTS, ...UNDERTAKINGS];
