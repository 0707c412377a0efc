import { stat } from 'node:fs/promises';
import { armor, Decrypter, Encrypter } from 'age-encryption';
import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { parseStrictObject, strictJson } from '../base/json.ts';
import type { Random } from '../base/ports.ts';
import { ed25519Signer } from './crypto.ts';
import { createFile, readBounded } from './durable-file.ts';

/** Whose key a sealed file holds: the party's identity, one representative's, or a service's, which signs for the party by itself. */
export type KeyKind = 'identity' | 'representative' | 'service';

/** What can be read from a sealed key file without its passphrase; the public key is checked only when it is opened. */
export type SealedKey = { readonly kind: KeyKind; readonly algorithm: 'ed25519'; readonly publicKey: Uint8Array; readonly sealed: Uint8Array };

/** scrypt 2^17 (128 MiB, about half a second): the most that a person waits for gladly. */
const WORK_FACTOR = 17;
/** One more than we write, and what age itself writes: a file that asks for more wants to occupy us. */
const MAX_WORK_FACTOR = 18;
const MIN_PASSPHRASE_LENGTH = 8;
const MAX_PASSPHRASE_LENGTH = 1024;
/** A key file is about 500 bytes, a seed file about 80. */
const MAX_KEY_FILE_SIZE = 4096;
/** An age file sealed by one passphrase and nothing else. */
const AGE_HEADER = /^age-encryption\.org\/v1\n-> scrypt [A-Za-z0-9+/]{22} ([1-9][0-9]?)\n[A-Za-z0-9+/]{43}\n--- /;

/**
 * A key file: an Ed25519 seed sealed by a passphrase, as strict JSON
 * `{"v":1,"kind":"identity","algorithm":"ed25519","public":"<32 B>","sealed":"-----BEGIN AGE ENCRYPTED FILE-----\n..."}`.
 *
 * The sealed part is an armored age file (scrypt recipient) that `age -d` opens too; it holds the 32 bytes. Refuses a passphrase of fewer than 8
 * characters with `invalid`. `workFactor` is the base-2 logarithm of scrypt's N.
 */
export async function sealKey(seed: Uint8Array, passphrase: string, kind: KeyKind, workFactor: number = WORK_FACTOR): Promise<Uint8Array> {
  if (passphrase.length < MIN_PASSPHRASE_LENGTH) throw new ParleyError('invalid', `a passphrase of at least ${MIN_PASSPHRASE_LENGTH} characters`);
  if (passphrase.length > MAX_PASSPHRASE_LENGTH) throw new ParleyError('too_large', `a passphrase of at most ${MAX_PASSPHRASE_LENGTH} characters`);
  const encrypter = new Encrypter();
  encrypter.setPassphrase(normal(passphrase));
  encrypter.setScryptWorkFactor(workFactor);
  const sealed = armor.encode(await encrypter.encrypt(seed));
  return utf8(strictJson({ v: 1, kind, algorithm: 'ed25519', public: toBase64url(ed25519Signer(seed).publicKey), sealed }));
}

/** The seed in a key file; refuses with `passphrase_wrong`, or with `invalid` or `too_large` before any work where the file is not in form. */
export async function openKey(file: Uint8Array, passphrase: string): Promise<{ readonly kind: KeyKind; readonly seed: Uint8Array }> {
  const key = parseKeyFile(file);
  if (passphrase.length > MAX_PASSPHRASE_LENGTH) throw new ParleyError('passphrase_wrong');
  const decrypter = new Decrypter();
  decrypter.addPassphrase(normal(passphrase));
  let seed: Uint8Array;
  try {
    seed = await decrypter.decrypt(key.sealed);
  } catch (fault) {
    // The library's error is not passed on as cause: nothing near a passphrase goes into a log.
    if (fault instanceof Error && fault.message.startsWith('no identity matched')) throw new ParleyError('passphrase_wrong');
    throw new ParleyError('invalid', 'a key file that is not damaged');
  }
  const matches = seed.length === 32 && toBase64url(ed25519Signer(seed).publicKey) === toBase64url(key.publicKey);
  if (!matches) throw new ParleyError('invalid', 'a key file whose public key is the one of its private key');
  return { kind: key.kind, seed };
}

