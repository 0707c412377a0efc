import type { Scope } from '../document/accreditation.ts';
import { markingRank } from '../document/envelope.ts';
import { kindOf } from '../document/registry.ts';

/** The rules a charter pins: kinds, limits, signature rules and word list. It grows by one whenever one of them changes what is valid. */
export const RULES_NUMBER = 1;

/** Acts about a colleague: the scope's `may_recall` opens them, its list of kinds does not. */
const ABOUT_PEOPLE: readonly string[] = ['recall', 'return_to_post'];

/**
 * Whether a representative with this scope may sign a document of `kind`, and, when `marking` is given, under that marking.
 * Kinds that nodes sign are for no representative; a marking that does not exist is within no scope.
 */
export function mayAct(kind: string, scope: Scope, marking?: string): boolean {
  if (kindOf(kind)?.signedBy === 'node') return false;
  const named = ABOUT_PEOPLE.includes(kind) ? scope.may_recall : scope.kinds.includes('*') || scope.kinds.includes(kind);
  if (!named || marking === undefined) return named;
  const rank = markingRank(marking);
  return rank >= 0 && rank <= markingRank(scope.marking);
}
