import { ATTACHMENTS, MAX_NAME, MAX_REMARK, MAX_ROWS, MAX_SUBJECT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** The record of a session, which it names in `concerns`: a summary in the third person, a verbatim record in the first, or agreed minutes. A later version joins the first. */
export const record = signedByRepresentative({
  id: 'record',
  joins: ['record'],
  opens: true,
  fields: [
    { name: 'record_type', shape: 'choice', of: ['summary', 'verbatim', 'agreed-minutes'], frame: true, required: true },
    { name: 'status', shape: 'choice', of: ['provisional', 'final'], frame: true, required: true },
    { name: 'title', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    {
      name: 'items',
      shape: 'rows',
      max: MAX_ROWS,
      of: [
        { name: 'speaker', shape: 'line', max: MAX_NAME, required: true },
        { name: 'capacity', shape: 'line', max: MAX_NAME, required: false },
        { name: 'text', shape: 'text', max: MAX_REMARK, required: true },
      ],
      frame: false,
      required: false,
    },
    {
      name: 'decisions',
      shape: 'rows',
      max: MAX_ROWS,
      of: [{ name: 'text', shape: 'text', max: MAX_REMARK, required: true }],
      frame: false,
      required: false,
    },
    { name: 'corrections_by', shape: 'instant', frame: true, required: false },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('record', fields, 'title', ['record_type', 'status']),
});
