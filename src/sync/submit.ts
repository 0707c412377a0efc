import { toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { strictJson } from '../base/json.ts';
import { MAX_CHECKPOINT_SIZE } from '../base/limits.ts';
import type { HttpRequest, HttpResponse } from '../base/ports.ts';
import { witnessName } from '../entry/card.ts';
import { parseLines } from '../tlog/note.ts';
import { formatAddCheckpoint, parseSizeAnswer } from '../tlog/witness-request.ts';
import { keepPairs } from './cosign.ts';
import { checkContradiction } from './gate-answers.ts';
import type { KnownLog } from './generations.ts';
import { askForFork, askHost } from './host-view.ts';
import { type Replica, rowOf } from './replica.ts';

/** A request to one host; unsigned, since hosts know logs by their keys alone. */
export type SendToHost = (host: number, request: HttpRequest, maxSize: number) => Promise<HttpResponse>;

/**
 * Submits the committed head of a log to a host and keeps its witness cosignature (C2SP tlog-witness, add-checkpoint).
 *
 * A host that does not know the origin yet is told the two raw log keys first: it recomputes the origin from them, so nobody can squat it.
 * Resolves `false` when there was nothing to cosign: no head yet, or the host saw a larger one of another party's log, which will come here too.
 * Refuses `fork` when the host holds another history of this log, or was shown one, `unreachable` with the host's status, `unsafe_state` when the host shows a head of ours that is not in this store.
 */
export async function submitHead(replica: Replica, host: number, of: KnownLog, send: SendToHost): Promise<boolean> {
  const log = await rowOf(replica, of.origin);
  if (log.size === 0) return false;
  const card = replica.channel.hosts[host];
  if (card === undefined) throw new Error('bug: a host index of this channel');
  const name = witnessName(replica.crypto.sha256, card);
  const rows = await replica.store.largestCosignatures(replica.channel.id);
  let old = rows.find((row) => row.origin === log.origin && row.cosigner === name)?.size ?? 0;
  const own = of.origin === replica.generations.current(replica.us).origin;
  for (let attempt = 0; attempt < 3; attempt++) {
    const answer = await send(host, await request(replica, log.origin, old, log), MAX_CHECKPOINT_SIZE);
    if (answer.status === 404) {
      await register(host, of, send);
      continue;
    }
    if (answer.status === 409) {
      const size = parseSizeAnswer(answer.body);
      if (own && (size === undefined || size >= log.size || size === old)) await checkOwn(replica, host, card.name, send);
      if (size === undefined || size === old) throw await askHost(replica, host, of, send, answer.status);
      if (size > log.size) return false;
      old = size;
      continue;
    }
    if (answer.status === 422) {
      if (own) await checkOwn(replica, host, card.name, send);
      throw await askHost(replica, host, of, send, answer.status);
    }
    if (answer.status !== 200) throw new ParleyError('unreachable', `the host answered ${answer.status}`);
    const lines = parseLines(answer.body);
    const kept = 'lines' in lines ? await keepPairs(replica, { origin: log.origin, size: log.size, root: log.root }, lines.lines) : [];
    if (!kept.some((row) => row.cosigner === name)) throw new ParleyError('signature_invalid', 'the answer holds no valid cosignature');
    // An unchanged head goes there every hour: time to hear whether somebody showed the host another history.
    if (old === log.size && (await askForFork(replica, host, of, send))) throw new ParleyError('fork', `shown to ${card.name}`);
    return true;
  }
  throw new ParleyError('unreachable', 'the host moved on three times while we asked');
}

function checkOwn(replica: Replica, host: number, name: string, send: SendToHost): Promise<void> {
  return checkContradiction(replica, name, (path) => send(host, { method: 'GET', path }, MAX_CHECKPOINT_SIZE));
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
