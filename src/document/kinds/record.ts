import { ATTACHMENTS, MAX_NAME, MAX_REMARK, MAX_ROWS, MAX_SUBJECT, signedByRepresentative } from '../envelope.ts';
import type { Fault, Fields } from '../kind.ts';
import { isEmptyList } from '../shape.ts';
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
    { name: 'corrections_by', shape: 'instant', frame: true, required: false, future: true },
    ATTACHMENTS,
  ],
  checkContent,
  summary: (fields) => titled('record', fields, 'title', ['record_type', 'status']),
});

/** A record says something, and what is final is not open to corrections. */
function checkContent(fields: Fields, erased: readonly string[]): readonly Fault[] {
  const faults: Fault[] = [];
  const isSaid = ['items', 'decisions', 'attachments'].some((name) => erased.includes(name) || !isEmptyList(fields[name] ?? []));
  if (!isSaid) faults.push({ field: 'items', phrase: { id: 'fault.record_empty' } });
  if (fields.status === 'final' && fields.corrections_by !== undefined)
    faults.push({ field: 'corrections_by', phrase: { id: 'fault.final_record' } });
  return faults;
}
