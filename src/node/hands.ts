import { ParleyError } from '../base/errors.ts';
import type { Crypto } from '../base/ports.ts';
import type { Document } from '../document/kind.ts';
import type { Person } from '../verify/reader-state.ts';
import { acceptScope } from '../verify/signer.ts';
import { signerOf } from './statements.ts';

/** Whose hand asks for something that takes two: somebody signed in, or whoever operates the machine, who is nobody in particular. */
export type Hand = { readonly name: string; readonly user?: string; readonly actor?: string };

/** By what a hand is shown to be a person's: their session, or a statement signed with their key. */
export type Shown = { readonly hand: Hand; readonly text: string; readonly statement: Uint8Array | undefined };

/**
 * The accredited person behind a hand. An administrator can enrol whom they like, so a session alone shows nobody: the party's identity keys must have
 * accredited the person. Refuses `not_allowed`, `not_accredited`, `recalled`, `signature_invalid`.
 */
export async function personBehind(crypto: Crypto, { hand, text, statement }: Shown, people: ReadonlyMap<string, Person>): Promise<Person> {
  const person = statement === undefined ? people.get(hand.actor ?? '') : await signerOf(crypto, text, statement, people.values());
  if (statement !== undefined && person === undefined) throw new ParleyError('signature_invalid', 'a statement by the key of somebody accredited');
  if (hand.actor === undefined && statement === undefined)
    throw new ParleyError('not_allowed', 'a person does this: signed in, or with the key of their own');
  if (person === undefined || person.state === 'ended') throw new ParleyError('not_accredited', 'whoever clears is accredited, as whoever signs');
  if (person.state === 'recalled') throw new ParleyError('recalled', person.name);
  if (person.automatic) throw new ParleyError('not_allowed', 'a person does this; a service reads nothing');
  return person;
}

/** Whether somebody may sign a document like this one. Whoever signs a recall or a return is judged by the right to recall. */
export function isInScope(person: Person, kind: string, document: Document | undefined): boolean {
  const isAboutPeople = kind === 'recall' || kind === 'return_to_post';
  return acceptScope(person, kind, document) === undefined && (!isAboutPeople || person.mayRecall);
}

/** Refuses `out_of_scope` where somebody may not sign a document like this one: who may not say it clears it for nobody. */
export function mustBeInScope(person: Person, kind: string, document: Document | undefined): void {
  if (!isInScope(person, kind, document)) throw new ParleyError('out_of_scope', `${person.name} may not sign it, nor clear it`);
}

/** Whether two are one person, as far as a node can tell: one key, or one name. Somebody with two keys is accredited twice under their name. */
export function isSamePerson(a: { readonly actor?: string; readonly name: string }, b: { readonly actor?: string; readonly name: string }): boolean {
  return (a.actor !== undefined && a.actor === b.actor) || plain(a.name) === plain(b.name);
}

function plain(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
