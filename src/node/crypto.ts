import { createPrivateKey, createPublicKey, hash, type KeyObject, randomBytes, randomFillSync, sign } from 'node:crypto';
import { assert } from '../base/errors.ts';
import type { After, Crypto, MakeSigner, Now, Random, Sha256, Signer } from '../base/ports.ts';
import { ALGORITHMS } from './signature-check.ts';
import { verifyPool } from './verify-pool.ts';

/** PKCS#8 of a bare 32-byte seed (RFC 8410 section 7, RFC 9881 section 6: the `seed` choice); the seed follows. */
const PKCS8_PREFIX: Readonly<Record<Signer['algorithm'], Buffer>> = {
  ed25519: Buffer.from('302e020100300506032b657004220420', 'hex'),
  'ml-dsa-44': Buffer.from('3034020100300b060960864801650304031104228020', 'hex'),
};

/** The {@link Crypto} port on node:crypto; large sets of signatures go to threads (`threads` of them where given), which `close` ends. */
export function nodeCrypto(threads?: number): Crypto & { close(): Promise<void> } {
  const pool = verifyPool(threads);
  return { sha256: nodeSha256, verify: pool.verify, close: pool.close };
}

/**
 * SHA-256, less than 1 us for a tree node; the one-shot call is faster than an object per hash.
 *
 * The digest comes as text of a character a byte: 32 bytes on the heap cost a third of a Buffer, whose memory lies outside and is collected apart.
 */
export const nodeSha256: Sha256 = (data) => {
  const digest = hash('sha256', data, 'latin1');
  // A plain array, as in browsers: a Buffer's `slice` shares memory and its JSON differs.
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) bytes[i] = digest.charCodeAt(i);
  return bytes;
};

/** Fresh bytes of the system's generator, drawn 4 KiB at a time: salts are small and many, and each call to it costs as much as 4 KiB do. */
export const nodeRandom: Random = (size) => {
  if (size > pool.length / 4) return new Uint8Array(randomBytes(size));
  if (used + size > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = pool.slice(used, used + size);
  // Given out once: nothing of it stays here.
  pool.fill(0, used, used + size);
  used += size;
  return bytes;
};

const pool = new Uint8Array(4096);
let used = pool.length;

/** The system's clock in whole seconds. */
export const systemNow: Now = () => Math.floor(Date.now() / 1000);

/** The system's timers. */
export const systemAfter: After = (delayMs, work) => {
  const timer = setTimeout(work, delayMs).unref();
  return () => clearTimeout(timer);
};

/** The Ed25519 {@link Signer} of a 32-byte seed (RFC 8032 private key). */
export function ed25519Signer(seed: Uint8Array): Signer {
  return seedSigner('ed25519', seed);
}

/** The ML-DSA-44 {@link Signer} of a 32-byte seed (FIPS 204 xi); signatures are hedged, so two of one message differ. */
export function mlDsa44Signer(seed: Uint8Array): Signer {
  return seedSigner('ml-dsa-44', seed);
}

/** The key object of a 32-byte Ed25519 seed, for what takes key objects (TLS). */
export function ed25519PrivateKey(seed: Uint8Array): KeyObject {
  return seedKey('ed25519', seed);
}

function seedKey(algorithm: Signer['algorithm'], seed: Uint8Array): KeyObject {
  assert(seed.length === 32, 'a signing seed has 32 bytes');
  const der = Buffer.concat([PKCS8_PREFIX[algorithm], seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return key;
}

/** The {@link MakeSigner} port on node:crypto. */
export const seedSigner: MakeSigner = (algorithm, seed) => {
  const key = seedKey(algorithm, seed);
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(ALGORITHMS[algorithm].spkiPrefix.length));
  return { algorithm, publicKey, sign: async (message) => new Uint8Array(sign(null, message, key)) };
};
