import { signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Binds a side to what it will reveal, by its hash over channel, party and matter (spec/exchange.md); nothing of it can be read. */
export const commitment = signedByRepresentative({
  id: 'commitment',
  joins: ['simultaneous_exchange'],
  opens: false,
  fields: [{ name: 'digest', shape: 'bytes', size: 32, frame: true, required: true, hidden: true }],
  summary: (fields) => titled('commitment', fields, ''),
});
