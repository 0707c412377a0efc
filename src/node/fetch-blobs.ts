import { fromBase64url, fromUtf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { CHUNK_SIZE, FETCH_TURN, MAX_SPOILED_FETCHES, SPOILED_REST } from '../base/limits.ts';
import { chunkCount } from '../entry/attachment.ts';
import { openBody } from '../entry/body.ts';
import { parseEntry } from '../entry/entry.ts';
import { logIn, rowOf } from '../sync/replica.ts';
import { announceBlob, attachmentsIn, isComplete } from './attachments.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { completeFrom, dropGiven, givenBy, givenByAny, keepGiven, wrongGivers } from './coming-chunks.ts';
import { erasedLeaves } from './erasures.ts';
import { oneAtATime } from './one-at-a-time.ts';
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
  /** By party, how often what it gave was not the file as somebody else named it: one of the two is wrong, and a whole file says who. */
  doubted?: { [party: number]: number };
  /** Everybody spoiled it: it is not asked for before this. */
  rest?: number;
};

type Progress = { next: number; wanted: Want[] };

/**
 * Fetches the attachments that one party's documents name, chunk by chunk, and says `blob_held` in the own log once a file is whole here.
 *
 * Attachments never gate receipts: this runs beside the exchange, resumes where it stopped, and one file that cannot be had stops no other. Every holder
 * has its turn, and what each gives is kept apart until it is known to be the file: whoever gives slowly, or never all, or something else, delays the others
 * by a turn and takes nothing of theirs away. Whoever gives chunks that are not the file is noted and asked a few times more; where nobody gives it the file
 * is asked for again a day later. Files of our own log are fetched only after it was pulled back ({@link seekOwnFiles}), from whoever has them.
 * Resolves with whether there is more to fetch.
 */
export async function fetchBlobs(node: PartyNode, channel: ChannelRuntime, party: number): Promise<boolean> {
  let more = false;
  let failed: ParleyError | undefined;
  for (const { origin } of channel.replica.generations.sequence(party)) {
    const outcome = await fetchNamed(node, channel, party, origin);
    if (outcome instanceof ParleyError) failed = outcome;
    else more ||= outcome;
  }
  if (failed !== undefined && !more) throw failed;
  return more;
}

/** Fetches what one log names; resolves with whether more is coming, or where it is not with the last refusal. */
async function fetchNamed(node: PartyNode, channel: ChannelRuntime, party: number, origin: string): Promise<boolean | ParleyError> {
  const { store } = channel;
  const stored = await store.getLocal('blobs', origin);
  const own = party === channel.replica.us;
  if (own && (stored === undefined || channel.own.gate === 'recovering')) return false;
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
  let more = false;
  let failed: ParleyError | undefined;
  for (const want of [...progress.wanted]) {
    if ((want.rest ?? 0) > node.parts.now()) continue;
    const outcome = await fetchOne(node, channel, { holders, namer: own ? undefined : party }, want, note);
    if (outcome === 'resting') continue;
    if (outcome === 'here' && !own) await appendAsNode(channel, 'blob_held', [want.entry], [['root', want.root]]);
    if (outcome === 'here' || outcome === 'not as known') {
      await settle(node, channel, want, outcome === 'here');
      progress.wanted = progress.wanted.filter((other) => other !== want);
    } else if (outcome === 'more') more = true;
    else failed = outcome;
    await note();
  }
  if (more) return true;
  if (failed !== undefined) return failed;
  if (own && progress.wanted.length === 0 && progress.next >= (await rowOf(channel.replica, origin)).size) await store.deleteLocal('blobs', origin);
  return false;
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

/** Who is asked for a file, in order, and who named it to us; `undefined`: we ourselves, in a log that was pulled back. */
type Asked = { readonly holders: readonly number[]; readonly namer: number | undefined };

/** Fetches one file from the first holder who gives it whole; resolves with the last refusal where some may give it yet. */
async function fetchOne(
  node: PartyNode,
  channel: ChannelRuntime,
  { holders, namer }: Asked,
  want: Want,
  note: () => Promise<void>,
): Promise<'here' | 'more' | 'not as known' | 'resting' | ParleyError> {
  if ((await refused(() => announceBlob(channel, want, true))) instanceof ParleyError) return 'not as known';
  if (await isComplete(channel, want.root, want)) return 'here';
  if (want.rest !== undefined) for (const past of ['rest', 'spoiled'] as const) delete want[past];
  let isMore = false;
  let last: ParleyError | undefined;
  for (const party of holders) {
    if ((want.spoiled?.[party] ?? 0) >= MAX_SPOILED_FETCHES) continue;
    const isAnswerable = namer === undefined || namer === party;
    // Two documents may name one file: whoever has it is asked once.
    const turn = `${want.root}/${want.salt}/${want.size}/${party}`;
    const outcome = await refused(() => oneAtATime(channel, turn, () => fetchFrom(node, channel, party, want, isAnswerable)));
    if (outcome === 'here') return 'here';
    if (outcome === 'more') isMore = true;
    else last = outcome;
    if (outcome !== 'more' && outcome.code === 'invalid') await note();
  }
  if (isMore) return 'more';
  if (last !== undefined) return last;
  want.rest = node.parts.now() + SPOILED_REST;
  await note();
  return 'resting';
}

async function refused<T>(work: () => Promise<T>): Promise<T | ParleyError> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    return error;
  }
}

