import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fromUtf8, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { sayIn } from '../base/phrases.ts';
import type { Signer } from '../base/ports.ts';
import { ACT_WORDS, parseAct } from '../document/accreditation.ts';
import { keySentence } from '../entry/actor.ts';
import { identityJson } from '../entry/card.ts';
import { formatIdentityNote, type IdentityNote, identityLine, parseIdentityNote } from '../entry/identity-note.ts';
import { eventOf, parseKeyEvent } from '../entry/key-event.ts';
import { nodeSha256 } from '../node/crypto.ts';
import { readBounded, replaceFile } from '../node/durable-file.ts';
import { formatLines, formatNote, type NoteLine, parseLines } from '../tlog/note.ts';
import type { Option } from './command.ts';

/** The option that writes an act to a file for several holders to sign, one after another, instead of signing it here. */
export const OUT_SHEET: Option = {
  name: 'out',
  value: 'FILE',
  help: 'sign nothing: write the act to FILE, for each holder of an identity key to sign with "parley key sign"',
};

/** One identity note of a sheet, with the lines of those who have signed. */
export type SheetNote = { readonly title: string; readonly note: IdentityNote; readonly lines: readonly NoteLine[] };

/**
 * Acts of a party that several holders of identity keys sign one after another, as a file that goes from hand to hand:
 * `{"v":1,"kind":"signing-sheet","notes":[{"channel":"Geneva","text":"{...}\n","lines":"— id/... ...\n"}]}`. It holds no secret.
 */
export type Sheet = readonly SheetNote[];

/** A channel has one note of a sheet at most, and a party has few channels. */
const MAX_SHEET_SIZE = 8 * 1024 * 1024;
const say = sayIn('en');

/** Reads a sheet; refuses `not_found`, `too_large`, and `invalid` where it is not in form. */
export async function readSheet(path: string): Promise<Sheet> {
  const bytes = await readBounded(path, MAX_SHEET_SIZE);
  if (bytes === undefined) throw new ParleyError('not_found', path);
  const text = fromUtf8(bytes);
  let value: Json | undefined;
  try {
    value = text === undefined ? undefined : (JSON.parse(text) as Json);
  } catch {
    value = undefined;
  }
  if (!isObject(value) || value.v !== 1 || value.kind !== 'signing-sheet' || !Array.isArray(value.notes))
    throw new ParleyError('invalid', 'a signing sheet, as --out of an act writes it');
  return value.notes.map(parseSheetNote);
}

/** Writes a sheet, whole or not at all. */
export async function writeSheet(path: string, sheet: Sheet): Promise<void> {
  const notes = sheet.map(({ title, note, lines }) => ({
    channel: title,
    text: formatIdentityNote(note),
    lines: lines.length === 0 ? '' : (fromUtf8(formatLines(lines)) ?? ''),
  }));
  await replaceFile(path, utf8(`${JSON.stringify({ v: 1, kind: 'signing-sheet', notes }, null, 1)}\n`));
}

/** The sheet with one more holder's line in every note; signed again by the same key, it stays as it is. */
export function signSheet(sheet: Sheet, signer: Signer): Promise<Sheet> {
  return Promise.all(
    sheet.map(async ({ title, note, lines }) => {
      const line = await identityLine(nodeSha256, formatIdentityNote(note), signer);
      return { title, note, lines: [...lines.filter(({ name }) => name !== line.name), line] };
    }),
  );
}

/** The signed notes of a sheet; refuses `invalid` where nobody has signed. */
export function signedNotes(sheet: Sheet): readonly string[] {
  return sheet.map(({ note, lines }) => {
    if (lines.length === 0) throw new ParleyError('invalid', 'a sheet that somebody has signed with "parley key sign"');
    return fromUtf8(formatNote({ text: formatIdentityNote(note), lines })) ?? '';
  });
}

/** What an act says, in a sentence, for whoever is about to sign it. */
export function sayAct(act: JsonObject): string {
  const event = parseKeyEvent(act);
  if ('event' in event) {
    const { identity } = event.event;
    const words = keySentence(toBase64url(nodeSha256(utf8(JSON.stringify(identityJson(identity))))), wordlist);
    return `Key event ${eventOf(identity)}: from now on ${identity.threshold} of ${identity.keys.length} identity key${identity.keys.length === 1 ? '' : 's'} sign${identity.threshold === 1 ? 's' : ''} for the party. In words: ${words}`;
  }
  const parsed = parseAct(act);
  if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
  const name = parsed.act.act === 'accredit' ? `${parsed.act.name}, ${parsed.act.post},` : `the holder of key ${parsed.act.actor.slice(0, 8)}`;
  return say({ id: ACT_WORDS[parsed.act.act].sentence, values: { name } });
}

/** Whether a sheet carries a key event, which goes into all channels at once. */
export function isKeyEvent(sheet: Sheet): boolean {
  return sheet.some(({ note }) => note.act.act === 'rotate');
}

function parseSheetNote(value: Json): SheetNote {
  const { channel, text, lines } = isObject(value) ? value : {};
  if (typeof channel !== 'string' || typeof text !== 'string' || typeof lines !== 'string')
    throw new ParleyError('invalid', 'a note of a signing sheet');
  const signed = lines === '' ? { lines: [] } : parseLines(utf8(lines));
  if ('expected' in signed) throw new ParleyError('invalid', `expected ${signed.expected}`);
  // A note has at least one line; one of no meaning lends its form to a sheet that nobody has signed yet.
  const parsed = parseIdentityNote(formatNote({ text, lines: signed.lines.length > 0 ? signed.lines : [BLANK] }));
  if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
  // What a person reads before signing is what is signed: the same text, byte for byte.
  if (formatIdentityNote(parsed.note) !== text) throw new ParleyError('invalid', 'a note in its form');
  return { title: channel, note: parsed.note, lines: signed.lines };
}

const BLANK: NoteLine = { name: 'id/unsigned', keyId: new Uint8Array(4), signature: new Uint8Array(64) };
