import { ATTACHMENTS, MAX_NAME, MAX_REMARK, MAX_ROWS, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What a newspaper or an agency says, entered by a side: not a party’s word. */
export const pressAccount = signedByRepresentative({
  id: 'press_account',
  joins: [],
  opens: true,
  fields: [
    { name: 'outlet', shape: 'line', max: MAX_NAME, frame: false, required: true },
    { name: 'author', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'published_at', shape: 'instant', frame: true, required: false },
    { name: 'language', shape: 'line', max: 35, as: 'language', frame: false, required: true },
    { name: 'source_language', shape: 'line', max: 35, as: 'language', frame: false, required: false },
    { name: 'title', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    {
      name: 'quotes',
      shape: 'rows',
      max: MAX_ROWS,
      of: [
        { name: 'speaker', shape: 'line', max: MAX_NAME, required: true },
        { name: 'text', shape: 'text', max: MAX_REMARK, required: true },
      ],
      frame: false,
      required: false,
    },
    ATTACHMENTS,
  ],
  summary: (fields) => titled('press_account', fields, 'title'),
});
