import { ATTACHMENTS, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Confirms in writing what was said in a conversation, and when; initialled, not signed by hand. */
export const aideMemoire = signedByRepresentative({
  id: 'aide_memoire',
  joins: ['demarche', 'session', 'consultation', 'request'],
  opens: true,
  fields: [
    { name: 'conversation_at', shape: 'instant', frame: true, required: true, past: true },
    { name: 'subject', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    { name: 'initials', shape: 'line', max: 12, frame: false, required: true },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('aide_memoire', fields, 'subject'),
});