/** What a key file says openly; refuses with `too_large` or `invalid`. */
export function parseKeyFile(file: Uint8Array): SealedKey {
  if (file.length > MAX_KEY_FILE_SIZE) throw new ParleyError('too_large', `a key file of at most ${MAX_KEY_FILE_SIZE} bytes`);
  const parsed = parseStrictObject(file);
  if ('expected' in parsed) throw new ParleyError('invalid', `a key file: ${parsed.expected}`);
  const { v, kind, algorithm, public: publicText, sealed: armored } = parsed.value;
  const publicKey = typeof publicText === 'string' ? fromBase64url(publicText, 32) : undefined;
  if (Object.keys(parsed.value).join() !== 'v,kind,algorithm,public,sealed' || v !== 1) throw new ParleyError('invalid', 'a key file of version 1');
  if (kind !== 'identity' && kind !== 'representative' && kind !== 'service')
    throw new ParleyError('invalid', 'the key of an identity, of a representative or of a service');
  if (algorithm !== 'ed25519' || publicKey === undefined) throw new ParleyError('invalid', 'an Ed25519 key');
  const sealed = typeof armored === 'string' ? dearmor(armored) : undefined;
  const workFactor = AGE_HEADER.exec(Buffer.from(sealed ?? []).toString('latin1'))?.[1];
  if (sealed === undefined || workFactor === undefined) throw new ParleyError('invalid', 'a key sealed by one passphrase');
  if (Number(workFactor) > MAX_WORK_FACTOR) throw new ParleyError('too_large', `a work factor of at most ${MAX_WORK_FACTOR}`);
  return { kind, algorithm, publicKey, sealed };
}

/** Writes a key file that must not exist yet, 0600, durable. */
export async function writeKeyFile(path: string, file: Uint8Array): Promise<void> {
  await createFile(path, file);
}

/** A key file's bytes; refuses with `not_found` or `too_large`. */
export async function readKeyFile(path: string): Promise<Uint8Array> {
  const bytes = await readBounded(path, MAX_KEY_FILE_SIZE);
  if (bytes === undefined) throw new ParleyError('not_found', `no key file ${path}`);
  return bytes;
}

/** Makes a node's seed and keeps it at `path`, `{"v":1,"kind":"node","seed":"<32 B>"}`, mode 0600, durable; refuses with `invalid` where one stands. */
export async function createNodeSeed(path: string, random: Random): Promise<Uint8Array> {
  const seed = random(32);
  await createFile(path, utf8(strictJson({ v: 1, kind: 'node', seed: toBase64url(seed) })));
  return seed;
}

/** The node's seed; refuses with `not_found`, and with `invalid` when the file is damaged or others may read it. */
export async function readNodeSeed(path: string): Promise<Uint8Array> {
  const bytes = await readBounded(path, MAX_KEY_FILE_SIZE);
  if (bytes === undefined) throw new ParleyError('not_found', 'the seed of this node');
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw new ParleyError('invalid', 'a seed file that its owner alone may read (chmod 600)');
  const parsed = parseStrictObject(bytes);
  const value = 'value' in parsed && parsed.value.v === 1 && parsed.value.kind === 'node' ? parsed.value.seed : undefined;
  const seed = typeof value === 'string' ? fromBase64url(value, 32) : undefined;
  if (seed === undefined) throw new ParleyError('invalid', 'a seed file that is not damaged');
  return seed;
}

/** The same letters typed on two keyboards are the same passphrase. */
function normal(passphrase: string): string {
  return passphrase.normalize('NFC');
}

function dearmor(text: string): Uint8Array | undefined {
  try {
    return armor.decode(text);
  } catch {
    return undefined;
  }
}
