import { utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_CHECKPOINT_SIZE } from '../base/limits.ts';
import type { HttpRequest, HttpResponse } from '../base/ports.ts';
import { formatBundle } from '../entry/bundle.ts';
import { originHash } from '../tlog/origin.ts';
import { formatAddCheckpoint, parseSizeAnswer } from '../tlog/witness-request.ts';
import { cardOf, checkContradiction, logIn, type Replica } from './replica.ts';

/** Longest wait for one peer's answer at the gate: a peer that is down must not keep an ordinary restart waiting. */
const GATE_TIMEOUT_MS = 5_000;

/** The ways out that the gate uses; each may refuse `unreachable`. */
export type GatePeers = {
  readonly party: (party: number, request: HttpRequest, maxSize: number) => Promise<HttpResponse>;
  readonly host: (host: number, request: HttpRequest, maxSize: number) => Promise<HttpResponse>;
};

/**
 * Submits our head, with old = its own size, to every party and host at once, and looks whether one of them holds a later head of ours.
 *
 * Refuses `unsafe_state` when one shows a note under our own keys that this store does not hold: then this directory is a restored copy.
 * A 409 alone, a wrong answer or none is no contradiction: a liar must not be able to stop us.
 */
export async function askPeers(replica: Replica, peers: GatePeers): Promise<void> {
  const log = await logIn(replica, replica.us);
  if (log.size === 0) return;
  const push = formatBundle([
    { name: 'old', bytes: utf8(String(log.size)) },
    { name: 'checkpoint', bytes: log.note },
  ]);
  const submit = formatAddCheckpoint({ oldSize: log.size, path: [], checkpoint: log.note });
  const hash = originHash(log.origin) ?? '';
  const others = [...replica.channel.parties.keys()].filter((party) => party !== replica.us);
  await Promise.all([
    ...others.map((party) =>
      ask(replica, cardOf(replica, party).name, `/log/${hash}/push`, push, (request, max) => peers.party(party, request, max)),
    ),
    ...replica.channel.hosts.map((card, host) =>
      ask(replica, card.name, '/add-checkpoint', submit, (request, max) => peers.host(host, request, max)),
    ),
  ]);
}

async function ask(
  replica: Replica,
  name: string,
  path: string,
  body: Uint8Array,
  send: (request: HttpRequest, maxSize: number) => Promise<HttpResponse>,
): Promise<void> {
  try {
    const answer = await send({ method: 'POST', path, body, timeoutMs: GATE_TIMEOUT_MS }, MAX_CHECKPOINT_SIZE);
    const size = answer.status === 409 ? parseSizeAnswer(answer.body) : undefined;
    if (size !== undefined)
      await checkContradiction(replica, name, (request) => send({ ...request, timeoutMs: GATE_TIMEOUT_MS }, MAX_CHECKPOINT_SIZE), size);
  } catch (error) {
    // Unreachable, mute or nonsensical: no answer, and no reason to stop.
    if (!(error instanceof ParleyError) || error.code === 'unsafe_state') throw error;
  }
}
