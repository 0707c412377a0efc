import { MAX_REMARK, MAX_SUBJECT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/**
 * Puts the version of a text that it answers, or an instrument, under silence: it is taken as agreed unless a side objects, or amends it, before it expires.
 * It is complete by what hosts saw (spec/time.md), and is of no effect in a channel without hosts.
 */
export const silenceProcedure = signedByRepresentative({
  id: 'silence_procedure',
  joins: ['text', 'instrument'],
  opens: false,
  fields: [
    { name: 'subject', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'expires_at', shape: 'instant', future: true, frame: true, required: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('silence_procedure', fields, 'subject'),
});
