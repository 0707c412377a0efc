import type { Fields } from '../../document/kind.ts';

/** One sentence of what people do when they meet, negotiate, undertake and speak in public: its words, its kind, and what the words say. */
export type SentenceRow = readonly [words: string, kind: string, said?: Fields];

/** `{document}` stands where the name of one does. */
export const TALKS: readonly SentenceRow[] = [
  // Correspondence.
  ['writes a letter', 'letter'],
  ['writes a letter on {document}', 'letter'],
  ['delivers a demarche', 'demarche'],
  ['reports the delivery of {document}', 'demarche_report', { step: 'delivered' }],
  ['reports the response to {document}', 'demarche_report', { step: 'response-reported' }],
  ['hands over an aide-memoire', 'aide_memoire'],
  ['hands over an aide-memoire on {document}', 'aide_memoire'],
  ['asks what {document} means', 'clarification', { clarifies: 'question' }],
  ['clarifies {document}', 'clarification', { clarifies: 'answer' }],
  ['lays evidence before the other side', 'evidence'],
  ['lays evidence before the other side on {document}', 'evidence'],

  // Consultations and sessions.
  ['proposes consultations', 'consultation'],
  ['convenes a session', 'session'],
  ['opens the session {document}', 'sitting', { event: 'opened' }],
  ['suspends the session {document}', 'sitting', { event: 'suspended' }],
  ['resumes the session {document}', 'sitting', { event: 'resumed' }],
  ['adjourns the session {document}', 'sitting', { event: 'adjourned' }],
  ['closes the session {document}', 'sitting', { event: 'closed' }],
  ['records the session', 'record', { record_type: 'summary', status: 'provisional' }],
  ['records the session word for word', 'record', { record_type: 'verbatim', status: 'provisional' }],
  ['drafts agreed minutes', 'record', { record_type: 'agreed-minutes', status: 'provisional' }],
  ['makes the record {document} final', 'record', { record_type: 'summary', status: 'final' }],
  ['makes the minutes {document} final', 'record', { record_type: 'agreed-minutes', status: 'final' }],
  ['asks for a correction of {document}', 'record_correction'],
  ['issues a corrigendum to {document}', 'corrigendum'],

  // Texts, and what is signed.
  ['tables a text', 'text'],
  ['tables a version of {document}', 'text'],
  ['proposes to amend {document}', 'amendment', { operation: 'replace' }],
  ['proposes to add to {document}', 'amendment', { operation: 'insert' }],
  ['proposes to delete from {document}', 'amendment', { operation: 'delete' }],
  ['states an interpretation of {document}', 'interpretative_statement'],
  ['makes a reservation to {document}', 'reservation'],
  ['lays out an instrument', 'instrument'],
  ['lays out the instrument of {document}', 'instrument'],
  ['suspends {document}', 'suspension', { effect: 'suspended' }],
  ['resumes {document}', 'suspension', { effect: 'resumed' }],
  ['terminates {document}', 'termination'],
  ['initials {document}', 'signature', { step: 'initialled' }],
  ['adopts {document}', 'signature', { step: 'adopted' }],
  ['signs {document}', 'signature', { step: 'signed' }],
  ['signs {document} ad referendum', 'signature', { step: 'signed-ad-referendum' }],
  ['confirms the signature of {document}', 'signature', { step: 'confirmed' }],
  ['ratifies {document}', 'signature', { step: 'ratified' }],
  ['deposits the ratification of {document}', 'signature', { step: 'deposited' }],
  ['puts {document} under silence', 'silence_procedure'],
  ['objects to {document}', 'objection'],
  ['translates {document}', 'translation'],
  ['gives full powers', 'full_powers'],

  // Undertakings and exchanges.
  ['undertakes', 'undertaking', { conditional: false }],
  ['undertakes on a condition', 'undertaking', { conditional: true }],
  ['declares the condition of {document} met', 'condition', { value: 'met' }],
  ['declares the condition of {document} not met', 'condition', { value: 'not-met' }],
  ['performs {document}', 'performance'],
  ['accepts the performance {document}', 'acceptance', { value: 'accepted' }],
  ['disputes the performance {document}', 'acceptance', { value: 'disputed' }],
  ['notifies under the treaty', 'treaty_notification'],
  ['corrects the notification {document}', 'treaty_notification', { change: 'corrects' }],
  ['cancels the notification {document}', 'treaty_notification', { change: 'cancels' }],
  ['agrees on a simultaneous exchange', 'simultaneous_exchange'],
  ['commits to {document}', 'commitment'],
  ['reveals {document}', 'reveal'],

  // In public.
  ['makes a statement', 'statement', { statement_type: 'unilateral' }],
  ['makes a joint statement', 'statement', { statement_type: 'joint' }],
  ['issues a communiqué', 'statement', { statement_type: 'communique' }],
  ['enters a press account', 'press_account'],

  // Vulnerabilities.
  ['reports a vulnerability', 'vulnerability_report'],
  ['has received the report {document}', 'case_state', { state: 'received' }],
  ['holds the report {document} valid', 'case_state', { state: 'valid' }],
  ['holds the report {document} invalid', 'case_state', { state: 'invalid' }],
  ['takes on the report {document}', 'case_state', { state: 'accepted' }],
  ['defers the report {document}', 'case_state', { state: 'deferred' }],
  ['closes the report {document}', 'case_state', { state: 'closed' }],
  ['proposes an embargo on {document}', 'embargo', { act: 'propose' }],
  ['accepts the embargo on {document}', 'embargo', { act: 'accept' }],
  ['rejects the embargo on {document}', 'embargo', { act: 'reject' }],
  ['proposes another embargo on {document}', 'embargo', { act: 'revise' }],
  ['ends the embargo on {document}', 'embargo', { act: 'terminate' }],
  ['publishes an advisory', 'advisory'],
  ['publishes an advisory on {document}', 'advisory'],

  // Missions.
  ['seeks agrément', 'agrement_request'],
  ['grants the agrément of {document}', 'agrement', { agrement: 'granted' }],
  ['refuses the agrément of {document}', 'agrement', { agrement: 'refused' }],
  ['presents the credentials of {person}', 'credentials', { step: 'presented' }],
  ['hands over the copy of the credentials of {person}', 'credentials', { step: 'copy-given' }],
  ['names a chargé d’affaires in place of {person}', 'charge_ad_interim'],

  // Second thoughts.
  ['withdraws {document}', 'withdrawal'],
  ['corrects {document}', 'correction'],
];
