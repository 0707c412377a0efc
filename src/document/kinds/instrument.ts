import { isObject, type Json } from '../../base/json.ts';
import { ATTACHMENTS, MAX_NAME, MAX_ROWS, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import type { Fault, Fields } from '../kind.ts';
import { twiceFaults } from '../rows.ts';
import { titled } from '../summary.ts';

/** What brings an instrument into force. */
export const IN_FORCE_RULES = ['on-signature', 'on-last-ratification', 'on-last-deposit', 'on-date'] as const;

/** The agreed text as it is to be signed, in each language, with the rule by which it enters into force. Where it joins a text, that version is what was adopted. */
export const instrument = signedByRepresentative({
  id: 'instrument',
  joins: ['text'],
  opens: true,
  fields: [
    { name: 'title', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    {
      name: 'versions',
      shape: 'rows',
      max: MAX_ROWS,
      of: [
        { name: 'language', shape: 'line', max: 35, as: 'language', required: true },
        { name: 'authentic', shape: 'flag', required: true },
        { name: 'text', shape: 'text', max: MAX_TEXT, required: true },
      ],
      frame: false,
      required: true,
    },
    { name: 'depositary', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'in_force_rule', shape: 'choice', of: IN_FORCE_RULES, frame: true, required: true },
    { name: 'in_force_at', shape: 'instant', frame: true, required: false },
    { name: 'full_powers_required', shape: 'flag', frame: true, required: false },
    ATTACHMENTS,
  ],
  checkFrame: ruleFaults,
  checkContent: versionFaults,
  summary: (fields) => titled('instrument', fields, 'title'),
});

function ruleFaults({ in_force_rule: rule, in_force_at: at }: Fields): readonly Fault[] {
  return rule === 'on-date' && at === undefined ? [{ field: 'in_force_at', phrase: { id: 'fault.in_force_at' } }] : [];
}

/** One language at least must say what counts, none has two versions, and a date belongs to the rule that asks for one. */
function versionFaults({ versions, in_force_rule: rule, in_force_at: at }: Fields): readonly Fault[] {
  const date: readonly Fault[] =
    at !== undefined && rule !== undefined && rule !== 'on-date' ? [{ field: 'in_force_at', phrase: { id: 'fault.in_force_otherwise' } }] : [];
  return [...date, ...languageFaults(versions), ...twiceFaults('versions', versions, 'language', 'fault.language_twice')];
}

function languageFaults(versions: Json | undefined): readonly Fault[] {
  if (!Array.isArray(versions)) return [];
  const isAuthentic = versions.some((row: Json) => isObject(row) && row.authentic === true);
  return isAuthentic ? [] : [{ field: 'versions', phrase: { id: 'fault.no_authentic' } }];
}
