import { MAX_NAME, signedByRepresentative } from '../envelope.ts';

/** Proves that somebody answers: the other side's duty officer returns the nonce by the time given. */
export const communicationCheck = signedByRepresentative({
  id: 'communication_check',
  joins: [],
  opens: true,
  fields: [
    { name: 'nonce', shape: 'bytes', size: 16, frame: true, required: true, hidden: true },
    { name: 'roles', shape: 'lines', max: 8, maxEach: MAX_NAME, frame: true, required: false, offers: 'roles' },
    { name: 'answer_by', shape: 'instant', frame: true, required: true, future: true },
  ],
  summary: () => ({ id: 'summary.communication_check' }),
});
