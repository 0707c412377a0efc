import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AuthenticationResponseJSON, AuthenticatorTransport, RegistrationResponseJSON } from '@simplewebauthn/server';
import { concat, fromBase64url, readU64, toBase64url, u64, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Random } from '../base/ports.ts';

/** A passkey as it is kept: credential id, public key (COSE) and ways to reach it. Counters are not: synced passkeys have none. */
export type Passkey = { readonly id: string; readonly key: string; readonly transports: readonly string[] };

/** Where a page was opened: `https://parley.example` and the host name that passkeys are bound to. */
export type SiteOrigin = { readonly origin: string; readonly hostname: string };

/** How long a person may take over the dialog of their browser. */
const CEREMONY_SECONDS = 300;
/** COSE numbers of EdDSA, ES256 and RS256: what authenticators in use have. */
const ALGORITHMS = [-8, -7, -257];
/** Those that can sign documents too. */
const SIGNING_ALGORITHMS = [-8, -7];

/** Loaded when somebody uses a passkey: a tenth of a node's start otherwise, and of that of every command that asks a door of its own process. */
const webauthn = () => import('@simplewebauthn/server');

/**
 * Passkeys of one node (WebAuthn level 3), user verification required.
 *
 * Challenges are made and recognised without being stored: `<16 random bytes><expiry><HMAC>`, bound to what they are for; one that signed somebody in
 * is remembered until it expires. So nobody fills the store by asking for them.
 */
export class Passkeys {
  readonly #random: Random;
  readonly #secret: Uint8Array;
  readonly #used = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
    this.#secret = random(32);
  }

  /** What a browser needs to make a passkey for somebody; `purpose` must be the same when it comes back, and `signs` where it is to sign documents. */
  async registrationOptions(
    site: SiteOrigin,
    party: string,
    name: string,
    exclude: readonly Passkey[],
    purpose: string,
    signs: boolean,
    now: number,
  ) {
    mustBeName(site);
    const { generateRegistrationOptions } = await webauthn();
    return generateRegistrationOptions({
      rpName: party,
      rpID: site.hostname,
      userName: name,
      challenge: this.#challenge(purpose, now),
      attestationType: 'none',
      excludeCredentials: exclude.map(({ id, transports }) => ({ id, transports: transports as AuthenticatorTransport[] })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: signs ? SIGNING_ALGORITHMS : ALGORITHMS,
      timeout: CEREMONY_SECONDS * 1000,
    });
  }

  /** The passkey that a browser made, and the challenge it was made under; refuses `signature_invalid`. */
  async verifyRegistration(site: SiteOrigin, response: unknown, purpose: string, now: number): Promise<{ passkey: Passkey; challenge: string }> {
    const { verifyRegistrationResponse } = await webauthn();
    let spent = '';
    const verified = await attempt(() =>
      verifyRegistrationResponse({
        response: response as RegistrationResponseJSON,
        expectedChallenge: (challenge) => {
          spent = challenge;
          return this.#spend(challenge, purpose, now);
        },
        expectedOrigin: site.origin,
        expectedRPID: site.hostname,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      }),
    );
    if (!verified.verified) throw new ParleyError('signature_invalid', 'of the passkey');
    const { credential } = verified.registrationInfo;
    const passkey = { id: credential.id, key: toBase64url(credential.publicKey), transports: credential.transports ?? [] };
    return { passkey, challenge: spent };
  }

  /** What a browser needs to sign somebody in; which passkey it will be is the browser's to ask. */
  async loginOptions(site: SiteOrigin, now: number) {
    mustBeName(site);
    const { generateAuthenticationOptions } = await webauthn();
    return generateAuthenticationOptions({
      rpID: site.hostname,
      challenge: this.#challenge('login', now),
      userVerification: 'required',
      timeout: CEREMONY_SECONDS * 1000,
    });
  }

  /** Refuses `signature_invalid` unless the passkey signed a fresh challenge for this page. */
  async verifyLogin(site: SiteOrigin, response: unknown, passkey: Passkey, now: number): Promise<void> {
    const { verifyAuthenticationResponse } = await webauthn();
    const key = fromBase64url(passkey.key) ?? new Uint8Array();
    const verified = await attempt(() =>
      verifyAuthenticationResponse({
        response: response as AuthenticationResponseJSON,
        expectedChallenge: (challenge) => this.#spend(challenge, 'login', now),
        expectedOrigin: site.origin,
        expectedRPID: site.hostname,
        credential: { id: passkey.id, publicKey: new Uint8Array(key), counter: 0 },
        requireUserVerification: true,
      }),
    );
    if (!verified.verified) throw new ParleyError('signature_invalid', 'of the passkey');
  }

  #challenge(purpose: string, now: number): Uint8Array<ArrayBuffer> {
    const head = concat(this.#random(16), u64(now + CEREMONY_SECONDS));
    return new Uint8Array(concat(head, this.#mac(head, purpose)));
  }

  /** Whether a challenge is ours, for this, in time and not used before; it is used now. */
  #spend(text: string, purpose: string, now: number): boolean {
    for (const [used, expires] of this.#used) if (expires < now) this.#used.delete(used);
    const bytes = fromBase64url(text, 56);
    const head = bytes?.subarray(0, 24);
    const expires = head === undefined ? undefined : readU64(head, 16);
    if (bytes === undefined || head === undefined || expires === undefined || expires < now || this.#used.has(text)) return false;
    if (!timingSafeEqual(bytes.subarray(24), this.#mac(head, purpose))) return false;
    this.#used.set(text, expires);
    return true;
  }

  #mac(head: Uint8Array, purpose: string): Uint8Array {
    return new Uint8Array(
      createHmac('sha256', this.#secret)
        .update(concat(utf8(`${purpose}\n`), head))
        .digest(),
    );
  }
}

/** Browsers bind passkeys to names: an address of numbers has none. */
function mustBeName(site: SiteOrigin): void {
  if (/^[\d.]+$/.test(site.hostname) || site.hostname.includes(':'))
    throw new ParleyError('invalid', 'passkeys need a name: open this page as localhost, or under the name of this machine');
}

/** The library says everything that is wrong with a response by throwing; nothing of it is a bug of ours. */
async function attempt<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (cause) {
    throw new ParleyError('signature_invalid', 'of the passkey', {}, cause);
  }
}
