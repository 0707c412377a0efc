import { ATTACHMENTS, MAX_NAME, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import type { Fault, Fields } from '../kind.ts';
import { titled } from '../summary.ts';

/** The spectrum of State responsibility, from harbouring to doing (MISP taxonomy `state-responsibility`). */
export const RESPONSIBILITIES = [
  'state-prohibited',
  'state-prohibited-but-inadequate',
  'state-ignored',
  'state-encouraged',
  'state-shaped',
  'state-coordinated',
  'state-ordered',
  'state-rogue-conducted',
  'state-executed',
  'state-integrated',
] as const;

/** Degrees of likelihood (ICD 203), each a range in per cent said by its words. */
export const LIKELIHOODS = ['almost-no-chance', 'very-unlikely', 'unlikely', 'roughly-even', 'likely', 'very-likely', 'almost-certain'] as const;

/** Confidence in the judgement, which is not its likelihood (ICD 203 keeps the two in separate sentences). */
export const CONFIDENCES = ['low', 'moderate', 'high'] as const;

/**
 * Asserts a fact, or who is behind one. Positions answer it; a fact is agreed when every party accepts these same bytes. A counter-claim is a matter of
 * its own and names in `counters` the claim that it counters: both stand.
 */
export const claim = signedByRepresentative({
  id: 'claim',
  joins: [],
  opens: true,
  fields: [
    { name: 'facet', shape: 'choice', of: ['fact', 'attribution'], frame: true, required: true },
    { name: 'statement', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    { name: 'actor', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'level', shape: 'choice', of: ['technical', 'political', 'legal'], frame: false, required: false },
    { name: 'responsibility', shape: 'choice', of: RESPONSIBILITIES, frame: false, required: false },
    { name: 'likelihood', shape: 'choice', of: LIKELIHOODS, frame: false, required: false },
    { name: 'confidence', shape: 'choice', of: CONFIDENCES, frame: false, required: false },
    { name: 'counters', shape: 'entries', max: 1, frame: true, required: false, hidden: true },
    ATTACHMENTS,
  ],
  checkContent,
  summary: (fields) => titled('claim', fields, 'statement', ['facet']),
});

function checkContent(fields: Fields, erased: readonly string[]): readonly Fault[] {
  if (fields.facet === 'fact' && fields.responsibility !== undefined) {
    return [{ field: 'responsibility', phrase: { id: 'fault.responsibility_of_fact' } }];
  }
  if (fields.facet === 'attribution' && fields.actor === undefined && !erased.includes('actor')) {
    return [{ field: 'actor', phrase: { id: 'fault.actor_missing' } }];
  }
  return [];
}
