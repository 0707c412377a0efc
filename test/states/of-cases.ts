/** What happens to requests, claims and incidents, to vulnerabilities, notifications and missions. */
import type { Joint } from '../../src/projection/joint/joint.ts';
import { type Machine, only } from './machines.ts';

const POSITIONS = ['accepts', 'accepts-in-part', 'contests', 'denies', 'reserves-position', 'takes-note', 'no-comment'];
const STAGES = ['early_warning', 'notification', 'intermediate', 'progress', 'final'];
const met = 'reply a1 final=yes disposition=met';
const declined = 'reply a1 final=yes disposition=declined';

const INQUIRIES: readonly Machine[] = [
  {
    name: 'a request',
    names: 'request',
    opens: 'a1 request request_type=information',
    state: (joints) => only(joints, 'request').state,
    states: {
      sent: [],
      acknowledged: ['b2 reply a1 final=no'],
      clarification: ['b2 clarification a1 clarifies=question'],
      replied: [`b2 ${met}`],
      declined: [`b2 ${declined}`],
      withdrawn: ['a2 withdrawal a1 entry=a1'],
    },
    acts: {
      'b9 reply a1 final=no': ['acknowledged', 'acknowledged', 'clarification', 'no interim_after_final', 'no interim_after_final', 'withdrawn'],
      [`b9 ${met}`]: ['replied', 'replied', 'replied', 'replied', 'replied', 'withdrawn'],
      [`b9 ${declined}`]: ['declined', 'declined', 'declined', 'declined', 'declined', 'withdrawn'],
      [`a9 ${met}`]: Array(6).fill('no reply_own'),
      'b9 clarification a1 clarifies=question': ['clarification', 'clarification', 'clarification', 'replied', 'declined', 'withdrawn'],
      'a9 clarification b2 clarifies=answer': [
        'no clarifies_nothing',
        'no clarifies_nothing',
        'acknowledged',
        'no clarifies_nothing',
        'no clarifies_nothing',
        'no clarifies_nothing',
      ],
      'b9 clarification b2 clarifies=answer': Array(6).fill('no clarifies_nothing'),
      'a9 withdrawal a1 entry=a1': Array(6).fill('withdrawn'),
    },
  },
  {
    name: 'what became of a request, by who was asked',
    names: 'reply',
    opens: 'a1 request request_type=information',
    state: (joints) => only(joints, 'request').asked[0]?.state ?? '',
    states: Object.fromEntries(['met', 'partial', 'declined', 'transferred'].map((one) => [one, [`b2 reply a1 final=yes disposition=${one}`]])),
    acts: Object.fromEntries(
      ['met', 'partial', 'declined', 'transferred'].map((one) => [`b9 reply a1 final=yes disposition=${one}`, Array(4).fill(one)]),
    ),
  },
  {
    name: 'a communication check',
    names: 'communication_check',
    opens: 'a1 communication_check nonce=n',
    state: (joints) => only(joints, 'communication_check').state,
    states: { sent: [], answered: ['b2 communication_check_answer a1 nonce=n'], withdrawn: ['a2 withdrawal a1 entry=a1'] },
    acts: {
      'b9 communication_check_answer a1 nonce=n': ['answered', 'answered', 'answered'],
      'b9 communication_check_answer a1 nonce=m': Array(3).fill('no check_other_number'),
      'a9 communication_check_answer a1 nonce=n': Array(3).fill('no check_own'),
      'a9 withdrawal a1 entry=a1': ['withdrawn', 'answered', 'withdrawn'],
    },
  },
  {
    name: 'a communication check that was taken further',
    names: 'communication_check',
    opens: 'a1 communication_check nonce=n',
    beside: ['a5 note_verbale subtype=protest concerns=a1,'],
    state: (joints) => only(joints, 'communication_check').state,
    states: { escalated: [] },
    acts: { 'b9 communication_check_answer a1 nonce=n': ['answered'], 'b9 communication_check_answer a1 nonce=m': ['no check_other_number'] },
  },
  {
    name: 'a claim, by its author',
    names: 'claim',
    opens: 'a1 claim facet=fact',
    state: (joints) => only(joints, 'claim').state,
    states: {
      asserted: [],
      maintained: ['a2 position a1 value=accepts'],
      amended: ['a2 correction a1 entry=a1'],
      withdrawn: ['a2 withdrawal a1 entry=a1'],
    },
    acts: {
      'a9 position a1 value=accepts': ['maintained', 'maintained', 'maintained', 'withdrawn'],
      'a9 correction a1 entry=a1': ['amended', 'amended', 'amended', 'withdrawn'],
      'a9 withdrawal a1 entry=a1': Array(4).fill('withdrawn'),
      'b9 position a1 value=denies': ['asserted', 'maintained', 'amended', 'withdrawn'],
    },
  },
  {
    name: 'what the other side makes of a claim: its latest position counts',
    opens: 'a1 claim facet=fact',
    state: (joints) => only(joints, 'claim').stands[1]?.value ?? 'silent',
    states: Object.fromEntries(['silent', ...POSITIONS].map((one) => [one, one === 'silent' ? [] : [`b2 position a1 value=${one}`]])),
    acts: Object.fromEntries(POSITIONS.map((one) => [`b9 position a1 value=${one}`, Array(8).fill(one)])),
  },
  {
    name: 'evidence',
    names: 'evidence',
    opens: 'a1 evidence',
    state: (joints) => only(joints, 'evidence').state,
    states: { submitted: [], examined: ['b2 position a1 value=takes-note'], withdrawn: ['a2 withdrawal a1 entry=a1'] },
    acts: {
      'b9 position a1 value=contests': ['examined', 'examined', 'withdrawn'],
      'a9 position a1 value=accepts': Array(3).fill('no examined_own'),
      'a9 withdrawal a1 entry=a1': Array(3).fill('withdrawn'),
    },
  },
  {
    name: 'an incident, as one side tells of it',
    names: 'incident',
    opens: 'a1 incident_notification stage=early_warning',
    state: (joints) => only(joints, 'incident_notification').told[0]?.stage ?? '',
    states: Object.fromEntries(STAGES.map((one, i) => [one, i === 0 ? [] : [`a2 incident_notification a1 stage=${one}`]])),
    acts: {
      'a9 incident_notification a1 stage=early_warning': ['early_warning', 'no stage_back', 'no stage_back', 'no stage_back', 'no stage_after_final'],
      'a9 incident_notification a1 stage=notification': ['notification', 'notification', 'no stage_back', 'no stage_back', 'no stage_after_final'],
      'a9 incident_notification a1 stage=intermediate': ['intermediate', 'intermediate', 'intermediate', 'intermediate', 'no stage_after_final'],
      'a9 incident_notification a1 stage=progress': ['progress', 'progress', 'progress', 'progress', 'no stage_after_final'],
      'a9 incident_notification a1 stage=final': ['final', 'final', 'final', 'final', 'no stage_after_final'],
      'b9 incident_notification a1 stage=final': STAGES,
    },
  },
  {
    name: 'a demarche',
    names: 'demarche',
    opens: 'a1 demarche objective=inform',
    state: (joints) => only(joints, 'demarche').state,
    states: {
      instructed: [],
      delivered: ['a2 demarche_report a1 step=delivered at=5'],
      response_reported: ['a2 demarche_report a1 step=delivered at=5', 'a3 demarche_report a1 step=response-reported at=6'],
      withdrawn: ['a2 withdrawal a1 entry=a1'],
    },
    acts: {
      'a9 demarche_report a1 step=delivered at=9': ['delivered', 'no delivered_again', 'no delivered_again', 'withdrawn'],
      'a9 demarche_report a1 step=response-reported at=9': ['no response_early', 'response_reported', 'response_reported', 'no response_early'],
      'b9 demarche_report a1 step=delivered at=9': Array(4).fill('no report_foreign'),
      'a9 withdrawal a1 entry=a1': Array(4).fill('withdrawn'),
    },
  },
  {
    name: 'a treaty notification',
    names: 'treaty_notification',
    opens: 'a1 treaty_notification category=change',
    state: (joints) => only(joints, 'treaty_notification').state,
    states: {
      notified: [],
      corrected: ['a2 treaty_notification a1 change=corrects'],
      cancelled: ['a2 treaty_notification a1 change=cancels'],
      withdrawn: ['a2 withdrawal a1 entry=a1'],
    },
    acts: {
      'a9 treaty_notification a1 change=corrects': ['corrected', 'corrected', 'no notification_cancelled', 'corrected'],
      'a9 treaty_notification a1 change=cancels': ['cancelled', 'cancelled', 'no notification_cancelled', 'cancelled'],
      'b9 treaty_notification a1 change=cancels': Array(4).fill('no notification_foreign'),
    },
  },
];

