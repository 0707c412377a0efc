import { MAX_REMARK, MAX_SUBJECT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Agrees that each side gives something at one moment: each commits to it before, and reveals it then. */
export const simultaneousExchange = signedByRepresentative({
  id: 'simultaneous_exchange',
  joins: [],
  opens: true,
  fields: [
    { name: 'title', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'exchange_at', shape: 'instant', frame: true, required: true, future: true },
    { name: 'text', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('simultaneous_exchange', fields, 'title'),
});
