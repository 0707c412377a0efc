import type { Json } from '../base/json.ts';
import type { Fault, Field, Fields, Kind } from './kind.ts';

/** Kinds by which a party says something about an entry that stands already: nothing is changed, each is a document of its own. */
export const ABOUT_ENTRIES = ['body_erased', 'lost', 'correction', 'withdrawal'] as const;
/** One of {@link ABOUT_ENTRIES}. */
export type AboutEntry = (typeof ABOUT_ENTRIES)[number];

/** Fields one act may name: as many as any kind has, and many times over. */
export const MAX_POINTERS = 64;

/** Acts about people have a way back of their own. */
const NEVER_TAKEN_BACK: readonly string[] = [...ABOUT_ENTRIES, 'recall', 'return_to_post'];

/** What an exchange holds its author to: a withdrawal or a correction of it is valid, changes nothing in the exchange, and is not drafted. */
const HELD_TO: readonly string[] = ['commitment', 'reveal'];

/** The entry an act is about: always its parent as well, so that the act stands in its matter. */
export const ENTRY: Field = { name: 'entry', shape: 'bytes', size: 32, frame: true, required: true, hidden: true };
/** The fields an act is about, `/name` each, as body leaves have them. */
export const POINTERS: Field = {
  name: 'pointers',
  shape: 'lines',
  max: MAX_POINTERS,
  maxEach: 33,
  as: 'pointer',
  frame: true,
  required: true,
  hidden: true,
};
/** The leaf hashes of the fields named in `pointers`, in their order. */
export const LEAVES: Field = { name: 'leaves', shape: 'entries', max: MAX_POINTERS, frame: true, required: true, hidden: true };

/** Whether a kind is one of {@link ABOUT_ENTRIES}. */
export function isAboutEntry(kind: string): kind is AboutEntry {
  return (ABOUT_ENTRIES as readonly string[]).includes(kind);
}

/** Whether documents of a kind can be corrected and withdrawn by their author: what representatives sign, but acts about entries and about people. */
export function mayBeTakenBack(kind: Kind): boolean {
  return kind.signedBy === 'representative' && !NEVER_TAKEN_BACK.includes(kind.id);
}

/** Whether the author of a document of a kind is held to it: it stands, whoever takes it back or puts it right. */
export function isHeldTo(kind: string): boolean {
  return HELD_TO.includes(kind);
}

/** Whether a kind takes a document back, or puts it right. */
export function takesBack(kind: string): boolean {
  return kind === 'correction' || kind === 'withdrawal';
}

/**
 * Whether a field of a body can be erased: every one that is not of the frame, also one that the kind does not have.
 * Nothing of what a node signs can be.
 */
export function isContent(kind: Kind, name: string): boolean {
  return kind.signedBy === 'representative' && !kind.fields.some((field) => field.frame && field.name === name);
}

/** Whether a correction can say a field anew: content that is words or values; other files take another document. */
export function isCorrectable(kind: Kind, name: string): boolean {
  const field = kind.fields.find((one) => one.name === name);
  return field !== undefined && isContent(kind, name) && field.shape !== 'attachments' && field.shape !== 'opaque' && field.hidden !== true;
}

/** Names of the fields that `pointers` of an act name. */
export function pointedNames(fields: Fields): readonly string[] {
  const { pointers } = fields;
  return Array.isArray(pointers) ? pointers.filter((item): item is string => typeof item === 'string').map((item) => item.slice(1)) : [];
}

/** Leaf hashes (base64url) by the name that the act gives them. */
export function namedLeaves(fields: Fields): ReadonlyMap<string, string> {
  const { leaves } = fields;
  const hashes = Array.isArray(leaves) ? leaves.filter((item): item is string => typeof item === 'string') : [];
  return new Map(pointedNames(fields).flatMap((name, i) => (hashes[i] === undefined ? [] : [[name, hashes[i]] as const])));
}

/** The fault of an act that does not name one leaf for each pointer, if so. */
export function leavesFault({ pointers, leaves }: Fields): readonly Fault[] {
  const count = (value: Json | undefined): number => (Array.isArray(value) ? value.length : 0);
  return count(pointers) === count(leaves) ? [] : [{ field: 'leaves', phrase: { id: 'fault.leaves' } }];
}
