import { endFault, MAX_NAME, MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** Names who heads the mission for the time being while its head is away or the post is vacant (VCDR art. 19). */
export const chargeAdInterim = signedByRepresentative({
  id: 'charge_ad_interim',
  joins: ['identity'],
  opens: false,
  fields: [
    { name: 'person', shape: 'line', max: MAX_NAME, frame: false, required: true },
    { name: 'from', shape: 'instant', frame: true, required: true },
    { name: 'until', shape: 'instant', frame: true, required: false },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  checkFrame: ({ from, until }) => endFault('until', from, until),
  summary: (fields) => titled('charge_ad_interim', fields, 'person'),
});
