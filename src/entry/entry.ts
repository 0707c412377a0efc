import { equal, toBase64url, utf8 } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { MAX_ENTRY_SIZE } from '../base/limits.ts';
import type { Random, Sha256, SignatureCheck, Signer } from '../base/ports.ts';
import { computeKeyId, formatNote, type NoteLine, parseNote } from '../tlog/note.ts';
import { actorOf, type LineRole, lineName } from './actor.ts';
import { buildBody, openWholeBody } from './body.ts';
import { type CitedHead, formatHeader, type Header, parseHeader } from './header.ts';
import { type PasskeyFault, type PasskeySigner, passkeyLine, readPasskeyLine } from './passkey-line.ts';
import { passkeyIn } from './signing-key.ts';

/** Note signature type of an entry's line: Ed25519 over the note text (C2SP signed-note). */
const ED25519_LINE = 0x01;

/** An entry in its form; nothing about it is verified yet. */
export type ParsedEntry = {
  /** The exact bytes: header line, blank line, one signature line. */
  readonly bytes: Uint8Array;
  /** Entry id: base64url SHA-256 of the note text, 43 characters. */
  readonly id: string;
  /** The same, as its 32 bytes. */
  readonly hash: Uint8Array;
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

/** An entry that nobody signed yet: the note text, what it will be called, and the body text that opens it. */
export type UnsignedEntry = { readonly text: string; readonly id: string; readonly body: Uint8Array };

/** Who signs an entry: a key at work, or a passkey that an authenticator holds. */
export type EntrySigner = Signer | PasskeySigner;

/**
 * Salts, commits and signs a draft: the only way an entry comes to be (spec/entry.md).
 * Refuses `too_large` when body or header passes its limit. Clients keep the result before sending it: a retry sends the same bytes.
 */
export function composeEntry(sha256: Sha256, random: Random, draft: EntryDraft, signer: EntrySigner, role: LineRole): Promise<SignedEntry> {
  return signEntry(sha256, prepareEntry(sha256, random, draft, signer.publicKey), signer, role);
}

/** Salts and commits a draft for the signing key that is going to sign it; what is signed later is exactly this text. Refuses `too_large`. */
export function prepareEntry(sha256: Sha256, random: Random, draft: EntryDraft, signingKey: Uint8Array): UnsignedEntry {
  const body = buildBody(sha256, random, draft.fields);
  const header: Header = {
    channel: draft.channel,
    party: draft.party,
    gen: draft.gen,
    type: draft.type,
    time: draft.time,
    after: draft.after,
    salt: toBase64url(random(16)),
    body: body.commitment,
    actor: actorOf(sha256, signingKey),
    refs: draft.refs,
  };
  const text = `${formatHeader(header)}\n`;
  return { text, id: entryId(sha256, text), body: body.text };
}

/** Signs a prepared entry; asserts that it was prepared for this key. Refuses `too_large`, and what the signer itself refuses. */
export async function signEntry(sha256: Sha256, unsigned: UnsignedEntry, signer: EntrySigner, role: LineRole): Promise<SignedEntry> {
  const { text, id, body } = unsigned;
  const actor = actorOf(sha256, signer.publicKey);
  const header = parseHeader(text.slice(0, -1));
  assert('header' in header && header.header.actor === actor, 'an entry is signed by the key it names');
  const name = lineName(role, actor);
  const line =
    'assert' in signer
      ? await passkeyLine(sha256, name, text, signer)
      : { name, keyId: computeKeyId(sha256, name, ED25519_LINE, signer.publicKey), signature: await signer.sign(utf8(text)) };
  const bytes = formatNote({ text, lines: [line] });
  if (bytes.length > MAX_ENTRY_SIZE) throw new ParleyError('too_large', `an entry is at most ${MAX_ENTRY_SIZE} bytes`);
  return { bytes, id, body };
}

/** An unsigned entry as it can be read: whoever is asked to sign or clear it looks at these bytes and nothing else. */
export type OpenedEntry = { readonly id: string; readonly header: Header; readonly fields: ReadonlyMap<string, Json> };

/** What an unsigned entry says, or what was expected: a header line and a whole body that it commits to, in their forms. */
export function openUnsigned(sha256: Sha256, unsigned: Omit<UnsignedEntry, 'id'>): OpenedEntry | { expected: string } {
  const { text, body } = unsigned;
  if (text.indexOf('\n') !== text.length - 1) return { expected: 'one header line' };
  const parsed = parseHeader(text.slice(0, -1));
  if ('expected' in parsed) return parsed;
  const opened = openWholeBody(sha256, parsed.header.body, body);
  if ('expected' in opened) return opened;
  const [irregular] = opened.body.voids;
  if (irregular !== undefined) return { expected: `a text in its form (${irregular})` };
  return { id: entryId(sha256, text), header: parsed.header, fields: opened.body.fields };
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
  const hash = sha256(signedBytes(entry));
  return { entry: { ...entry, id: toBase64url(hash), hash } };
}

/** What an entry's line signs: its text. A header in its form is ASCII, so characters are bytes and nothing needs encoding again. */
function signedBytes(entry: Pick<ParsedEntry, 'bytes' | 'text'>): Uint8Array {
  return entry.bytes.subarray(0, entry.text.length);
}

/**
 * The check of an entry's line against a signing key (a raw Ed25519 key, or a passkey), or `undefined` when the line names another key, or is no
 * assertion that this passkey gave over this text; {@link passkeyFault} then says why.
 */
export function entryCheck(sha256: Sha256, entry: ParsedEntry, key: Uint8Array, role: LineRole): SignatureCheck | undefined {
  const name = lineName(role, entry.header.actor);
  if (passkeyIn(key) !== undefined) {
    const read = role === 'rep' ? readPasskeyLine(sha256, entry.line, name, signedBytes(entry), key) : undefined;
    return read !== undefined && 'check' in read ? read.check : undefined;
  }
  if (entry.line.name !== name || !equal(entry.line.keyId, computeKeyId(sha256, name, ED25519_LINE, key))) return undefined;
  return { algorithm: 'ed25519', key, message: signedBytes(entry), signature: entry.line.signature };
}

/** Why the line of an entry is no assertion of the passkey that should have signed it, as an id of the catalogue; `undefined` for other keys. */
export function passkeyFault(sha256: Sha256, entry: ParsedEntry, key: Uint8Array): PasskeyFault | undefined {
  if (passkeyIn(key) === undefined) return undefined;
  const read = readPasskeyLine(sha256, entry.line, lineName('rep', entry.header.actor), signedBytes(entry), key);
  return 'fault' in read ? read.fault : undefined;
}

/** The id under which bytes are held: the entry id where they are a note, else the SHA-256 of all bytes, 32 raw bytes either way. */
export function heldId(sha256: Sha256, bytes: Uint8Array): Uint8Array {
  const parsed = parseNote(bytes);
  return 'note' in parsed ? sha256(utf8(parsed.note.text)) : sha256(bytes);
}
