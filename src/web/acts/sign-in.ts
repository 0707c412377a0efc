import { startAuthentication, WebAuthnError } from '@simplewebauthn/browser';
import type { SessionView } from '../../projection/views.ts';
import { api } from '../api.ts';

/** Signs in with a passkey of this device; rejects with {@link PasskeyCancelled} when the person closed the browser's dialog. */
export async function signIn(): Promise<SessionView> {
  const options = await api.loginOptions();
  const response = await withPasskey(() => startAuthentication({ optionsJSON: options }));
  return api.login(response);
}

/** Ends the session and loads the page anew, so that nothing of it stays in memory. */
export async function signOut(): Promise<void> {
  await api.logout();
  location.assign('/');
}

/** The person closed the passkey dialog, or no passkey here fits. */
export class PasskeyCancelled extends Error {
  override readonly name = 'PasskeyCancelled';
}

/** Whether this browser and this address can use passkeys at all (a secure context: https, or http on localhost). */
export function canUsePasskeys(): boolean {
  return window.isSecureContext && 'PublicKeyCredential' in window;
}

/** Runs a passkey ceremony and tells a cancelled one from a broken one. */
export async function withPasskey<T>(ceremony: () => Promise<T>): Promise<T> {
  try {
    return await ceremony();
  } catch (cause) {
    const name = cause instanceof WebAuthnError && cause.cause instanceof Error ? cause.cause.name : cause instanceof Error ? cause.name : '';
    if (name === 'NotAllowedError' || name === 'AbortError') throw new PasskeyCancelled();
    throw cause;
  }
}
