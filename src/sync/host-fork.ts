import { equal } from '../base/bytes.ts';
import type { Crypto } from '../base/ports.ts';
import type { Store } from '../store/store.ts';
import { type Checkpoint, formatCheckpoint } from '../tlog/checkpoint.ts';
import type { KeyPair } from '../tlog/cosignature.ts';
import { judgeHeads } from '../tlog/fork.ts';
import { checkpointChecks, type SignedCheckpoint } from '../tlog/log-signature.ts';
import { formatNote } from '../tlog/note.ts';
import { makeForkProof } from '../verify/fork-proof.ts';

/**
 * Keeps the proof, where a validly signed head and the one cosigned last cannot both be true: one size with two roots, or a path that leads to the larger
 * and away from the smaller. A host knows no charter: its proof convicts the keys of the log, and whoever knows whose they are can hand it on
 * (spec/fork-proof.md). What is answered does not change by it (C2SP tlog-witness: a witness may log what shows misbehaviour).
 */
export async function noticeFork(
  { store, crypto }: { readonly store: Store; readonly crypto: Crypto },
  keys: KeyPair,
  last: Pick<Checkpoint, 'size' | 'root'> | undefined,
  shown: SignedCheckpoint,
  path: readonly Uint8Array[],
): Promise<void> {
  const { checkpoint } = shown;
  const { origin } = checkpoint;
  if (last === undefined) return;
  const older = { origin, size: last.size, root: last.root };
  if (judgeHeads(crypto.sha256, older, checkpoint, checkpoint.size === last.size ? [] : path) !== 'fork') return;
  if ((await forkAt(store, origin)) !== undefined) return;
  const kept = await store.getValue(`checkpoint/${origin}`);
  const held = kept === undefined ? { expected: 'it' } : checkpointChecks(crypto.sha256, keys, kept);
  // After a crash the note may be older than what was cosigned: then it is no evidence of that.
  if ('expected' in held || held.checkpoint.size !== last.size || !equal(held.checkpoint.root, last.root)) return;
  const evidence = { keys, first: noteOf(held), second: noteOf(shown), path: checkpoint.size === last.size ? [] : path };
  await store.putValue(`fork/${origin}`, makeForkProof(crypto.sha256, evidence));
}

/** The proof that a log has two histories, if this host was shown both. */
export function forkAt(store: Store, origin: string): Promise<Uint8Array | undefined> {
  return store.getValue(`fork/${origin}`);
}

function noteOf({ checkpoint, logLines }: SignedCheckpoint): Uint8Array {
  return formatNote({ text: formatCheckpoint(checkpoint), lines: logLines });
}
