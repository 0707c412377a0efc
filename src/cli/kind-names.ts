import { ParleyError } from '../base/errors.ts';
import type { Kind } from '../document/kind.ts';
import { KINDS, kindToDraft } from '../document/registry.ts';
import { closest } from './closest.ts';

/** The kind of document that a word names, in whatever spelling; refuses `usage` with the nearest or with all there are, and `non_paper`. */
export function kindNamed(word: string): Kind {
  const id = word.trim().toLowerCase().replaceAll(/[ -]/g, '_');
  try {
    return kindToDraft(id);
  } catch (error) {
    if (!(error instanceof ParleyError) || error.code !== 'invalid') throw error;
  }
  const known = KINDS.filter(({ signedBy }) => signedBy === 'representative').map((kind) => kind.id);
  const near = closest(id, known);
  const instead = near === undefined ? `there is ${known.join(', ')}` : `did you mean ${near}?`;
  throw new ParleyError('usage', `"${word.slice(0, 40)}" is not a kind of document; ${instead}`);
}
