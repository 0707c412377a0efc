import type { Phrase } from '../base/phrases.ts';
import { MARKINGS, type Marking, markingRank } from '../document/envelope.ts';
import type { Document } from '../document/kind.ts';
import type { Person, ReaderState } from './reader-state.ts';

/** The person whose key may sign at this place of the log, or why not. Validity is positional: no clock is asked. */
export function judgeSigner(state: ReaderState, actor: string): { person: Person } | { void: Phrase } {
  const person = state.people.get(actor);
  if (person === undefined) return { void: { id: 'void.not_accredited' } };
  if (person.state === 'recalled') return { void: { id: 'void.recalled', values: { name: person.name } } };
  if (person.state === 'ended') return { void: { id: 'void.ended', values: { name: person.name } } };
  return { person };
}

/** Why a document lies outside a person's scope, or `undefined` when it lies within. */
export function acceptScope(person: Person, kind: string, document: Document | undefined): Phrase | undefined {
  // Recall and return are opened by the right to recall alone, judged where they take effect.
  const aboutPeople = kind === 'recall' || kind === 'return_to_post';
  if (!aboutPeople && !person.kinds.includes('*') && !person.kinds.includes(kind))
    return { id: 'void.kind_out_of_scope', values: { name: person.name, kind } };
  const marking = document?.fields.marking;
  if (typeof marking === 'string' && isMarking(marking) && markingRank(marking) > markingRank(person.marking))
    return { id: 'void.marking_out_of_scope', values: { name: person.name, marking } };
  return undefined;
}

function isMarking(text: string): text is Marking {
  return (MARKINGS as readonly string[]).includes(text);
}
