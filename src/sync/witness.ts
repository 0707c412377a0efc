import { equal, fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { parseStrictObject, strictJson } from '../base/json.ts';
import { Mutex } from '../base/mutex.ts';
import type { Crypto, Now } from '../base/ports.ts';
import type { Store } from '../store/store.ts';
import { type KeyPair, type SignerPair, signCosignaturePair } from '../tlog/cosignature.ts';
import { checkpointChecks } from '../tlog/log-signature.ts';
import { emptyRoot, verifyConsistency } from '../tlog/merkle.ts';
import { formatLines, formatNote, parseNote } from '../tlog/note.ts';
import { computeOrigin } from '../tlog/origin.ts';
import { formatSizeAnswer, parseAddCheckpoint, SIZE_MEDIA_TYPE } from '../tlog/witness-request.ts';
import { noticeFork } from './host-fork.ts';
import type { Mark } from './mark.ts';
import { IdleOrigins, ORIGIN_LIMITS, type OriginLimits } from './witness-origins.ts';

/** A plain answer of the witness protocol. */
export type WitnessAnswer = {
  readonly status: 200 | 201 | 400 | 403 | 404 | 409 | 422 | 429;
  readonly contentType: string;
  readonly body: Uint8Array;
};

/** A neutral host: it sees origins that are hashes, sizes and roots, and no content. */
export type Witness = {
  readonly store: Store;
  readonly crypto: Crypto;
  readonly now: Now;
  readonly mark: Mark;
  /** Key name of its cosignatures. */
  readonly name: string;
  readonly keys: SignerPair;
  /** Left out: {@link ORIGIN_LIMITS}. */
  readonly limits?: OriginLimits;
};

const idle = new WeakMap<Store, IdleOrigins>();
const mutexes = new WeakMap<Store, Mutex>();

/**
 * Learns the two raw keys of a log; the origin is recomputed from them, so nobody can squat it. Idempotent. `peer`: the address that tells of it. 429 where that one,
 * or all together, told of more than a host takes.
 */
export async function registerOrigin(witness: Witness, body: Uint8Array, peer = ''): Promise<WitnessAnswer> {
  const parsed = parseStrictObject(body);
  if ('expected' in parsed) return plain(400, `expected ${parsed.expected}\n`);
  const { ed25519, ml_dsa_44: mlDsa44 } = parsed.value;
  const first = typeof ed25519 === 'string' ? fromBase64url(ed25519, 32) : undefined;
  const second = typeof mlDsa44 === 'string' ? fromBase64url(mlDsa44, 1312) : undefined;
  if (first === undefined || second === undefined) return plain(400, 'expected raw keys ed25519 and ml_dsa_44\n');
  const origin = computeOrigin(witness.crypto.sha256, first, second);
  // The two keys and nothing beside them: whoever fills a host must at least make keys.
  const keys = strictJson({ ed25519: toBase64url(first), ml_dsa_44: toBase64url(second) });
  return mutexOf(witness.store).run(async () => {
    const { store } = witness;
    if ((await store.getLocal('origin', origin)) !== undefined) return plain(201, `${origin}\n`);
    if ((await store.cosigned(origin)) !== undefined) await store.putLocal('origin', origin, keys);
    else if (isFull(witness)) return plain(429, 'this host knows as many logs as it takes\n');
    else if (!(await (await idleOf(witness)).add(origin, keys, peer, witness.now()))) return plain(429, 'too many new logs from this address\n');
    return plain(201, `${origin}\n`);
  });
}

/**
 * Cosigns a checkpoint that continues the last one it cosigned, with the exact status codes of C2SP tlog-witness:
 * 400 not in form or old size above the new, 404 unknown origin, 403 no valid signature of the log (both are required here), 409 with the
 * size last cosigned (`text/x.tlog.size`) or for two roots of one size, 422 a consistency proof that does not verify; and 429 for the first head of one log
 * more than it takes.
 */
export async function addCheckpoint(witness: Witness, body: Uint8Array): Promise<WitnessAnswer> {
  const parsed = parseAddCheckpoint(body);
  if ('expected' in parsed) return plain(400, `expected ${parsed.expected}\n`);
  const { head } = parsed;
  const { oldSize, path: proof, checkpoint: note } = parsed.request;
  const keys = await keysOf(witness, head.origin);
  if (keys === undefined) return plain(404, 'unknown origin\n');
  const signed = checkpointChecks(witness.crypto.sha256, keys, note);
  if ('expected' in signed) return plain(403, `expected ${signed.expected}\n`);
  if (!(await witness.crypto.verify(signed.checks)).every(Boolean)) return plain(403, 'expected both signatures of the log\n');
  if (oldSize > head.size) return plain(400, 'expected an old size of at most the new one\n');
  // One request at a time: comparing the old size, recording the new head and signing must not interleave, or a cosignature could roll back.
  return mutexOf(witness.store).run(async () => {
    const last = await witness.store.cosigned(head.origin);
    const size = last?.size ?? 0;
    await noticeFork(witness, keys, last, signed, proof);
    if (oldSize !== size) return conflict(size);
    if (last !== undefined && size === head.size && !equal(last.root, head.root)) return conflict(size);
    const { sha256 } = witness.crypto;
    // From nothing everything follows, but there is one tree of nothing.
    if (head.size === 0 && !equal(head.root, emptyRoot(sha256))) return plain(422, 'expected the root of the empty tree\n');
    const proved = size === 0 ? proof.length === 0 : verifyConsistency(sha256, size, head.size, last?.root ?? new Uint8Array(), head.root, proof);
    if (!proved) return plain(422, 'the consistency proof does not verify\n');
    if (last === undefined && isFull(witness)) return plain(429, 'this host knows as many logs as it takes\n');
    // Read before anything is recorded: what fails then has changed nothing.
    const waiting = last === undefined ? await idleOf(witness) : undefined;
    const advanced = await witness.store.advanceCosigned(head.origin, size, head, witness.now());
    if ('last' in advanced) return conflict(advanced.last.size);
    await waiting?.settle(head.origin);
    await witness.mark.setCosigned(head.origin, { size: head.size, root: head.root, time: advanced.time });
    const lines = await signCosignaturePair(witness.crypto.sha256, witness.name, witness.keys, head, advanced.time);
    await witness.store.putValue(`checkpoint/${head.origin}`, formatNote({ text: signedText(note), lines: [...signed.logLines, ...lines] }));
    return { status: 200, contentType: 'text/plain; charset=utf-8', body: formatLines(lines) };
  });
}

/**
 * Goes on from what the mark says was cosigned, where the store knows less: it was lost, or restored. Call it once, before the first request.
 * Refuses `unsafe_state` where store and mark name two heads of one size.
 */
export async function resumeWitness({ store, mark }: Pick<Witness, 'store' | 'mark'>): Promise<void> {
  for (const origin of mark.cosignedOrigins) {
    const marked = mark.cosigned(origin);
    const known = await store.cosigned(origin);
    if (marked === undefined || (known !== undefined && known.size > marked.size)) continue;
    const raised = await store.advanceCosigned(origin, known?.size ?? 0, marked, marked.time);
    if ('last' in raised) throw new ParleyError('unsafe_state', `two heads of one log were cosigned at size ${marked.size}`);
  }
}

/** The largest checkpoint of an origin that this host cosigned, with its lines. */
export function cosignedCheckpoint(witness: Witness, origin: string): Promise<Uint8Array | undefined> {
  return witness.store.getValue(`checkpoint/${origin}`);
}

async function keysOf(witness: Witness, origin: string): Promise<KeyPair | undefined> {
  const text = await witness.store.getLocal('origin', origin);
  const parsed = text === undefined ? undefined : parseStrictObject(text);
  if (parsed === undefined || 'expected' in parsed) return undefined;
  const ed25519 = fromBase64url(String(parsed.value.ed25519), 32);
  const mlDsa44 = fromBase64url(String(parsed.value.ml_dsa_44), 1312);
  return ed25519 === undefined || mlDsa44 === undefined ? undefined : { ed25519, mlDsa44 };
}

/** Only within the mutex of the store: two that read at once would count apart. A store that cannot be read now is read again next time. */
async function idleOf({ store, limits = ORIGIN_LIMITS }: Witness): Promise<IdleOrigins> {
  const known = idle.get(store) ?? (await IdleOrigins.load(store, limits));
  idle.set(store, known);
  return known;
}

function isFull({ mark, limits = ORIGIN_LIMITS }: Witness): boolean {
  return mark.cosignedOrigins.length >= limits.total;
}

function signedText(note: Uint8Array): string {
  const parsed = parseNote(note);
  return 'note' in parsed ? parsed.note.text : '';
}

function mutexOf(store: Store): Mutex {
  const known = mutexes.get(store) ?? new Mutex();
  mutexes.set(store, known);
  return known;
}

function conflict(size: number): WitnessAnswer {
  return { status: 409, contentType: SIZE_MEDIA_TYPE, body: formatSizeAnswer(size) };
}

function plain(status: WitnessAnswer['status'], text: string): WitnessAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: utf8(text) };
}
