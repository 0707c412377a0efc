import type { Say } from '../base/phrases.ts';
import type { Kind } from './kind.ts';
import { KINDS, kindOf } from './registry.ts';

/** Kinds in the first menu: what an eye takes in at once. */
export const MAX_FIRST = 7;

/** The first menu where nobody chose another: what most parties say most days. */
export const FIRST_ACTS: readonly string[] = [
  'message',
  'request',
  'incident_notification',
  'claim',
  'note_verbale',
  'contact_nomination',
  'communication_check',
];

/** What a person can begin with: the kinds of the first menu, and all others, which are found by a word. */
export type Menu = { readonly first: readonly Kind[]; readonly more: readonly Kind[] };

/**
 * The menu of kinds that people sign and that open a matter. `first`: ids in the order to show them, of which the first seven that can be begun
 * with stand in the first menu, each once; ids unknown here are passed over, and an empty list leaves {@link FIRST_ACTS}.
 */
export function menuOf(first: readonly string[] = FIRST_ACTS): Menu {
  const chosen = [...new Set(first)].flatMap((id) => kindOf(id) ?? []).filter(mayBegin);
  if (chosen.length === 0 && first !== FIRST_ACTS) return menuOf();
  const shown = chosen.slice(0, MAX_FIRST);
  return { first: shown, more: KINDS.filter((kind) => mayBegin(kind) && !shown.includes(kind)) };
}

/**
 * The kinds that a word a person types may mean, those named so before those that only say it in their help; all of them where nothing is typed.
 * Several words must all be there, accents and case aside.
 */
export function searchKinds(say: Say, kinds: readonly Kind[], typed: string): readonly Kind[] {
  const words = plain(typed).split(' ').filter(Boolean);
  const holds = (text: string): boolean => words.every((word) => text.includes(word));
  const named = kinds.filter((kind) => holds(nameOf(say, kind)));
  const said = kinds.filter((kind) => !named.includes(kind) && holds(`${nameOf(say, kind)} ${plain(say(`kind.${kind.id}.help`))}`));
  return [...named, ...said];
}

function mayBegin(kind: Kind): boolean {
  return kind.signedBy === 'representative' && kind.opens;
}

/** Both names: the one on screen, and the id that commands and scenarios take. */
function nameOf(say: Say, kind: Kind): string {
  return plain(`${say(`kind.${kind.id}`)} ${kind.id}`);
}

/** `Aide-mémoire` and `aide_memoire` are one word to somebody who types. */
function plain(text: string): string {
  return text
    .slice(0, 200)
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
