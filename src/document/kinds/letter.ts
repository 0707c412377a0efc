import { ATTACHMENTS, MAX_NAME, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** A note in the first person: it has a salutation and is signed by its author by hand, in name and office. */
export const letter = signedByRepresentative({
  id: 'letter',
  joins: ['letter', 'note_verbale', 'demarche', 'request'],
  opens: true,
  fields: [
    { name: 'salutation', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'subject', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    { name: 'closing', shape: 'line', max: MAX_NAME, frame: false, required: false },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('letter', fields, 'subject'),
});
