import { MAX_NAME, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What a vendor says of one of its products and a vulnerability; its statement is published as it wrote it. */
export const vendorStatus = signedByRepresentative({
  id: 'vendor_status',
  joins: ['vulnerability_report'],
  opens: false,
  fields: [
    { name: 'product', shape: 'line', max: MAX_NAME, frame: false, required: true },
    { name: 'status', shape: 'choice', of: ['affected', 'not-affected', 'fixed', 'under-investigation'], frame: true, required: true },
    { name: 'statement', shape: 'text', max: MAX_TEXT, frame: false, required: false },
  ],
  summary: (fields) => titled('vendor_status', fields, 'product', ['status']),
});