const until = (at: string, what: string, day?: number): string => `${at} embargo a1 act=${what}${day === undefined ? '' : ` until=${day}`}`;
const active = [until('a2', 'propose', 500), until('b2', 'accept', 500)];
const over = 'no embargo_over';
const unnamed = 'no embargo_unnamed';
const CASE = ['received', 'invalid', 'valid', 'accepted', 'deferred', 'closed'];
const VENDOR = ['affected', 'not-affected', 'fixed', 'under-investigation'];
const disclosed = (joints: readonly Joint[]) => only(joints, 'vulnerability_report');
const opensReport = 'a1 vulnerability_report exploited=no';

const DISCLOSURE: readonly Machine[] = [
  {
    name: 'the embargo of a case',
    names: 'embargo',
    opens: opensReport,
    state: (joints) => disclosed(joints).embargo.state,
    states: {
      none: [],
      proposed: [until('a2', 'propose', 500)],
      active,
      revise: [...active, until('a3', 'revise', 800)],
      exited: [...active, until('b8', 'terminate')],
    },
    acts: {
      [until('b9', 'propose', 500)]: ['proposed', 'active', 'active', 'revise', over],
      [until('b9', 'accept', 500)]: [unnamed, 'active', 'active', 'revise', over],
      [until('b9', 'reject', 500)]: [unnamed, 'none', 'no embargo_accepted', 'no embargo_accepted', over],
      [until('b9', 'accept', 800)]: [unnamed, unnamed, unnamed, 'active', unnamed],
      [until('b9', 'reject', 800)]: [unnamed, unnamed, unnamed, 'active', unnamed],
      [until('b9', 'revise', 800)]: ['proposed', 'proposed', 'revise', 'active', over],
      [until('a9', 'propose', 900)]: ['proposed', 'proposed', 'revise', 'revise', over],
      [until('b9', 'terminate')]: ['no embargo_none', 'no embargo_none', 'exited', 'exited', over],
    },
  },
  {
    name: 'where one side stands with a report',
    names: 'report',
    opens: opensReport,
    state: (joints) => disclosed(joints).participants[1]?.state ?? '',
    states: Object.fromEntries(['start', ...CASE].map((one) => [one, one === 'start' ? [] : [`b2 case_state a1 state=${one}`]])),
    // A step that practice does not have is what its author says all the same; a case that is closed stays so.
    acts: Object.fromEntries(CASE.map((one) => [`b9 case_state a1 state=${one}`, [...Array<string>(6).fill(one), 'no case_closed']])),
  },
  {
    name: 'a case as a whole',
    names: 'vulnerability_report',
    opens: opensReport,
    state: (joints) => disclosed(joints).state,
    states: {
      pending: [],
      open: ['b2 case_state a1 state=received'],
      closed: ['b2 case_state a1 state=closed'],
      published: ['b2 case_state a1 state=received', 'a3 advisory a1 status=final'],
    },
    acts: {
      'b9 case_state a1 state=valid': ['open', 'open', 'no case_closed', 'published'],
      'b9 case_state a1 state=closed': ['closed', 'closed', 'no case_closed', 'published'],
      'a9 advisory a1 status=draft': ['pending', 'open', 'closed', 'published'],
      'a9 advisory a1 status=interim': Array(4).fill('published'),
    },
  },
  {
    name: 'what a vendor says of a product',
    opens: opensReport,
    state: (joints) => disclosed(joints).vendors.at(-1)?.status ?? 'nothing',
    states: Object.fromEntries(['nothing', ...VENDOR].map((one) => [one, one === 'nothing' ? [] : [`b2 vendor_status a1 status=${one}`]])),
    acts: Object.fromEntries(VENDOR.map((one) => [`b9 vendor_status a1 status=${one}`, Array(5).fill(one)])),
  },
];

