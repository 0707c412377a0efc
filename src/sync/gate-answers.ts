import { equal } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { HttpRequest, HttpResponse } from '../base/ports.ts';
import { formatCheckpoint } from '../tlog/checkpoint.ts';
import { formatNote } from '../tlog/note.ts';
import { originHash } from '../tlog/origin.ts';
import { verifyHead } from '../verify/head.ts';
import { convictShorter } from './alarm.ts';
import { cardOf, logIn, type Replica } from './replica.ts';

/** Longest wait for one peer's answer at the gate, milliseconds: a peer that is down must not keep an ordinary restart waiting. */
const GATE_TIMEOUT_MS = 5_000;

/** The ways out that the gate uses; each may refuse `unreachable`. */
export type GatePeers = {
  readonly party: (party: number, request: HttpRequest, maxSize: number) => Promise<HttpResponse>;
  readonly host: (host: number, request: HttpRequest, maxSize: number) => Promise<HttpResponse>;
};

/** What somebody shows of our own log, as a head under our own keys: the one held here, an earlier one, a later one, or one that cannot stand beside it. */
export type Shown = {
  readonly says: 'holds' | 'behind' | 'later' | 'other';
  readonly size: number;
  readonly root: Uint8Array;
  /** The checkpoint with the two lines of the log. */
  readonly note: Uint8Array;
};

/** One party's or host's answer. `taken`: our head was taken, which proves nothing. `nothing`: no answer, a wrong one, or one without a note of ours. */
export type GateAnswer = {
  readonly role: 'party' | 'host';
  readonly who: number;
  readonly name: string;
  readonly says: Shown['says'] | 'taken' | 'nothing';
} & Partial<Omit<Shown, 'says'>>;

/** Whether what was shown speaks against signing on. */
export function isAgainst({ says }: { readonly says: GateAnswer['says'] }): boolean {
  return says === 'later' || says === 'other';
}

type Send = (request: HttpRequest, maxSize: number) => Promise<HttpResponse>;

/**
 * Asks every other party and every host at once. `ask` resolves with an answer that may show a note of ours (`path` is where it is to be had), or
 * `undefined` where ours was taken. Whoever is unreachable, mute or nonsensical says nothing: a liar must not be able to stop us.
 */
export async function askAll(
  replica: Replica,
  peers: GatePeers,
  ask: (send: Send, path: string, role: GateAnswer['role']) => Promise<HttpResponse | undefined>,
): Promise<readonly GateAnswer[]> {
  const { origin } = await logIn(replica, replica.us);
  const path = `/log/${originHash(origin) ?? ''}/checkpoint`;
  const others = [...replica.channel.parties.keys()].filter((party) => party !== replica.us);
  const one = async (role: GateAnswer['role'], who: number, name: string, send: Send): Promise<GateAnswer> => {
    try {
      const answer = await ask((request, max) => send({ ...request, timeoutMs: GATE_TIMEOUT_MS }, max), path, role);
      if (answer === undefined) return { role, who, name, says: 'taken' };
      const shown = answer.status === 200 ? await judgeShown(replica, answer.body) : undefined;
      return { role, who, name, ...(shown ?? { says: 'nothing' }) };
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      return { role, who, name, says: 'nothing' };
    }
  };
  return Promise.all([
    ...others.map((party) => one('party', party, cardOf(replica, party).name, (request, max) => peers.party(party, request, max))),
    ...replica.channel.hosts.map((card, host) => one('host', host, card.name, (request, max) => peers.host(host, request, max))),
  ]);
}

/** What note bytes say of our own log beside what is held here; `undefined` where they are no head under our own keys. */
export async function judgeShown(replica: Replica, bytes: Uint8Array): Promise<Shown | undefined> {
  const verified = await verifyHead(replica.crypto, cardOf(replica, replica.us), bytes);
  if ('expected' in verified) return undefined;
  const { checkpoint, logLines } = verified.head;
  const { size, root } = checkpoint;
  const note = formatNote({ text: formatCheckpoint(checkpoint), lines: logLines });
  // Read after they answered: what was signed meanwhile is no contradiction.
  const log = await logIn(replica, replica.us);
  if (size > log.size) return { says: 'later', size, root, note };
  const same = equal(await replica.store.rootAt(log.origin, size), root);
  return { says: !same ? 'other' : size === log.size ? 'holds' : 'behind', size, root, note };
}

/**
 * Somebody says they hold more of our own log than we do, or another; `ask` is how to reach them. Only a head under our own keys says so, and then this
 * is refused with `unsafe_state`: nothing more may be signed here; with `unreachable` while our mark names as much. Anything else they show is no answer.
 */
export async function checkContradiction(
  replica: Replica,
  who: string,
  ask: (path: string) => Promise<{ status: number; body: Uint8Array }>,
): Promise<void> {
  const log = await logIn(replica, replica.us);
  const answer = await ask(`/log/${originHash(log.origin) ?? ''}/checkpoint`);
  const shown = answer.status === 200 ? await judgeShown(replica, answer.body) : undefined;
  if (shown === undefined || !isAgainst(shown)) return;
  await convictIfOther(replica, shown);
  // Of what the mark names too they show no more than this store has lost: it is being pulled back, and the mark stays what it is.
  const marked = replica.mark.own(log.origin);
  if (marked !== undefined && !contradicts(shown, marked)) throw new ParleyError('unreachable', 'our own log is still to be pulled back');
  throw new ParleyError('unsafe_state', `${who} shows our head of size ${shown.size}, which is not in this directory`);
}

/** Whether a head of ours that somebody shows is one that our mark does not name, or stands beside what is held: then the mark was rolled back. */
export function contradicts(
  answer: Pick<GateAnswer, 'says' | 'size' | 'root'>,
  marked: { readonly size: number; readonly root: Uint8Array } | undefined,
): boolean {
  if (answer.says === 'other') return true;
  if (answer.says !== 'later' || marked === undefined || answer.size === undefined) return false;
  return answer.size > marked.size || (answer.size === marked.size && answer.root !== undefined && !equal(answer.root, marked.root));
}

/** What is shown of our own log and cannot stand beside it, we signed both: the proof is kept here, for everybody, before any other party has to make it. */
export async function convictIfOther(
  replica: Replica,
  { says, size, root, note }: Pick<GateAnswer, 'says' | 'size' | 'root' | 'note'>,
): Promise<void> {
  const of = replica.generations.current(replica.us);
  if (says !== 'other' || size === undefined || root === undefined || note === undefined || replica.generations.isForked(of.origin)) return;
  await convictShorter(replica, of, { checkpoint: { origin: of.origin, size, root }, note });
}
