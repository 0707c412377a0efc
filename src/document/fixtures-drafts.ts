/** The smallest draft of every kind that people sign: what the tests of their rules begin from. */
import assert from 'node:assert/strict';
import type { Json } from '../base/json.ts';
import { checkDraft } from './parse.ts';
import { kindOf } from './registry.ts';

/** 32 and 16 bytes of zeros. */
export const ID = 'A'.repeat(43);
export const SALT = 'A'.repeat(22);
/** A moment, and the present of those tests that need one. */
export const AT = 1_623_843_300;

export const SMALLEST: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  message: { subject: 'Pipeline', text: 'We write about the pipeline.' },
  request: { request_type: 'information', subject: 'Pipeline', text: 'What do you know?' },
  reply: { final: true, disposition: 'met', text: 'This is what we know.' },
  incident_notification: { stage: 'early_warning', title: 'Pipeline stopped', description: 'Billing encrypted.', aware_at: AT },
  claim: { facet: 'fact', statement: 'The pipeline stood still.' },
  position: { value: 'denies' },
  note_verbale: { subtype: 'ordinary', subject: 'Pipeline', text: 'The Ministry presents its compliments.', initials: 'AB' },
  letter: { subject: 'Pipeline', text: 'I have the honour to write.' },
  demarche: { objective: 'inform', subject: 'Pipeline', arguments: 'It stood still.' },
  demarche_report: { step: 'delivered', at: AT },
  aide_memoire: { conversation_at: AT, subject: 'Pipeline', text: 'The Ambassador said that it stood still.', initials: 'AB' },
  consultation: { title: 'Cyber', topics: [{ topic: 'Cybersecurity', track: 'cyber' }] },
  session: { title: 'First session', planned_start: AT },
  sitting: { event: 'opened', at: AT },
  record: { record_type: 'summary', status: 'provisional', title: 'First session', decisions: [{ text: 'To meet again.' }] },
  record_correction: { text: 'Not “never” but “seldom”.' },
  corrigendum: { text: 'Read “seldom”.' },
  text: { title: 'Draft', articles: [{ number: '1', text: 'The parties [RU: shall] [US: should] consult.' }] },
  amendment: { article: '1', operation: 'replace', text: 'The parties consult.' },
  interpretative_statement: { text: 'We read it so.' },
  reservation: { text: 'Not for us.' },
  instrument: { title: 'Arrangement', versions: [{ language: 'en', authentic: true, text: 'They consult.' }], in_force_rule: 'on-signature' },
  suspension: { effect: 'suspended', at: AT },
  termination: { at: AT },
  signature: { step: 'signed' },
  silence_procedure: { subject: 'Draft', expires_at: AT },
  objection: {},
  translation: { language: 'ru', text: 'Текст' },
  undertaking: { subject: 'Return', text: 'They return to their posts.', obligor: 'each' },
  condition: { value: 'met' },
  performance: { performed_at: AT },
  acceptance: { value: 'accepted' },
  treaty_notification: { format: '4', category: 'change', data: 'None.' },
  simultaneous_exchange: { title: 'Lists', exchange_at: AT },
  commitment: { digest: ID },
  reveal: { text: 'The list.', secret: SALT },
  statement: {
    statement_type: 'unilateral',
    title: 'After the talks',
    items: [{ item_type: 'statement', speaker: 'The President', text: 'It was good.' }],
  },
  press_account: { outlet: 'A newspaper', language: 'en', title: 'Talks', text: 'They talked.' },
  evidence: { title: 'Log', description: 'Of the server.' },
  clarification: { clarifies: 'question', text: 'Which server?' },
  vulnerability_report: { title: 'Overflow', product: 'Gateway 2', description: 'In the parser.', exploited: 'unknown' },
  case_state: { state: 'received' },
  embargo: { act: 'propose', until: AT },
  vendor_status: { product: 'Gateway 2', status: 'affected' },
  advisory: { title: 'Overflow', status: 'draft', text: 'Update.' },
  full_powers: { person: 'A. Petrova', office: 'Ambassador', issued_by: 'The Minister', capacity: 'sign', scope: 'The arrangement.' },
  agrement_request: { person: 'A. Petrova', post: 'Ambassador' },
  credentials: { step: 'presented', at: AT },
  non_grata: {},
  charge_ad_interim: { person: 'B. Orlov', from: AT },
  contact_nomination: { person: 'A. Petrova', office: 'Duty desk', telephone: '+7 495 555 01 23' },
  communication_check: { nonce: SALT, answer_by: AT },
  communication_check_answer: { nonce: SALT },
  recall: { actor: ID, for_consultations: true },
  return_to_post: { actor: ID },
  correction: { entry: ID, pointers: ['/text'], values: ['Anew.'] },
  withdrawal: { entry: ID },
  body_erased: { entry: ID, pointers: ['/text'], leaves: [ID], basis: 'By law.' },
  lost: { entry: ID },
  agrement: { agrement: 'granted' },
  compromise: { compromised_since: AT, actor: ID },
};

/** What an author must mend, as `field fault.id`: the smallest draft of a kind with `more` said, or left out where it is `undefined`. */
export function faultsOf(id: string, more: Readonly<Record<string, Json | undefined>> = {}, now?: number): readonly string[] {
  const kind = kindOf(id) ?? assert.fail(id);
  const all: Readonly<Record<string, Json | undefined>> = { ...SMALLEST[id], marking: 'amber', ...more };
  const said = Object.entries(all).flatMap(([name, value]): [string, Json][] => (value === undefined ? [] : [[name, value]]));
  return checkDraft(kind, new Map(said), now).map(({ field, phrase }) => `${field} ${phrase.id}`);
}
