import { toBase64url } from '../../base/bytes.ts';
import { stancesOf, standingOfClaim } from '../../projection/claims.ts';
import type { DossierListItem, DossierView, MatterView, PositionView } from '../../projection/dossier-views.ts';
import type { JointView } from '../../projection/joint/words.ts';
import { type Act, actsOf, type Matter, parseHead, parseMatter } from '../../projection/matter.ts';
import type { TableRow } from '../../projection/views.ts';
import type { EntryRow, VerdictRow } from '../../store/store.ts';
import { rowOf } from '../../sync/replica.ts';
import { heldOutOf, usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { countsOf, MAX_MATTERS, NO_DOSSIER, partOfDossier, sharesOf } from './dossier-part.ts';
import { statesOf } from './dossier-states.ts';
import { type Facts, factsById, rawIds, readEntry, titleOf } from './facts.ts';
import { jointViews } from './joint.ts';
import { type ChannelState, channelState, dueView, NODE_KINDS, rowsOf, type UsableDuty, usableDuties } from './rows.ts';
import { mattersWith, type WordsNow, wordsNow } from './words-now.ts';

/** The list is of what the newest documents, and the newest entries of each party, are about; older affairs are found through the Table. */
const MAX_LOOKED_AT = 400;
/** Documents of a dossier that are counted: beyond it there are many, and nobody reads how many. */
const MAX_COUNTED = 1000;
/** Documents of one part that have a row. */
const MAX_ROWS = 400;

/** Characters of what opened a dossier that its list reads to see whether it was corrected: some hundred acts; one with more is called what it was called first. */
const MAX_CHARACTERS = 60_000;

/** Dossiers of the list that say where they stand: of more nobody reads it at once. */
const MAX_STATED = 100;

const lists = new WeakMap<ChannelRuntime, { version: number; list: Promise<readonly Listed[]> }>();

/** The dossiers of a channel's newest documents, the one with the latest first, and where what opened each of the first ones stands. */
export async function dossierList(channel: ChannelRuntime): Promise<readonly DossierListItem[]> {
  const items = await keptList(channel);
  // Not kept: what hosts show of a log, and the time, change a state without an entry.
  const state = await channelState(channel);
  const ids = items.slice(0, MAX_STATED).map(({ id }) => id);
  const roots = new Map((await mattersWith(channel, state.heldOut, rawIds(ids), MAX_CHARACTERS)).map((matter) => [matter.id, matter]));
  const states = await statesOf(
    channel,
    state,
    ids.flatMap((id) => roots.get(id) ?? []),
  );
  return items.map((item) => ({ ...item, states: states.get(item.id) ?? [] }));
}

type Listed = Omit<DossierListItem, 'states'>;

/** The list without states; computed once for each state of the channel. */
function keptList(channel: ChannelRuntime): Promise<readonly Listed[]> {
  const cached = lists.get(channel);
  if (cached?.version === channel.version) return cached.list;
  const entry = { version: channel.version, list: computeList(channel) };
  lists.set(channel, entry);
  void entry.list.catch(() => lists.delete(channel));
  return entry.list;
}

/** A part of a dossier, from 1 on: its matters with their positions, duties and documents. Refuses `not_found`. */
export async function dossierView(channel: ChannelRuntime, id: string, part = 1, most = MAX_MATTERS): Promise<DossierView> {
  const { rows, parts, total, elsewhere } = await partOfDossier(channel, id, part, most);
  const state = await channelState(channel);
  // In an order that does not depend on what came here first.
  const parsed = rows.map((row) => parseMatter(row.state)).sort((a, b) => (a.id < b.id ? -1 : 1));
  // A stance of somebody nobody here has acknowledged is shown in its row and counts for nothing here.
  const usable = await usableMatters(channel, state.heldOut, parsed);
  const duties = await usableDuties(channel, state, parsed);
  const documents = await documentsOf(channel, parsed, usable, state);
  const joints = await jointViews(channel, state, usable, rawIds([id])[0] ?? new Uint8Array(), { isWhole: parts === 1 });
  const matters = parsed
    .map((matter, i) => {
      const own = { matter, usable: usable[i] ?? matter, duties: duties[i]?.duties ?? [], joint: joints.get(matter.id) ?? [] };
      return matterView(channel, own, documents);
    })
    .sort((a, b) => (a.rows[0]?.time ?? 0) - (b.rows[0]?.time ?? 0));
  const claims = usable.filter((matter) => matter.kind === 'claim').map((matter) => standingOfClaim(matter, channel.rules.parties));
  const root = documents.rows.get(id);
  const head = root === undefined ? await headOf(channel, state, id) : { title: titleOf(root.summary), corrected: root.corrected };
  return {
    id,
    channel: channel.id,
    title: head?.title ?? matters[0]?.title ?? '',
    ...(head?.corrected === undefined ? {} : { corrected: head.corrected }),
    matters,
    agreed: claims.filter((standing) => standing === 'agreed').length,
    disputed: claims.filter((standing) => standing === 'disputed').length,
    open: claims.filter((standing) => standing === 'open').length,
    part,
    parts,
    total,
    elsewhere,
    moreDocuments: documents.more,
  };
}

/** What a dossier is called whose root stands in another part of it. */
async function headOf(channel: ChannelRuntime, state: ChannelState, id: string): Promise<Pick<DossierView, 'title' | 'corrected'> | undefined> {
  const verdicts = (await channel.store.verdicts(channel.id, rawIds([id]))).filter((row) => row.valid).slice(0, 1);
  const [row] = await rowsOf(channel, verdicts, state);
  return row === undefined ? undefined : { title: titleOf(row.summary), ...(row.corrected === undefined ? {} : { corrected: row.corrected }) };
}

type Documents = {
  readonly rows: ReadonlyMap<string, TableRow>;
  readonly fields: ReadonlyMap<string, MatterView['fields']>;
  /** Documents of these matters that have no row. */
  readonly more: number;
};

/** Rows of the documents of these matters, and the fields of those that the view opens. */
async function documentsOf(channel: ChannelRuntime, matters: readonly Matter[], usable: readonly Matter[], state: ChannelState): Promise<Documents> {
  const { acts, more } = actsShown(matters);
  const verdicts = await channel.store.verdicts(channel.id, rawIds(acts.map((act) => act.id)));
  const stances = usable.flatMap((matter) => stancesOf(matter, channel.rules.parties).flatMap(({ position }) => position?.id ?? []));
  const openings = new Set([...matters.map((matter) => matter.id), ...stances]);
  const shown = await channel.store.verdicts(channel.id, rawIds([...openings]));
  const opened = await channel.store.entriesAt(shown);
  const rows = await rowsOf(
    channel,
    verdicts.filter((row) => row.valid),
    state,
  );
  const words = await wordsNow(channel, usable, openings);
  const fieldsOf = (row: EntryRow): MatterView['fields'] => words.get(toBase64url(row.id))?.fields ?? readEntry(channel, row).document?.fields ?? {};
  return {
    rows: new Map(rows.map((row) => [row.id, row])),
    fields: new Map(opened.map((row) => [toBase64url(row.id), fieldsOf(row)])),
    more,
  };
}

/** Documents that have a row: what opened each matter, and of the rest each party's share, of which each matter in turn has the latest. */
export function actsShown(matters: readonly Matter[], most = MAX_ROWS): { readonly acts: readonly Act[]; readonly more: number } {
  const all = matters.map((matter) => actsOf(matter).filter((act) => !NODE_KINDS.includes(act.type)));
  const openings = all.flatMap((acts, i) => acts.filter(({ id }) => id === matters[i]?.id));
  const lists = all.flatMap((acts, i) => [
    ...Map.groupBy(
      acts.filter(({ id }) => id !== matters[i]?.id),
      ({ party }) => party,
    ).values(),
  ]);
  // By party first: else whoever says a little in very many matters is served before who says more in a few.
  const byParty = Map.groupBy(lists, ([first]) => first?.party);
  const asked = new Map([...byParty].map(([party, own]) => [party, own.reduce((sum, { length }) => sum + length, 0)]));
  const joined = [...sharesOf(asked, Math.max(0, most - openings.length))].flatMap(([party, share]) => {
    const own = byParty.get(party) ?? [];
    const shares = sharesOf(new Map(own.map((list) => [list, list.length])), share);
    return own.flatMap((list) => list.slice(list.length - (shares.get(list) ?? 0)));
  });
  const acts = [...openings, ...joined];
  return { acts, more: all.reduce((sum, { length }) => sum + length, 0) - acts.length };
}

function matterView(
  channel: ChannelRuntime,
  {
    matter,
    usable,
    duties,
    joint,
  }: { readonly matter: Matter; readonly usable: Matter; readonly duties: readonly UsableDuty[]; readonly joint: readonly JointView[] },
  documents: Documents,
): MatterView {
  const now = channel.replica.now();
  const opening = documents.rows.get(matter.id);
  const summary = opening?.summary ?? { id: 'summary.unknown', values: { kind: matter.kind } };
  const rows = actsOf(matter).flatMap((act) => documents.rows.get(act.id) ?? []);
  return {
    id: matter.id,
    kind: matter.kind,
    title: titleOf(summary),
    summary,
    opener: matter.opener,
    fields: documents.fields.get(matter.id) ?? {},
    positions: matter.kind === 'claim' ? positionsOf(channel, usable, documents) : [],
    joint,
    due: duties.map(({ duty }) => dueView(duty, documents.rows.get(duty.anchor.id)?.summary ?? summary, now)),
    // Between two logs there is no order but the claimed times, for the eye.
    rows: rows.sort((a, b) => a.time - b.time || a.party - b.party || a.index - b.index),
  };
}

function positionsOf(channel: ChannelRuntime, matter: Matter, documents: Documents): readonly PositionView[] {
  return stancesOf(matter, channel.rules.parties).map(({ party, position, earlier, earlierWords }) => {
    const explanation = position === undefined ? undefined : documents.fields.get(position.id)?.explanation;
    return {
      party,
      ...(typeof position?.frame.value === 'string' ? { value: position.frame.value } : {}),
      ...(typeof explanation === 'string' ? { explanation } : {}),
      ...(position === undefined ? {} : { entry: position.id, time: position.time }),
      earlier,
      ...(earlierWords === undefined ? {} : { earlierWords }),
    };
  });
}

async function computeList(channel: ChannelRuntime): Promise<readonly Listed[]> {
  const { store } = channel;
  const newest = (await newestOf(channel)).filter((row) => row.valid && !NODE_KINDS.includes(row.type));
  const touched = await store.matters(channel.id, { ids: rawIds(newest.map((row) => toBase64url(row.matter))), most: 0 });
  const counted = new Map(touched.filter((row) => !NO_DOSSIER.includes(row.kind)).map((row) => [toBase64url(row.id), row]));
  const latest = new Map<string, number>();
  for (const { matter, time } of newest) {
    const row = counted.get(toBase64url(matter));
    if (row === undefined) continue;
    const id = toBase64url(row.dossier);
    latest.set(id, Math.max(time, latest.get(id) ?? 0));
  }
  const facts = await factsById(channel, [...latest.keys()]);
  const roots = await mattersWith(channel, await heldOutOf(channel), rawIds([...latest.keys()]), MAX_CHARACTERS);
  const words = await wordsNow(channel, roots, latest.keys());
  const items = await Promise.all([...latest].map(([id, time]) => listItem(channel, id, time, facts.get(id), words.get(id))));
  return items.sort((a, b) => b.latest - a.latest);
}

/** The newest documents, and the newest entries of each party, in whichever of its logs: nobody who says much keeps what another said from view. */
async function newestOf(channel: ChannelRuntime): Promise<readonly VerdictRow[]> {
  const { replica, store } = channel;
  const found: VerdictRow[] = [...(await store.tableBefore(channel.id, undefined, MAX_LOOKED_AT, NODE_KINDS))];
  for (const party of replica.channel.parties.keys()) {
    let left = MAX_LOOKED_AT;
    for (const { origin } of replica.generations.sequence(party).toReversed()) {
      const { size } = await rowOf(replica, origin);
      const from = Math.max(0, size - left);
      found.push(...(await store.verdictsOf(origin, from, size)));
      left -= size - from;
    }
  }
  return found;
}

async function listItem(channel: ChannelRuntime, id: string, latest: number, facts: Facts | undefined, words: WordsNow | undefined): Promise<Listed> {
  const { store } = channel;
  const raw = rawIds([id])[0] ?? new Uint8Array();
  const { counts, root } = await countsOf(store, channel.id, raw);
  const matters = [...counts.values()].reduce((sum, count) => sum + count, root === undefined ? 0 : 1);
  const [opener] = counts.keys();
  const other = root === undefined && opener !== undefined ? { opener, not: NO_DOSSIER, from: 0, count: 1, most: 0 } : undefined;
  const [first] = other === undefined ? [] : await store.dossierPart(channel.id, raw, other);
  const left = Math.max(0, MAX_COUNTED - matters);
  const joined = left === 0 ? 0 : await store.dossierJoined(channel.id, raw, { types: NODE_KINDS, kinds: NO_DOSSIER }, left);
  const opening = root ?? first;
  return {
    id,
    title: words?.title ?? facts?.title ?? '',
    ...(words === undefined ? {} : { corrected: true as const }),
    kind: opening?.kind ?? '',
    opener: opening === undefined ? -1 : parseHead(opening.state).opener,
    ref: facts?.ref ?? '',
    matters,
    documents: matters + joined,
    ...(matters + joined >= MAX_COUNTED ? { moreDocuments: true as const } : {}),
    latest,
  };
}
