import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Ends an instrument from a moment on. It is irrevocable. */
export const termination = signedByRepresentative({
  id: 'termination',
  joins: ['instrument'],
  opens: false,
  fields: [
    { name: 'at', shape: 'instant', frame: true, required: true },
    { name: 'reason', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('termination', fields, 'reason'),
});
