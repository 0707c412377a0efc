import { ATTACHMENTS, MAX_NAME, MAX_REMARK, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What a demarche is for. */
export const OBJECTIVES = ['persuade', 'inform', 'protest', 'gather'] as const;

/** What a head of mission, or whoever they send, puts to the other side: to persuade, inform, protest or gather; when and to whom it was delivered. */
export const demarche = signedByRepresentative({
  id: 'demarche',
  joins: ['demarche', 'request'],
  opens: true,
  fields: [
    { name: 'objective', shape: 'choice', of: OBJECTIVES, frame: true, required: true },
    { name: 'subject', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'arguments', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    { name: 'background', shape: 'text', max: MAX_REMARK, frame: false, required: false },
    { name: 'delivered_to', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'delivered_by', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'delivered_at', shape: 'instant', frame: true, required: false, past: true },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('demarche', fields, 'subject', ['objective']),
});
