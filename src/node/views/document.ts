import { equal, toBase64, toBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { witnessName } from '../../entry/card.ts';
import { parseMatter } from '../../projection/matter.ts';
import type { DocumentView } from '../../projection/views.ts';
import type { VerdictRow } from '../../store/store.ts';
import { firstReceipt, partyOf, rowOf } from '../../sync/replica.ts';
import type { Person } from '../../verify/reader-state.ts';
import { attachmentsIn } from '../attachments.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { inReadingOrder } from '../reading-order.ts';
import { aboutView, erasedNames } from './about-entries.ts';
import { attachmentViews } from './attachment-views.ts';
import { sharesOf } from './dossier-part.ts';
import { personKey, rawIds, readEntry } from './facts.ts';
import { jointViewsOf } from './joint.ts';
import { NOT_COUNTED } from './lineage.ts';
import { compromisedSince, personOfMatter } from './people.ts';
import { channelState, NODE_KINDS, rowsOf } from './rows.ts';

/** Documents of its matter shown with one: what somebody reads at once; the Table has the rest. */
const MAX_THREAD = 200;

/** One document in full: what it says, who signed it, who holds it, its matter, and its exact bytes. Refuses `not_found`. */
export async function documentView(channel: ChannelRuntime, id: string, most = MAX_THREAD): Promise<DocumentView> {
  const { store, replica } = channel;
  // Copies of an entry in other places have its id; the one that counts comes first.
  const places = await store.verdicts(channel.id, rawIds([id]));
  const verdict = places.find((row) => row.valid) ?? places[0] ?? (await uncountedVerdict(channel, id));
  const [entry] = verdict === undefined ? [] : await store.entriesAt([verdict]);
  const party = verdict === undefined ? undefined : partyOf(replica, verdict.origin);
  if (verdict === undefined || entry === undefined || party === undefined) throw new ParleyError('not_found', 'no such document here');
  const { header, document } = readEntry(channel, entry);
  const state = await channelState(channel);
  const [matterRow] = await store.matters(channel.id, { ids: [verdict.matter] });
  const all = inReadingOrder(replica, await store.matterVerdicts(channel.id, verdict.matter)).filter((row) => !NODE_KINDS.includes(row.type));
  const named = [id, ...(header?.refs ?? []), document?.fields.entry];
  const thread = shownOf(channel, all, named, most);
  const inThread = thread.some((row) => isSame(row, verdict));
  const rows = await rowsOf(channel, inThread ? thread : [...thread, verdict], state);
  const row = rows.find((one) => one.id === id && one.party === party && one.index === verdict.index);
  if (row === undefined) throw new Error('bug: a verdict has its row');
  const person = header === undefined ? undefined : state.people.get(personKey(party, header.actor));
  const log = await rowOf(replica, verdict.origin);
  const fields = document?.fields ?? {};
  const matter = matterRow === undefined ? undefined : parseMatter(matterRow.state);
  const about = matterRow?.kind === 'identity' ? await personOfMatter(channel, toBase64url(verdict.matter)) : undefined;
  return {
    row,
    channel: channel.id,
    fields,
    erased: erasedNames(document, id, matter),
    ...(await aboutView(channel, verdict, { party, document, matter, people: state.people, heldOut: state.heldOut })),
    joint: matter === undefined || matterRow === undefined ? [] : await jointViewsOf(channel, state, matter, matterRow.dossier, { read: id }),
    attachments: await attachmentViews(channel, id, party, attachmentsIn(fields), matter),
    signer: person === undefined ? null : await signerOf(channel, person, header?.time ?? 0),
    ...(about === undefined ? {} : { about }),
    ...(await cosigners(channel, verdict, party)),
    thread: inThread ? rows : rows.filter((one) => one !== row),
    moreInThread: all.length - thread.length,
    evidence: {
      id,
      leafHash: toBase64url(entry.leafHash),
      origin: verdict.origin,
      index: verdict.index,
      size: log.size,
      root: toBase64url(log.root),
    },
    entry: toBase64(entry.bytes),
    body: toBase64(entry.body ?? new Uint8Array()),
  };
}

/** What opened the matter, what the document names, and of the rest each party's latest in turn, in reading order. */
function shownOf({ replica }: ChannelRuntime, all: readonly VerdictRow[], named: readonly unknown[], most: number): readonly VerdictRow[] {
  if (all.length <= most) return all;
  const first = new Set(all.filter(({ id, matter }) => equal(id, matter) || named.includes(toBase64url(id))));
  const byParty = Map.groupBy(
    all.filter((row) => !first.has(row)),
    ({ origin }) => partyOf(replica, origin),
  );
  const lists = new Map([...byParty.values()].map((list) => [list, list.length]));
  for (const [list, count] of sharesOf(lists, Math.max(0, most - first.size))) for (const row of list.slice(list.length - count)) first.add(row);
  return all.filter((row) => first.has(row));
}

/** Who signed; where somebody says that the key was in other hands when the document is dated, that stands beside. */
async function signerOf(channel: ChannelRuntime, { name, post, actor, automatic, matter }: Person, time: number): Promise<DocumentView['signer']> {
  const since = await compromisedSince(channel, matter);
  return { name, post, actor, automatic, ...(since === undefined || time < since ? {} : { compromisedSince: since }) };
}

/** Of an entry that is held and does not count nobody judged anything. */
async function uncountedVerdict(channel: ChannelRuntime, id: string): Promise<VerdictRow | undefined> {
  const [place] = await channel.store.findEntries(channel.id, rawIds([id]));
  const [entry] = place === undefined ? [] : await channel.store.entriesAt([place]);
  if (place === undefined || entry === undefined || partyOf(channel.replica, place.origin) === undefined) return undefined;
  const { header } = readEntry(channel, entry);
  const at = { origin: place.origin, index: place.index, id: place.id, matter: place.id, channel: channel.id };
  const findings = JSON.stringify([NOT_COUNTED]);
  return { ...at, valid: false, type: header?.type ?? '', level: 0, time: header?.time ?? 0, findings };
}

/** When each other party's node held it and each host saw it; absent where none has yet. */
async function cosigners(channel: ChannelRuntime, verdict: VerdictRow, author: number): Promise<Pick<DocumentView, 'receipts' | 'witnesses'>> {
  const { channel: facts, crypto } = channel.replica;
  const first = async (names: readonly string[]): Promise<{ at?: number; size?: number }> => {
    const row = await firstReceipt(channel.store, verdict.origin, verdict.index, names);
    return row === undefined ? {} : { at: row.time, size: row.size };
  };
  return {
    receipts: await Promise.all(
      facts.parties.flatMap((_, party) =>
        party === author ? [] : [first(channel.replica.generations.heldNames(party)).then((seen) => ({ party, ...seen }))],
      ),
    ),
    witnesses: await Promise.all(facts.hosts.map(async (card) => ({ host: card.name, ...(await first([witnessName(crypto.sha256, card)])) }))),
  };
}

function isSame(a: VerdictRow, b: VerdictRow): boolean {
  return a.origin === b.origin && a.index === b.index;
}
