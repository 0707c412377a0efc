import { fromBase64url, toBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { stancesOf, standingOfClaim } from '../../projection/claims.ts';
import type { JointView } from '../../projection/joint/words.ts';
import { actsOf, type Matter, parseMatter } from '../../projection/matter.ts';
import type { DossierListItem, DossierView, MatterView, PositionView, TableRow } from '../../projection/views.ts';
import { usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { factsById, rawIds, readEntry, titleOf } from './facts.ts';
import { jointViews } from './joint.ts';
import { type ChannelState, channelState, dueView, NODE_KINDS, rowsOf, type UsableDuty, usableDuties } from './rows.ts';

/** Matters that are about people and the record itself; they have pages of their own and are no dossier. */
const NO_DOSSIER = new Set(['', 'identity', 'contact_nomination', 'communication_check', ...NODE_KINDS]);

/** The list is of what the newest documents are about; older affairs are found through the Table. */
const MAX_LOOKED_AT = 400;

const lists = new WeakMap<ChannelRuntime, { version: number; list: Promise<readonly DossierListItem[]> }>();

/** The dossiers of a channel's newest documents, the one with the latest first; computed once for each state of the channel. */
export function dossierList(channel: ChannelRuntime): Promise<readonly DossierListItem[]> {
  const cached = lists.get(channel);
  if (cached?.version === channel.version) return cached.list;
  const entry = { version: channel.version, list: computeList(channel) };
  lists.set(channel, entry);
  void entry.list.catch(() => lists.delete(channel));
  return entry.list;
}

/** One dossier: its matters with their positions, duties and documents. Refuses `not_found`. */
export async function dossierView(channel: ChannelRuntime, id: string): Promise<DossierView> {
  const raw = fromBase64url(id, 32);
  const rows = raw === undefined ? [] : (await channel.store.matters(channel.id, { dossier: raw })).filter((row) => !NO_DOSSIER.has(row.kind));
  if (rows.length === 0) throw new ParleyError('not_found', 'no such dossier here');
  const state = await channelState(channel);
  const parsed = rows.map((row) => parseMatter(row.state));
  // A stance of somebody nobody here has acknowledged is shown in its row and counts for nothing here.
  const usable = await usableMatters(channel, state.heldOut, parsed);
  const duties = await usableDuties(channel, state, parsed);
  const documents = await documentsOf(channel, parsed, state);
  const joints = await jointViews(channel, state, usable);
  const matters = parsed
    .map((matter, i) => {
      const parts = { matter, usable: usable[i] ?? matter, duties: duties[i]?.duties ?? [], joint: joints.get(matter.id) ?? [] };
      return matterView(channel, parts, documents);
    })
    .sort((a, b) => (a.rows[0]?.time ?? 0) - (b.rows[0]?.time ?? 0));
  const claims = usable.filter((matter) => matter.kind === 'claim').map((matter) => standingOfClaim(matter, channel.rules.parties));
  return {
    id,
    channel: channel.id,
    title: matters.find((matter) => matter.id === id)?.title ?? matters[0]?.title ?? '',
    matters,
    agreed: claims.filter((standing) => standing === 'agreed').length,
    disputed: claims.filter((standing) => standing === 'disputed').length,
    open: claims.filter((standing) => standing === 'open').length,
  };
}

type Documents = {
  readonly rows: ReadonlyMap<string, TableRow>;
  readonly fields: ReadonlyMap<string, MatterView['fields']>;
};

/** Rows of all documents of these matters, and the fields of those that the view opens. */
async function documentsOf(channel: ChannelRuntime, matters: readonly Matter[], state: ChannelState): Promise<Documents> {
  const acts = matters.flatMap((matter) => actsOf(matter)).filter((act) => !NODE_KINDS.includes(act.type));
  const verdicts = await channel.store.verdicts(channel.id, rawIds(acts.map((act) => act.id)));
  const shown = new Set([...matters.map((matter) => matter.id), ...acts.filter((act) => act.type === 'position').map((act) => act.id)]);
  const opened = await channel.store.entriesAt(verdicts.filter((row) => shown.has(toBase64url(row.id))));
  const rows = await rowsOf(
    channel,
    verdicts.filter((row) => row.valid),
    state,
  );
  return {
    rows: new Map(rows.map((row) => [row.id, row])),
    fields: new Map(opened.map((row) => [toBase64url(row.id), readEntry(channel, row).document?.fields ?? {}])),
  };
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

async function computeList(channel: ChannelRuntime): Promise<readonly DossierListItem[]> {
  const newest = await channel.store.tableBefore(channel.id, undefined, MAX_LOOKED_AT, NODE_KINDS);
  const touched = await channel.store.matters(channel.id, { ids: rawIds(newest.filter((row) => row.valid).map((row) => toBase64url(row.matter))) });
  const roots = [...new Set(touched.filter((row) => !NO_DOSSIER.has(row.kind)).map((row) => toBase64url(row.dossier)))];
  const groups = await Promise.all(rawIds(roots).map((dossier) => channel.store.matters(channel.id, { dossier })));
  const facts = await factsById(channel, roots);
  const items = groups.map((rows, i): DossierListItem => {
    const id = roots[i] ?? '';
    const counted = rows.filter((row) => !NO_DOSSIER.has(row.kind));
    const acts = counted.flatMap((row) => actsOf(parseMatter(row.state))).filter((act) => !NODE_KINDS.includes(act.type));
    return {
      id,
      title: facts.get(id)?.title ?? '',
      kind: counted.find((row) => toBase64url(row.id) === id)?.kind ?? counted[0]?.kind ?? '',
      matters: counted.length,
      documents: acts.length,
      latest: acts.reduce((latest, act) => Math.max(latest, act.time), 0),
    };
  });
  return items.sort((a, b) => b.latest - a.latest);
}
