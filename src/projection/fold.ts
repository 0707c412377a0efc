import type { Phrase } from '../base/phrases.ts';
import { ABOUT_ENTRIES } from '../document/about-entries.ts';
import type { Document, Fields, Kind } from '../document/kind.ts';
import { joins, kindOf } from '../document/registry.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { type Act, emptyMatter, type Matter, withAct } from './matter.ts';

/** What is known of an act that another refers to. */
export type KnownAct = { readonly type: string; readonly matter: string; readonly valid: boolean };

/** What the fold may ask, set-wise: acts by id, and matters by id. */
export type FoldSource = {
  readonly acts: (ids: readonly string[]) => Promise<ReadonlyMap<string, KnownAct>>;
  readonly matters: (ids: readonly string[]) => Promise<ReadonlyMap<string, Matter>>;
  /** The matters among these ids that nobody has opened yet: acts wait there. Asked of ids that come for the first time, so nearly always none. */
  readonly waiting: (ids: readonly string[]) => Promise<ReadonlyMap<string, Matter>>;
  /** Those of these entries that were folded and kept before, at their places. Asked of what comes next in a log, so nearly always none. */
  readonly folded: (entries: readonly VerifiedEntry[]) => Promise<ReadonlySet<VerifiedEntry>>;
};

/** An entry with the matter it was folded into (its own id when it changes no state). */
export type FoldedEntry = { readonly entry: VerifiedEntry; readonly matter: string; readonly findings: readonly Phrase[] };

/** An act that waited for another which has now arrived, with the matter it belongs to. */
export type MovedAct = { readonly id: string; readonly matter: string; readonly findings: readonly Phrase[] };

/** What one batch changes. */
export type Fold = { readonly entries: readonly FoldedEntry[]; readonly matters: readonly Matter[]; readonly moved: readonly MovedAct[] };

/** Kinds that say something about another act, whatever it is; they join its matter. */
const JOINS_ANY = new Set<string>(['stamp', 'blob_held', ...ABOUT_ENTRIES]);
/** Verdicts that say nothing about the act of that id: it stands, or may yet come to stand, elsewhere. */
const MISPLACED: readonly string[] = ['void.repeated', 'void.wrong_channel', 'void.wrong_party', 'void.wrong_generation'];

/**
 * Folds verified entries into matters (spec/time.md and ARCHITECTURE.md, "Projection").
 *
 * Invariants: 1. total: a nonsensical document becomes a finding and changes nothing; 2. no clock; 3. frame fields alone are read; 4. a party's
 * entry changes that party's component alone; 5. an act whose parent is not here yet waits in a matter of its parent's id, so that the
 * result does not depend on the order of arrival; 6. a copy of an act in another place is not that act, and takes nothing away from it; 7. an entry that
 * was folded before changes nothing, and is no part of the result.
 */
export async function foldEntries(source: FoldSource, given: readonly VerifiedEntry[]): Promise<Fold> {
  const entries = onceEach(given, await source.folded(given));
  const parents = entries.flatMap((entry) => entry.entry?.header.refs.slice(0, 1) ?? []);
  const acts = new Map(await source.acts(parents));
  const wanted = new Set<string>();
  for (const entry of entries) {
    const parent = entry.entry?.header.refs[0];
    if (parent !== undefined) wanted.add(acts.get(parent)?.matter ?? parent);
  }
  const matters = new Map([...(await source.waiting(entries.map((entry) => entry.id))), ...(await source.matters([...wanted]))]);
  const changed = new Set<string>();
  const moved: MovedAct[] = [];
  const folded: FoldedEntry[] = [];
  for (const entry of entries) {
    const placed = place(entry, acts, matters, changed);
    folded.push({ entry, ...placed });
    if (!isAct(entry.type, entry.findings)) continue;
    acts.set(entry.id, { type: entry.type, matter: placed.matter, valid: entry.valid && placed.findings.length === 0 });
    moved.push(...adoptWaiting(entry.id, acts, matters, changed));
  }
  return { entries: folded, matters: [...changed].flatMap((id) => matters.get(id) ?? []), moved };
}

/**
 * Whether a verdict is about the act of its id, valid or void: not about the charter or other bytes that are no entry, nor about a copy in another
 * log or later in the same one. `type` and `findings` as the verdict has them. No id has more than one.
 */
export function isAct(type: string, findings: readonly { readonly id: string }[]): boolean {
  return type !== '' && !findings.some(({ id }) => MISPLACED.includes(id));
}

/** Entries that were not folded before, and each place once. */
function onceEach(entries: readonly VerifiedEntry[], folded: ReadonlySet<VerifiedEntry>): readonly VerifiedEntry[] {
  const places = new Set<string>();
  return entries.filter((entry) => {
    const place = `${entry.origin}/${entry.index}`;
    return !folded.has(entry) && !places.has(place) && places.add(place).has(place);
  });
}

