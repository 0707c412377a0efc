import { MAX_NAME, MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What a receiving side may answer to an accreditation. No reasons are owed (VCDR art. 4). */
export const AGREMENTS = ['granted', 'refused'] as const;

/**
 * The receiving side's answer to an accreditation: agrément granted or refused. It stands beside the person, the latest of a party counts, and it
 * changes nobody's validity: who speaks for a party is said by that party alone.
 */
export const agrement = signedByRepresentative({
  id: 'agrement',
  joins: ['identity', 'agrement_request'],
  opens: false,
  fields: [
    { name: 'agrement', shape: 'choice', of: AGREMENTS, frame: true, required: true },
    { name: 'actor', shape: 'bytes', size: 32, frame: true, required: false, hidden: true },
    { name: 'representative', shape: 'line', max: MAX_NAME, frame: false, required: false, hidden: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('agrement', fields, 'representative', ['agrement']),
});
