import { utf8 } from '../base/bytes.ts';
import type { SignatureCheck } from '../base/ports.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { ED25519_SIGNATURE_SIZE, ed25519CosignedMessage, ML_DSA_44_SIGNATURE_SIZE, mlDsa44CosignedMessage, parseTimestamped } from './cosignature.ts';
import { isCanonicalSignature } from './ed25519-signature.ts';
import { isLineOf, type NoteLine, parseNote, SIGNATURE_TYPE, type VerifierKey } from './note.ts';
import { meetsQuorum, type Policy } from './policy.ts';

/** A checkpoint set against a policy: run `checks`, then give their verdicts, in order, to `decide`. */
export type PolicyCheck = {
  readonly checkpoint: Checkpoint;
  readonly checks: readonly SignatureCheck[];
  /** Whether a log of the policy signed and the quorum of witnesses cosigned; false when any line by a known key does not verify. */
  decide(verdicts: readonly boolean[]): boolean;
};

/**
 * What proves a signed checkpoint of any log under a policy, or what was expected. Lines by unknown keys are passed over; a line by a known
 * key must verify, or the whole note is refused (C2SP signed-note, "Signatures"). Extension lines are allowed here and say nothing.
 */
export function policyChecks(policy: Policy, bytes: Uint8Array): PolicyCheck | { expected: string } {
  const parsed = parseNote(bytes);
  if ('expected' in parsed) return parsed;
  const { text, lines } = parsed.note;
  const head = parseCheckpoint(text, true);
  if ('expected' in head) return head;
  const { checkpoint } = head;
  const checks: SignatureCheck[] = [];
  /** Whose line each check is: a witness's name, or `undefined` for the log. */
  const signers: (string | undefined)[] = [];
  const known = [
    ...policy.logs.filter(({ name }) => name === checkpoint.origin).map((key) => ({ name: undefined, key })),
    ...policy.witnesses.map(({ name, key }) => ({ name, key })),
  ];
  for (const { name, key } of known) {
    for (const line of lines.filter((one) => isLineOf(one, key.name, key.keyId))) {
      const check = checkOf(key, line, text, checkpoint);
      if (check === undefined) return { expected: 'a signature of its type in each line by a known key' };
      checks.push(check);
      signers.push(name);
    }
  }
  const decide = (verdicts: readonly boolean[]): boolean =>
    verdicts.length === checks.length &&
    verdicts.every((verdict) => verdict === true) &&
    signers.includes(undefined) &&
    meetsQuorum(policy, new Set(signers.filter((name) => name !== undefined)));
  return { checkpoint, checks, decide };
}

function checkOf(key: VerifierKey, line: NoteLine, text: string, checkpoint: Checkpoint): SignatureCheck | undefined {
  if (key.type === SIGNATURE_TYPE.mlDsa44Cosignature) {
    const stamped = parseTimestamped(line, ML_DSA_44_SIGNATURE_SIZE);
    if (stamped === undefined) return undefined;
    return {
      algorithm: 'ml-dsa-44',
      key: key.key,
      message: mlDsa44CosignedMessage(key.name, checkpoint, stamped.time),
      signature: stamped.signature,
    };
  }
  const stamped = key.type === SIGNATURE_TYPE.ed25519 ? { signature: line.signature, message: utf8(text) } : ed25519Stamped(line, text);
  if (stamped === undefined || !isCanonicalSignature(stamped.signature)) return undefined;
  return { algorithm: 'ed25519', key: key.key, message: stamped.message, signature: stamped.signature };
}

function ed25519Stamped(line: NoteLine, text: string): { signature: Uint8Array; message: Uint8Array } | undefined {
  const stamped = parseTimestamped(line, ED25519_SIGNATURE_SIZE);
  return stamped && { signature: stamped.signature, message: ed25519CosignedMessage(text, stamped.time) };
}