function place(
  entry: VerifiedEntry,
  acts: ReadonlyMap<string, KnownAct>,
  matters: Map<string, Matter>,
  changed: Set<string>,
): { matter: string; findings: readonly Phrase[] } {
  const header = entry.entry?.header;
  if (!entry.valid || header === undefined) return { matter: entry.id, findings: [] };
  const act = actOf(entry);
  const parent = header.refs[0];
  if (parent === undefined) {
    if (kindOf(entry.type)?.opens === false) return { matter: entry.id, findings: [{ id: 'finding.opens_nothing', values: { kind: entry.type } }] };
    keep(matters, changed, withAct(matters.get(entry.id) ?? emptyMatter(entry.id), act));
    return { matter: entry.id, findings: [] };
  }
  const known = acts.get(parent);
  if (known === undefined) {
    keep(matters, changed, withAct(matters.get(parent) ?? emptyMatter(parent), act));
    // Shown as waiting while its matter has no kind; nothing is recorded, since that would depend on the order of arrival.
    return { matter: parent, findings: [] };
  }
  // It stands by itself: the matter of what it names may itself still wait, and would be told differently by another order of arrival.
  if (!mayJoin(entry.type, known)) return { matter: entry.id, findings: [{ id: 'finding.cannot_join', values: { kind: entry.type } }] };
  keep(matters, changed, withAct(matters.get(known.matter) ?? emptyMatter(known.matter), act));
  return { matter: known.matter, findings: [] };
}

/** Acts that waited under this id join the matter it turned out to belong to, where their kinds may; parents before children. */
function adoptWaiting(id: string, acts: Map<string, KnownAct>, matters: Map<string, Matter>, changed: Set<string>): readonly MovedAct[] {
  const known = acts.get(id);
  const waiting = matters.get(id);
  const pending = waiting === undefined ? [] : Object.values(waiting.components).flatMap((component) => component.filter((act) => act.id !== id));
  if (known === undefined || waiting === undefined || pending.length === 0) return [];
  const opener = Object.values(waiting.components).flatMap((component) => component.filter((act) => act.id === id));
  let target = known.matter === id ? opener.reduce(withAct, emptyMatter(id)) : (matters.get(known.matter) ?? emptyMatter(known.matter));
  const moved: MovedAct[] = [];
  // Each act is looked at once: whoever lets very many wait must not make us compare each with each.
  const children = Map.groupBy(pending, (act) => act.refs[0] ?? '');
  const ready = [...(children.get(id) ?? [])];
  for (const act of ready) {
    const joins = mayJoin(act.type, acts.get(act.refs[0] ?? '') ?? known);
    if (joins) target = withAct(target, act);
    const matter = joins ? known.matter : act.id;
    acts.set(act.id, { type: act.type, matter, valid: joins });
    moved.push({ id: act.id, matter, findings: joins ? [] : [{ id: 'finding.cannot_join', values: { kind: act.type } }] });
    for (const child of children.get(act.id) ?? []) ready.push(child);
  }
  if (known.matter !== id) keep(matters, changed, emptyMatter(id));
  keep(matters, changed, target);
  return moved;
}

function mayJoin(type: string, parent: KnownAct): boolean {
  if (!parent.valid) return false;
  if (JOINS_ANY.has(type)) return true;
  const kind = kindOf(type);
  return kind === undefined || joins(kind, parent.type);
}

function actOf(entry: VerifiedEntry): Act {
  const header = entry.entry?.header;
  return {
    id: entry.id,
    type: entry.type,
    party: entry.party,
    index: entry.position ?? entry.index,
    time: entry.time,
    refs: header?.refs ?? [],
    frame: frameOf(entry.document),
    automatic: entry.automatic,
    ...(entry.stamp === undefined ? {} : { stamp: entry.stamp }),
  };
}

/** The frame fields of a document; what only another room can read (a note, a checkpoint) is left in its entry. */
export function frameOf(document: Document | undefined): Fields {
  const kind = document === undefined ? undefined : kindOf(document.kind);
  if (document === undefined || kind === undefined) return {};
  const names = readableNames(kind);
  return Object.fromEntries(Object.entries(document.fields).filter(([name]) => names.has(name)));
}

/** Kinds are what the program has: the names of their frame fields are gathered once. */
const namesByKind = new WeakMap<Kind, ReadonlySet<string>>();

function readableNames(kind: Kind): ReadonlySet<string> {
  const known = namesByKind.get(kind);
  if (known !== undefined) return known;
  const names = new Set(kind.fields.filter((field) => field.frame && field.shape !== 'opaque').map((field) => field.name));
  namesByKind.set(kind, names);
  return names;
}

function keep(matters: Map<string, Matter>, changed: Set<string>, matter: Matter): void {
  matters.set(matter.id, matter);
  changed.add(matter.id);
}
