import { ATTACHMENTS, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What a side committed to. Anyone can see whether it is that. */
export const reveal = signedByRepresentative({
  id: 'reveal',
  joins: ['simultaneous_exchange'],
  opens: false,
  fields: [
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    { name: 'secret', shape: 'bytes', size: 16, frame: false, required: true, hidden: true },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('reveal', fields, 'text'),
});
