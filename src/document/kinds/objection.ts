import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Breaks a silence. */
export const objection = signedByRepresentative({
  id: 'objection',
  joins: ['silence_procedure'],
  opens: false,
  fields: [{ name: 'text', shape: 'text', max: MAX_REMARK, frame: false, required: false }],
  summary: (fields) => titled('objection', fields, 'text'),
});
