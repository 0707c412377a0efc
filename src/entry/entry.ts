import { equal, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { MAX_ENTRY_SIZE } from '../base/limits.ts';
import type { Random, Sha256, SignatureCheck, Signer } from '../base/ports.ts';
import { computeKeyId, formatNote, type NoteLine, parseNote } from '../tlog/note.ts';
import { actorOf, type LineRole, lineName } from './actor.ts';
import { buildBody } from './body.ts';
import { type CitedHead, formatHeader, type Header, parseHeader } from './header.ts';

/** Note signature type of an entry's line: Ed25519 over the note text (C2SP signed-note). */
const ED25519_LINE = 0x01;

/** An entry in its form; nothing about it is verified yet. */
export type ParsedEntry = {
  /** The exact bytes: header line, blank line, one signature line. */
  readonly bytes: Uint8Array;
  /** Entry id: base64url SHA-256 of the note text, 43 characters. */
  readonly id: string;
  readonly text: string;
  readonly header: Header;
  readonly line: NoteLine;
};

/** What an author says before it becomes an entry. `fields` in the order they are to stand. */
export type EntryDraft = {
  readonly channel: string;
  readonly party: number;
  readonly gen: string;
  readonly type: string;
  readonly time: number;
  readonly after: readonly CitedHead[];
  readonly refs: readonly string[];
  readonly fields: readonly (readonly [name: string, value: Json])[];
};

/** A signed entry and the body text that opens it. */
export type SignedEntry = { readonly bytes: Uint8Array; readonly id: string; readonly body: Uint8Array };

/**
 * Salts, commits and signs a draft: the only way an entry comes to be (spec/entry.md).
 * Refuses `too_large` when body or header passes its limit. Clients keep the result before sending it: a retry sends the same bytes.
 */
export async function composeEntry(sha256: Sha256, random: Random, draft: EntryDraft, signer: Signer, role: LineRole): Promise<SignedEntry> {
  const body = buildBody(sha256, random, draft.fields);
  const actor = actorOf(sha256, signer.publicKey);
  const header: Header = {
    channel: draft.channel,
    party: draft.party,
    gen: draft.gen,
    type: draft.type,
    time: draft.time,
    after: draft.after,
    salt: toBase64url(random(16)),
    body: body.commitment,
    actor,
    refs: draft.refs,
  };
  const text = `${formatHeader(header)}\n`;
  const name = lineName(role, actor);
  const line: NoteLine = { name, keyId: computeKeyId(sha256, name, ED25519_LINE, signer.publicKey), signature: await signer.sign(utf8(text)) };
  const bytes = formatNote({ text, lines: [line] });
  if (bytes.length > MAX_ENTRY_SIZE) throw new ParleyError('too_large', `an entry is at most ${MAX_ENTRY_SIZE} bytes`);
  return { bytes, id: entryId(sha256, text), body: body.text };
}

/** The id of a note text: base64url SHA-256. */
export function entryId(sha256: Sha256, text: string): string {
  return toBase64url(sha256(utf8(text)));
}

/** The entry in bytes, or what was expected. Exactly one signature line, one header line, nothing else. */
export function parseEntry(sha256: Sha256, bytes: Uint8Array): { entry: ParsedEntry } | { expected: string } {
  if (bytes.length > MAX_ENTRY_SIZE) return { expected: `at most ${MAX_ENTRY_SIZE} bytes` };
  const parsed = parseNote(bytes);
  if ('expected' in parsed) return parsed;
  const { text, lines } = parsed.note;
  const [line] = lines;
  if (line === undefined || lines.length !== 1) return { expected: 'exactly one signature line' };
  if (text.indexOf('\n') !== text.length - 1) return { expected: 'one header line' };
  const header = parseHeader(text.slice(0, -1));
  if ('expected' in header) return header;
  const entry = { bytes, text, header: header.header, line };
  return { entry: { ...entry, id: toBase64url(sha256(signedBytes(entry))) } };
}

/** What an entry's line signs: its text. A header in its form is ASCII, so characters are bytes and nothing needs encoding again. */
function signedBytes(entry: Pick<ParsedEntry, 'bytes' | 'text'>): Uint8Array {
  return entry.bytes.subarray(0, entry.text.length);
}

/** The check of an entry's line against a raw Ed25519 key, or `undefined` when the line names another key. */
export function entryCheck(sha256: Sha256, entry: ParsedEntry, key: Uint8Array, role: LineRole): SignatureCheck | undefined {
  const name = lineName(role, entry.header.actor);
  if (entry.line.name !== name || !equal(entry.line.keyId, computeKeyId(sha256, name, ED25519_LINE, key))) return undefined;
  return { algorithm: 'ed25519', key, message: signedBytes(entry), signature: entry.line.signature };
}

/** The id under which bytes are held: the entry id where they are a note, else the SHA-256 of all bytes, 32 raw bytes either way. */
export function heldId(sha256: Sha256, bytes: Uint8Array): Uint8Array {
  const parsed = parseNote(bytes);
  return 'note' in parsed ? sha256(utf8(parsed.note.text)) : sha256(bytes);
}
