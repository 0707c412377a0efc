import { concat, equal, toHex, utf8 } from '../base/bytes.ts';
import type { Crypto, MakeSigner, Signer } from '../base/ports.ts';
import { nodeSha256, seedSigner } from '../node/crypto.ts';
import { checkSignature } from '../node/signature-check.ts';

/** How a simulated world signs and checks. */
export type Signing = { readonly crypto: Crypto; readonly make: MakeSigner };

const ML_DSA_KEY_SIZE = 1312;
const ML_DSA_SIGNATURE_SIZE = 2420;
const publicKeys = new Map<string, Uint8Array>();
const MAX_KEYS = 4096;

/** The real keys and checks, without threads. */
export const REAL: Signing = { crypto: { sha256: nodeSha256, verify: async (checks) => checks.map(checkSignature) }, make: seedSigner };

/**
 * Signatures that are hashes of key and message, in the form of real ones: a hundred times as fast, the same in every run, and worth nothing, since anybody
 * makes them. Nobody in a simulation does: whoever cheats there cheats with keys of their own.
 */
export const HASHED: Signing = {
  crypto: {
    sha256: nodeSha256,
    verify: async (checks) =>
      checks.map(({ algorithm, key, message, signature }) => algorithm !== 'ecdsa-p256' && equal(signature, hashed(algorithm, key, message))),
  },
  make: (algorithm, seed) => {
    const publicKey = publicKeyOf(algorithm, seed);
    return { algorithm, publicKey, sign: async (message) => hashed(algorithm, publicKey, message) };
  },
};

/** A signer with a real public key whose signatures are hashes, as {@link HASHED} checks them. */
export function hashedSigner(key: Signer): Signer {
  const { algorithm, publicKey } = key;
  return { algorithm, publicKey, sign: async (message) => hashed(algorithm, publicKey, message) };
}

function hashed(algorithm: 'ed25519' | 'ml-dsa-44', key: Uint8Array, message: Uint8Array): Uint8Array {
  const digest = nodeSha256(concat(utf8(`${algorithm} `), key, message));
  if (algorithm === 'ml-dsa-44') {
    const out = new Uint8Array(ML_DSA_SIGNATURE_SIZE);
    out.set(digest);
    return out;
  }
  // R below the prime and S below the order, as every reader wants them.
  const out = new Uint8Array(64);
  out.set(digest);
  out.set(digest.subarray(0, 31), 32);
  out[31] = (digest[31] as number) & 0x3f;
  return out;
}

/** Of Ed25519 the real one, since cards hold only points of the curve; of ML-DSA bytes of its length. */
function publicKeyOf(algorithm: 'ed25519' | 'ml-dsa-44', seed: Uint8Array): Uint8Array {
  const name = `${algorithm} ${toHex(seed)}`;
  const known = publicKeys.get(name);
  if (known !== undefined) return known;
  let key: Uint8Array;
  if (algorithm === 'ed25519') key = seedSigner(algorithm, seed).publicKey;
  else {
    key = new Uint8Array(ML_DSA_KEY_SIZE);
    key.set(nodeSha256(concat(utf8('ml-dsa-44 key '), seed)));
  }
  if (publicKeys.size >= MAX_KEYS) publicKeys.clear();
  publicKeys.set(name, key);
  return key;
}
