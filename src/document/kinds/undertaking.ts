import { ATTACHMENTS, MAX_NAME, MAX_REMARK, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import type { Fault, Fields } from '../kind.ts';
import { titled } from '../summary.ts';

/** Who is bound, as the author sees it; among three parties or more `obligors` names those of the others that are meant, by their names in the charter. */
export const OBLIGORS = ['ours', 'theirs', 'each'] as const;

/**
 * What a side undertakes: it, the other, or each of them; by a moment, or once a condition is met, which each side declares for itself. Parties that are not of
 * this channel are named, and cannot be bound here.
 */
export const undertaking = signedByRepresentative({
  id: 'undertaking',
  joins: ['consultation', 'session', 'claim', 'request', 'note_verbale'],
  opens: true,
  fields: [
    { name: 'subject', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    { name: 'obligor', shape: 'choice', of: OBLIGORS, frame: true, required: true },
    { name: 'obligors', shape: 'lines', max: 15, maxEach: MAX_NAME, frame: true, required: false },
    { name: 'due', shape: 'instant', frame: true, required: false, future: true },
    {
      name: 'performances',
      shape: 'rows',
      max: 16,
      of: [
        { name: 'by', shape: 'choice', of: ['ours', 'theirs'], required: true },
        { name: 'due', shape: 'instant', required: false },
      ],
      frame: true,
      required: false,
    },
    { name: 'conditional', shape: 'flag', frame: true, required: false },
    { name: 'condition', shape: 'text', max: MAX_REMARK, frame: false, required: false },
    { name: 'non_parties', shape: 'lines', max: 8, maxEach: MAX_NAME, frame: false, required: false },
    ATTACHMENTS,
  ],
  checkContent: (fields, erased) => [...conditionFaults(fields, erased), ...obligorFaults(fields)],
  summary: (fields) => titled('undertaking', fields, 'subject', ['conditional']),
});

function obligorFaults({ obligor, obligors }: Fields): readonly Fault[] {
  return obligors !== undefined && obligor === 'ours' ? [{ field: 'obligors', phrase: { id: 'fault.obligors' } }] : [];
}

function conditionFaults({ conditional, condition }: Fields, erased: readonly string[]): readonly Fault[] {
  const isSaid = condition !== undefined || erased.includes('condition');
  return (conditional === true) === isSaid ? [] : [{ field: 'condition', phrase: { id: 'fault.condition' } }];
}
