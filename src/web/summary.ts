import { CATALOGUES, type Phrase, type Say } from '../base/phrases.ts';
import { visible } from './visible.ts';

/** A summary apart: what Parley says of a document (sans) and the party's own words in it (serif), where they are held. */
export type Summary = { readonly label: string; readonly words: string | undefined };

/**
 * Takes a list's sentence apart by its `.bare` form: `Request for information: VPN logs` is label `Request for information`, words `VPN logs`.
 * A sentence without one is label alone.
 */
export function takeApart(say: Say, phrase: Phrase): Summary {
  const title = phrase.values?.title;
  const bare = `${phrase.id}.bare`;
  if (typeof title !== 'string' || CATALOGUES.en?.[bare] === undefined) return { label: say(phrase), words: undefined };
  return { label: say(bare, phrase.values), words: visible(title) };
}
