import type { Json } from '../base/json.ts';
import type { Phrase } from '../base/phrases.ts';
import { ABOUT_ENTRIES } from '../document/about-entries.ts';
import type { Document, Fields, Kind } from '../document/kind.ts';
import { joins, kindOf } from '../document/registry.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { type Act, actsOf, type Matter, type MatterChange } from './matter.ts';

/** What is known of an act that another refers to. */
export type KnownAct = { readonly type: string; readonly matter: string; readonly valid: boolean };

/** What the fold may ask, set-wise: acts by id, and matters in which acts wait. What else stands in a matter it need not know. */
export type FoldSource = {
  /** What is known of each of these, in their order. */
  readonly acts: (ids: readonly string[]) => Promise<readonly (KnownAct | undefined)[]>;
  /** The matters among these ids that nobody has opened yet: acts wait there. Asked of ids that come for the first time, so nearly always none. */
  readonly waiting: (ids: readonly string[]) => Promise<ReadonlyMap<string, Matter>>;
  /** Those of these entries that were folded and kept before, at their places. Asked of what comes next in a log, so nearly always none. */
  readonly folded: (entries: readonly VerifiedEntry[]) => Promise<ReadonlySet<VerifiedEntry>>;
};

/** An entry with the matter it was folded into (its own id when it changes no state), and what is known of the act, where the verdict is about that ({@link isAct}). */
export type FoldedEntry = { readonly entry: VerifiedEntry; readonly matter: string; readonly findings: readonly Phrase[]; readonly act?: KnownAct };

/** An act that waited for another which has now arrived, with the matter it belongs to. */
export type MovedAct = { readonly id: string; readonly matter: string; readonly findings: readonly Phrase[] };

/** What one batch changes. */
export type Fold = { readonly entries: readonly FoldedEntry[]; readonly matters: readonly MatterChange[]; readonly moved: readonly MovedAct[] };

type Change = { readonly id: string; acts: Act[]; anew: boolean };

/** Kinds that say something about another act, whatever it is; they join its matter. */
const JOINS_ANY = new Set<string>(['stamp', 'blob_held', ...ABOUT_ENTRIES]);
/** Verdicts that say nothing about the act of that id: it stands, or may yet come to stand, elsewhere. */
const NONE: readonly Phrase[] = [];
const MISPLACED: readonly string[] = ['void.repeated', 'void.wrong_channel', 'void.wrong_party', 'void.wrong_generation'];

/**
 * Folds verified entries into matters (spec/time.md and ARCHITECTURE.md, "Projection").
 *
 * Invariants: 1. total: a nonsensical document becomes a finding and changes nothing; 2. no clock; 3. frame fields alone are read; 4. a party's
 * entry changes that party's component alone; 5. an act whose parent is not here yet waits in a matter of its parent's id, so that the
 * result does not depend on the order of arrival; 6. a copy of an act in another place is not that act, and takes nothing away from it; 7. an entry that
 * was folded before changes nothing, and is no part of the result; 8. what it costs grows with the batch, and not with what the matters it concerns
 * already hold.
 */
export async function foldEntries(source: FoldSource, given: readonly VerifiedEntry[]): Promise<Fold> {
  const entries = onceEach(given, await source.folded(given));
  const parents: string[] = [];
  for (const { entry } of entries) {
    const parent = entry?.header.refs[0];
    if (parent !== undefined) parents.push(parent);
  }
  const before = await source.acts(parents);
  const waiting = await source.waiting(entries.map((entry) => entry.id));
  // Acts of this batch, and those that it moves.
  const acts = new Map<string, KnownAct>();
  const changes = new Map<string, Change>();
  const moved: MovedAct[] = [];
  const folded: FoldedEntry[] = [];
  let asked = 0;
  for (const entry of entries) {
    const parent = entry.entry?.header.refs[0];
    const { matter, findings } = place(entry, parent === undefined ? undefined : (acts.get(parent) ?? before[asked]), changes);
    if (parent !== undefined) asked++;
    if (!isAct(entry.type, entry.findings)) {
      folded.push({ entry, matter, findings });
      continue;
    }
    const act = { type: entry.type, matter, valid: entry.valid && findings.length === 0 };
    folded.push({ entry, matter, findings, act });
    acts.set(entry.id, act);
    adoptWaiting(entry.id, act, acts, waiting, changes, moved);
  }
  return { entries: folded, matters: [...changes.values()], moved };
}

