import { ATTACHMENTS, MAX_NAME, MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What full powers are for. */
export const CAPACITIES = ['negotiate', 'adopt', 'sign'] as const;

/** Names who may negotiate, adopt or sign an instrument for the author’s side, and who says so (VCLT art. 7). Whoever signs under them names them in `concerns`; a withdrawal revokes them. */
export const fullPowers = signedByRepresentative({
  id: 'full_powers',
  joins: [],
  opens: true,
  fields: [
    { name: 'person', shape: 'line', max: MAX_NAME, frame: false, required: true },
    { name: 'office', shape: 'line', max: MAX_NAME, frame: false, required: true },
    { name: 'issued_by', shape: 'line', max: MAX_NAME, frame: false, required: true },
    { name: 'capacity', shape: 'choice', of: CAPACITIES, frame: true, required: true },
    { name: 'scope', shape: 'text', max: MAX_REMARK, frame: false, required: true },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('full_powers', fields, 'person', ['capacity']),
});
