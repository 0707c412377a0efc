import { ATTACHMENTS, endFault, MAX_NAME, MAX_REMARK, MAX_ROWS, MAX_SUBJECT, peopleOfSides, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** A meeting: where, in which form, with whom, on what, and when it is planned to begin and to end. Its sittings join it. */
export const session = signedByRepresentative({
  id: 'session',
  joins: [],
  opens: true,
  fields: [
    { name: 'title', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'venue', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'host', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'form', shape: 'choice', of: ['in-person', 'remote', 'hybrid'], frame: true, required: false },
    {
      name: 'agenda',
      shape: 'rows',
      max: MAX_ROWS,
      of: [
        { name: 'item', shape: 'line', max: MAX_SUBJECT, required: true },
        { name: 'minutes', shape: 'whole', min: 1, max: 1440, required: false },
      ],
      frame: false,
      required: false,
    },
    peopleOfSides('delegations'),
    { name: 'planned_start', shape: 'instant', frame: true, required: true },
    { name: 'planned_end', shape: 'instant', frame: true, required: false },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
    ATTACHMENTS,
  ],
  checkFrame: (fields) => endFault('planned_end', fields.planned_start, fields.planned_end),
  summary: (fields) => titled('session', fields, 'title'),
});
