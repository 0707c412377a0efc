import { ATTACHMENTS, MAX_NAME, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import type { Fault, Fields } from '../kind.ts';
import { titled } from '../summary.ts';

/** What whoever made a demarche reports of it: that it was delivered, when and to whom; and what was answered to it. */
export const demarcheReport = signedByRepresentative({
  id: 'demarche_report',
  joins: ['demarche'],
  opens: false,
  fields: [
    { name: 'step', shape: 'choice', of: ['delivered', 'response-reported'], frame: true, required: true },
    { name: 'at', shape: 'instant', frame: true, required: true, past: true },
    { name: 'delivered_to', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'delivered_by', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: false },
    ATTACHMENTS,
  ],
  checkContent: responseFaults,
  summary: (fields) => titled('demarche_report', fields, 'text', ['step']),
});

/** A response is reported in words. */
function responseFaults({ step, text }: Fields, erased: readonly string[]): readonly Fault[] {
  const isMissing = step === 'response-reported' && text === undefined && !erased.includes('text');
  return isMissing ? [{ field: 'text', phrase: { id: 'fault.missing' } }] : [];
}
