import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Returns to their post a representative who was recalled for consultations by another representative. */
export const returnToPost = signedByRepresentative({
  id: 'return_to_post',
  joins: ['identity'],
  opens: false,
  fields: [
    { name: 'actor', shape: 'bytes', size: 32, frame: true, required: true, hidden: true },
    { name: 'effective_at', shape: 'instant', frame: true, required: false },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('return_to_post', fields, 'remark'),
});
