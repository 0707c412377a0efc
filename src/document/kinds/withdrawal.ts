import { ENTRY } from '../about-entries.ts';
import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Takes back an own document. It stays on the record with every answer to it; clocks that it started end, and what it answered is open again. */
export const withdrawal = signedByRepresentative({
  id: 'withdrawal',
  joins: ['*'],
  opens: false,
  fields: [ENTRY, { name: 'reason', shape: 'text', max: MAX_REMARK, frame: false, required: false }],
  summary: (fields) => titled('withdrawal', fields, 'reason'),
});
