import { startRegistration } from '@simplewebauthn/browser';
import { toBase64url, utf8 } from '../../base/bytes.ts';
import { enrolmentText } from '../../entry/enrolment-text.ts';
import type { SessionView } from '../../projection/views.ts';
import { api } from '../api.ts';
import { type DeviceKey, makeKey } from '../keys.ts';
import { passkeyOf } from '../passkey-key.ts';
import { withPasskey } from './sign-in.ts';

/** The one-time token of an enrolment link, `/enrol#<token>`; after the `#`, so that no server log ever holds it. */
export function enrolmentToken(hash: string): string | undefined {
  const token = hash.replace(/^#/, '');
  return /^[A-Za-z0-9_-]{16,200}$/.test(token) ? token : undefined;
}

/** What somebody signs documents with: their passkey, or a key of the browser they enrol in. */
export type SigningChoice = 'passkey' | 'browser';

/**
 * Enrols a person by a one-time link: a passkey to sign in with, and to sign documents with that passkey or a key that is made here and never leaves
 * this browser.
 *
 * The key is kept only after the node accepted both, so a refused enrolment leaves nothing behind.
 */
export async function enrol(
  token: string,
  name: string,
  post: string,
  choice: SigningChoice,
): Promise<{ readonly session: SessionView; readonly key: DeviceKey }> {
  const options = await api.enrolOptions(token, name, choice === 'passkey');
  if (choice === 'passkey') {
    const response = await withPasskey(() => startRegistration({ optionsJSON: options }));
    const session = await api.enrol({ token, name, post, response });
    const key = session.person === undefined ? undefined : passkeyOf(session.person);
    if (key === undefined) throw new Error('the node accepted the enrolment without saying whose passkey it is');
    return { session, key };
  }
  const { key, keep } = await makeKey();
  const response = await withPasskey(() => startRegistration({ optionsJSON: options }));
  const proof = toBase64url(await key.sign(utf8(enrolmentText(location.origin, options.challenge, response.id))));
  const session = await api.enrol({ token, name, post, response, key: toBase64url(key.publicKey), proof });
  if (session.person === undefined) throw new Error('the node accepted the enrolment without saying whose it is');
  await keep(session.storagePrefix, session.person.user);
  return { session, key };
}
