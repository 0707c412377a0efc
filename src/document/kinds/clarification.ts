import { ATTACHMENTS, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Asks what a request means, or answers that; no clock stops for it. */
export const clarification = signedByRepresentative({
  id: 'clarification',
  joins: ['request', 'clarification'],
  opens: false,
  fields: [
    { name: 'clarifies', shape: 'choice', of: ['question', 'answer'], frame: true, required: true },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('clarification', fields, 'text', ['clarifies']),
});
