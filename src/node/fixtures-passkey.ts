import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { concat, fromHex, toBase64url, toHex, u16, utf8 } from '../base/bytes.ts';
import type { PasskeyAlgorithm } from '../document/accreditation.ts';
import { actorOf } from '../entry/actor.ts';
import { p256SignatureOf } from '../entry/p256.ts';
import { type Assertion, type PasskeySigner, passkeyChallenge } from '../entry/passkey-line.ts';
import { formatPasskey } from '../entry/signing-key.ts';
import type { NoteLine } from '../tlog/note.ts';
import { nodeSha256 } from './crypto.ts';

/** What an authenticator and its browser do otherwise than they should. */
export type Lapse = {
  readonly type?: string;
  readonly challenge?: Uint8Array;
  readonly origin?: string;
  readonly crossOrigin?: boolean;
  /** What stands in client data after `crossOrigin`. */
  readonly after?: string;
  readonly rpId?: string;
  readonly flags?: number;
  readonly count?: number;
  /** Client data as a whole, the challenge in base64url given. */
  readonly clientData?: (challenge: string) => string;
};

/** Where the test passkeys sign. */
export const TEST_SITE = { siteOrigin: 'https://parley.example', rpId: 'parley.example' } as const;

/** A passkey whose key is a function of a name, with an authenticator in software that says yes by itself; deterministic (RFC 6979, RFC 8032). */
export type TestPasskey = { readonly name: string; readonly key: PasskeySigner; readonly actor: string; readonly raw: Uint8Array };

/** Makes a {@link TestPasskey}; with a lapse, its authenticator or browser misbehaves in that one way. */
export function testPasskey(name: string, algorithm: PasskeyAlgorithm = 'webauthn-es256', lapse: Lapse = {}, site = TEST_SITE): TestPasskey {
  const secret = nodeSha256(utf8(`passkey ${name}`));
  const es256 = algorithm === 'webauthn-es256';
  const raw = es256 ? p256.getPublicKey(secret, false) : ed25519.getPublicKey(secret);
  const publicKey = formatPasskey({ algorithm, key: raw, siteOrigin: site.siteOrigin, rpId: site.rpId });
  const assert = async (challenge: Uint8Array): Promise<Assertion> => {
    const clientDataJson = utf8(clientData(toBase64url(lapse.challenge ?? challenge), lapse, site.siteOrigin));
    const { rpId = site.rpId, flags = 0x05, count = 0 } = lapse;
    const authenticatorData = concat(nodeSha256(utf8(rpId)), Uint8Array.of(flags, 0, 0, 0, count));
    const message = concat(authenticatorData, nodeSha256(clientDataJson));
    const signature = es256 ? p256.sign(message, secret, { lowS: false, format: 'der' }) : ed25519.sign(message, secret);
    return { authenticatorData, clientDataJson, signature };
  };
  return { name, key: { publicKey, assert }, actor: actorOf(nodeSha256, publicKey), raw };
}

/** Spoils one of the three parts of a line: authenticator data, client data, signature. */
export type Spoil = (part: Uint8Array, i: number) => Uint8Array;

/** The line of a passkey over a text, whatever its authenticator answers, and spoiled on the way; nothing is checked. */
export async function assertedLine(passkey: TestPasskey, name: string, text: string, spoil: Spoil = (part) => part): Promise<NoteLine> {
  const { authenticatorData, clientDataJson, signature } = await passkey.key.assert(passkeyChallenge(nodeSha256, utf8(text)));
  const raw = passkey.raw.length === 65 ? p256SignatureOf(signature) : signature;
  if (raw === undefined) throw new Error('a test passkey gives a signature');
  const payload = concat(...[authenticatorData, clientDataJson, raw].map(spoil).flatMap((part) => [u16(part.length), part]));
  const keyId = nodeSha256(concat(utf8(`${name}\n`), Uint8Array.of(0xff), utf8('parley/webauthn/v1'), passkey.raw)).slice(0, 4);
  return { name, keyId, signature: payload };
}

/** The other `s` of an ECDSA signature, for {@link assertedLine}: it verifies as well, and is not taken. */
export const highS: Spoil = (part, i) => {
  if (i !== 2) return part;
  const s = p256.Point.Fn.ORDER - BigInt(`0x${toHex(part.subarray(32))}`);
  return concat(part.subarray(0, 32), fromHex(s.toString(16).padStart(64, '0')) ?? new Uint8Array());
};

/** A changed byte in one of the parts, for {@link assertedLine}. */
export function changed(which: number, at: number): Spoil {
  return (part, i) => (i === which ? part.map((byte, j) => (j === (at + part.length) % part.length ? byte ^ 1 : byte)) : part);
}

function clientData(challenge: string, lapse: Lapse, siteOrigin: string): string {
  if (lapse.clientData !== undefined) return lapse.clientData(challenge);
  const { type = 'webauthn.get', origin = siteOrigin, crossOrigin = false, after = '' } = lapse;
  return `{"type":"${type}","challenge":"${challenge}","origin":"${origin}","crossOrigin":${crossOrigin}${after}}`;
}
