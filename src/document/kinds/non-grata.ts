import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** The receiving side declares somebody persona non grata, and need not say why (VCDR art. 9). It changes nobody’s validity on this record. */
export const nonGrata = signedByRepresentative({
  id: 'non_grata',
  joins: ['identity'],
  opens: false,
  fields: [
    { name: 'leave_by', shape: 'instant', frame: true, required: false, future: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('non_grata', fields, ''),
});
