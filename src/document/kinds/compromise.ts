import { MAX_NAME, MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/**
 * Says since when a representative's key is held to be in other hands. It stands beside the person and every document they signed since; it changes
 * no state: what was signed before a recall stands, contested.
 */
export const compromise = signedByRepresentative({
  id: 'compromise',
  joins: ['identity'],
  opens: false,
  fields: [
    { name: 'compromised_since', shape: 'instant', frame: true, required: true },
    { name: 'actor', shape: 'bytes', size: 32, frame: true, required: true, hidden: true },
    { name: 'representative', shape: 'line', max: MAX_NAME, frame: false, required: false, hidden: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('compromise', fields, 'representative'),
});