const beside = (joints: readonly Joint[]) => joints.find((one) => one.kind === 'identity');
const MISSIONS: readonly Machine[] = [
  {
    name: 'somebody for whom agrément is sought',
    names: 'agrement_request',
    opens: 'a1 agrement_request',
    state: (joints) => only(joints, 'agrement_request').state,
    states: {
      sought: [],
      granted: ['b2 agrement a1 agrement=granted'],
      refused: ['b2 agrement a1 agrement=refused'],
      withdrawn: ['a2 withdrawal a1 entry=a1'],
    },
    acts: {
      'b9 agrement a1 agrement=granted': ['granted', 'granted', 'granted', 'withdrawn'],
      'b9 agrement a1 agrement=refused': ['refused', 'refused', 'refused', 'withdrawn'],
      'a9 agrement a1 agrement=granted': Array(4).fill('no agrement_own'),
      'a9 withdrawal a1 entry=a1': Array(4).fill('withdrawn'),
    },
  },
  {
    name: 'the credentials of a head of mission',
    opens: 'a1 identity',
    state: (joints) => beside(joints)?.credentials ?? 'nothing',
    states: {
      nothing: [],
      copy_given: ['a2 credentials a1 step=copy-given at=5'],
      presented: ['a2 credentials a1 step=presented at=5'],
    },
    acts: {
      'a9 credentials a1 step=copy-given at=9': ['copy_given', 'copy_given', 'presented'],
      'a9 credentials a1 step=presented at=9': ['presented', 'presented', 'presented'],
      'b9 agrement a1 agrement=granted': ['nothing', 'copy_given', 'presented'],
      'a9 agrement a1 agrement=granted': Array(3).fill('no agrement_own'),
      'a9 charge_ad_interim a1 from=9': ['nothing', 'copy_given', 'presented'],
      'b9 charge_ad_interim a1 from=9': Array(3).fill('no charge_foreign'),
    },
  },
  {
    name: 'somebody whom the other side does not want',
    opens: 'a1 identity',
    state: (joints) => {
      const mission = beside(joints);
      return mission?.unrecognised !== undefined
        ? 'not recognised'
        : mission?.nonGrata === undefined
          ? 'received'
          : `to leave by ${mission.nonGrata.leaveBy}`;
    },
    states: {
      received: [],
      'to leave by 500': ['b2 non_grata a1 leave_by=500'],
      'to leave by 9000': ['b2 non_grata a1 leave_by=9000'],
      'not recognised': ['b2 non_grata a1 leave_by=500', 'b3 non_grata a1 recognition_refused=yes'],
    },
    acts: {
      'b9 non_grata a1 leave_by=500': ['to leave by 500', 'to leave by 500', 'to leave by 500', 'not recognised'],
      'b9 non_grata a1 recognition_refused=yes': ['no recognition_first', 'not recognised', 'no recognition_early', 'not recognised'],
      'a9 non_grata a1 leave_by=500': Array(4).fill('no non_grata_own'),
    },
  },
  {
    name: 'a duty card',
    names: 'contact_nomination',
    opens: 'a1 contact_nomination',
    state: (joints) => only(joints, 'contact_nomination').state,
    states: { listed: [], removed: ['a2 contact_nomination a1 withdrawn=yes'] },
    acts: {
      'a9 contact_nomination a1': ['listed', 'listed'],
      'a9 contact_nomination a1 withdrawn=yes': ['removed', 'no card_removed'],
      'b9 contact_nomination a1 withdrawn=yes': Array(2).fill('no card_foreign'),
    },
  },
];

/** The machines of what is asked, told, claimed and disclosed, and of who is sent. */
export const CASES: readonly Machine[] = [...INQUIRIES, ...DISCLOSURE, ...MISSIONS];
