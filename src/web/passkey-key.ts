import { sha256 } from '@noble/hashes/sha2.js';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { startAuthentication } from '@simplewebauthn/browser';
import { fromBase64url, toBase64url } from '../base/bytes.ts';
import { actorOf, keySentence } from '../entry/actor.ts';
import type { Assertion } from '../entry/passkey-line.ts';
import { passkeyIn } from '../entry/signing-key.ts';
import type { SessionView } from '../projection/views.ts';
import { withPasskey } from './acts/sign-in.ts';
import type { DeviceKey } from './keys.ts';

/** How long a person may take over the dialog of their browser. */
const CEREMONY_MS = 300_000;

/** The passkey of whoever is signed in, where it signs their documents: on every device that has it, with nothing kept in this browser. */
export function passkeyOf(person: NonNullable<SessionView['person']>): DeviceKey | undefined {
  const publicKey = person.passkey === undefined ? undefined : fromBase64url(person.passkey.key);
  const passkey = publicKey === undefined ? undefined : passkeyIn(publicKey);
  if (person.passkey === undefined || publicKey === undefined || passkey === undefined) return undefined;
  const { credential } = person.passkey;
  const actor = actorOf(sha256, publicKey);
  return { publicKey, actor, sentence: keySentence(actor, wordlist), assert: (challenge) => ask(credential, passkey.rpId, challenge) };
}

/** Whether this page is where a key signs: a passkey is accredited for one address. */
export function signsHere(key: DeviceKey): boolean {
  const passkey = passkeyIn(key.publicKey);
  return passkey === undefined || passkey.siteOrigin === location.origin;
}

async function ask(credential: string, rpId: string, challenge: Uint8Array): Promise<Assertion> {
  const { response } = await withPasskey(() =>
    startAuthentication({
      optionsJSON: {
        challenge: toBase64url(challenge),
        rpId,
        allowCredentials: [{ id: credential, type: 'public-key' }],
        userVerification: 'required',
        timeout: CEREMONY_MS,
      },
    }),
  );
  const [authenticatorData, clientDataJson, signature] = [response.authenticatorData, response.clientDataJSON, response.signature].map((text) =>
    fromBase64url(text),
  );
  if (authenticatorData === undefined || clientDataJson === undefined || signature === undefined) throw new Error('the browser gave no assertion');
  return { authenticatorData, clientDataJson, signature };
}
