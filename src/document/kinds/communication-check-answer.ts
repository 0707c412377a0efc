import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';

/** Answers a communication check by returning its nonce. */
export const communicationCheckAnswer = signedByRepresentative({
  id: 'communication_check_answer',
  joins: ['communication_check'],
  opens: false,
  fields: [
    { name: 'nonce', shape: 'bytes', size: 16, frame: true, required: true, hidden: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: () => ({ id: 'summary.communication_check_answer' }),
});
