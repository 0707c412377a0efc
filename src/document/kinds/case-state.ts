import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Where a participant stands with a vulnerability report (Vultron report management). Each has its own. */
export const caseState = signedByRepresentative({
  id: 'case_state',
  joins: ['vulnerability_report'],
  opens: false,
  fields: [
    { name: 'state', shape: 'choice', of: ['received', 'invalid', 'valid', 'accepted', 'deferred', 'closed'], frame: true, required: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('case_state', fields, 'remark', ['state']),
});
