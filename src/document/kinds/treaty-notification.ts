import { ATTACHMENTS, endFault, MAX_NAME, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import type { Fault } from '../kind.ts';
import { titled } from '../summary.ts';

/** What a treaty notification is about. */
export const CATEGORIES = ['entry-into-force', 'half-year-data', 'change', 'launch', 'exercise', 'inspection', 'other'] as const;

/** A datum that a treaty asks for, in its numbered format. What was wrong is put right by a new notification that joins the first, as the practice is. */
export const treatyNotification = signedByRepresentative({
  id: 'treaty_notification',
  joins: ['treaty_notification'],
  opens: true,
  fields: [
    { name: 'format', shape: 'line', max: 40, frame: true, required: true },
    { name: 'article', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'category', shape: 'choice', of: CATEGORIES, frame: true, required: true },
    { name: 'event_at', shape: 'instant', frame: true, required: false },
    { name: 'event_until', shape: 'instant', frame: true, required: false },
    { name: 'change', shape: 'choice', of: ['new', 'corrects', 'cancels'], frame: true, required: false },
    { name: 'data', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    ATTACHMENTS,
  ],
  checkFrame: (fields) => endFault('event_until', fields.event_at, fields.event_until),
  checkContent: ({ event_at, event_until }): readonly Fault[] =>
    event_until !== undefined && event_at === undefined ? [{ field: 'event_at', phrase: { id: 'fault.window_without_start' } }] : [],
  summary: (fields) => titled('treaty_notification', fields, 'data', ['category', 'format']),
});
