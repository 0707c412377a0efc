import { sha256 } from '@noble/hashes/sha2.js';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import type { Signer } from '../base/ports.ts';
import { actorOf } from '../entry/actor.ts';
import { readDevice, writeDevice } from './device-store.ts';

/** A person's signing key on this device: Ed25519, made here, and its private half cannot leave. */
export type DeviceKey = Signer & {
  /** base64url SHA-256 of its SPKI DER: how the record names the key. */
  readonly actor: string;
  /** Ten words to read aloud. */
  readonly sentence: string;
};

type Kept = { readonly privateKey: CryptoKey; readonly publicKey: Uint8Array<ArrayBuffer> };

/** The key of `user` on this device, or `undefined` when it was made elsewhere or never. */
export async function deviceKey(prefix: string, user: string): Promise<DeviceKey | undefined> {
  const kept = await readDevice<Kept>(prefix, 'keys', user);
  return kept === undefined ? undefined : keyOf(kept);
}

/** Makes a key that is not kept yet: an enrolment that fails leaves nothing behind. Rejects where the browser has no Ed25519. */
export async function makeKey(): Promise<{ readonly key: DeviceKey; keep(prefix: string, user: string): Promise<void> }> {
  const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])) as CryptoKeyPair;
  const kept: Kept = { privateKey: pair.privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) };
  return { key: keyOf(kept), keep: (prefix, user) => writeDevice(prefix, 'keys', user, kept) };
}

/** A key's fingerprint as a sentence: the first 110 bits of SHA-256 of its SPKI, eleven at a time, in a list of 2,048 English words. */
export function keySentence(digest: Uint8Array): string {
  let bits = 0n;
  for (const byte of digest.subarray(0, 14)) bits = (bits << 8n) | BigInt(byte);
  bits >>= 2n;
  return Array.from({ length: 10 }, (_, i) => wordlist[Number((bits >> BigInt(11 * (9 - i))) & 2047n)]).join(' ');
}

function keyOf(kept: Kept): DeviceKey {
  const actor = actorOf(sha256, kept.publicKey);
  const digest = Uint8Array.from(atob(actor.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  return {
    algorithm: 'ed25519',
    publicKey: kept.publicKey,
    actor,
    sentence: keySentence(digest),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', kept.privateKey, new Uint8Array(message))),
  };
}
