import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64url, toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { CHUNK_SIZE, MAX_PUSH_SIZE } from '../base/limits.ts';
import type { Crypto, MarkFile } from '../base/ports.ts';
import { chunkCount } from '../entry/attachment.ts';
import { nodeRandom, systemNow } from '../node/crypto.ts';
import { ERASED } from '../node/erasures.ts';
import { markFile } from '../node/mark-file.ts';
import { readPartyFile, seedOf } from '../node/party-files.ts';
import { PartyNode } from '../node/party-node.ts';
import { peerHttp } from '../node/peer-http.ts';
import { fsck } from '../store/fsck.ts';
import { openMemoryStore } from '../store/memory.ts';
import { DATABASE_NAME, openSqliteStore } from '../store/sqlite.ts';
import type { Salvage, Store } from '../store/store.ts';
import { chunkPlace } from '../sync/chunk-place.ts';
import { LOST } from '../sync/gone-bodies.ts';
import { fsckChecks } from './fsck-checks.ts';
import { type Fetched, type GoneHere, type Head, type Holder, rebuildLog } from './repair-log.ts';

/** What a repair came to: entries fetched, by log; files' parts fetched; rows that are gone; and where the damaged file was put. */
export type Repaired = {
  readonly fetched: readonly (Fetched & { readonly origin: string })[];
  readonly chunks: number;
  readonly lost: readonly string[];
  readonly kept: string;
};

/**
 * Makes a new database of what is whole in a damaged one and what the others give for the rest, and puts it in its place; verdicts and matters are
 * computed again at the next start. The damaged file stays beside it. Nothing is signed and the mark is not touched.
 * Refuses `store_damaged` where something is missing that nobody who answers has: then nothing is changed.
 */
export async function repair(dir: string, crypto: Crypto): Promise<Repaired> {
  const path = join(dir, DATABASE_NAME);
  const partial = `${path}.repairing`;
  for (const suffix of ['', '-wal']) await rm(`${partial}${suffix}`, { force: true });
  const from = await openSqliteStore({ dir, sha256: crypto.sha256 });
  let report: Omit<Repaired, 'kept'>;
  try {
    const good = (await from.salvage?.()) ?? { locals: [], values: [], cosigned: [], chunks: () => [], lost: [] };
    const lostChannel = good.lost.find((what) => /^(local (channel|generation)\b|the rest of local)/.test(what));
    if (lostChannel !== undefined)
      throw new ParleyError('store_damaged', `${lostChannel}: which channels there are is not known any more; restore a backup`);
    const asker = await askerOf(dir, crypto, good);
    const to = await openSqliteStore({ dir, file: partial, sha256: crypto.sha256 });
    try {
      report = await rebuild({ crypto, from, to, asker: asker.node, good });
      const left = await fsck(to, { ...(await fsckChecks(crypto, to)), sha256: crypto.sha256 });
      if (left.problemCount > 0) throw new ParleyError('store_damaged', left.problems[0]?.sentence ?? '');
    } finally {
      await to.close();
      await asker.close();
    }
  } catch (error) {
    await from.close();
    for (const suffix of ['', '-wal']) await rm(`${partial}${suffix}`, { force: true });
    throw error;
  }
  await from.close();
  const kept = `${path}.damaged-${systemNow()}`;
  await rename(path, kept);
  await rm(`${path}-wal`, { force: true });
  await rename(partial, path);
  return { ...report, kept };
}

/** What says which channels and logs there are. */
const CHANNELS = new Set(['channel', 'generation']);

type Work = { readonly crypto: Crypto; readonly from: Store; readonly to: Store; readonly asker: PartyNode; readonly good: Salvage };

async function rebuild(work: Work): Promise<Omit<Repaired, 'kept'>> {
  const { crypto, from, to, asker, good } = work;
  // By the generations that count in what is damaged; where not even that can be read, by those that every channel was founded with.
  const checks = await fsckChecks(crypto, from).catch(() => fsckChecks(crypto, asker.store));
  for (const { collection, key, json } of good.locals) await to.putLocal(collection, key, json);
  for (const { key, bytes } of good.values) await to.putValue(key, bytes);
  for (const { root, index, bytes } of good.chunks()) await to.putChunk(root, index, bytes);
  const fetched: (Fetched & { origin: string })[] = [];
  for (const { replica, id } of asker.channels) {
    const gone = goneHere(good, id);
    for (const { origin, party, gen } of replica.generations.all) {
      const own = party === replica.us;
      await to.createLog({ origin, channel: id, party, gen, own });
      const log = await to.log(origin);
      const holders = holdersOf(asker, id, own ? [...replica.channel.parties.keys()].filter((other) => other !== party) : [party]);
      const heads = log === undefined ? [] : await headsOf(from, origin, async (note) => (await checks.checkHead?.(log, note)) === undefined);
      for (const one of await rebuildLog({ crypto, from, to, origin, gone }, heads, holders)) fetched.push({ ...one, origin });
      for (const row of await from.cosignatures(origin).catch(() => []))
        if ((await checks.checkCosignature?.(row)) === undefined) await to.putCosignatures([row]);
    }
  }
  for (const { origin, size, root, time } of good.cosigned) await to.advanceCosigned(origin, 0, { size, root }, time);
  return { fetched, chunks: await fetchChunks(work), lost: good.lost };
}

