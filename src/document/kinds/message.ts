import { ATTACHMENTS, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** The plain letter that people send most days; it may open a matter of its own or belong to any other. */
export const message = signedByRepresentative({
  id: 'message',
  joins: ['*', 'identity'],
  opens: true,
  fields: [
    { name: 'subject', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('message', fields, 'subject'),
});
