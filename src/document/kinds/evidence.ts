import { ATTACHMENTS, MAX_REMARK, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What a side lays before the other, how it was kept, and how far its source (A to F) and its content (1 to 6) are to be believed, as the Admiralty code has it. */
export const evidence = signedByRepresentative({
  id: 'evidence',
  joins: ['claim', 'request', 'incident_notification', 'evidence'],
  opens: true,
  fields: [
    { name: 'title', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'description', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    { name: 'custody', shape: 'text', max: MAX_REMARK, frame: false, required: false },
    { name: 'source_reliability', shape: 'choice', of: ['a', 'b', 'c', 'd', 'e', 'f'], frame: true, required: false },
    { name: 'credibility', shape: 'choice', of: ['1', '2', '3', '4', '5', '6'], frame: true, required: false },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('evidence', fields, 'title'),
});
