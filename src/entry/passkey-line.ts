import { concat, equal, toBase64url, u16, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Sha256, SignatureCheck } from '../base/ports.ts';
import { computeKeyId, type NoteLine, SIGNATURE_TYPE } from '../tlog/note.ts';
import { isCanonicalP256Signature, p256SignatureOf } from './p256.ts';
import { type PasskeyKey, passkeyIn } from './signing-key.ts';

/** The longer identifier of the line's type, which begins the key bytes of its key id (C2SP signed-note, type 0xff). */
const LINE_TYPE = 'parley/webauthn/v1';
/** What the challenge is drawn over besides the text, so that no other use of the passkey can sign a document. */
const CHALLENGE_PREFIX = utf8('parley-webauthn/1\n');

/** Flags of authenticator data: a person was there, and the authenticator knew who (WebAuthn level 3, section 6.1). */
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
/** rpIdHash, flags, signCount: the least that authenticator data is. */
const MIN_AUTHENTICATOR_DATA = 37;

/** What an authenticator gives for a challenge, as a browser hands it over; the signature of an ES256 passkey is DER, and either `s`. */
export type Assertion = { readonly authenticatorData: Uint8Array; readonly clientDataJson: Uint8Array; readonly signature: Uint8Array };

/** A passkey at work: `publicKey` are the bytes that name it (`signing-key.ts`), and `assert` asks its authenticator over a challenge of 32 bytes. */
export type PasskeySigner = { readonly publicKey: Uint8Array; assert(challenge: Uint8Array): Promise<Assertion> };

/** Why a line is no assertion of a passkey over a text; ids of the catalogue. */
export type PasskeyFault = 'void.passkey_line' | 'void.passkey_challenge' | 'void.passkey_site' | 'void.passkey_user';

/** What an authenticator signs a text over: SHA-256("parley-webauthn/1\n" || text), 32 bytes (spec/entry.md, "Passkeys"). */
export function passkeyChallenge(sha256: Sha256, text: Uint8Array): Uint8Array {
  return sha256(concat(CHALLENGE_PREFIX, text));
}

/**
 * Has a passkey sign a note text: its line, under `name`. The signature is put in the one form the record takes, so nobody can make another line of it.
 * Refuses `signature_invalid` for an answer that readers would not accept, before anything is sent.
 */
export async function passkeyLine(sha256: Sha256, name: string, text: string, signer: PasskeySigner): Promise<NoteLine> {
  const passkey = passkeyIn(signer.publicKey);
  const message = utf8(text);
  const { authenticatorData, clientDataJson, signature } = await signer.assert(passkeyChallenge(sha256, message));
  const one = passkey?.algorithm === 'webauthn-es256' ? p256SignatureOf(signature) : signature;
  if (passkey === undefined || one === undefined) throw new ParleyError('signature_invalid', 'of the passkey');
  const payload = concat(...[authenticatorData, clientDataJson, one].flatMap((part) => [u16(part.length), part]));
  const line = { name, keyId: passkeyKeyId(sha256, name, passkey), signature: payload };
  const read = readPasskeyLine(sha256, line, name, message, signer.publicKey);
  if ('fault' in read) throw new ParleyError('signature_invalid', 'of the passkey', { reason: read.fault });
  return line;
}

/**
 * The check that an assertion in a line needs once everything else about it is right: the line is this passkey's, and what it answered was this text, on
 * the pages and under the name it is accredited for, with its holder there and known. `signCount` is not looked at: passkeys that are synchronised
 * have none. Total for any bytes.
 */
export function readPasskeyLine(
  sha256: Sha256,
  line: NoteLine,
  name: string,
  text: Uint8Array,
  signingKey: Uint8Array,
): { check: SignatureCheck } | { fault: PasskeyFault } {
  const passkey = passkeyIn(signingKey);
  if (passkey === undefined || line.name !== name || !equal(line.keyId, passkeyKeyId(sha256, name, passkey))) return { fault: 'void.passkey_line' };
  const parts = parsePayload(line.signature);
  if (parts === undefined) return { fault: 'void.passkey_line' };
  const { authenticatorData, clientDataJson, signature } = parts;
  const es256 = passkey.algorithm === 'webauthn-es256';
  if (es256 && !isCanonicalP256Signature(signature)) return { fault: 'void.passkey_line' };
  const fault =
    clientDataFault(clientDataJson, toBase64url(passkeyChallenge(sha256, text)), passkey) ?? authenticatorFault(sha256, authenticatorData, passkey);
  if (fault !== undefined) return { fault };
  const message = concat(authenticatorData, sha256(clientDataJson));
  return { check: { algorithm: es256 ? 'ecdsa-p256' : 'ed25519', key: passkey.key, message, signature } };
}

function passkeyKeyId(sha256: Sha256, name: string, { key }: PasskeyKey): Uint8Array {
  return computeKeyId(sha256, name, SIGNATURE_TYPE.other, concat(utf8(LINE_TYPE), key));
}

/** Three byte strings, each after its length in two bytes, big endian, and nothing else. */
function parsePayload(payload: Uint8Array): Assertion | undefined {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < payload.length && parts.length < 3) {
    const size = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0);
    if (at + 2 + size > payload.length) return undefined;
    parts.push(payload.subarray(at + 2, at + 2 + size));
    at += 2 + size;
  }
  const [authenticatorData, clientDataJson, signature] = parts;
  if (authenticatorData === undefined || clientDataJson === undefined || signature === undefined || at !== payload.length) return undefined;
  return { authenticatorData, clientDataJson, signature };
}

/**
 * Client data is compared as bytes, as WebAuthn level 3 section 5.8.1.2 ("limited verification algorithm") has it: browsers write `type`, `challenge`,
 * `origin` and `crossOrigin` first, in this order, without white space. JSON has members twice and other games, in which two readers could differ.
 */
function clientDataFault(json: Uint8Array, challenge: string, { siteOrigin }: PasskeyKey): PasskeyFault | undefined {
  const head = `{"type":"webauthn.get","challenge":"${challenge}"`;
  if (!beginsWith(json, head)) return 'void.passkey_challenge';
  const site = `${head},"origin":"${siteOrigin}"`;
  // Some browsers say nothing of `crossOrigin` where it is false; then nothing else stands there either.
  const isHere =
    equal(json, utf8(`${site}}`)) || equal(json, utf8(`${site},"crossOrigin":false}`)) || beginsWith(json, `${site},"crossOrigin":false,`);
  return isHere ? undefined : 'void.passkey_site';
}

function authenticatorFault(sha256: Sha256, data: Uint8Array, { rpId }: PasskeyKey): PasskeyFault | undefined {
  if (data.length < MIN_AUTHENTICATOR_DATA) return 'void.passkey_line';
  if (!equal(data.subarray(0, 32), sha256(utf8(rpId)))) return 'void.passkey_site';
  const flags = data[32] ?? 0;
  return (flags & USER_PRESENT) !== 0 && (flags & USER_VERIFIED) !== 0 ? undefined : 'void.passkey_user';
}

function beginsWith(bytes: Uint8Array, ascii: string): boolean {
  return equal(bytes.subarray(0, ascii.length), utf8(ascii));
}
