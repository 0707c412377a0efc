import { MAX_NAME, MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What the author of a record, a text or an instrument puts right in it, formally. */
export const corrigendum = signedByRepresentative({
  id: 'corrigendum',
  joins: ['record', 'text', 'instrument'],
  opens: false,
  fields: [
    { name: 'item', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'text', shape: 'text', max: MAX_REMARK, frame: false, required: true },
  ],
  summary: (fields) => titled('corrigendum', fields, 'text'),
});
