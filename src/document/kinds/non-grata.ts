import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/**
 * The receiving side declares somebody persona non grata, and need not say why; where they are not recalled or their mission ended within a reasonable period, it
 * may refuse to recognise them (VCDR art. 9). It changes nobody’s validity on this record.
 */
export const nonGrata = signedByRepresentative({
  id: 'non_grata',
  joins: ['identity'],
  opens: false,
  fields: [
    { name: 'leave_by', shape: 'instant', frame: true, required: false, future: true },
    { name: 'recognition_refused', shape: 'flag', frame: true, required: false },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('non_grata', fields, '', ['recognition_refused']),
});
