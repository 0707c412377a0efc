import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What happens to a sitting. */
export const SITTING_EVENTS = ['opened', 'suspended', 'resumed', 'adjourned', 'closed'] as const;

/**
 * What happened in a session, and when: opened, suspended, resumed, adjourned, closed. Each side keeps its own account. A break is a suspension; an
 * early end an adjournment.
 */
export const sitting = signedByRepresentative({
  id: 'sitting',
  joins: ['session'],
  opens: false,
  fields: [
    { name: 'event', shape: 'choice', of: SITTING_EVENTS, frame: true, required: true },
    { name: 'at', shape: 'instant', frame: true, required: true, past: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('sitting', fields, '', ['event']),
});