/**
 * Fetches one file from one holder, for one turn; resolves with whether it is here or more is to come, refuses `unreachable`, and `invalid` where what came is
 * not the file. `isAnswerable`: the holder alone can be wrong then, since the file was named by itself or by us.
 */
async function fetchFrom(node: PartyNode, channel: ChannelRuntime, party: number, want: Want, isAnswerable: boolean): Promise<'here' | 'more'> {
  const ends = node.parts.now() + FETCH_TURN;
  /** Resolves with whether nothing was left to ask for once the turn ended. */
  const fetchAllBut = async (held: ReadonlySet<number>): Promise<boolean> => {
    for (let index = 0; index < chunkCount(want.size); index++) {
      if (held.has(index)) continue;
      const chunk = await chunkFrom(node, channel, party, `/chunk/${channel.id}/${want.root}/${index}`);
      await keepGiven(channel, want, party, index, chunk);
      node.emit({ type: 'changed', channel: channel.id });
      if (node.parts.now() >= ends && index + 1 < chunkCount(want.size)) return false;
    }
    return true;
  };
  try {
    if (want.tries === 0) {
      if (!(await fetchAllBut(await givenByAny(channel, want)))) return 'more';
      if (await completeFrom(channel, want, party, true)) return 'here';
      want.tries++;
    }
    if (!(await fetchAllBut(new Set(await givenBy(channel, want, party))))) return 'more';
    if (await completeFrom(channel, want, party, false)) return 'here';
    throw new ParleyError('invalid', 'the chunks received are not the file announced');
  } catch (error) {
    if (!(error instanceof ParleyError) || error.code !== 'invalid') throw error;
    want.tries++;
    want.spoiled = { ...want.spoiled, [party]: (want.spoiled?.[party] ?? 0) + 1 };
    if (isAnswerable) await noteSpoiler(channel, party, want.root, node.parts.now());
    else want.doubted = { ...want.doubted, [party]: (want.doubted?.[party] ?? 0) + 1 };
    await dropGiven(channel, want, [party]);
    throw new ParleyError(
      'invalid',
      `${channel.replica.channel.parties[party]?.name ?? ''} gave chunks of ${want.name} that are not the file announced`,
    );
  }
}

/** A file is no longer wanted. Where it `isHere`, whoever gave something else for it is known, and noted. */
async function settle(node: PartyNode, channel: ChannelRuntime, want: Want, isHere: boolean): Promise<void> {
  if (isHere) {
    const wrong = new Set([...(await wrongGivers(channel, want)), ...Object.keys(want.doubted ?? {}).map(Number)]);
    for (const party of wrong) await noteSpoiler(channel, party, want.root, node.parts.now());
  }
  await dropGiven(channel, want, channel.replica.channel.parties.keys());
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
