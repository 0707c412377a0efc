import { sha256 } from '@noble/hashes/sha2.js';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import type { Signer } from '../base/ports.ts';
import { actorOf, keySentence } from '../entry/actor.ts';
import type { EntrySigner } from '../entry/entry.ts';
import { readDevice, writeDevice } from './device-store.ts';

/** What a person signs with here: a key made in this browser, whose private half cannot leave, or their passkey. */
export type DeviceKey = EntrySigner & {
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
export async function makeKey(): Promise<{ readonly key: DeviceKey & Signer; keep(prefix: string, user: string): Promise<void> }> {
  const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])) as CryptoKeyPair;
  const kept: Kept = { privateKey: pair.privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) };
  return { key: keyOf(kept), keep: (prefix, user) => writeDevice(prefix, 'keys', user, kept) };
}

function keyOf(kept: Kept): DeviceKey & Signer {
  const actor = actorOf(sha256, kept.publicKey);
  return {
    algorithm: 'ed25519',
    publicKey: kept.publicKey,
    actor,
    sentence: keySentence(actor, wordlist),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', kept.privateKey, new Uint8Array(message))),
  };
}