/** What the local records of a channel say is gone here for good. */
function goneHere({ locals }: Salvage, channel: string): GoneHere {
  const named = (collection: string) =>
    locals.flatMap((row) =>
      row.collection === collection && row.key.startsWith(`${channel}/`) ? [[row.key.slice(channel.length + 1), row.json] as const] : [],
    );
  return {
    erased: new Map(named(ERASED).map(([id, json]) => [id, new Set(JSON.parse(json) as string[])])),
    lost: new Set(named(LOST).map(([id]) => id)),
  };
}

/** All heads of a log that verify, in order. */
async function headsOf(store: Store, origin: string, verifies: (note: Uint8Array) => Promise<boolean>): Promise<readonly Head[]> {
  const heads: Head[] = [];
  for (let at = 1; ; at++) {
    const head = await store.headAtOrAbove(origin, at).catch(() => undefined);
    if (head === undefined) return heads;
    at = head.size;
    if (await verifies(head.note)) heads.push(head);
  }
}

/** A node that only asks: it holds the channels and nothing of their logs, and its mark cannot be written. */
async function askerOf(dir: string, crypto: Crypto, good: Salvage): Promise<{ node: PartyNode; close(): Promise<void> }> {
  const store = openMemoryStore({ sha256: crypto.sha256 });
  for (const { collection, key, json } of good.locals) if (CHANNELS.has(collection)) await store.putLocal(collection, key, json);
  const real = markFile(dir);
  const mark: MarkFile = { read: () => real.read(), write: () => Promise.reject(new ParleyError('unsafe_state', 'a repair signs nothing')) };
  const http = peerHttp();
  const node = await PartyNode.open({
    file: await readPartyFile(dir),
    seed: await seedOf(dir),
    store,
    crypto,
    now: systemNow,
    random: nodeRandom,
    http,
    mark,
  });
  return {
    node,
    async close() {
      await node.close();
      http.close();
    },
  };
}

function holdersOf(asker: PartyNode, channel: string, parties: readonly number[]): readonly Holder[] {
  return parties.map((party) => ({
    name: asker.channel(channel).replica.channel.parties[party]?.name ?? '',
    ask: (path) => askParty(asker, channel, party, path, MAX_PUSH_SIZE),
  }));
}

async function askParty(asker: PartyNode, channel: string, party: number, path: string, max: number): Promise<Uint8Array | undefined> {
  try {
    const answer = await asker.sendToParty(channel, party, { method: 'GET', path }, max);
    return answer.status === 200 ? answer.body : undefined;
  } catch (error) {
    if (error instanceof ParleyError) return undefined;
    throw error;
  }
}

/** Parts of files that were here whole and are not any more, from whoever has them; whether they are right is seen when all is checked again. */
async function fetchChunks({ crypto, to, asker, good }: Work): Promise<number> {
  let count = 0;
  for (const { collection, key, json } of good.locals) {
    const blob = collection === 'blob' ? (JSON.parse(json) as { size: number; complete: boolean }) : undefined;
    const [channel = '', root = ''] = key.split('/');
    const raw = fromBase64url(root, 32);
    if (blob?.complete !== true || raw === undefined) continue;
    const place = chunkPlace(crypto.sha256, channel, raw);
    const held = new Set(await to.heldChunks(place));
    const { replica } = asker.channel(channel);
    for (let index = 0; index < chunkCount(blob.size); index++) {
      if (held.has(index)) continue;
      for (const party of replica.channel.parties.keys()) {
        const bytes =
          party === replica.us ? undefined : await askParty(asker, channel, party, `/chunk/${channel}/${toBase64url(raw)}/${index}`, CHUNK_SIZE);
        if (bytes === undefined) continue;
        await to.putChunk(place, index, bytes);
        count++;
        break;
      }
    }
  }
  return count;
}
