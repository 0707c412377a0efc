import { ParleyError } from '../base/errors.ts';
import { sayIn } from '../base/phrases.ts';
import type { Kind } from '../document/kind.ts';
import { KINDS, kindToDraft } from '../document/registry.ts';
import { shippedProfiles } from '../node/profiles.ts';
import { closest } from './closest.ts';

const english = sayIn('en');

/**
 * The kind of document that a word names: by its id in whatever spelling, or as the screens call it, here or under a profile that ships. Refuses `usage`
 * with the nearest or with all there are, and `non_paper`.
 */
export function kindNamed(word: string): Kind {
  const id = word.trim().toLowerCase().replaceAll(/[ -]/g, '_');
  try {
    return kindToDraft(id);
  } catch (error) {
    if (!(error instanceof ParleyError) || error.code !== 'invalid') throw error;
  }
  const called = kindCalled(word);
  if (called !== undefined) return called;
  const known = KINDS.filter(({ signedBy }) => signedBy === 'representative').map((kind) => kind.id);
  const near = closest(id, known);
  const instead = near === undefined ? `there is ${known.join(', ')}` : `did you mean ${near}?`;
  throw new ParleyError('usage', `"${word.slice(0, 40)}" is not a kind of document; ${instead}`);
}

/** The one kind that is called so on some screen; none where two kinds are. */
function kindCalled(word: string): Kind | undefined {
  const plain = (name: string): string =>
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_-]+/g, ' ');
  const voices = [english, ...[...shippedProfiles().values()].map(({ words }) => sayIn('en', words))];
  const [first, ...more] = KINDS.filter(
    ({ id, signedBy }) => signedBy === 'representative' && voices.some((say) => plain(say(`kind.${id}`)) === plain(word)),
  );
  return more.length === 0 ? first : undefined;
}
