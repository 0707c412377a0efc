import { ATTACHMENTS, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What is published about a vulnerability; the machine-readable form (CSAF) is attached. */
export const advisory = signedByRepresentative({
  id: 'advisory',
  joins: ['vulnerability_report', 'advisory'],
  opens: true,
  fields: [
    { name: 'title', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'status', shape: 'choice', of: ['draft', 'interim', 'final'], frame: true, required: true },
    { name: 'release_at', shape: 'instant', frame: true, required: false },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('advisory', fields, 'title', ['status']),
});
