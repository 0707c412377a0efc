import { equal, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { strictJson } from '../base/json.ts';
import { MAX_CHECKPOINT_SIZE } from '../base/limits.ts';
import type { HttpRequest, HttpResponse } from '../base/ports.ts';
import { witnessName } from '../entry/card.ts';
import { formatCheckpoint } from '../tlog/checkpoint.ts';
import { formatNote, parseLines } from '../tlog/note.ts';
import { originHash } from '../tlog/origin.ts';
import { formatAddCheckpoint, parseSizeAnswer } from '../tlog/witness-request.ts';
import { verifyHead } from '../verify/head.ts';
import { convictShorter } from './alarm.ts';
import { keepPairs } from './cosign.ts';
import { checkContradiction } from './gate-answers.ts';
import type { KnownLog } from './generations.ts';
import { type Replica, rowOf } from './replica.ts';

/** A request to one host; unsigned, since hosts know logs by their keys alone. */
export type SendToHost = (host: number, request: HttpRequest, maxSize: number) => Promise<HttpResponse>;

/**
 * Submits the committed head of a log to a host and keeps its witness cosignature (C2SP tlog-witness, add-checkpoint).
 *
 * A host that does not know the origin yet is told the two raw log keys first: it recomputes the origin from them, so nobody can squat it.
 * Resolves `false` when there was nothing to cosign: no head yet, or the host saw a larger one of another party's log, which will come here too.
 * Refuses `unreachable` with the host's status, `fork` when it shows another history of another party's log, `unsafe_state` when the host shows a head of ours that is not in this store.
 */
export async function submitHead(replica: Replica, host: number, of: KnownLog, send: SendToHost): Promise<boolean> {
  const log = await rowOf(replica, of.origin);
  if (log.size === 0) return false;
  const card = replica.channel.hosts[host];
  if (card === undefined) throw new Error('bug: a host index of this channel');
  const name = witnessName(replica.crypto.sha256, card);
  const rows = await replica.store.largestCosignatures(replica.channel.id);
  let old = rows.find((row) => row.origin === log.origin && row.cosigner === name)?.size ?? 0;
  for (let attempt = 0; attempt < 3; attempt++) {
    const answer = await send(host, await request(replica, log.origin, old, log), MAX_CHECKPOINT_SIZE);
    if (answer.status === 404) {
      await register(host, of, send);
      continue;
    }
    if (answer.status === 409) {
      const size = parseSizeAnswer(answer.body);
      const own = of.origin === replica.generations.current(replica.us).origin;
      if (own && (size === undefined || size >= log.size)) await checkOwn(replica, host, card.name, send);
      if (size === undefined || size === old) {
        await judgeSeen(replica, host, of, card.name, send);
        throw new ParleyError('unreachable', 'the host answered with a conflict');
      }
      if (size > log.size) return false;
      old = size;
      continue;
    }
    if (answer.status === 422) await judgeSeen(replica, host, of, card.name, send);
    if (answer.status !== 200) throw new ParleyError('unreachable', `the host answered ${answer.status}`);
    const lines = parseLines(answer.body);
    const kept = 'lines' in lines ? await keepPairs(replica, { origin: log.origin, size: log.size, root: log.root }, lines.lines) : [];
    if (!kept.some((row) => row.cosigner === name)) throw new ParleyError('signature_invalid', 'the answer holds no valid cosignature');
    return true;
  }
  throw new ParleyError('unreachable', 'the host moved on three times while we asked');
}

function checkOwn(replica: Replica, host: number, name: string, send: SendToHost): Promise<void> {
  return checkContradiction(replica, name, (path) => send(host, { method: 'GET', path }, MAX_CHECKPOINT_SIZE));
}

/**
 * The head that the host saw last is not ours, or no proof leads from it to ours: then it saw another history, or it lies. What it shows decides, since the log
 * signed it. Refuses `unsafe_state` for our own log, `fork` for another party's, whose proof is kept.
 */
async function judgeSeen(replica: Replica, host: number, of: KnownLog, name: string, send: SendToHost): Promise<void> {
  if (of.origin === replica.generations.current(replica.us).origin) return checkOwn(replica, host, name, send);
  const shown = await send(host, { method: 'GET', path: `/log/${originHash(of.origin) ?? ''}/checkpoint` }, MAX_CHECKPOINT_SIZE);
  const verified = shown.status === 200 ? await verifyHead(replica.crypto, of.card, shown.body) : { expected: 'a checkpoint' };
  if ('expected' in verified) return;
  const { checkpoint, logLines } = verified.head;
  const log = await rowOf(replica, of.origin);
  if (checkpoint.size > log.size || equal(await replica.store.rootAt(of.origin, checkpoint.size), checkpoint.root)) return;
  throw await convictShorter(replica, of, { checkpoint, note: formatNote({ text: formatCheckpoint(checkpoint), lines: logLines }) });
}

async function request(replica: Replica, origin: string, oldSize: number, log: { size: number; note: Uint8Array }): Promise<HttpRequest> {
  const path = await replica.store.consistencyProof(origin, oldSize, log.size);
  return { method: 'POST', path: '/add-checkpoint', body: formatAddCheckpoint({ oldSize, path, checkpoint: log.note }) };
}

async function register(host: number, { card: { log } }: KnownLog, send: SendToHost): Promise<void> {
  const body = utf8(strictJson({ ed25519: toBase64url(log.ed25519), ml_dsa_44: toBase64url(log.mlDsa44) }));
  const answer = await send(host, { method: 'POST', path: '/origins', body }, 4096);
  if (answer.status >= 300) throw new ParleyError('unreachable', `the host answered ${answer.status} to our keys`);
}
