import { equal } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_CHECKPOINT_SIZE } from '../base/limits.ts';
import { formatCheckpoint } from '../tlog/checkpoint.ts';
import { formatNote } from '../tlog/note.ts';
import { originHash } from '../tlog/origin.ts';
import { verifyHead } from '../verify/head.ts';
import { convictShorter, takeAlarm } from './alarm.ts';
import type { KnownLog } from './generations.ts';
import { type Replica, rowOf } from './replica.ts';
import type { SendToHost } from './submit.ts';

/** Two proofs of what a checkpoint note holds at most, with room for keys and path. */
const MAX_PROOF_SIZE = 64 * 1024;

/**
 * Why a host will not cosign what is held here: the head that it cosigned may be one of another history, under the log's own keys. Returns the refusal
 * `fork`, with the proof kept, where it is; else `unreachable` with the host's `status`.
 */
export async function askHost(replica: Replica, host: number, of: KnownLog, send: SendToHost, status: number): Promise<ParleyError> {
  const refusal = new ParleyError('unreachable', `the host answered ${status}`);
  if (replica.generations.isForked(of.origin)) return refusal;
  const answer = await send(host, { method: 'GET', path: `/log/${originHash(of.origin) ?? ''}/checkpoint` }, MAX_CHECKPOINT_SIZE);
  const shown = answer.status === 200 ? await verifyHead(replica.crypto, of.card, answer.body) : { expected: 'it' };
  if ('head' in shown) {
    const { checkpoint, logLines } = shown.head;
    const { size } = await rowOf(replica, of.origin);
    if (checkpoint.size >= 1 && checkpoint.size <= size && !equal(await replica.store.rootAt(of.origin, checkpoint.size), checkpoint.root))
      return convictShorter(replica, of, { checkpoint, note: formatNote({ text: formatCheckpoint(checkpoint), lines: logLines }) });
  }
  return refusal;
}

/** Whether a host was shown two histories of a log whose one is held here and there: what it kept proves itself. */
export async function askForFork(replica: Replica, host: number, of: KnownLog, send: SendToHost): Promise<boolean> {
  if (replica.generations.isForked(of.origin)) return false;
  const answer = await send(host, { method: 'GET', path: `/log/${originHash(of.origin) ?? ''}/fork` }, MAX_PROOF_SIZE);
  if (answer.status !== 200) return false;
  try {
    return await takeAlarm(replica, answer.body);
  } catch (error) {
    // A host may answer anything: what proves nothing is nothing.
    if (error instanceof ParleyError) return false;
    throw error;
  }
}
