import type { Json } from '../base/json.ts';
import { MAX_ATTACHMENTS } from '../base/limits.ts';
import type { Cell, Fault, Field, Kind } from './kind.ts';

/** TLP 2.0 markings, from what everybody may see to what only those addressed may. */
export const MARKINGS = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;
/** One TLP 2.0 marking. */
export type Marking = (typeof MARKINGS)[number];

/** The rank of a marking, 0 (clear) to 4 (red), or -1 when it is none. */
export function markingRank(marking: unknown): number {
  return (MARKINGS as readonly unknown[]).indexOf(marking);
}

/** How fast a document must be read; absent is routine. */
export const URGENCIES = ['routine', 'urgent', 'flash'] as const;

/** Entries one document may say it concerns: a dossier is tied together act by act. */
export const MAX_CONCERNS = 32;
/** Characters of one long text. In three-byte scripts this still fits a body of 64 KiB; more is an attachment. */
export const MAX_TEXT = 20_000;
/** Characters of a shorter explanation. */
export const MAX_REMARK = 4_000;
/** Rows of one field: what a page can show and a body can hold. */
export const MAX_ROWS = 100;
/** On whose side somebody stands, as the author sees it. */
export const SIDES = ['ours', 'theirs', 'host'] as const;
/** Characters of a subject or title. */
export const MAX_SUBJECT = 200;
/** Characters of a name, an office, a reference. */
export const MAX_NAME = 120;

/** Fields of every document that a representative signs, after its own. */
export const ENVELOPE: readonly Field[] = [
  { name: 'marking', shape: 'choice', of: MARKINGS, frame: true, required: true },
  { name: 'urgency', shape: 'choice', of: URGENCIES, frame: true, required: false },
  { name: 'ref', shape: 'line', max: MAX_NAME, frame: false, required: false },
  { name: 'lang', shape: 'line', max: 35, as: 'language', frame: false, required: false },
  { name: 'concerns', shape: 'entries', max: MAX_CONCERNS, frame: true, required: false, hidden: true },
  { name: 'exercise', shape: 'flag', frame: true, required: false },
];

/** Who comes, or speaks, for each side, a row each. */
export function peopleOfSides(name: string): Field {
  const of: readonly Cell[] = [
    { name: 'side', shape: 'choice', of: SIDES, required: true },
    { name: 'name', shape: 'line', max: MAX_NAME, required: true },
    { name: 'capacity', shape: 'line', max: MAX_NAME, required: false },
  ];
  return { name, shape: 'rows', max: MAX_ROWS, of, frame: false, required: false };
}

/** Files sent along. */
export const ATTACHMENTS: Field = { name: 'attachments', shape: 'attachments', max: MAX_ATTACHMENTS, frame: false, required: false };

/** A kind that representatives sign: its own fields, then the envelope's. */
export function signedByRepresentative(kind: Omit<Kind, 'signedBy'>): Kind {
  return { ...kind, signedBy: 'representative', fields: [...kind.fields, ...ENVELOPE] };
}

/** A kind that a node signs for itself: part of the record, no envelope, nothing in it is content. */
export function signedByNode(kind: Omit<Kind, 'signedBy'>): Kind {
  return { ...kind, signedBy: 'node' };
}

/** The fault of something that would end before it begins, under the name of its end. */
export function endFault(name: string, from: Json | undefined, until: Json | undefined): readonly Fault[] {
  return typeof from === 'number' && typeof until === 'number' && until < from ? [{ field: name, phrase: { id: 'fault.ends_before' } }] : [];
}
