import { ATTACHMENTS, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What a request asks for. */
export const REQUEST_TYPES = ['information', 'assistance', 'explanation', 'preservation'] as const;

/** A formal inquiry; its reply is due by `reply_by`, or as the channel's procedure says. What it is about is in `concerns`. */
export const request = signedByRepresentative({
  id: 'request',
  joins: [],
  opens: true,
  fields: [
    { name: 'request_type', shape: 'choice', of: REQUEST_TYPES, frame: true, required: true },
    { name: 'subject', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    { name: 'reply_by', shape: 'instant', frame: true, required: false, future: true },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('request', fields, 'subject', ['request_type']),
});
