import { fromBase64url, fromUtf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { CHUNK_SIZE } from '../base/limits.ts';
import { chunkCount } from '../entry/attachment.ts';
import { openBody } from '../entry/body.ts';
import { parseEntry } from '../entry/entry.ts';
import { logIn, rowOf } from '../sync/replica.ts';
import { announceBlob, attachmentsIn, heldChunks, isComplete, keepChunk } from './attachments.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { erasedLeaves } from './erasures.ts';
import type { PartyNode } from './party-node.ts';
import { appendAsNode } from './stamps.ts';

/** Times that a file is fetched whole whose chunks do not add up to it. */
const MAX_TRIES = 3;

/** Entries known to name no file that may be looked at again after a restart: a write for each batch, of up to 1,000 of them, would be waste. */
const MAX_UNWRITTEN = 4000;

type Progress = { next: number; wanted: { root: string; salt: string; size: number; name: string; media: string; entry: string; tries: number }[] };

/**
 * Fetches the attachments that one party's documents name, chunk by chunk, and says `blob_held` in the own log once a file is whole here.
 *
 * Attachments never gate receipts: this runs beside the exchange, resumes where it stopped, and one file that cannot be had stops no other.
 * Files of our own log are fetched only after it was pulled back ({@link seekOwnFiles}), from whoever has them.
 * Resolves with whether there is more to fetch.
 */
export async function fetchBlobs(node: PartyNode, channel: ChannelRuntime, party: number): Promise<boolean> {
  for (const { origin } of channel.replica.generations.sequence(party)) await fetchNamed(node, channel, party, origin);
  return false;
}

async function fetchNamed(node: PartyNode, channel: ChannelRuntime, party: number, origin: string): Promise<void> {
  const { store } = channel;
  const stored = await store.getLocal('blobs', origin);
  const own = party === channel.replica.us;
  if (own && (stored === undefined || channel.own.gate === 'recovering')) return;
  const holders = own ? [...channel.replica.channel.parties.keys()].filter((other) => other !== party) : [party];
  const progress: Progress = stored === undefined ? { next: 1, wanted: [] } : (JSON.parse(stored) as Progress);
  const size = await channel.reader.readSize(origin);
  const from = channel.withoutFiles(origin, progress.next);
  const found = from < size ? await announced(channel, origin, from, size) : [];
  const isWorthNoting = from < size || from - progress.next >= MAX_UNWRITTEN;
  progress.wanted.push(...found);
  progress.next = Math.max(from, size);
  const note = async (): Promise<void> => {
    progress.wanted = await stillNamed(channel, progress.wanted);
    await store.putLocal('blobs', origin, JSON.stringify(progress));
  };
  if (isWorthNoting) await note();
  let failed: unknown;
  for (const want of [...progress.wanted]) {
    try {
      await fetchOne(node, channel, holders, want);
      if (!own) await appendAsNode(channel, 'blob_held', [want.entry], [['root', want.root]]);
      progress.wanted = progress.wanted.filter((other) => other !== want);
      await note();
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      failed = error;
      if (error.code !== 'invalid') continue;
      // What came is not the file: it is asked for whole a few times more, then no longer, so that nobody keeps us fetching for ever.
      want.tries++;
      if (want.tries >= MAX_TRIES) progress.wanted = progress.wanted.filter((other) => other !== want);
      await note();
    }
  }
  if (failed !== undefined) throw failed;
  if (own && progress.next >= (await rowOf(channel.replica, origin)).size) await store.deleteLocal('blobs', origin);
}

/** Says that our own log is about to be pulled back from `size` on: the files it names from there on are to be fetched too. */
export async function seekOwnFiles(channel: ChannelRuntime): Promise<void> {
  const { origin, size } = await logIn(channel.replica, channel.replica.us);
  if ((await channel.store.getLocal('blobs', origin)) !== undefined) return;
  const progress: Progress = { next: Math.max(1, size), wanted: [] };
  await channel.store.putLocal('blobs', origin, JSON.stringify(progress));
}

async function announced(channel: ChannelRuntime, origin: string, from: number, to: number): Promise<Progress['wanted']> {
  const wanted: Progress['wanted'] = [];
  const verdicts = await channel.store.verdictsOf(origin, from, to);
  const rows = await channel.store.entries(origin, from, to);
  for (const [i, row] of rows.entries()) {
    const parsed = verdicts[i]?.valid === true && row.body !== undefined ? parseEntry(channel.replica.crypto.sha256, row.bytes) : undefined;
    if (parsed === undefined || 'expected' in parsed || row.body === undefined) continue;
    const opened = openBody(channel.replica.crypto.sha256, parsed.entry.header.body, row.body);
    if ('expected' in opened) continue;
    for (const value of attachmentsIn(Object.fromEntries(opened.body.fields))) {
      wanted.push({ ...value, entry: parsed.entry.id, tries: 0 });
    }
  }
  return wanted;
}

/** Without files whose name was erased since: they are gone here, and not fetched again. */
async function stillNamed(channel: ChannelRuntime, wanted: Progress['wanted']): Promise<Progress['wanted']> {
  const left: Progress['wanted'] = [];
  for (const want of wanted) {
    const isErased = (await erasedLeaves(channel.replica, want.entry)).length > 0;
    if (!isErased || (await namesFile(channel, want.entry, want.root))) left.push(want);
  }
  return left;
}

async function namesFile(channel: ChannelRuntime, entry: string, root: string): Promise<boolean> {
  const places = await channel.store.findEntries(channel.id, [fromBase64url(entry, 32) ?? new Uint8Array()]);
  const rows = await channel.store.entriesAt(places);
  return rows.some(({ body }) => body !== undefined && (fromUtf8(body) ?? '').includes(root));
}

async function fetchOne(node: PartyNode, channel: ChannelRuntime, holders: readonly number[], want: Progress['wanted'][number]): Promise<void> {
  await announceBlob(channel, want);
  if (await isComplete(channel, want.root, want)) return;
  const raw = fromBase64url(want.root, 32) ?? new Uint8Array();
  const held = new Set(await heldChunks(channel, raw));
  for (let index = 0; index < chunkCount(want.size); index++) {
    if (held.has(index) && want.tries === 0) continue;
    const chunk = await chunkFrom(node, channel, holders, `/chunk/${channel.id}/${want.root}/${index}`);
    await keepChunk(channel, want.root, index, chunk, want);
    node.emit({ type: 'changed', channel: channel.id });
  }
  if (!(await isComplete(channel, want.root, want))) throw new ParleyError('invalid', 'the chunks received are not the file announced');
}

/** A chunk from the first who has it; refuses `unreachable`. */
async function chunkFrom(node: PartyNode, channel: ChannelRuntime, holders: readonly number[], path: string): Promise<Uint8Array> {
  let last: unknown;
  for (const party of holders) {
    try {
      const answer = await node.sendToParty(channel.id, party, { method: 'GET', path }, CHUNK_SIZE);
      if (answer.status === 200) return answer.body;
      last = new ParleyError('unreachable', `the file is not to be had yet (${answer.status})`);
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      last = error;
    }
  }
  throw last;
}