/**
 * Whether a verdict is about the act of its id, valid or void: not about the charter or other bytes that are no entry, nor about a copy in another
 * log or later in the same one. `type` and `findings` as the verdict has them. No id has more than one.
 */
export function isAct(type: string, findings: readonly { readonly id: string }[]): boolean {
  return type !== '' && (findings.length === 0 || !findings.some(({ id }) => MISPLACED.includes(id)));
}

/** Entries that were not folded before, and each place once. A batch is of one log, or of several in their turns: nearly always each place is further on. */
function onceEach(entries: readonly VerifiedEntry[], folded: ReadonlySet<VerifiedEntry>): readonly VerifiedEntry[] {
  if (folded.size === 0 && isForward(entries)) return entries;
  const places = new Set<string>();
  return entries.filter((entry) => {
    const place = `${entry.origin}/${entry.index}`;
    return !folded.has(entry) && !places.has(place) && places.add(place).has(place);
  });
}

function isForward(entries: readonly VerifiedEntry[]): boolean {
  const last = new Map<string, number>();
  let origin: string | undefined;
  let index = -1;
  for (const entry of entries) {
    if (entry.origin !== origin) {
      if (origin !== undefined) last.set(origin, index);
      origin = entry.origin;
      index = last.get(origin) ?? -1;
    }
    if (entry.index <= index) return false;
    index = entry.index;
  }
  return true;
}

function place(entry: VerifiedEntry, known: KnownAct | undefined, changes: Map<string, Change>): { matter: string; findings: readonly Phrase[] } {
  const header = entry.entry?.header;
  if (!entry.valid || header === undefined) return { matter: entry.id, findings: NONE };
  const parent = header.refs[0];
  if (parent === undefined) {
    if (kindOf(entry.type)?.opens === false) return { matter: entry.id, findings: [{ id: 'finding.opens_nothing', values: { kind: entry.type } }] };
    changeOf(changes, entry.id).acts.push(actOf(entry));
    return { matter: entry.id, findings: NONE };
  }
  // It stands by itself: the matter of what it names may itself still wait, and would be told differently by another order of arrival.
  if (known !== undefined && !mayJoin(entry.type, known))
    return { matter: entry.id, findings: [{ id: 'finding.cannot_join', values: { kind: entry.type } }] };
  // Where the parent is not here: shown as waiting while its matter has no kind; nothing is recorded, since that would depend on the order of arrival.
  const matter = known?.matter ?? parent;
  changeOf(changes, matter).acts.push(actOf(entry));
  return { matter, findings: NONE };
}

/** Acts that waited under this id join the matter it turned out to belong to, where their kinds may; parents before children. */
function adoptWaiting(
  id: string,
  known: KnownAct,
  acts: Map<string, KnownAct>,
  waiting: ReadonlyMap<string, Matter>,
  changes: Map<string, Change>,
  moved: MovedAct[],
): void {
  const change = changes.get(id);
  const kept = change?.anew === true ? undefined : waiting.get(id);
  if (kept === undefined && change === undefined) return;
  if (kept === undefined && change?.acts.length === 1 && change.acts[0]?.id === id) return;
  const here = [...(kept === undefined ? [] : actsOf(kept)), ...(change?.acts ?? [])];
  const pending = here.filter((act) => act.id !== id);
  if (pending.length === 0) return;
  const left = changeOf(changes, id);
  left.acts = known.matter === id ? here.filter((act) => act.id === id) : [];
  left.anew = true;
  const target = changeOf(changes, known.matter);
  // Each act is looked at once: whoever lets very many wait must not make us compare each with each.
  const children = Map.groupBy(pending, (act) => act.refs[0] ?? '');
  const ready = [...(children.get(id) ?? [])];
  for (const act of ready) {
    const joins = mayJoin(act.type, acts.get(act.refs[0] ?? '') ?? known);
    if (joins) target.acts.push(act);
    const matter = joins ? known.matter : act.id;
    acts.set(act.id, { type: act.type, matter, valid: joins });
    moved.push({ id: act.id, matter, findings: joins ? NONE : [{ id: 'finding.cannot_join', values: { kind: act.type } }] });
    for (const child of children.get(act.id) ?? []) ready.push(child);
  }
}

function changeOf(changes: Map<string, Change>, id: string): Change {
  const known = changes.get(id);
  if (known !== undefined) return known;
  const change = { id, acts: [], anew: false };
  changes.set(id, change);
  return change;
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
  const frame: Record<string, Json> = {};
  const names = readableNames(kind);
  for (const name in document.fields) if (names.has(name)) frame[name] = document.fields[name] as Json;
  return frame;
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
