import { toBase64url } from '../../base/bytes.ts';
import type { Json } from '../../base/json.ts';
import { namedLeaves, pointedNames } from '../../document/about-entries.ts';
import type { Document, Fields, Kind } from '../../document/kind.ts';
import { kindOf } from '../../document/registry.ts';
import { shapeFault } from '../../document/shape.ts';
import { type AboutEntries, aboutEntries, goneNames } from '../../projection/about-entries.ts';
import type { CorrectionView, ErasureView, FieldChange } from '../../projection/about-views.ts';
import type { Act, Matter } from '../../projection/matter.ts';
import { saidLast } from '../../projection/said-anew.ts';
import type { DocumentView, TableRow } from '../../projection/views.ts';
import type { VerdictRow } from '../../store/store.ts';
import { firstReceipt, partyOf } from '../../sync/replica.ts';
import { type HeldOut, usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { type People, personKey, type ReadEntry, rawIds, readEntries } from './facts.ts';

/** Corrections of one document that are opened beside those that decide what it says: whoever corrects it thousands of times must not make us read them all. */
const MAX_CORRECTIONS = 50;

/** What lists say of a document that something was said about later. */
export type Marks = Pick<TableRow, 'corrected' | 'withdrawn' | 'erased'>;

/**
 * Marks of the entries of these verdicts by id; those that nothing was said about are left out. `usable`: their matters, as they may be used here: what somebody
 * says whom nobody here has acknowledged is a row of its own, and marks nothing.
 */
export function marksOf(channel: ChannelRuntime, verdicts: readonly VerdictRow[], usable: readonly Matter[]): ReadonlyMap<string, Marks> {
  const marks = new Map<string, Marks>();
  const matters = new Map(usable.map((matter) => [matter.id, aboutEntries(matter)]));
  for (const row of verdicts) {
    const about = matters.get(toBase64url(row.matter));
    const id = toBase64url(row.id);
    const mark = about === undefined ? {} : markOf(about, id, partyOf(channel.replica, row.origin));
    if (Object.keys(mark).length > 0) marks.set(id, mark);
  }
  return marks;
}

function markOf({ corrections, withdrawals, gone }: AboutEntries, id: string, author: number | undefined): Marks {
  const corrected = corrections.get(id) ?? [];
  const latest = corrected.at(-1);
  const withdrawn = withdrawals.get(id);
  const erasures = (gone.get(id) ?? []).filter((act) => act.type === 'body_erased' && act.party === author);
  const last = erasures.at(-1);
  return {
    ...(latest === undefined ? {} : { corrected: { entry: latest.id, time: latest.time, count: corrected.length } }),
    ...(withdrawn === undefined ? {} : { withdrawn: { entry: withdrawn.id, time: withdrawn.time } }),
    ...(last === undefined ? {} : { erased: { entry: last.id, time: last.time, count: goneNames(erasures).size } }),
  };
}

/** The fields of a document as its author's corrections leave them; `corrections` in log order. */
export async function correctedFields(channel: ChannelRuntime, kind: string, fields: Fields, corrections: readonly Act[]): Promise<Fields> {
  const now: { [name: string]: Json } = { ...fields };
  for (const read of await entriesOf(channel, decidingOf(kindOf(kind), corrections, 0))) {
    for (const { field, after } of changesOf(kindOf(kind), now, [], read?.document)) {
      if (after !== undefined) now[field] = after;
      // Also where it is erased: what stood there before is what its author replaced.
      else delete now[field];
    }
  }
  return now;
}

/** A document as it was read: its party, its matter, who the logs name, and whom nobody here has acknowledged. */
type Read = {
  readonly party: number;
  readonly document: Document | undefined;
  readonly matter: Matter | undefined;
  readonly people: People;
  readonly heldOut: HeldOut;
};

/**
 * What was said about a document later, and what a correction says anew. What somebody says whom nobody here has acknowledged is not among it, but for an
 * erasure of what never came here.
 */
export async function aboutView(
  channel: ChannelRuntime,
  verdict: VerdictRow,
  { party, document, matter, people, heldOut }: Read,
): Promise<Pick<DocumentView, 'aboutEntry' | 'changes' | 'corrections' | 'moreCorrections' | 'withdrawal' | 'erasures'>> {
  const id = toBase64url(verdict.id);
  const [usable] = matter === undefined ? [] : await usableMatters(channel, heldOut, [matter]);
  const about = usable === undefined ? undefined : aboutEntries(usable);
  const all = matter === undefined ? undefined : aboutEntries(matter);
  const target = document?.fields.entry;
  const entry = typeof target === 'string' && kindOf(verdict.type)?.signedBy === 'representative' ? target : undefined;
  const corrected = about?.corrections.get(id) ?? [];
  const corrections = await correctionViews(channel, verdict.type, document, corrected, people);
  const withdrawal = about?.withdrawals.get(id);
  return {
    ...(entry === undefined ? {} : { aboutEntry: entry }),
    ...(verdict.type === 'correction' && entry !== undefined ? { changes: await ownChanges(channel, id, entry, all) } : {}),
    corrections,
    moreCorrections: corrected.length - corrections.length,
    ...(withdrawal === undefined ? {} : { withdrawal: await withdrawalView(channel, withdrawal, people) }),
    erasures: await erasureViews(
      channel,
      verdict,
      party,
      (all?.gone.get(id) ?? []).filter((act) => about?.gone.get(id)?.includes(act) === true || namesMissing(act, document)),
      people,
    ),
  };
}

/** Whether an act says of a field that is not here that it is gone. */
function namesMissing(act: Act, document: Document | undefined): boolean {
  return document !== undefined && document.erased.length > 0 && pointedNames(act.frame).some((name) => !(name in document.fields));
}

/** Names of the content fields that are not there because they were erased or are held here no more, as far as acts name them. */
export function erasedNames(document: Document | undefined, id: string, matter: Matter | undefined): readonly string[] {
  if (document === undefined || document.erased.length === 0) return [];
  const named = goneNames(matter === undefined ? [] : (aboutEntries(matter).gone.get(id) ?? []));
  const missing = [...named].filter((name) => !(name in document.fields));
  return missing.length > 0 ? missing : document.erased;
}

/**
 * Of the corrections of one document, in the order of their author's log, the newest `most`, and of those before them the last of each field: with no more
 * than these it says what it says.
 */
function decidingOf(kind: Kind | undefined, acts: readonly Act[], most = MAX_CORRECTIONS): readonly Act[] {
  if (acts.length <= most) return acts;
  const newest = Math.max(0, acts.length - most);
  const before = kind === undefined ? undefined : saidLast({ of: '', kind, acts: acts.slice(0, newest) });
  return [...(before?.acts ?? []), ...acts.slice(newest)];
}

async function correctionViews(
  channel: ChannelRuntime,
  kind: string,
  document: Document | undefined,
  corrections: readonly Act[],
  people: People,
): Promise<readonly CorrectionView[]> {
  const acts = decidingOf(kindOf(kind), corrections);
  const reads = await entriesOf(channel, acts);
  let now: Fields = document?.fields ?? {};
  return acts.map((act, i) => {
    const read = reads[i];
    const changes = changesOf(kindOf(kind), now, document?.erased ?? [], read?.document);
    now = { ...now, ...Object.fromEntries(changes.flatMap(({ field, after }) => (after === undefined ? [] : [[field, after]]))) };
    const reason = read?.document?.fields.reason;
    return { entry: act.id, time: act.time, signer: signerOf(act, read, people), ...(typeof reason === 'string' ? { reason } : {}), changes };
  });
}

/** What one correction says anew, beside what stood there before it. */
async function ownChanges(channel: ChannelRuntime, id: string, entry: string, about: AboutEntries | undefined): Promise<readonly FieldChange[]> {
  const all = about?.corrections.get(entry) ?? [];
  const [target] = await entriesOf(channel, [{ id: entry }]);
  const kind = kindOf(target?.header?.type ?? '');
  const before = decidingOf(kind, all.slice(0, all.findIndex((act) => act.id === id) + 1));
  const reads = await entriesOf(channel, before);
  let now: Fields = target?.document?.fields ?? {};
  for (const [i, act] of before.entries()) {
    const changes = changesOf(kind, now, target?.document?.erased ?? [], reads[i]?.document);
    if (act.id === id) return changes;
    now = { ...now, ...Object.fromEntries(changes.flatMap(({ field, after }) => (after === undefined ? [] : [[field, after]]))) };
  }
  return [];
}

function changesOf(kind: Kind | undefined, now: Fields, erased: readonly string[], correction: Document | undefined): readonly FieldChange[] {
  const { values } = correction?.fields ?? {};
  const given: readonly Json[] | undefined = Array.isArray(values) ? values : undefined;
  return pointedNames(correction?.fields ?? {}).map((name, i) => {
    const field = kind?.fields.find((one) => one.name === name);
    const value = given?.[i];
    const fits = field === undefined || value === undefined || value === null || shapeFault(field, value) === undefined;
    // What has not the field's form is shown as it was written: nobody's correction is hidden.
    const after = value === undefined || value === null ? undefined : fits ? value : JSON.stringify(value);
    const before = now[name];
    const goneBefore = before === undefined && erased.includes(name);
    const gone = goneBefore ? (given === undefined ? 'both' : 'before') : given === undefined ? 'after' : undefined;
    return {
      field: name,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(gone === undefined ? {} : { erased: gone }),
    };
  });
}

async function withdrawalView(channel: ChannelRuntime, act: Act, people: People): Promise<NonNullable<DocumentView['withdrawal']>> {
  const [read] = await entriesOf(channel, [act]);
  const reason = read?.document?.fields.reason;
  return { entry: act.id, time: act.time, signer: signerOf(act, read, people), ...(typeof reason === 'string' ? { reason } : {}) };
}

async function erasureViews(
  channel: ChannelRuntime,
  verdict: VerdictRow,
  author: number,
  acts: readonly Act[],
  people: People,
): Promise<readonly ErasureView[]> {
  const names = goneNames(acts);
  const reads = await entriesOf(channel, acts);
  const views: ErasureView[] = [];
  for (const field of names) {
    const naming = acts.filter((act) => act.type === 'body_erased' && pointedNames(act.frame).includes(field));
    const by = naming.find((act) => act.party === author);
    const holders = channel.replica.channel.parties.map((_, party) =>
      holderOf(
        channel,
        verdict,
        author,
        party,
        by,
        acts.filter((act) => act.party === party && saysGone(act, field)),
      ),
    );
    const signer = by === undefined ? '' : signerOf(by, reads[acts.indexOf(by)], people);
    const leaf = namedLeaves((by ?? naming[0])?.frame ?? {}).get(field) ?? '';
    views.push({ field, leaf, ...(by === undefined ? {} : { by: { entry: by.id, time: by.time, signer } }), holders: await Promise.all(holders) });
  }
  return views;
}

/** Whether an act says that its party holds a field no more: an erasure that names it, or a loss of it or of all. */
function saysGone(act: Act, field: string): boolean {
  const names = pointedNames(act.frame);
  return names.includes(field) || (act.type === 'lost' && names.length === 0);
}

async function holderOf(
  channel: ChannelRuntime,
  verdict: VerdictRow,
  author: number,
  party: number,
  by: Act | undefined,
  own: readonly Act[],
): Promise<ErasureView['holders'][number]> {
  const [said] = own;
  if (said !== undefined) return { party, state: 'says_gone', at: said.time, entry: said.id };
  if (party === author) return { party, state: 'holds' };
  const names = channel.replica.generations.heldNames(party);
  const act = by === undefined ? undefined : (await channel.store.verdicts(channel.id, rawIds([by.id]))).find((row) => row.valid);
  const told = act === undefined ? undefined : await firstReceipt(channel.store, act.origin, act.index, names);
  if (told !== undefined) return { party, state: 'told', at: told.time };
  const held = await firstReceipt(channel.store, verdict.origin, verdict.index, names);
  return held === undefined ? { party, state: 'not_shown' } : { party, state: 'holds', at: held.time };
}

/** Entries as they can be read, in the order asked. */
async function entriesOf(channel: ChannelRuntime, acts: readonly { readonly id: string }[]): Promise<readonly (ReadEntry | undefined)[]> {
  const ids = acts.map(({ id }) => id);
  const reads = await readEntries(channel, ids);
  return ids.map((id) => reads.get(id));
}

function signerOf(act: Act, read: ReadEntry | undefined, people: People): string {
  return people.get(personKey(act.party, read?.header?.actor ?? ''))?.name ?? '';
}
