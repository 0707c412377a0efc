import { ATTACHMENTS, MAX_NAME, MAX_REMARK, MAX_ROWS, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import type { Fault } from '../kind.ts';
import { titled } from '../summary.ts';

/** What a newspaper or an agency says, entered by a side: not a party’s word. */
export const pressAccount = signedByRepresentative({
  id: 'press_account',
  joins: [],
  opens: true,
  fields: [
    { name: 'outlet', shape: 'line', max: MAX_NAME, frame: false, required: true },
    { name: 'author', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'published_at', shape: 'instant', frame: true, required: false, past: true },
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
  // An account is no translation of itself.
  checkContent: ({ language, source_language }): readonly Fault[] =>
    source_language !== undefined && source_language === language ? [{ field: 'source_language', phrase: { id: 'fault.same_language' } }] : [],
  summary: (fields) => titled('press_account', fields, 'title'),
});
