import { ENTRY, LEAVES, leavesFault, POINTERS } from '../about-entries.ts';
import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/**
 * Says that this party's node has lost an entry's text, or, with `pointers` and `leaves`, fields of it. It erases nothing anywhere: who still holds
 * the text keeps it. Below a head it is why a receipt need not wait for the text of an own entry that nobody can send any more.
 */
export const lost = signedByRepresentative({
  id: 'lost',
  joins: ['*'],
  opens: false,
  fields: [
    ENTRY,
    { ...POINTERS, required: false },
    { ...LEAVES, required: false },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  checkFrame: leavesFault,
  summary: (fields) => titled('lost', fields, 'remark'),
});
