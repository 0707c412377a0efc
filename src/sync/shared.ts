import { equal, fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_CHECKPOINT_SIZE, MAX_CLOCK_AHEAD } from '../base/limits.ts';
import type { CosignatureRow, Store } from '../store/store.ts';
import { formatLines, formatNote, parseLines, parseNote } from '../tlog/note.ts';
import { originHash } from '../tlog/origin.ts';
import { formatSharedReceipt, verifySharedReceipt } from '../verify/shared-receipt.ts';
import type { KnownLog } from './generations.ts';
import type { SendToParty } from './push.ts';
import { type Replica, rowOf } from './replica.ts';

/** A receipt over another history of a log, as it is kept: how much of ours it covers, and the root there. */
export type KeptShared = { readonly cosigner: string; readonly prefix: number; readonly root: string; readonly bytes: string };

/** The receipts over other histories of a log that are kept here, one a cosigner. */
export async function sharedOf(store: Store, origin: string): Promise<readonly KeptShared[]> {
  const text = await store.getLocal('shared', origin);
  return text === undefined ? [] : (JSON.parse(text) as readonly KeptShared[]);
}

/**
 * Takes receipts over a log of which two histories exist, from whoever holds either: what they cover of the history held here counts towards what stands of
 * it. Resolves with whether something new was kept. Refuses `proof_invalid`.
 */
export async function takeShared(replica: Replica, of: KnownLog, bytes: Uint8Array): Promise<boolean> {
  const { store, crypto, generations } = replica;
  const row = await rowOf(replica, of.origin);
  const rootAt = async (size: number): Promise<Uint8Array | undefined> => (size <= row.size ? store.rootAt(of.origin, size) : undefined);
  const verified = await verifySharedReceipt(crypto, of.card, generations.cosigners(of.party), rootAt, bytes);
  if ('expected' in verified) throw new ParleyError('proof_invalid', `expected ${verified.expected}`);
  const { head, prefix, pairs } = verified;
  const before = await sharedOf(store, of.origin);
  const root = toBase64url((await rootAt(prefix)) ?? new Uint8Array());
  const kept = new Map(before.map((one) => [one.cosigner, one]));
  let isNew = false;
  const direct: CosignatureRow[] = [];
  for (const { cosigner, time, lines } of pairs) {
    // Dated further ahead it is no receipt, here as in a push.
    if (time > replica.now() + MAX_CLOCK_AHEAD) continue;
    if (prefix === head.size) direct.push({ ...head, cosigner, time, lines: formatLines(lines) });
    const known = kept.get(cosigner);
    // Of a history set aside since nothing is left to compare with: the new one takes its place.
    const holds = known !== undefined && known.prefix >= prefix && equal((await rootAt(known.prefix)) ?? new Uint8Array(), raw(known.root));
    if (holds) continue;
    kept.set(cosigner, { cosigner, prefix, root, bytes: toBase64url(bytes) });
    isNew = true;
  }
  if (direct.length > 0) await store.putCosignatures(direct);
  if (isNew) await store.putLocal('shared', of.origin, JSON.stringify([...kept.values()]));
  return isNew;
}

/**
 * Shows a party every receipt held here over a log of which two histories exist, with the path from the largest prefix that its history and ours share: all
 * who do so come to the same standing head. Refuses `unreachable`.
 */
export async function tellShared(replica: Replica, party: number, of: KnownLog, send: SendToParty): Promise<void> {
  const { store } = replica;
  const path = `/log/${originHash(of.origin) ?? ''}`;
  const row = await rowOf(replica, of.origin);
  const prefix = await sharedPrefix(row.size, async (size) => {
    const answer = await send(party, { method: 'GET', path: `${path}/root/${size}` }, 4096);
    // Ours may have been set aside meanwhile for the one that stands.
    if (size > (await rowOf(replica, of.origin)).size) return false;
    return answer.status === 200 && equal(answer.body, utf8(`${toBase64url(await store.rootAt(of.origin, size))}\n`));
  });
  if (prefix === 0) return;
  for (const pair of await largestPairs(replica, of)) {
    const head = await store.headAtOrAbove(of.origin, pair.size);
    const parsed = head?.size === pair.size ? parseNote(head.note) : { expected: 'it' };
    const lines = parseLines(pair.lines);
    if ('expected' in parsed || 'expected' in lines) continue;
    const note = formatNote({ text: parsed.note.text, lines: [...parsed.note.lines, ...lines.lines] });
    const covers = Math.min(prefix, pair.size);
    const proof = await store.consistencyProof(of.origin, covers, pair.size);
    const body = formatSharedReceipt({ note, prefix: covers, path: proof });
    const answer = await send(party, { method: 'POST', path: `${path}/receipts`, body }, MAX_CHECKPOINT_SIZE);
    if (answer.status !== 200)
      throw new ParleyError('unreachable', `the other node answered ${answer.status} to receipts over a log with two histories`);
  }
}

/** What there is to tell of a log now: equal texts, nothing new. */
export async function sharedKnown(replica: Replica, of: KnownLog): Promise<string> {
  return (await largestPairs(replica, of)).map(({ cosigner, size }) => `${cosigner} ${size}`).join();
}

/** Of each party that receipted the history held here, its largest pair. */
export async function largestPairs(replica: Replica, of: KnownLog): Promise<readonly CosignatureRow[]> {
  const { store, generations } = replica;
  const { size } = await rowOf(replica, of.origin);
  const names = new Set(generations.cosigners(of.party).flatMap(({ role, keys }) => (role === 'held' ? [keys.name] : [])));
  const found = new Map<string, CosignatureRow>();
  for (const pair of await store.cosignatures(of.origin, 1, size)) {
    if (!names.has(pair.cosigner) || found.has(pair.cosigner)) continue;
    if (equal(await store.rootAt(of.origin, pair.size), pair.root)) found.set(pair.cosigner, pair);
  }
  return [...found.values()];
}

/** The largest size at which `isSame`, searched by halves: equal roots have equal prefixes. */
export async function sharedPrefix(size: number, isSame: (size: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (await isSame(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function raw(text: string): Uint8Array {
  return fromBase64url(text) ?? new Uint8Array();
}
