import { MAX_NAME, MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What a side asks to have corrected in a provisional record. */
export const recordCorrection = signedByRepresentative({
  id: 'record_correction',
  joins: ['record'],
  opens: false,
  fields: [
    { name: 'item', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'text', shape: 'text', max: MAX_REMARK, frame: false, required: true },
  ],
  summary: (fields) => titled('record_correction', fields, 'text'),
});
