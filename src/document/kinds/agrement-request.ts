import { ATTACHMENTS, MAX_NAME, MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Asks the receiving side whether it agrees to somebody before they are accredited (VCDR art. 4). */
export const agrementRequest = signedByRepresentative({
  id: 'agrement_request',
  joins: [],
  opens: true,
  fields: [
    { name: 'person', shape: 'line', max: MAX_NAME, frame: false, required: true },
    { name: 'post', shape: 'line', max: MAX_NAME, frame: false, required: true },
    { name: 'biography', shape: 'text', max: MAX_REMARK, frame: false, required: false },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('agrement_request', fields, 'person'),
});
