import { bracketFaults } from '../brackets.ts';
import { ATTACHMENTS, MAX_ROWS, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import { twiceFaults } from '../rows.ts';
import { titled } from '../summary.ts';

/**
 * A text under negotiation, article by article. Brackets in an article hold what is not agreed and say whose it is: `[RU: shall] [US: should]`. A later
 * version joins the first.
 */
export const text = signedByRepresentative({
  id: 'text',
  joins: ['text'],
  opens: true,
  fields: [
    { name: 'title', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    {
      name: 'articles',
      shape: 'rows',
      max: MAX_ROWS,
      of: [
        { name: 'number', shape: 'line', max: 20, required: true },
        { name: 'heading', shape: 'line', max: MAX_SUBJECT, required: false },
        { name: 'text', shape: 'text', max: MAX_TEXT, required: true },
      ],
      frame: false,
      required: true,
    },
    ATTACHMENTS,
  ],
  checkContent: ({ articles }) => [...bracketFaults(articles), ...twiceFaults('articles', articles, 'number', 'fault.article_twice')],
  summary: (fields) => titled('text', fields, 'title'),
});
