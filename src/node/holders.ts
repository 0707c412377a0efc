import { ParleyError } from '../base/errors.ts';
import { MAX_CHECKPOINT_SIZE } from '../base/limits.ts';
import type { HttpRequest, HttpResponse } from '../base/ports.ts';
import type { Channel } from '../entry/charter.ts';
import type { GatePeers } from '../sync/gate-answers.ts';
import { originHash } from '../tlog/origin.ts';

/** Longest wait for one holder, milliseconds: the receipt that waits for all of them is late by no more than this, once. */
const TIMEOUT_MS = 5_000;

/** The checkpoints of a log of a channel as every other party and every host shows them that can be reached; nothing in them is believed yet. */
export async function askHolders(channel: Channel, us: number, origin: string, peers: GatePeers): Promise<readonly Uint8Array[]> {
  const request: HttpRequest = { method: 'GET', path: `/log/${originHash(origin) ?? ''}/checkpoint`, timeoutMs: TIMEOUT_MS };
  const parties = [...channel.parties.keys()].filter((party) => party !== us);
  const asked = [
    ...parties.map((party) => peers.party(party, request, MAX_CHECKPOINT_SIZE)),
    ...channel.hosts.map((_, host) => peers.host(host, request, MAX_CHECKPOINT_SIZE)),
  ];
  const answers = await Promise.all(asked.map(noneWhereRefused));
  return answers.flatMap((answer) => (answer?.status === 200 ? [answer.body] : []));
}

async function noneWhereRefused(asked: Promise<HttpResponse>): Promise<HttpResponse | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ParleyError) return undefined;
    throw error;
  }
}
