import type { AccreditationAct } from '../../document/accreditation.ts';
import type { Fields } from '../../document/kind.ts';
import { KINDS } from '../../document/registry.ts';
import { TALKS } from './talks.ts';

/** One way to say what somebody does: the words after the subject, with `{document}` and `{person}` where names stand. */
export type Sentence = {
  readonly words: string;
  readonly kind: string;
  /** Fields that these words say. */
  readonly said: Fields;
  /** Said by a party, its identity keys sign; else a person signs. */
  readonly peopleAct?: AccreditationAct['act'];
  /** What it is about is somebody of the other party. */
  readonly aboutTheirs?: true;
  /** Nothing is signed: the party's people have looked at who speaks for the other side. */
  readonly acknowledges?: true;
};

/** The words are those of the trade; `position` has one sentence a value. */
const FIRST_SENTENCES: readonly Sentence[] = [
  say('writes', 'message'),
  say('writes on {document}', 'message'),
  say('hands over a note verbale', 'note_verbale', { subtype: 'ordinary' }),
  say('hands over a note verbale on {document}', 'note_verbale', { subtype: 'ordinary' }),
  say('protests', 'note_verbale', { subtype: 'protest' }),
  say('protests on {document}', 'note_verbale', { subtype: 'protest' }),
  say('requests information', 'request', { request_type: 'information' }),
  say('requests assistance', 'request', { request_type: 'assistance' }),
  say('requests an explanation', 'request', { request_type: 'explanation' }),
  say('requests the preservation of evidence', 'request', { request_type: 'preservation' }),
  say('replies to {document}', 'reply', { final: true }),
  say('replies for now to {document}', 'reply', { final: false }),
  say('warns early of an incident', 'incident_notification', { stage: 'early_warning' }),
  say('notifies an incident', 'incident_notification', { stage: 'notification' }),
  say('notifies the incident of {document}', 'incident_notification', { stage: 'notification' }),
  say('reports further on {document}', 'incident_notification', { stage: 'intermediate' }),
  say('reports progress on {document}', 'incident_notification', { stage: 'progress' }),
  say('makes the final report on {document}', 'incident_notification', { stage: 'final' }),
  say('claims a fact', 'claim', { facet: 'fact' }),
  say('attributes an act', 'claim', { facet: 'attribution' }),
  say('accepts {document}', 'position', { value: 'accepts' }),
  say('accepts {document} in part', 'position', { value: 'accepts-in-part' }),
  say('contests {document}', 'position', { value: 'contests' }),
  say('denies {document}', 'position', { value: 'denies' }),
  say('reserves its position on {document}', 'position', { value: 'reserves-position' }),
  say('takes note of {document}', 'position', { value: 'takes-note' }),
  say('has no comment on {document}', 'position', { value: 'no-comment' }),
  say('nominates a contact', 'contact_nomination'),
  say('changes the contact of {document}', 'contact_nomination'),
  say('withdraws the contact of {document}', 'contact_nomination', { withdrawn: true }),
  say('checks the line', 'communication_check'),
  say('answers the check {document}', 'communication_check_answer'),
  say('recalls {person} for consultations', 'recall', { for_consultations: true }),
  say('returns {person} to post', 'return_to_post'),
  { ...say('grants agrément to {person}', 'agrement', { agrement: 'granted' }), aboutTheirs: true },
  { ...say('refuses agrément to {person}', 'agrement', { agrement: 'refused' }), aboutTheirs: true },
  { ...say('declares {person} non grata', 'non_grata'), aboutTheirs: true },
  { ...say('refuses to recognise {person}', 'non_grata', { recognition_refused: true }), aboutTheirs: true },
  say('says that the key of {person} is compromised', 'compromise'),
];

/** What people do. */
export const PERSON_SENTENCES: readonly Sentence[] = [...FIRST_SENTENCES, ...TALKS.map((row) => say(...row))];

/** What a party does with its identity keys. */
export const PARTY_SENTENCES: readonly Sentence[] = [
  { ...say('accredits {person}', 'identity'), peopleAct: 'accredit' },
  { ...say('recalls {person} for consultations', 'identity'), peopleAct: 'recall' },
  { ...say('returns {person} to post', 'identity'), peopleAct: 'return' },
  { ...say('ends the mission of {person}', 'identity'), peopleAct: 'end' },
  { ...say('acknowledges {person}', 'identity'), aboutTheirs: true, acknowledges: true },
];

/** Every kind that a person signs can also be named: `signs a note verbale`, `signs a position on {document}`. */
export const NAMED_SENTENCES: readonly Sentence[] = KINDS.filter((kind) => kind.signedBy === 'representative').flatMap((kind) => {
  const words = kind.id.replaceAll('_', ' ');
  const article = /^[aeiou]/.test(words) ? 'an' : 'a';
  return [
    ...(kind.opens ? [say(`signs ${article} ${words}`, kind.id)] : []),
    ...(kind.joins.length > 0 ? [say(`signs ${article} ${words} on {document}`, kind.id)] : []),
  ];
});

/** The names in a text that says `words`, or `undefined`: `matchWords('denies {document}', 'denies US-6')` is `{document: 'US-6'}`. */
export function matchWords(words: string, text: string): Readonly<Record<string, string>> | undefined {
  let pattern = compiled.get(words);
  if (pattern === undefined) {
    pattern = new RegExp(`^${words.replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${name === 'document' ? '\\S+' : '.+?'})`)}$`);
    compiled.set(words, pattern);
  }
  const match = pattern.exec(text);
  return match === null ? undefined : { ...match.groups };
}

const compiled = new Map<string, RegExp>();

function say(words: string, kind: string, said: Fields = {}): Sentence {
  return { words, kind, said };
}
