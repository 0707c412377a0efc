import { fromUtf8 } from '../base/bytes.ts';
import { sayIn } from '../base/phrases.ts';
import type { Crypto } from '../base/ports.ts';
import { parseCard } from '../entry/card.ts';
import { parseEntry } from '../entry/entry.ts';
import { parseFoundingNote } from '../entry/founding.ts';
import { parseIdentityNote } from '../entry/identity-note.ts';
import { isInvitationBundle, parseInvitation } from '../entry/invitation.ts';
import type { CheckResult, Detector } from '../interop/check.ts';
import { parsePack } from '../procedure/pack.ts';
import { isOurDatabase } from '../store/database-header.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { ED25519_SIGNATURE_SIZE, ML_DSA_44_SIGNATURE_SIZE, parseTimestamped } from '../tlog/cosignature.ts';
import { type NoteLine, parseLines, parseNote } from '../tlog/note.ts';
import { parseLogProof } from '../tlog/proof.ts';
import { isCosignerFault } from '../verify/cosigner-fault.ts';
import { isForkProof } from '../verify/fork-proof.ts';
import { isRecord } from '../verify/record-file.ts';
import { sayVerdict } from '../verify/say-verdict.ts';
import { verifyFile } from '../verify/verify-file.ts';

type Found = Partial<Omit<CheckResult, 'file'>>;

/** Where a note's text ends and its signature lines begin. */
const NOTE_LINES = '\n\n\u2014 ';
/** A file is recognised by its beginning and by how its signature lines begin; more is never read for that. */
const LOOKED_AT = 512 * 1024;

const KEYS_ELSEWHERE = 'its form was checked, not its signatures: the keys are not in this file';
const PROOF = 'c2sp.org/tlog-proof@v1\n';

const BACKUP =
  'a parley backup: "parley restore" reads it, and checks everything in it before it is put in place; here it was only recognised. It holds the seed of a node: keep it secret';

/** A database of this program that says when it was made: the row that a backup has and a directory in use has not. */
function isBackup(bytes: Uint8Array): boolean {
  return isOurDatabase(bytes) && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('"made_at":');
}

/** What the record itself is made of, most particular first: proofs, record exports, entries, foundings, checkpoints, cosignatures, cards, notes. */
export function recordDetectors(crypto: Crypto): readonly Detector[] {
  return [
    { format: 'backup', recognise: isBackup, check: () => ({ warnings: [BACKUP] }) },
    { format: 'tlog-proof', recognise: (bytes) => startsWith(bytes, 'c2sp.org/tlog-proof'), check: (bytes) => checkProof(crypto, bytes) },
    { format: 'fork-proof', recognise: isForkProof, check: (bytes) => checkVerified(crypto, bytes, '1') },
    { format: 'cosigner-fault', recognise: isCosignerFault, check: (bytes) => checkVerified(crypto, bytes, '1') },
    { format: 'invitation', recognise: isInvitationBundle, check: (bytes) => checkInvitation(crypto, bytes) },
    { format: 'record', recognise: isRecord, check: (bytes) => checkVerified(crypto, bytes, '1') },
    { format: 'entry', recognise: (bytes) => isNoteOf(bytes, '{"v":1,"channel":', '"type":'), check: (bytes) => checkEntry(crypto, bytes) },
    { format: 'identity-note', recognise: (bytes) => isNoteOf(bytes, '{"v":1,"channel":', '"act":'), check: checkIdentityNote },
    { format: 'founding', recognise: (bytes) => isNoteOf(bytes, '{"v":1,"founding":'), check: (bytes) => checkFounding(crypto, bytes) },
    { format: 'checkpoint', recognise: isCheckpoint, check: checkCheckpoint },
    { format: 'cosignature', recognise: (bytes) => startsWith(bytes, '\u2014 '), check: checkCosignature },
    { format: 'signed-note', recognise: (bytes) => lookAt(bytes).includes(NOTE_LINES), check: checkNote },
    { format: 'procedure-pack', recognise: (bytes) => startsWith(bytes, '{\n  "v": 1,\n  "name": "'), check: checkPack },
    { format: 'card', recognise: (bytes) => startsWith(bytes, '{"v":1,"role":'), check: checkCard },
  ];
}

async function checkProof(crypto: Crypto, bytes: Uint8Array): Promise<Found> {
  const version = startsWith(bytes, PROOF) ? 'v1' : null;
  const parsed = parseLogProof(bytes);
  if ('expected' in parsed) return { version, ...wrong(parsed.expected) };
  const { index, path, extra } = parsed.proof;
  const counts = { index, size: parsed.head.size, path: path.length };
  // Anybody's tlog-proof has this form; only ours brings the keys that prove it.
  if (extra === undefined || !isRecord(extra))
    return { version, counts, errors: index < parsed.head.size ? [] : ['the index is not below the size of the tree'], warnings: [KEYS_ELSEWHERE] };
  return { ...(await checkVerified(crypto, bytes, 'v1')), counts };
}

async function checkVerified(crypto: Crypto, bytes: Uint8Array, version: string): Promise<Found> {
  const found = await verifyFile(crypto, bytes);
  const { entries } = found;
  const sentences = sayVerdict(sayIn('en'), found);
  const said = (ok: false | null) => sentences.filter((sentence) => sentence.ok === ok).map(({ text }) => text);
  const counts = entries === undefined ? {} : { entries: entries.length, not_accepted: entries.filter(({ valid }) => !valid).length };
  return { version, errors: said(false), warnings: said(null), counts };
}

