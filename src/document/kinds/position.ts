import { ATTACHMENTS, MAX_NAME, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** The positions a party may take. `takes-note` is neither approval nor disapproval. */
export const POSITIONS = ['accepts', 'accepts-in-part', 'contests', 'denies', 'reserves-position', 'takes-note', 'no-comment'] as const;

/**
 * A party's own stance on a claim, or on what else can be answered so: its latest counts, earlier ones are kept, and those of two parties are never merged.
 * `target`: the sentence, answer or passage that is meant, where it is not the whole.
 */
export const position = signedByRepresentative({
  id: 'position',
  joins: ['claim', 'statement', 'press_account', 'text', 'amendment', 'record', 'undertaking', 'translation', 'evidence'],
  opens: false,
  fields: [
    { name: 'value', shape: 'choice', of: POSITIONS, frame: true, required: true },
    { name: 'target', shape: 'line', max: MAX_NAME, frame: true, required: false },
    { name: 'explanation', shape: 'text', max: MAX_TEXT, frame: false, required: false },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('position', fields, 'explanation', ['value']),
});
