import { MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** How a side reads a text, an instrument, a record or a statement; it stands attached to it. */
export const interpretativeStatement = signedByRepresentative({
  id: 'interpretative_statement',
  joins: ['text', 'instrument', 'record', 'statement'],
  opens: false,
  fields: [
    { name: 'article', shape: 'line', max: 20, frame: false, required: false },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
  ],
  summary: (fields) => titled('interpretative_statement', fields, 'text'),
});
