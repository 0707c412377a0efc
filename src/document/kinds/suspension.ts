import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Suspends the operation of an instrument from a moment on, or resumes it (VCLT arts. 57 and 72). Each side does so for itself; one is enough. */
export const suspension = signedByRepresentative({
  id: 'suspension',
  joins: ['instrument'],
  opens: false,
  fields: [
    { name: 'effect', shape: 'choice', of: ['suspended', 'resumed'], frame: true, required: true },
    { name: 'at', shape: 'instant', frame: true, required: true },
    { name: 'reason', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('suspension', fields, 'reason', ['effect']),
});
