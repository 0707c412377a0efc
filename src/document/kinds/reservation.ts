import { MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What of a text or an instrument a side does not accept for itself; it stands attached to it (VCLT art. 19). */
export const reservation = signedByRepresentative({
  id: 'reservation',
  joins: ['text', 'instrument'],
  opens: false,
  fields: [
    { name: 'article', shape: 'line', max: 20, frame: false, required: false },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
  ],
  summary: (fields) => titled('reservation', fields, 'text'),
});
