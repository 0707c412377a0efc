import { hkdfSync } from 'node:crypto';
import { utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { MakeSigner, Signer } from '../base/ports.ts';
import { seedSigner } from './crypto.ts';

/** What a node's one seed is used for. `transport` and `age` are one per seed, the witness pair one per host, the rest one per generation. */
export type Role = 'log-ed' | 'log-pq' | 'held-ed' | 'held-pq' | 'node' | 'transport' | 'age' | 'witness-ed' | 'witness-pq';

/** The keys of one party in one generation of one channel: checkpoints (both lines), receipts (both lines), the node's own entries and requests. */
export type RoleKeys = {
  readonly logEd: Signer;
  readonly logPq: Signer;
  readonly heldEd: Signer;
  readonly heldPq: Signer;
  readonly node: Signer;
};

/**
 * The 32-byte seed of one role: HKDF-SHA-256 (RFC 5869) with info `parley/1/<role>/<gen>`.
 *
 * `salt` is the party's founding nonce of the channel (16 bytes), or empty for what is one per seed; `gen` is the generation as it stands in
 * headers (22 base64url characters), or empty. Example info: `parley/1/log-ed/AAECAwQFBgcICQoLDA0ODw`, `parley/1/transport/`.
 */
export function roleSeed(seed: Uint8Array, salt: Uint8Array, role: Role, gen: string): Uint8Array {
  assert(seed.length === 32, 'a node seed has 32 bytes');
  assert(salt.length === 16 || salt.length === 0, 'a founding nonce has 16 bytes');
  assert(gen === '' || /^[A-Za-z0-9_-]{22}$/.test(gen), 'a generation is 16 bytes in base64url');
  return new Uint8Array(hkdfSync('sha256', seed, salt, utf8(`parley/1/${role}/${gen}`), 32));
}

/** A party's keys for the generation `gen` of the channel it founded with `nonce`; the same seed always gives the same keys. */
export function roleKeys(seed: Uint8Array, nonce: Uint8Array, gen: string, make: MakeSigner = seedSigner): RoleKeys {
  assert(nonce.length === 16 && gen !== '', 'role keys belong to a channel and a generation');
  return {
    logEd: make('ed25519', roleSeed(seed, nonce, 'log-ed', gen)),
    logPq: make('ml-dsa-44', roleSeed(seed, nonce, 'log-pq', gen)),
    heldEd: make('ed25519', roleSeed(seed, nonce, 'held-ed', gen)),
    heldPq: make('ml-dsa-44', roleSeed(seed, nonce, 'held-pq', gen)),
    node: make('ed25519', roleSeed(seed, nonce, 'node', gen)),
  };
}

/** A neutral host's witness pair, from its seed and the nonce on its card; it never changes. */
export function witnessKeys(seed: Uint8Array, nonce: Uint8Array, make: MakeSigner = seedSigner): { readonly ed: Signer; readonly pq: Signer } {
  assert(nonce.length === 16, 'a host has a nonce');
  return { ed: make('ed25519', roleSeed(seed, nonce, 'witness-ed', '')), pq: make('ml-dsa-44', roleSeed(seed, nonce, 'witness-pq', '')) };
}

/** The Ed25519 seed of the key that both of a node's doors to its peers show; one per seed. */
export function transportSeed(seed: Uint8Array): Uint8Array {
  return roleSeed(seed, new Uint8Array(0), 'transport', '');
}
