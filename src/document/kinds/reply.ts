import { ATTACHMENTS, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import type { Fault } from '../kind.ts';
import { titled } from '../summary.ts';

/** What became of a request. */
export const DISPOSITIONS = ['met', 'partial', 'declined', 'transferred'] as const;

/** Answers a request; a final reply says what became of it, an interim one need not. */
export const reply = signedByRepresentative({
  id: 'reply',
  joins: ['request'],
  opens: false,
  fields: [
    { name: 'disposition', shape: 'choice', of: DISPOSITIONS, frame: true, required: false },
    { name: 'final', shape: 'flag', frame: true, required: true },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    ATTACHMENTS,
  ],
  checkFrame: ({ disposition, final }): readonly Fault[] =>
    final === true && disposition === undefined ? [{ field: 'disposition', phrase: { id: 'fault.final_without_disposition' } }] : [],
  summary: (fields) => titled('reply', fields, 'text', ['disposition', 'final']),
});
