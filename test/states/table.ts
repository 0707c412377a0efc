/**
 * Every state that the vocabulary of documents has, by the word of practice, with how Parley says it and which shipped scenario comes to it. Where the design
 * says a thing otherwise than practice's word, `note` says how.
 */

/** `practice`: the word; `parley`: the name that `state-names.ts` and `told.ts` give it; `told`: the scenario that comes to it. */
export type Row = { readonly practice: string; readonly parley: string; readonly told: string; readonly note?: string };

type Told = Readonly<Record<string, readonly (readonly [practice: string, parley: string, told: string, note?: string])[]>>;

const ARRANGEMENT = 'arrangement.scenario';
const CHECK = 'communication-check.scenario';
const DISCLOSURE = 'coordinated-disclosure.scenario';
const EXCHANGE = 'simultaneous-exchange.scenario';
const EXPLANATION = 'request-for-explanation.scenario';
const GENEVA = 'geneva-2021.scenario';
const INQUIRY = 'incident-inquiry.scenario';
const MISSIONS = 'missions.scenario';
const NIS2 = 'nis2-incident.scenario';
const SILENCE = 'silence.scenario';
const EXPIRY = 'silence-expiry.scenario';
const TREATY = 'treaty-notifications.scenario';

/** By kind, in the order in which the vocabulary lists them. */
const TOLD: Told = {
  delivery: [
    ['draft', 'delivery: draft', ARRANGEMENT, 'local alone; a document that waits for clearance'],
    ['cleared', 'delivery: cleared', ARRANGEMENT, 'local alone: four eyes, over exactly these bytes'],
    ['signed', 'delivery: signed', ARRANGEMENT],
    ['dispatched', 'delivery: dispatched', ARRANGEMENT, 'sent: the signed head over it is committed'],
    ['received', 'delivery: received', GENEVA, 'they hold it: a receipt, never an answer of a server'],
  ],
  accreditation: [
    ['agrement-sought', 'agrement_request: sought', MISSIONS],
    ['granted', 'agrement_request: granted', MISSIONS],
    ['granted', 'mission: agrement granted', MISSIONS, 'said of somebody accredited: it stands beside the person and changes nobody’s validity'],
    ['refused', 'agrement_request: refused', MISSIONS],
    ['refused', 'mission: agrement refused', MISSIONS],
    ['accredited', 'person: accredited', MISSIONS, 'by the party’s own identity keys: who speaks for it is said by it alone'],
    ['credentials-copy-given', 'mission: credentials copy_given', MISSIONS],
    ['credentials-presented', 'mission: credentials presented', MISSIONS],
    ['in-function', 'mission: credentials presented', MISSIONS, 'who is accredited and has presented them'],
    ['recalled-for-consultations', 'person: recalled', MISSIONS],
    ['in-function again', 'person: returned', MISSIONS],
    ['ended', 'person: ended', MISSIONS, 'takes the identity keys; a recall for consultations ends nothing'],
    ['non-grata', 'mission: non grata', MISSIONS],
    ['recalled after non-grata', 'person: recalled', MISSIONS],
    ['recognition-refused', 'mission: not recognised', MISSIONS, 'once the time to leave is over; it changes nobody’s validity'],
    ['chargé a.i.', 'mission: charge', MISSIONS],
  ],
  'full powers': [
    ['issued', 'full_powers: issued', ARRANGEMENT],
    ['used', 'full_powers: used', ARRANGEMENT],
    ['revoked', 'full_powers: revoked', ARRANGEMENT, 'by a withdrawal'],
  ],
  'contact nomination': [
    ['nominated', 'delivery: signed', CHECK],
    ['listed', 'contact_nomination: listed', CHECK, 'the duty card; the latest nomination is the one that is listed'],
    ['removed', 'contact_nomination: removed', CHECK],
  ],
  'communication check': [
    ['sent', 'communication_check: sent', CHECK],
    ['answered', 'communication_check: answered', CHECK],
    ['answered in time', 'duty communication_check: met', CHECK],
    ['late', 'duty communication_check: met_late', CHECK],
    ['unanswered', 'duty communication_check: late_so_far', CHECK, 'not answered so far: silence means nothing'],
    ['escalated', 'communication_check: escalated', CHECK, 'a demarche, a protest or a session about it'],
  ],
  'note verbale': [
    ['dispatched', 'delivery: dispatched', GENEVA, 'delivery states'],
    ['received', 'delivery: received', GENEVA, 'delivery states'],
  ],
  letter: [['dispatched', 'delivery: dispatched', EXPLANATION, 'a note in the first person; delivery states']],
  demarche: [
    ['instructed', 'demarche: instructed', EXPLANATION],
    ['delivered', 'demarche: delivered', EXPLANATION],
    ['response-reported', 'demarche: response_reported', EXPLANATION],
  ],
  'aide-memoire': [['handed-over', 'delivery: received', EXPLANATION]],
  'incident notification': [
    ['early-warning', 'incident: early_warning', NIS2],
    ['notification', 'incident: notification', NIS2],
    ['intermediate', 'incident: intermediate', NIS2],
    ['progress', 'incident: progress', NIS2],
    ['final', 'incident: final', NIS2],
    ['a stage that is due', 'duty incident_notification: running', NIS2],
    ['a stage that is overdue', 'duty incident_notification: late_so_far', NIS2],
  ],
  request: [
    ['sent', 'request: sent', INQUIRY],
    ['acknowledged', 'request: acknowledged', INQUIRY, 'by an interim reply or a question: there are no entries that only acknowledge'],
    ['clarification', 'request: clarification', INQUIRY],
    ['replied', 'request: replied', INQUIRY],
    ['declined', 'request: declined', INQUIRY],
    ['overdue', 'duty request: late_so_far', INQUIRY],
    ['closed', 'duty request: met', INQUIRY, 'nothing is owed on it any more'],
    ['closed', 'duty request: withdrawn', INQUIRY, 'nothing is owed on it any more'],
    ['escalated', 'request: escalated', EXPLANATION],
  ],
  reply: [
    ['interim', 'reply: interim', INQUIRY],
    ['met', 'reply: met', INQUIRY],
    ['partial', 'reply: partial', INQUIRY],
    ['declined', 'reply: declined', INQUIRY],
    ['transferred', 'reply: transferred', INQUIRY],
  ],
  evidence: [
    ['submitted', 'evidence: submitted', INQUIRY],
    ['examined', 'evidence: examined', INQUIRY, 'by who took a position on it'],
    ['withdrawn', 'evidence: withdrawn', INQUIRY, 'it stays on the record, marked so'],
  ],
  claim: [
    ['asserted', 'claim: asserted', INQUIRY, 'an attribution is a facet of a claim'],
    ['maintained', 'claim: maintained', INQUIRY, 'its author’s own position on it'],
    ['amended', 'claim: amended', INQUIRY, 'by a correction: both versions stay'],
    ['withdrawn', 'claim: withdrawn', INQUIRY],
    ['agreed', 'claim: agreed', INQUIRY, 'a fact that every party accepts, the same bytes'],
    ['disputed', 'claim: disputed', GENEVA],
  ],
  position: [
    ['accepts', 'position: accepts', INQUIRY],
    ['accepts-in-part', 'position: accepts-in-part', INQUIRY],
    ['contests', 'position: contests', GENEVA],
    ['denies', 'position: denies', GENEVA],
    ['reserves-position', 'position: reserves-position', INQUIRY],
    ['takes-note', 'position: takes-note', GENEVA],
    ['no-comment', 'position: no-comment', INQUIRY],
  ],
  consultation: [
    ['proposed', 'consultation: proposed', GENEVA],
    ['joint', 'consultation: joint', GENEVA, 'when all sign'],
  ],
  'text and amendment': [
    ['tabled', 'text: tabled', ARRANGEMENT],
    ['bracketed', 'text: bracketed', ARRANGEMENT],
    ['agreed-ad-referendum', 'text: agreed_ad_referendum', ARRANGEMENT],
    ['initialled', 'text: initialled', ARRANGEMENT],
    ['adopted', 'text: adopted', ARRANGEMENT],
    ['under silence', 'silence_procedure: open', SILENCE],
    ['silence broken', 'silence_procedure: broken', SILENCE],
    ['silence kept', 'silence_procedure: complete', EXPIRY, 'an objection after its end is shown and comes too late'],
  ],
  instrument: [
    ['authenticated', 'instrument: authenticated', ARRANGEMENT],
    ['signed', 'instrument: signed', ARRANGEMENT],
    ['ad referendum', 'signature: signed-ad-referendum', ARRANGEMENT],
    ['confirmed', 'signature: confirmed', ARRANGEMENT],
    ['ratified', 'instrument: ratified', ARRANGEMENT],
    ['deposited', 'instrument: deposited', ARRANGEMENT],
    ['in-force', 'instrument: in_force', ARRANGEMENT],
    ['suspended', 'instrument: suspended', ARRANGEMENT],
    ['terminated', 'instrument: terminated', ARRANGEMENT],
  ],
  undertaking: [
    ['proposed', 'undertaking: proposed', ARRANGEMENT, 'a side is bound to nothing that it has not signed; a commitment is another thing here'],
    ['conditional', 'undertaking: conditional', ARRANGEMENT],
    ['operative', 'undertaking: operative', ARRANGEMENT],
    ['performed', 'undertaking: performed', ARRANGEMENT],
    ['accepted', 'performance: accepted', ARRANGEMENT],
    ['disputed', 'undertaking: disputed', ARRANGEMENT],
    ['discharged', 'undertaking: discharged', ARRANGEMENT],
  ],
  'treaty notification': [
    ['notified', 'treaty_notification: notified', TREATY],
    ['corrected', 'treaty_notification: corrected', TREATY, 'by a new notification that joins the first'],
    ['cancelled', 'treaty_notification: cancelled', TREATY, 'by a new notification that joins the first'],
  ],
  'simultaneous exchange': [
    ['waits for commitments', 'simultaneous_exchange: awaiting_commitments', EXCHANGE],
    ['committed', 'simultaneous_exchange: committed', EXCHANGE],
    ['revealed', 'simultaneous_exchange: revealed', EXCHANGE],
  ],
  session: [
    ['convened', 'session: convened', ARRANGEMENT],
    ['open', 'session: sitting', ARRANGEMENT],
    ['suspended', 'session: suspended', ARRANGEMENT],
    ['adjourned', 'session: adjourned', ARRANGEMENT],
    ['closed', 'session: closed', ARRANGEMENT],
  ],
  record: [
    ['provisional', 'record: provisional', ARRANGEMENT],
    ['corrections', 'record: corrections_asked', ARRANGEMENT],
    ['final', 'record: final', ARRANGEMENT],
    ['agreed', 'record: agreed', ARRANGEMENT, 'every side signed the same bytes'],
  ],
  statement: [
    ['drafted', 'delivery: draft', ARRANGEMENT, 'local alone'],
    ['cleared', 'delivery: cleared', ARRANGEMENT, 'local alone'],
    ['not released', 'statement: not released', ARRANGEMENT],
    ['released', 'statement: released', ARRANGEMENT],
    ['joint', 'statement: joint', ARRANGEMENT],
  ],
  'vulnerability report, by participant': [
    ['Start', 'report: start', DISCLOSURE],
    ['Received', 'report: received', DISCLOSURE],
    ['Invalid', 'report: invalid', DISCLOSURE],
    ['Valid', 'report: valid', DISCLOSURE],
    ['Accepted', 'report: accepted', DISCLOSURE],
    ['Deferred', 'report: deferred', DISCLOSURE],
    ['Closed', 'report: closed', DISCLOSURE],
  ],
  'embargo of a case': [
    ['None', 'embargo: none', DISCLOSURE],
    ['Proposed', 'embargo: proposed', DISCLOSURE],
    ['Active', 'embargo: active', DISCLOSURE],
    ['Revise', 'embargo: revise', DISCLOSURE],
    ['a pending revision never lapses the active one', 'embargo: revise, the active one in force', DISCLOSURE],
    ['eXited', 'embargo: exited', DISCLOSURE],
  ],
  'case as a whole': [
    ['pending', 'vulnerability_report: pending', DISCLOSURE],
    ['open', 'vulnerability_report: open', DISCLOSURE],
    ['closed', 'vulnerability_report: closed', DISCLOSURE],
    ['published', 'vulnerability_report: published', DISCLOSURE],
  ],
  vendor: [
    ['affected', 'vendor: affected', DISCLOSURE],
    ['unaffected', 'vendor: not-affected', DISCLOSURE],
  ],
};

/** Rows by kind. */
export const TABLE: Readonly<Record<string, readonly Row[]>> = Object.fromEntries(
  Object.entries(TOLD).map(([kind, rows]) => [
    kind,
    rows.map(([practice, parley, told, note]) => ({ practice, parley, told, ...(note === undefined ? {} : { note }) })),
  ]),
);
