import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import type { Fault, Fields } from '../kind.ts';
import { titled } from '../summary.ts';

/** Proposes an embargo on a vulnerability, accepts or rejects one, proposes another date, or ends it (Vultron embargo management). A revision that is proposed never lapses the one in force. */
export const embargo = signedByRepresentative({
  id: 'embargo',
  joins: ['vulnerability_report'],
  opens: false,
  fields: [
    { name: 'act', shape: 'choice', of: ['propose', 'accept', 'reject', 'revise', 'terminate'], frame: true, required: true },
    { name: 'until', shape: 'instant', frame: true, required: false, future: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  checkFrame: untilFaults,
  summary: (fields) => titled('embargo', fields, 'remark', ['act']),
});

function untilFaults({ act, until }: Fields): readonly Fault[] {
  return (act === 'propose' || act === 'revise') && until === undefined ? [{ field: 'until', phrase: { id: 'fault.embargo_until' } }] : [];
}
