import { concat, readU64, u64, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { Sha256, SignatureCheck, Signer } from '../base/ports.ts';
import { type Checkpoint, formatCheckpoint, MAX_ORIGIN_SIZE } from './checkpoint.ts';
import { isCanonicalSignature } from './ed25519-signature.ts';
import { computeKeyId, isKeyName, isLineOf, type NoteLine, SIGNATURE_TYPE } from './note.ts';

/** The two raw public keys of one signer: 32 bytes and 1,312 bytes. */
export type KeyPair = { readonly ed25519: Uint8Array; readonly mlDsa44: Uint8Array };

/** Who cosigns: a key name and its two raw public keys, which belong to this name and to nothing else. */
export type CosignerKeys = KeyPair & { readonly name: string };

/** The two private keys of one signer at work. */
export type SignerPair = { readonly ed25519: Signer; readonly mlDsa44: Signer };

/** Raw sizes (RFC 8032, FIPS 204). */
export const ED25519_KEY_SIZE = 32;
export const ED25519_SIGNATURE_SIZE = 64;
export const ML_DSA_44_KEY_SIZE = 1312;
export const ML_DSA_44_SIGNATURE_SIZE = 2420;

/**
 * The key name of receipts: `<cosigner origin>/held`. A cosignature under it makes the statement `parley-held/1`, beyond consistency:
 * every leaf is durable here, and every body below this size is opened and durable, or named by its author as lost or erased.
 * Source: C2SP tlog-cosignature, "Additional statements"; `spec/checkpoint-and-receipt.md`.
 */
export function heldName(cosignerOrigin: string): string {
  return `${cosignerOrigin}/held`;
}

/**
 * What an Ed25519 cosigner (type 0x04) signs: two lines and the checkpoint text.
 *
 * ```
 * cosignature/v1
 * time 1679315147
 * example.com/behind-the-sofa
 * 20852163
 * CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 * ```
 * Time in seconds. Source: C2SP tlog-cosignature, "Ed25519 signed message".
 */
export function ed25519CosignedMessage(checkpointText: string, time: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${checkpointText}`);
}

/**
 * What an ML-DSA-44 cosigner (type 0x06) signs: `"subtree/v1\n\0"`, u8-prefixed cosigner name, u64 time, u8-prefixed origin,
 * u64 start (0), u64 end (the size), 32-byte root; integers big-endian.
 * Source: C2SP tlog-cosignature, "ML-DSA-44 signed message", `struct cosigned_message`.
 */
export function mlDsa44CosignedMessage(cosigner: string, checkpoint: Checkpoint, time: number): Uint8Array {
  const name = utf8(cosigner);
  const origin = utf8(checkpoint.origin);
  assert(name.length > 0 && name.length <= MAX_ORIGIN_SIZE && origin.length > 0 && origin.length <= MAX_ORIGIN_SIZE, 'names of 1 to 255 bytes');
  return concat(
    utf8('subtree/v1\n\0'),
    Uint8Array.of(name.length),
    name,
    u64(time),
    Uint8Array.of(origin.length),
    origin,
    u64(0),
    u64(checkpoint.size),
    checkpoint.root,
  );
}

/** Both cosignature lines over a checkpoint, Ed25519 then ML-DSA-44, of one common time in seconds (> 0). */
export async function signCosignaturePair(
  sha256: Sha256,
  name: string,
  signers: SignerPair,
  checkpoint: Checkpoint,
  time: number,
): Promise<readonly NoteLine[]> {
  assert(isKeyName(name) && Number.isSafeInteger(time) && time > 0, 'a cosignature has a key name and a time');
  assert(signers.ed25519.algorithm === 'ed25519' && signers.mlDsa44.algorithm === 'ml-dsa-44', 'one signer of each algorithm');
  const classical = await signers.ed25519.sign(ed25519CosignedMessage(formatCheckpoint(checkpoint), time));
  const postQuantum = await signers.mlDsa44.sign(mlDsa44CosignedMessage(name, checkpoint, time));
  return [
    {
      name,
      keyId: computeKeyId(sha256, name, SIGNATURE_TYPE.ed25519Cosignature, signers.ed25519.publicKey),
      signature: concat(u64(time), classical),
    },
    {
      name,
      keyId: computeKeyId(sha256, name, SIGNATURE_TYPE.mlDsa44Cosignature, signers.mlDsa44.publicKey),
      signature: concat(u64(time), postQuantum),
    },
  ];
}

/**
 * The cosignature pair of `keys` among these lines, or what was expected: exactly one line of each type, one common time above 0.
 * Nothing is proved until both `checks` verify; they are returned so that many pairs are verified at once.
 * Lines of other names and keys are passed over. `lines` of the result: Ed25519, then ML-DSA-44.
 */
export function findPair(
  sha256: Sha256,
  keys: CosignerKeys,
  lines: readonly NoteLine[],
  checkpoint: Checkpoint,
): { time: number; checks: readonly SignatureCheck[]; lines: readonly [NoteLine, NoteLine] } | { expected: string } {
  const classical = onlyLine(lines, keys.name, computeKeyId(sha256, keys.name, SIGNATURE_TYPE.ed25519Cosignature, keys.ed25519));
  const postQuantum = onlyLine(lines, keys.name, computeKeyId(sha256, keys.name, SIGNATURE_TYPE.mlDsa44Cosignature, keys.mlDsa44));
  if (classical === undefined || postQuantum === undefined) return { expected: 'exactly one cosignature line of each type' };
  const first = parseTimestamped(classical, ED25519_SIGNATURE_SIZE);
  const second = parseTimestamped(postQuantum, ML_DSA_44_SIGNATURE_SIZE);
  if (first === undefined || second === undefined) return { expected: 'a time and a signature of its type in each cosignature line' };
  if (first.time !== second.time || first.time === 0) return { expected: 'one common time on both cosignature lines' };
  if (!isCanonicalSignature(first.signature)) return { expected: 'a canonical Ed25519 signature' };
  return {
    time: first.time,
    checks: [
      {
        algorithm: 'ed25519',
        key: keys.ed25519,
        message: ed25519CosignedMessage(formatCheckpoint(checkpoint), first.time),
        signature: first.signature,
      },
      {
        algorithm: 'ml-dsa-44',
        key: keys.mlDsa44,
        message: mlDsa44CosignedMessage(keys.name, checkpoint, first.time),
        signature: second.signature,
      },
    ],
    lines: [classical, postQuantum],
  };
}

/** The `timestamped_signature` of a cosignature line (u64 time, raw signature of `size` bytes), or `undefined`. */
export function parseTimestamped(line: NoteLine, size: number): { time: number; signature: Uint8Array } | undefined {
  if (line.signature.length !== 8 + size) return undefined;
  const time = readU64(line.signature);
  return time === undefined ? undefined : { time, signature: line.signature.subarray(8) };
}

/** The one line by this name and key id, or `undefined` when there is none or more than one. */
export function onlyLine(lines: readonly NoteLine[], name: string, keyId: Uint8Array): NoteLine | undefined {
  const found = lines.filter((line) => isLineOf(line, name, keyId));
  return found.length === 1 ? found[0] : undefined;
}
