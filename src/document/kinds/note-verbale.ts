import { ATTACHMENTS, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** A note in the third person, initialled and not signed by hand; a protest is one with that subtype. Answered in the same form. */
export const noteVerbale = signedByRepresentative({
  id: 'note_verbale',
  joins: [
    'note_verbale',
    'letter',
    'demarche',
    'request',
    'incident_notification',
    'claim',
    'consultation',
    'session',
    'undertaking',
    'treaty_notification',
    'agrement_request',
  ],
  opens: true,
  fields: [
    { name: 'subtype', shape: 'choice', of: ['ordinary', 'protest'], frame: true, required: true },
    { name: 'subject', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    { name: 'initials', shape: 'line', max: 12, frame: false, required: true },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('note_verbale', fields, 'subject', ['subtype']),
});
