import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { parseStrictObject, strictJson } from '../base/json.ts';
import { type Accredit, PASSKEY_ALGORITHMS, type PasskeyAlgorithm } from '../document/accreditation.ts';
import { isRpIdOf, isSiteOrigin } from '../document/site-origin.ts';
import { isAcceptableEd25519Key } from '../tlog/ed25519-key.ts';
import { isAcceptableP256Key } from './p256.ts';

/**
 * A passkey as it is accredited: its raw public key (65 bytes `04 || x || y`, or 32 bytes), the origin of the pages on which it signs and the name
 * it is bound to (WebAuthn relying party id).
 */
export type PasskeyKey = {
  readonly algorithm: PasskeyAlgorithm;
  readonly key: Uint8Array;
  readonly siteOrigin: string;
  readonly rpId: string;
};

/** Raw sizes of public keys. */
const KEY_SIZES = { 'webauthn-es256': 65, 'webauthn-ed25519': 32 } as const satisfies Record<PasskeyAlgorithm, number>;

/**
 * The bytes by which a passkey is named beside plain keys: strict JSON
 * `{"algorithm":"webauthn-es256","key":"<65 B>","site_origin":"https://parley.example","rp_id":"parley.example"}` (spec/entry.md, "Passkeys").
 */
export function formatPasskey({ algorithm, key, siteOrigin, rpId }: PasskeyKey): Uint8Array {
  return utf8(strictJson({ algorithm, key: toBase64url(key), site_origin: siteOrigin, rp_id: rpId }));
}

/** The passkey that a signing key names, or `undefined` where it is a plain Ed25519 key of 32 bytes or nothing at all. */
export function passkeyIn(signingKey: Uint8Array): PasskeyKey | undefined {
  if (signingKey.length <= 32) return undefined;
  const known = passkeys.get(signingKey);
  if (known !== undefined) return known;
  const passkey = parsePasskey(signingKey);
  if (passkey !== undefined) passkeys.set(signingKey, passkey);
  return passkey;
}

// Keys are arrays nobody writes to: each is parsed once.
const passkeys = new WeakMap<Uint8Array, PasskeyKey>();

function parsePasskey(bytes: Uint8Array): PasskeyKey | undefined {
  const parsed = parseStrictObject(bytes);
  if ('expected' in parsed || Object.keys(parsed.value).join() !== 'algorithm,key,site_origin,rp_id') return undefined;
  const { algorithm, key: keyText, site_origin: siteOrigin, rp_id: rpId } = parsed.value;
  const name = PASSKEY_ALGORITHMS.find((one) => one === algorithm);
  const key = name === undefined || typeof keyText !== 'string' ? undefined : fromBase64url(keyText, KEY_SIZES[name]);
  if (name === undefined || key === undefined || !isSiteOrigin(siteOrigin) || !isRpIdOf(rpId, siteOrigin)) return undefined;
  return { algorithm: name, key, siteOrigin, rpId };
}

/** Whether a signing key, a plain one or a passkey, is one this record takes. Once per key, at its accreditation: it is slow. */
export function isAcceptableSigningKey(signingKey: Uint8Array): boolean {
  const passkey = passkeyIn(signingKey);
  if (passkey?.algorithm === 'webauthn-es256') return isAcceptableP256Key(passkey.key);
  return isAcceptableEd25519Key(passkey?.key ?? signingKey);
}

/** The signing key that an accreditation names: 32 raw bytes, or {@link formatPasskey}; `undefined` where the key has not its algorithm's size. */
export function signingKeyOf(act: Accredit): Uint8Array | undefined {
  if (act.algorithm === 'ed25519') return fromBase64url(act.key, 32);
  const key = fromBase64url(act.key, KEY_SIZES[act.algorithm]);
  return key === undefined ? undefined : formatPasskey({ algorithm: act.algorithm, key, siteOrigin: act.site_origin, rpId: act.rp_id });
}

/** The members of an accreditation act that name a signing key; the reverse of {@link signingKeyOf}. */
export function keyMembers(
  signingKey: Uint8Array,
): { algorithm: 'ed25519'; key: string } | { algorithm: PasskeyAlgorithm; key: string; site_origin: string; rp_id: string } {
  const passkey = passkeyIn(signingKey);
  if (passkey === undefined) return { algorithm: 'ed25519', key: toBase64url(signingKey) };
  return { algorithm: passkey.algorithm, key: toBase64url(passkey.key), site_origin: passkey.siteOrigin, rp_id: passkey.rpId };
}
