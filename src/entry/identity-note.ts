import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { isObject, type JsonObject, parseStrictObject, strictJson } from '../base/json.ts';
import type { Sha256, SignatureCheck, Signer } from '../base/ports.ts';
import { computeKeyId, formatNote, type NoteLine, parseNote, type SignedNote } from '../tlog/note.ts';
import { actorOf, lineName } from './actor.ts';
import type { IdentityKeys } from './card.ts';

/**
 * What an identity threshold signs: `{"v":1,"channel":"<32 B>","party":0,"n":1,"act":{...}}`, one strict JSON line (spec/entry.md).
 * `n` is the previous valid number of that party plus one, so that a replayed accreditation cannot undo a recall.
 */
export type IdentityNote = { readonly channel: string; readonly party: number; readonly n: number; readonly act: JsonObject };

/** The note text, ending in a newline. */
export function formatIdentityNote(note: IdentityNote): string {
  return `${strictJson({ v: 1, channel: note.channel, party: note.party, n: note.n, act: note.act })}\n`;
}

/** An identity note and its lines, or what was expected. The signatures are not verified yet. */
export function parseIdentityNote(bytes: Uint8Array): { note: IdentityNote; signed: SignedNote } | { expected: string } {
  const parsed = parseNote(bytes);
  if ('expected' in parsed) return parsed;
  const object = parseStrictObject(parsed.note.text.slice(0, -1));
  if ('expected' in object) return object;
  const { v, channel, party, n, act } = object.value;
  if (v !== 1 || Object.keys(object.value).join() !== 'v,channel,party,n,act') return { expected: 'the fields v, channel, party, n, act' };
  if (typeof channel !== 'string' || fromBase64url(channel, 32) === undefined) return { expected: 'a channel id' };
  if (typeof party !== 'number' || party < 0 || typeof n !== 'number' || n < 1) return { expected: 'a party and a number from 1' };
  if (!isObject(act)) return { expected: 'an act' };
  return { note: { channel, party, n, act }, signed: parsed.note };
}

/** Signs a text with identity keys; the result is a signed note with one line a key, named `id/<16 hex>`. */
export async function signAsIdentity(sha256: Sha256, text: string, signers: readonly Signer[]): Promise<Uint8Array> {
  const lines = await Promise.all(signers.map((signer) => identityLine(sha256, text, signer)));
  return formatNote({ text, lines });
}

/** One identity key's line over a text. */
export async function identityLine(sha256: Sha256, text: string, signer: Signer): Promise<NoteLine> {
  const name = lineName('id', actorOf(sha256, signer.publicKey));
  return { name, keyId: computeKeyId(sha256, name, 0x01, signer.publicKey), signature: await signer.sign(utf8(text)) };
}

/**
 * The checks that a note's lines reach a threshold: one per identity key that signed, at least `threshold` of them, or what was expected.
 * All returned checks must hold. Lines of unknown keys are left alone (C2SP signed-note), except where `exact` asks that there be none.
 */
export function thresholdChecks(
  sha256: Sha256,
  signed: SignedNote,
  identity: IdentityKeys,
  exact = true,
): { checks: readonly SignatureCheck[] } | { expected: string } {
  const checks: SignatureCheck[] = [];
  const message = utf8(signed.text);
  const used = new Set<string>();
  for (const key of identity.keys) {
    const name = lineName('id', actorOf(sha256, key));
    const keyId = toBase64url(computeKeyId(sha256, name, 0x01, key));
    const lines = signed.lines.filter((line) => line.name === name && toBase64url(line.keyId) === keyId);
    if (lines.length > 1) return { expected: 'one line an identity key' };
    const [line] = lines;
    if (line !== undefined) {
      checks.push({ algorithm: 'ed25519', key, message, signature: line.signature });
      used.add(name);
    }
  }
  if (checks.length < identity.threshold)
    return { expected: `${identity.threshold} signature${identity.threshold === 1 ? '' : 's'} of the party's identity keys` };
  if (exact && used.size !== signed.lines.length) return { expected: 'no signature but those of identity keys' };
  return { checks };
}
