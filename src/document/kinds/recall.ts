import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import type { Fault } from '../kind.ts';
import { titled } from '../summary.ts';

/**
 * Recalls a representative for consultations, signed by one of the same party who may recall.
 * It ends no mission: ending an accreditation takes the party's identity keys, so a false `for_consultations` is void.
 */
export const recall = signedByRepresentative({
  id: 'recall',
  joins: ['identity'],
  opens: false,
  fields: [
    { name: 'actor', shape: 'bytes', size: 32, frame: true, required: true, hidden: true },
    { name: 'for_consultations', shape: 'flag', frame: true, required: true, hidden: true },
    { name: 'effective_at', shape: 'instant', frame: true, required: false },
    { name: 'reason', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  checkFrame: ({ for_consultations }): readonly Fault[] =>
    for_consultations === false ? [{ field: 'for_consultations', phrase: { id: 'fault.only_for_consultations' } }] : [],
  summary: (fields) => titled('recall', fields, 'reason'),
});
