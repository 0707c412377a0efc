import { ATTACHMENTS, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** The positions a party may take. `takes-note` is neither approval nor disapproval. */
export const POSITIONS = ['accepts', 'accepts-in-part', 'contests', 'denies', 'reserves-position', 'takes-note', 'no-comment'] as const;

/** A party's own stance on a claim: its latest counts, earlier ones are kept, and those of two parties are never merged. */
export const position = signedByRepresentative({
  id: 'position',
  joins: ['claim'],
  opens: false,
  fields: [
    { name: 'value', shape: 'choice', of: POSITIONS, frame: true, required: true },
    { name: 'explanation', shape: 'text', max: MAX_TEXT, frame: false, required: false },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('position', fields, 'explanation', ['value']),
});
