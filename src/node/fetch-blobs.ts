import { fromBase64url, fromUtf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { CHUNK_SIZE, MAX_SPOILED_FETCHES, SPOILED_REST } from '../base/limits.ts';
import { chunkCount } from '../entry/attachment.ts';
import { openBody } from '../entry/body.ts';
import { parseEntry } from '../entry/entry.ts';
import { logIn, rowOf } from '../sync/replica.ts';
import { announceBlob, attachmentsIn, heldChunks, isComplete, keepChunk } from './attachments.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { erasedLeaves } from './erasures.ts';
import type { PartyNode } from './party-node.ts';
import { appendAsNode } from './stamps.ts';

/** Entries known to name no file that may be looked at again after a restart: a write for each batch, of up to 1,000 of them, would be waste. */
const MAX_UNWRITTEN = 4000;

type Want = {
  readonly root: string;
  readonly salt: string;
  readonly size: number;
  readonly name: string;
  readonly media: string;
  readonly entry: string;
  /** Times that what came was not the file: from the first on it is taken whole from one holder, so that it is known whose chunks are spoiled. */
  tries: number;
  /** By party, how often what it gave was not the file since the last rest. */
  spoiled?: { [party: number]: number };
  /** Chunks that the holder asked last has given, where the line to it broke. */
  round?: { readonly party: number; readonly got: number };
  /** Everybody spoiled it: it is not asked for before this. */
  rest?: number;
};

type Progress = { next: number; wanted: Want[] };

/**
 * Fetches the attachments that one party's documents name, chunk by chunk, and says `blob_held` in the own log once a file is whole here.
 *
 * Attachments never gate receipts: this runs beside the exchange, resumes where it stopped, and one file that cannot be had stops no other. Whoever gives
 * chunks that are not the file is noted and asked a few times more; the others are asked too, and where nobody gives it the file is asked for again a day later.
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
  const others = [...channel.replica.channel.parties.keys()].filter((other) => other !== party && other !== channel.replica.us);
  const holders = own ? others : [party, ...others];
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
    if ((want.rest ?? 0) > node.parts.now()) continue;
    const outcome = await fetchOne(node, channel, holders, want, note);
    if (outcome === 'resting') continue;
    if (outcome === 'here' && !own) await appendAsNode(channel, 'blob_held', [want.entry], [['root', want.root]]);
    if (outcome === 'here' || outcome === 'not as known') progress.wanted = progress.wanted.filter((other) => other !== want);
    else failed = outcome;
    await note();
  }
  if (failed !== undefined) throw failed;
  if (own && progress.wanted.length === 0 && progress.next >= (await rowOf(channel.replica, origin)).size) await store.deleteLocal('blobs', origin);
}

/** Says that our own log is about to be pulled back from `size` on: the files it names from there on are to be fetched too. */
export async function seekOwnFiles(channel: ChannelRuntime): Promise<void> {
  const { origin, size } = await logIn(channel.replica, channel.replica.us);
  if ((await channel.store.getLocal('blobs', origin)) !== undefined) return;
  const progress: Progress = { next: Math.max(1, size), wanted: [] };
  await channel.store.putLocal('blobs', origin, JSON.stringify(progress));
}

async function announced(channel: ChannelRuntime, origin: string, from: number, to: number): Promise<Want[]> {
  const wanted: Want[] = [];
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
async function stillNamed(channel: ChannelRuntime, wanted: readonly Want[]): Promise<Want[]> {
  const left: Want[] = [];
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

/** Fetches one file from the first holder who gives it whole; resolves with the last refusal where some may give it yet. */
async function fetchOne(
  node: PartyNode,
  channel: ChannelRuntime,
  holders: readonly number[],
  want: Want,
  note: () => Promise<void>,
): Promise<'here' | 'not as known' | 'resting' | ParleyError> {
  const refused = async (work: () => Promise<void>): Promise<ParleyError | undefined> => {
    try {
      await work();
      return undefined;
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      return error;
    }
  };
  if ((await refused(() => announceBlob(channel, want, true))) !== undefined) return 'not as known';
  if (await isComplete(channel, want.root, want)) return 'here';
  if (want.rest !== undefined) for (const past of ['rest', 'spoiled', 'round'] as const) delete want[past];
  let last: ParleyError | undefined;
  for (const party of holders) {
    if ((want.spoiled?.[party] ?? 0) >= MAX_SPOILED_FETCHES) continue;
    const error = await refused(() => fetchFrom(node, channel, party, want));
    if (error === undefined) return 'here';
    last = error;
    if (error.code === 'invalid') await note();
  }
  if (last !== undefined) return last;
  want.rest = node.parts.now() + SPOILED_REST;
  await note();
  return 'resting';
}

/** Fetches one file from one holder; refuses `unreachable`, and `invalid` where what came is not the file. */
async function fetchFrom(node: PartyNode, channel: ChannelRuntime, party: number, want: Want): Promise<void> {
  const isFirst = want.tries === 0;
  const held = new Set(isFirst ? await heldChunks(channel, fromBase64url(want.root, 32) ?? new Uint8Array()) : []);
  let got = want.round?.party === party && !isFirst ? want.round.got : 0;
  try {
    for (; got < chunkCount(want.size); got++) {
      if (held.has(got)) continue;
      const chunk = await chunkFrom(node, channel, party, `/chunk/${channel.id}/${want.root}/${got}`);
      await keepChunk(channel, want.root, got, chunk, want);
      node.emit({ type: 'changed', channel: channel.id });
    }
    if (!(await isComplete(channel, want.root, want))) throw new ParleyError('invalid', 'the chunks received are not the file announced');
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    if (error.code !== 'invalid') {
      want.round = { party, got };
      throw error;
    }
    delete want.round;
    want.tries++;
    // What was here before may be another's: then nobody can be named for it.
    if (held.size === 0) {
      want.spoiled = { ...want.spoiled, [party]: (want.spoiled?.[party] ?? 0) + 1 };
      await noteSpoiler(channel, party, want.root, node.parts.now());
    }
    throw new ParleyError(
      'invalid',
      `${channel.replica.channel.parties[party]?.name ?? ''} gave chunks of ${want.name} that are not the file announced`,
    );
  }
}

/** Local records, by `<channel>/<party>`: that a party, or the line to it, gave chunks that were not the file; how often, and of which file last. */
export const SPOILED = 'spoiled';

async function noteSpoiler({ id, store }: ChannelRuntime, party: number, root: string, at: number): Promise<void> {
  const known = await store.getLocal(SPOILED, `${id}/${party}`);
  const times = known === undefined ? 0 : (JSON.parse(known) as { readonly times: number }).times;
  await store.putLocal(SPOILED, `${id}/${party}`, JSON.stringify({ times: times + 1, root, at }));
}

async function chunkFrom(node: PartyNode, channel: ChannelRuntime, party: number, path: string): Promise<Uint8Array> {
  const answer = await node.sendToParty(channel.id, party, { method: 'GET', path }, CHUNK_SIZE);
  if (answer.status !== 200) throw new ParleyError('unreachable', `the file is not to be had yet (${answer.status})`);
  return answer.body;
}
