import { ENTRY, LEAVES, leavesFault, POINTERS } from '../about-entries.ts';
import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/**
 * Says that content fields of an entry are gone. Of an own entry: they are erased in every store that reads this and on every screen. Of another party's
 * entry: this party holds them no more, and nothing else. `leaves` ties each pointer to the leaf that is gone.
 */
export const bodyErased = signedByRepresentative({
  id: 'body_erased',
  joins: ['*'],
  opens: false,
  fields: [ENTRY, POINTERS, LEAVES, { name: 'basis', shape: 'text', max: MAX_REMARK, frame: false, required: true }],
  checkFrame: leavesFault,
  summary: (fields) => titled('body_erased', fields, 'basis'),
});
