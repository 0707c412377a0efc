import { ATTACHMENTS, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/**
 * A translation of the document it answers. It is signed, and is not authentic unless every side agrees to that; its figures, dates and names are set against
 * the original.
 */
export const translation = signedByRepresentative({
  id: 'translation',
  joins: ['*'],
  opens: false,
  fields: [
    { name: 'language', shape: 'line', max: 35, as: 'language', frame: true, required: true },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    { name: 'authentic', shape: 'flag', frame: true, required: false },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('translation', fields, 'text', ['language']),
});
