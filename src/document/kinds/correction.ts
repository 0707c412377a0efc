import { ENTRY, POINTERS } from '../about-entries.ts';
import { ATTACHMENTS, MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import type { Fault } from '../kind.ts';
import { titled } from '../summary.ts';

/** Characters of all new values together, as strict JSON: what a body holds besides reason and envelope. */
const MAX_VALUES = 60_000;

/**
 * Says content fields of an own document anew: `values` are those of `pointers`, in their order, `null` where a field is left out now.
 * Both versions stay, side by side. What clocks and states run on (the frame) is never corrected: such a document is withdrawn, and sent anew.
 */
export const correction = signedByRepresentative({
  id: 'correction',
  joins: ['*'],
  opens: false,
  fields: [
    ENTRY,
    POINTERS,
    { name: 'values', shape: 'opaque', max: MAX_VALUES, frame: false, required: true, hidden: true },
    { name: 'reason', shape: 'text', max: MAX_REMARK, frame: false, required: false },
    ATTACHMENTS,
  ],
  checkContent: ({ pointers, values }): readonly Fault[] =>
    values === undefined || (Array.isArray(values) && Array.isArray(pointers) && values.length === pointers.length)
      ? []
      : [{ field: 'values', phrase: { id: 'fault.values' } }],
  summary: (fields) => titled('correction', fields, 'reason'),
});