function checkEntry(crypto: Crypto, bytes: Uint8Array): Found {
  const parsed = parseEntry(crypto.sha256, bytes);
  if ('expected' in parsed) return { version: '1', ...wrong(parsed.expected) };
  const { after, refs, body } = parsed.entry.header;
  return { version: '1', warnings: [KEYS_ELSEWHERE], counts: { heads: after.length, refs: refs.length, fields_at_most: body.n } };
}

function checkIdentityNote(bytes: Uint8Array): Found {
  const parsed = parseIdentityNote(bytes);
  if ('expected' in parsed) return { version: '1', ...wrong(parsed.expected) };
  return { version: '1', warnings: [KEYS_ELSEWHERE], counts: { signatures: parsed.signed.lines.length } };
}

async function checkFounding(crypto: Crypto, bytes: Uint8Array): Promise<Found> {
  const parsed = parseFoundingNote(crypto.sha256, bytes);
  if ('expected' in parsed) return { version: '1', ...wrong(parsed.expected) };
  const { note } = parsed;
  const counts = { signatures: note.signed.lines.length };
  if (note.founding === 'decline') return { version: '1', warnings: [KEYS_ELSEWHERE], counts };
  const verified = (await crypto.verify(note.checks)).every(Boolean);
  return { version: '1', errors: verified ? [] : ["the signatures of the party's identity do not verify"], counts };
}

/** An invitation with packs: its note as any founding note, and each pack in form. */
async function checkInvitation(crypto: Crypto, bytes: Uint8Array): Promise<Found> {
  const parsed = parseInvitation(crypto.sha256, bytes);
  if ('expected' in parsed) return { version: '1', ...wrong(parsed.expected) };
  const note = await checkFounding(crypto, parsed.note);
  const bad = parsed.packs.map(parsePack).flatMap((pack) => ('expected' in pack ? pack.expected : []));
  return {
    ...note,
    errors: [...(note.errors ?? []), ...bad.map((one) => `expected of a procedure: ${one}`)],
    counts: { ...note.counts, packs: parsed.packs.length },
  };
}

function checkPack(bytes: Uint8Array): Found {
  const parsed = parsePack(bytes);
  return 'expected' in parsed ? { version: '1', errors: parsed.expected } : { version: '1', counts: { clocks: parsed.pack.clocks.length } };
}

function checkCheckpoint(bytes: Uint8Array): Found {
  const parsed = parseNote(bytes);
  if ('expected' in parsed) return wrong(parsed.expected);
  const head = parseCheckpoint(parsed.note.text, true);
  if ('expected' in head) return wrong(head.expected);
  const { lines } = parsed.note;
  const own = lines.some(({ name }) => name === head.checkpoint.origin);
  const cosignatures = lines.filter(({ name }) => name !== head.checkpoint.origin).length;
  const counts = { size: head.checkpoint.size, signatures: lines.length, cosignatures };
  return { warnings: [...(own ? [] : ['no line is by the origin itself']), KEYS_ELSEWHERE], counts };
}

function checkCosignature(bytes: Uint8Array): Found {
  const parsed = parseLines(bytes);
  if ('expected' in parsed) return wrong(parsed.expected);
  const ed25519 = parsed.lines.filter((line) => timeOf(line, ED25519_SIGNATURE_SIZE) !== undefined);
  const mlDsa44 = parsed.lines.filter((line) => timeOf(line, ML_DSA_44_SIGNATURE_SIZE) !== undefined);
  const other = parsed.lines.length - ed25519.length - mlDsa44.length;
  const warnings = [
    ...(other === 0 ? [] : ['some lines are no cosignatures of Ed25519 or ML-DSA-44']),
    ...(ed25519.every((line) => mlDsa44.some((other) => other.name === line.name)) ? [] : ['a cosigner gave one of the two algorithms only']),
    KEYS_ELSEWHERE,
  ];
  return { version: 'v1', warnings, counts: { ed25519: ed25519.length, ml_dsa_44: mlDsa44.length, other } };
}

function checkNote(bytes: Uint8Array): Found {
  const parsed = parseNote(bytes);
  return 'expected' in parsed ? wrong(parsed.expected) : { warnings: [KEYS_ELSEWHERE], counts: { signatures: parsed.note.lines.length } };
}

function checkCard(bytes: Uint8Array): Found {
  const text = fromUtf8(bytes)?.replace(/\n$/, '');
  const parsed = text === undefined ? { expected: 'UTF-8 text' } : parseCard(text);
  return 'expected' in parsed ? { version: '1', ...wrong(parsed.expected) } : { version: '1', counts: { [parsed.card.role]: 1 } };
}

function timeOf(line: NoteLine, size: number): number | undefined {
  const time = parseTimestamped(line, size)?.time;
  return time === 0 ? undefined : time;
}

/** Whether a note's text is one JSON line that begins so and names a field; a damaged one is still recognised, and then refused. */
function isNoteOf(bytes: Uint8Array, start: string, field = ''): boolean {
  if (!startsWith(bytes, start)) return false;
  const text = lookAt(bytes);
  const [header = ''] = text.split('\n', 1);
  return header.includes(field) && text.length > header.length;
}

function isCheckpoint(bytes: Uint8Array): boolean {
  const text = lookAt(bytes);
  return text.includes(NOTE_LINES) && /^[^\n]+\n[0-9]+\n[A-Za-z0-9+/=]{20,}\n/.test(text);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return lookAt(bytes.subarray(0, 4 * text.length)).startsWith(text);
}

function lookAt(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(bytes.subarray(0, LOOKED_AT));
}

function wrong(expected: string): Found {
  return { errors: [`expected ${expected}`] };
}
