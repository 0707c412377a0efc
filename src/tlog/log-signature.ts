import { concat, u64, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import { MAX_CHECKPOINT_SIZE } from '../base/limits.ts';
import type { Sha256, SignatureCheck } from '../base/ports.ts';
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import {
  ED25519_SIGNATURE_SIZE,
  type KeyPair,
  ML_DSA_44_SIGNATURE_SIZE,
  mlDsa44CosignedMessage,
  onlyLine,
  parseTimestamped,
  type SignerPair,
} from './cosignature.ts';
import { isCanonicalSignature } from './ed25519-signature.ts';
import { computeKeyId, formatNote, type NoteLine, parseNote, SIGNATURE_TYPE } from './note.ts';
import { computeOrigin } from './origin.ts';

/** A signed checkpoint taken apart: nothing is proved until every one of `checks` verifies. */
export type SignedCheckpoint = {
  readonly checkpoint: Checkpoint;
  readonly checks: readonly SignatureCheck[];
  /** The log's own lines: Ed25519, then ML-DSA-44. */
  readonly logLines: readonly [NoteLine, NoteLine];
  /** Everybody else's lines, in the order given; cosignatures are found here with `findPair`. */
  readonly otherLines: readonly NoteLine[];
};

/**
 * The signed note of a checkpoint with the log's two mandatory lines and no others.
 *
 * Both lines are named by the origin: Ed25519 (type 0x01) over the note text, ML-DSA-44 (type 0x06) over the `cosigned_message` with
 * timestamp 0, which makes no statement about time. The origin must be the one of these keys.
 * Source: C2SP tlog-checkpoint "Signatures", tlog-cosignature; `spec/checkpoint-and-receipt.md`.
 */
export async function signCheckpoint(sha256: Sha256, signers: SignerPair, checkpoint: Checkpoint): Promise<Uint8Array> {
  const { ed25519, mlDsa44 } = signers;
  const name = checkpoint.origin;
  assert(ed25519.algorithm === 'ed25519' && mlDsa44.algorithm === 'ml-dsa-44', 'one signer of each algorithm');
  assert(computeOrigin(sha256, ed25519.publicKey, mlDsa44.publicKey) === name, 'a log signs under the origin of its own keys');
  const text = formatCheckpoint(checkpoint);
  const classical = await ed25519.sign(utf8(text));
  const postQuantum = await mlDsa44.sign(mlDsa44CosignedMessage(name, checkpoint, 0));
  return formatNote({
    text,
    lines: [
      { name, keyId: computeKeyId(sha256, name, SIGNATURE_TYPE.ed25519, ed25519.publicKey), signature: classical },
      { name, keyId: computeKeyId(sha256, name, SIGNATURE_TYPE.mlDsa44Cosignature, mlDsa44.publicKey), signature: concat(u64(0), postQuantum) },
    ],
  });
}

/**
 * A signed checkpoint under these log keys, with the checks that prove it, or what was expected.
 * Exactly one line of each type must stand in it, the origin must be the one of the keys, and there are no extension lines.
 */
export function checkpointChecks(sha256: Sha256, keys: KeyPair, bytes: Uint8Array): SignedCheckpoint | { expected: string } {
  if (bytes.length > MAX_CHECKPOINT_SIZE) return { expected: `at most ${MAX_CHECKPOINT_SIZE} bytes` };
  const parsed = parseNote(bytes);
  if ('expected' in parsed) return parsed;
  const { text, lines } = parsed.note;
  const head = parseCheckpoint(text);
  if ('expected' in head) return head;
  const { checkpoint } = head;
  const name = checkpoint.origin;
  if (computeOrigin(sha256, keys.ed25519, keys.mlDsa44) !== name) return { expected: 'the origin of these log keys' };
  const classical = onlyLine(lines, name, computeKeyId(sha256, name, SIGNATURE_TYPE.ed25519, keys.ed25519));
  const postQuantum = onlyLine(lines, name, computeKeyId(sha256, name, SIGNATURE_TYPE.mlDsa44Cosignature, keys.mlDsa44));
  if (classical === undefined || postQuantum === undefined) return { expected: "exactly one of each of the log's two signature lines" };
  const stamped = parseTimestamped(postQuantum, ML_DSA_44_SIGNATURE_SIZE);
  if (stamped === undefined || stamped.time !== 0) return { expected: 'time 0 and an ML-DSA-44 signature in the second log line' };
  if (classical.signature.length !== ED25519_SIGNATURE_SIZE || !isCanonicalSignature(classical.signature))
    return { expected: 'a canonical Ed25519 signature' };
  return {
    checkpoint,
    checks: [
      { algorithm: 'ed25519', key: keys.ed25519, message: utf8(text), signature: classical.signature },
      { algorithm: 'ml-dsa-44', key: keys.mlDsa44, message: mlDsa44CosignedMessage(name, checkpoint, 0), signature: stamped.signature },
    ],
    logLines: [classical, postQuantum],
    otherLines: lines.filter((line) => line !== classical && line !== postQuantum),
  };
}
