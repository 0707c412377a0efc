import { ATTACHMENTS, MAX_NAME, MAX_REMARK, MAX_ROWS, MAX_SUBJECT, signedByRepresentative } from '../envelope.ts';
import type { Fault } from '../kind.ts';
import { titled } from '../summary.ts';

/** What an item of a statement is. */
export const ITEM_TYPES = ['statement', 'question', 'answer', 'reported_agreement'] as const;

/**
 * A public statement: of one side, joint, or a communiqué. Its items name who said them and in which capacity; an official need not be a representative. What
 * a side reports as agreed stays unconfirmed until the other side signs it.
 */
export const statement = signedByRepresentative({
  id: 'statement',
  joins: [],
  opens: true,
  fields: [
    { name: 'statement_type', shape: 'choice', of: ['unilateral', 'joint', 'communique'], frame: true, required: true },
    { name: 'title', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'release_at', shape: 'instant', frame: true, required: false },
    { name: 'embargo_until', shape: 'instant', frame: true, required: false },
    {
      name: 'items',
      shape: 'rows',
      max: MAX_ROWS,
      of: [
        { name: 'item_type', shape: 'choice', of: ITEM_TYPES, required: true },
        { name: 'speaker', shape: 'line', max: MAX_NAME, required: true },
        { name: 'capacity', shape: 'line', max: MAX_NAME, required: false },
        { name: 'text', shape: 'text', max: MAX_REMARK, required: true },
      ],
      frame: false,
      required: true,
    },
    ATTACHMENTS,
  ],
  checkContent: ({ release_at, embargo_until }): readonly Fault[] =>
    typeof release_at === 'number' && typeof embargo_until === 'number' && release_at < embargo_until
      ? [{ field: 'release_at', phrase: { id: 'fault.release_in_embargo' } }]
      : [],
  summary: (fields) => titled('statement', fields, 'title', ['statement_type']),
});
