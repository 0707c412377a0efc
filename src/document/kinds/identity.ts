import { signedByNode } from '../envelope.ts';

/** Carries an identity note whole, exactly as the party's identity keys signed it: an accreditation, a recall, a key event, a generation. */
export const identity = signedByNode({
  id: 'identity',
  joins: ['identity'],
  opens: true,
  fields: [{ name: 'note', shape: 'opaque', max: 60_000, frame: true, required: true, hidden: true }],
  summary: () => ({ id: 'summary.identity' }),
});
