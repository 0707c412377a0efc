import { ATTACHMENTS, MAX_NAME, MAX_REMARK, MAX_ROWS, MAX_SUBJECT, peopleOfSides, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What a topic belongs to. */
export const TRACKS = ['cyber', 'arms-control', 'other'] as const;

/** Opens consultations on one or several topics. It is joint once every side has signed it; the sessions, texts and requests held under it name it in `concerns`. */
export const consultation = signedByRepresentative({
  id: 'consultation',
  joins: [],
  opens: true,
  fields: [
    { name: 'title', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    {
      name: 'topics',
      shape: 'rows',
      max: MAX_ROWS,
      of: [
        { name: 'topic', shape: 'line', max: MAX_SUBJECT, required: true },
        { name: 'track', shape: 'choice', of: TRACKS, required: true },
      ],
      frame: false,
      required: true,
    },
    peopleOfSides('heads'),
    { name: 'cadence', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'rounds', shape: 'whole', min: 1, max: 1000, frame: true, required: false },
    { name: 'next_at', shape: 'instant', frame: true, required: false },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('consultation', fields, 'title'),
});
