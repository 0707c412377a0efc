import { ATTACHMENTS, MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** A side says that it has done what it undertook. `number`: which of the performances of the undertaking, from 1; left out where there is one. */
export const performance = signedByRepresentative({
  id: 'performance',
  joins: ['undertaking'],
  opens: false,
  fields: [
    { name: 'performed_at', shape: 'instant', frame: true, required: true, past: true },
    { name: 'number', shape: 'whole', min: 1, max: 16, frame: true, required: false },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('performance', fields, 'remark'),
});
