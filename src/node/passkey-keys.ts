import { concat, fromBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { formatPasskey, isAcceptableSigningKey } from '../entry/signing-key.ts';
import type { Passkey, SiteOrigin } from './passkeys.ts';

/** COSE labels and values (RFC 9052, RFC 9053): key type, algorithm, curve, coordinates. */
const KTY = 1;
const ALG = 3;
const CRV = -1;
const X = -2;
const Y = -3;
const ES256 = { kty: 2, alg: -7, crv: 1 } as const;
const EDDSA = { kty: 1, alg: -8, crv: 6 } as const;

/**
 * The signing key that a registered passkey is (`entry/signing-key.ts`), on the pages it was made on: whoever signs in with it may then be accredited to
 * sign documents with it. Refuses `invalid` for one whose algorithm the record does not take, such as RSA.
 */
export async function signingKeyOfPasskey(site: SiteOrigin, passkey: Passkey): Promise<Uint8Array> {
  const { decodeCredentialPublicKey } = await import('@simplewebauthn/server/helpers');
  const cose = decodeCredentialPublicKey(new Uint8Array(fromBase64url(passkey.key) ?? [])) as unknown as ReadonlyMap<number, unknown>;
  const is = ({ kty, alg, crv }: { kty: number; alg: number; crv: number }): boolean =>
    cose.get(KTY) === kty && cose.get(ALG) === alg && cose.get(CRV) === crv;
  const [x, y] = [cose.get(X), cose.get(Y)];
  const place = { siteOrigin: site.origin, rpId: site.hostname };
  let key: Uint8Array | undefined;
  if (is(ES256) && x instanceof Uint8Array && y instanceof Uint8Array)
    key = formatPasskey({ algorithm: 'webauthn-es256', key: concat(Uint8Array.of(4), x, y), ...place });
  if (is(EDDSA) && x instanceof Uint8Array) key = formatPasskey({ algorithm: 'webauthn-ed25519', key: new Uint8Array(x), ...place });
  if (key === undefined || !isAcceptableSigningKey(key))
    throw new ParleyError('invalid', 'a passkey of ES256 or Ed25519 on a secure page; sign with a key of this browser instead');
  return key;
}
