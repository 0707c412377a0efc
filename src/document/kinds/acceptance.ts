import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** A side accepts a performance of another, or disputes it. Its latest counts. */
export const acceptance = signedByRepresentative({
  id: 'acceptance',
  joins: ['performance'],
  opens: false,
  fields: [
    { name: 'value', shape: 'choice', of: ['accepted', 'disputed'], frame: true, required: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('acceptance', fields, 'remark', ['value']),
});
