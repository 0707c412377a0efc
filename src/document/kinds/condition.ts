import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** A side declares, for itself, whether the condition of an undertaking is met. Its latest counts. */
export const condition = signedByRepresentative({
  id: 'condition',
  joins: ['undertaking'],
  opens: false,
  fields: [
    { name: 'value', shape: 'choice', of: ['met', 'not-met'], frame: true, required: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('condition', fields, 'remark', ['value']),
});
