import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Says that a head of mission handed over the copy of their letter of credence, or presented it: from then on they are in function (VCDR art. 13). */
export const credentials = signedByRepresentative({
  id: 'credentials',
  joins: ['identity'],
  opens: false,
  fields: [
    { name: 'step', shape: 'choice', of: ['copy-given', 'presented'], frame: true, required: true },
    { name: 'at', shape: 'instant', frame: true, required: true, past: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('credentials', fields, '', ['step']),
});
