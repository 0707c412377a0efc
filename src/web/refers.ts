import { isAboutEntry } from '../document/about-entries.ts';

/** Acts about a person: they name the accreditation that they are about, and answer nothing. */
const ABOUT_PEOPLE: readonly string[] = ['identity', 'recall', 'return_to_post', 'compromise'];

/** The word before the document that one of this kind refers to: it answers that one, or is about it. */
export function refersWord(kind: string): 'row.answers' | 'about.about' {
  return isAboutEntry(kind) || ABOUT_PEOPLE.includes(kind) ? 'about.about' : 'row.answers';
}
