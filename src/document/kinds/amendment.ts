import { bracketFault } from '../brackets.ts';
import { MAX_REMARK, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import type { Fault, Fields } from '../kind.ts';
import { titled } from '../summary.ts';

/**
 * Proposes to change one article of a text. Those of both sides stand, as alternatives; what every side accepts, in a position on it, is agreed. One on a text
 * under a silence procedure breaks the silence.
 */
export const amendment = signedByRepresentative({
  id: 'amendment',
  joins: ['text', 'amendment'],
  opens: false,
  fields: [
    { name: 'article', shape: 'line', max: 20, frame: true, required: true },
    { name: 'operation', shape: 'choice', of: ['replace', 'insert', 'delete', 'bracket', 'unbracket'], frame: true, required: true },
    { name: 'text', shape: 'text', max: MAX_TEXT, frame: false, required: false },
    { name: 'reason', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  checkContent: amendmentFaults,
  summary: (fields) => titled('amendment', fields, 'text', ['operation', 'article']),
});

function amendmentFaults(fields: Fields, erased: readonly string[]): readonly Fault[] {
  const wrong = bracketFault(fields.text, fields.article);
  if (wrong !== undefined) return [{ field: 'text', phrase: wrong }];
  const isMissing = fields.operation !== 'delete' && fields.text === undefined && !erased.includes('text');
  return isMissing ? [{ field: 'text', phrase: { id: 'fault.missing' } }] : [];
}
