import { sha256 } from '@noble/hashes/sha2.js';
import type { Crypto, SignatureCheck } from '../base/ports.ts';
import { isCanonicalP256Signature } from '../entry/p256.ts';
import { isCanonicalSignature } from '../tlog/ed25519-signature.ts';

/** The hash and the verifier of the record in a browser: WebCrypto where it knows the algorithm, else the noble libraries, loaded on need. */
export const browserCrypto: Crypto = { sha256, verify: (checks) => Promise.all(checks.map(verifyOne)) };

/** Fresh unpredictable bytes. */
export function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(size));
}

const RULES = {
  ed25519: { name: 'Ed25519', keySize: 32, signatureSize: 64, format: 'raw', key: {}, verify: {} },
  'ml-dsa-44': { name: 'ML-DSA-44', keySize: 1312, signatureSize: 2420, format: 'raw-public', key: {}, verify: {} },
  'ecdsa-p256': { name: 'ECDSA', keySize: 65, signatureSize: 64, format: 'raw', key: { namedCurve: 'P-256' }, verify: { hash: 'SHA-256' } },
} as const;

/** Imported keys by algorithm and bytes; a channel has a few dozen. */
const keys = new Map<string, Promise<CryptoKey | undefined>>();
const MAX_KEYS = 256;

async function verifyOne(check: SignatureCheck): Promise<boolean> {
  const rules = RULES[check.algorithm] as (typeof RULES)[SignatureCheck['algorithm']] | undefined;
  if (rules === undefined || check.key.length !== rules.keySize || check.signature.length !== rules.signatureSize) return false;
  if (check.algorithm === 'ed25519' && !isCanonicalSignature(check.signature)) return false;
  if (check.algorithm === 'ecdsa-p256' && !isCanonicalP256Signature(check.signature)) return false;
  const key = await importKey(check.algorithm, check.key);
  if (key !== undefined)
    return crypto.subtle.verify({ name: rules.name, ...rules.verify }, key, new Uint8Array(check.signature), new Uint8Array(check.message));
  const { verifyWithNoble } = await import('./noble-verify.ts');
  return verifyWithNoble(check);
}

function importKey(algorithm: SignatureCheck['algorithm'], raw: Uint8Array): Promise<CryptoKey | undefined> {
  const { name, format, key } = RULES[algorithm];
  const id = `${name} ${raw.join()}`;
  const known = keys.get(id);
  if (known !== undefined) return known;
  // A browser that lacks the algorithm and one that refuses the key look alike here; noble then judges, and refuses bad keys too.
  const imported = crypto.subtle.importKey(format as 'raw', new Uint8Array(raw), { name, ...key }, false, ['verify']).catch(() => undefined);
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(id, imported);
  return imported;
}
