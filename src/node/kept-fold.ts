import { fromBase64url, toBase64url } from '../base/bytes.ts';
import { awaitsSomething, type DutyContext, mayAwait, mayBeginToAwait, maySettle } from '../projection/duties.ts';
import { type Fold, foldEntries, isAct, type KnownAct } from '../projection/fold.ts';
import {
  type Act,
  changedMatter,
  emptyMatter,
  formatHead,
  headWith,
  type Matter,
  type MatterChange,
  type MatterHead,
  parseHead,
  parseMatter,
  withActs,
} from '../projection/matter.ts';
import type { ActRow, MatterUpdate, Store, VerdictRow } from '../store/store.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { dossierRoot, type Stand } from './dossier-roots.ts';
import { FoldedPlaces } from './folded-places.ts';
import { KnownIds } from './known-ids.ts';
import { Recent } from './recent.ts';

/** Acts, and characters of matters, that are remembered of what was kept last: most of what is said is about what was said not long before. */
const MAX_ACTS = 24_000;
const MAX_MATTERS = 8_000_000;
/** What is remembered of a matter beside its acts, in characters. */
const HEAD_WEIGHT = 500;
/**
 * Characters of acts beyond which nobody looks through a matter to see whether it still awaits something: it is said to, and pages say what. Some
 * thousand acts: with each that comes the others are looked at, and whoever sends them must not make that dear.
 */
const MAX_LOOKED_THROUGH = 400_000;

/** What is known of a matter as it is kept; the whole of it only where it awaits something, and `'too large'` where it is not looked through. */
type KnownMatter = {
  readonly id: Uint8Array;
  readonly head: MatterHead;
  /** Text of `head`. */
  readonly text: string;
  readonly open: boolean;
  readonly matter?: Matter | 'too large';
  /** Characters of the acts of `matter`. */
  readonly size: number;
};

const NOTHING_KNOWN: ReadonlyMap<string, KnownMatter> = new Map();

/** What is to be kept of a fold, and what is known of its matters once it is. */
export type FoldRows = {
  readonly verdicts: readonly VerdictRow[];
  readonly matters: readonly MatterUpdate[];
  readonly known: ReadonlyMap<string, KnownMatter>;
  /** Roots of dossiers that nobody has opened yet. */
  readonly unopened: readonly string[];
};

/** The fold of one channel over what its store keeps of it: a batch adds its acts to the matters that it concerns, and what these hold is seldom read. */
export class KeptFold {
  readonly #store: Store;
  readonly #channel: string;
  readonly #rules: Omit<DutyContext, 'standing'>;
  /** Matters that nobody has opened yet: acts came that refer to an entry not here. */
  readonly #waiting: KnownIds;
  /** Roots of dossiers that nobody has opened yet. */
  readonly #roots: KnownIds;
  readonly #folded: FoldedPlaces;
  readonly #acts = new Recent<KnownAct>(MAX_ACTS, () => 1);
  readonly #matters = new Recent<KnownMatter>(MAX_MATTERS, ({ size }) => HEAD_WEIGHT + size);

  constructor(store: Store, channel: string, rules: Omit<DutyContext, 'standing'>) {
    this.#store = store;
    this.#channel = channel;
    this.#rules = rules;
    this.#folded = new FoldedPlaces(store);
    this.#waiting = new KnownIds(async () => (await store.matters(channel, { kind: '', most: 0 })).map(({ id }) => toBase64url(id)));
    this.#roots = new KnownIds(async () => (await store.matters(channel, { unrooted: true, most: 0 })).map(({ dossier }) => toBase64url(dossier)));
  }

  /** Folds a batch onto what is kept; nothing is written. */
  fold(entries: readonly VerifiedEntry[]): Promise<Fold> {
    const source = {
      acts: (ids: readonly string[]) => this.#actsOf(ids, entries),
      waiting: async (ids: readonly string[]) => this.#mattersOf(await this.#waiting.among(ids)),
      folded: (given: readonly VerifiedEntry[]) => this.#folded.among(given),
    };
    return foldEntries(source, entries);
  }

  /** The rows that a fold changes: verdicts of its entries and of those that waited for them, and matters. */
  async rows(fold: Fold): Promise<FoldRows> {
    const onto = fold.matters.filter((change) => !isFresh(change));
    const before = onto.length === 0 ? NOTHING_KNOWN : await this.#before(onto);
    const known = new Map<string, KnownMatter>();
    const matters: MatterUpdate[] = [];
    // Most concern nothing.
    const concerning: number[] = [];
    for (const change of fold.matters) {
      const acts: ActRow[] = [];
      let size = 0;
      for (const act of change.acts) {
        const text = JSON.stringify(act);
        acts.push({ party: act.party, place: act.index, text });
        size += text.length;
      }
      const matter = this.#after(change, size, before.get(change.id));
      known.set(change.id, matter);
      const { id, head, text, open } = matter;
      if (head.concerns.length > 0) concerning.push(matters.length);
      matters.push({
        channel: this.#channel,
        id,
        kind: head.kind,
        dossier: id,
        level: 0,
        open,
        opener: head.opener,
        head: text,
        acts,
        anew: change.anew,
      });
    }
    const unopened = await this.#root(fold, known, matters, concerning);
    const fresh: VerdictRow[] = [];
    for (const { entry, matter, findings } of fold.entries) {
      const id = idOf(entry);
      fresh.push(this.#verdictRow(entry, id, matter === entry.id ? id : (known.get(matter)?.id ?? raw(matter)), findings));
    }
    return { verdicts: await this.#withMoves(fold, fresh), matters, known, unopened };
  }

  /** What a fold changed now stands in the store, as these rows. */
  keep({ entries, moved }: Fold, { known, matters, unopened }: FoldRows): void {
    for (const { entry, act } of entries) if (act !== undefined) this.#acts.put(entry.id, act);
    this.#folded.keep(entries.map(({ entry }) => entry));
    for (const { id, matter, findings } of moved) {
      const act = this.#acts.get(id);
      if (act !== undefined) this.#acts.put(id, { ...act, matter, valid: act.valid && findings.length === 0 });
    }
    for (const [id, matter] of known) this.#matters.put(id, matter);
    this.#waiting.keep(idsOf(matters, true), idsOf(matters, false));
    this.#roots.keep(came(entries), unopened);
  }

  /** The matters of a kind as a fold changes them, whole; nothing is written. */
  async changed(fold: Fold, kind: string): Promise<readonly Matter[]> {
    const heads = await this.#headsOf(fold.matters.flatMap(({ id, anew }) => (anew ? [] : [id])));
    const wanted = fold.matters.filter(({ id, acts }) => (heads.get(id)?.head.kind || acts.find((act) => act.id === id)?.type) === kind);
    const kept = await this.#mattersOf(wanted.flatMap(({ id, anew }) => (anew ? [] : [id])));
    return wanted.map((change) => changedMatter(kept.get(change.id), change));
  }

  /** What was kept is computed again. */
  forget(): void {
    this.#waiting.forget();
    this.#roots.forget();
    this.#folded.forget();
    this.#acts.clear();
    this.#matters.clear();
  }

  /** What is known of acts before these entries; what is one of them nobody need be asked for. */
  async #actsOf(ids: readonly string[], entries: readonly VerifiedEntry[]): Promise<readonly (KnownAct | undefined)[]> {
    const known = ids.map((id) => this.#acts.get(id));
    let missing = ids.filter((_, i) => known[i] === undefined);
    if (missing.length === 0) return known;
    const here = new Set(entries.flatMap(({ id, type, findings }) => (isAct(type, findings) ? [id] : [])));
    missing = missing.filter((id) => !here.has(id));
    if (missing.length === 0) return known;
    const kept = await this.#keptActs(missing);
    return ids.map((id, i) => known[i] ?? kept.get(id));
  }

  /** What the store knows of acts. */
  async #keptActs(ids: readonly string[]): Promise<ReadonlyMap<string, KnownAct>> {
    const known = new Map<string, KnownAct>();
    for (const row of await this.#store.verdicts(this.#channel, [...new Set(ids)].map(raw)))
      if (isActRow(row)) known.set(toBase64url(row.id), { type: row.type, matter: toBase64url(row.matter), valid: row.valid && !hasStateless(row) });
    return known;
  }

  /** Matters as they are kept, whole. */
  async #mattersOf(ids: readonly string[]): Promise<ReadonlyMap<string, Matter>> {
    const rows = ids.length === 0 ? [] : await this.#store.matters(this.#channel, { ids: ids.map(raw) });
    return new Map(rows.map((row) => [toBase64url(row.id), parseMatter(row.state)]));
  }

  /** What is said of matters beside their acts; of those that nothing is kept of, nothing. */
  async #headsOf(ids: readonly string[]): Promise<Map<string, KnownMatter>> {
    const { known, missing } = this.#matters.among(ids);
    const rows = missing.length === 0 ? [] : await this.#store.matters(this.#channel, { ids: missing.map(raw), most: 0 });
    for (const { id, open, state } of rows) {
      const { components: _, ...head } = parseHead(state);
      known.set(toBase64url(id), { id, head, text: formatHead(head), open, size: 0 });
    }
    return known;
  }

  /** What is known of the matters onto which something comes, with their acts where they are to be looked through. */
  async #before(onto: readonly MatterChange[]): Promise<ReadonlyMap<string, KnownMatter>> {
    const known = await this.#headsOf(onto.map(({ id }) => id));
    const asked = onto.filter((change) => {
      const kept = known.get(change.id);
      return kept !== undefined && kept.matter === undefined && this.#isToLookThrough(kept, change);
    });
    if (asked.length === 0) return known;
    const rows = await this.#store.matters(this.#channel, { ids: asked.map(({ id }) => raw(id)), most: MAX_LOOKED_THROUGH });
    for (const { id, open, state } of rows) {
      const { components, ...head } = parseHead(state);
      const matter = components === undefined ? 'too large' : { ...head, components };
      known.set(toBase64url(id), { id, head, text: formatHead(head), open, matter, size: components === undefined ? 0 : state.length });
    }
    return known;
  }

  #isToLookThrough({ head, open }: KnownMatter, { id, acts }: MatterChange): boolean {
    if (head.kind === '') return false;
    if (open) return true;
    for (const act of acts) if (mayAwait(id, act, this.#rules)) return true;
    return false;
  }

  #mayBegin(acts: readonly Act[]): boolean {
    for (const { type } of acts) if (mayBeginToAwait(type, this.#rules)) return true;
    return false;
  }

  /** A matter after a change whose acts have so many characters. */
  #after(change: MatterChange, added: number, before: KnownMatter | undefined): KnownMatter {
    const { id, acts } = change;
    // What was to be looked through has its acts at hand ({@link #before}).
    if (before !== undefined && before.matter === undefined) return before;
    if (before !== undefined && !this.#isToLookThrough(before, change)) return closed(before);
    const bytes = before?.id ?? raw(id);
    const head = before?.head ?? headWith(emptyMatter(id), acts);
    const text = before?.text ?? formatHead(head);
    if (before === undefined && !this.#mayBegin(acts)) return { id: bytes, head, text, open: false, size: 0 };
    const size = (before?.size ?? 0) + added;
    const known = before?.matter ?? emptyMatter(id);
    if (known === 'too large' || size > MAX_LOOKED_THROUGH) return { id: bytes, head, text, open: head.kind !== '', matter: 'too large', size: 0 };
    const matter = withActs(known, acts);
    const isStillOpen = before?.open === true && known.kind !== '' && !maySettle(known, acts, this.#rules);
    return isStillOpen || awaitsSomething(matter, this.#rules)
      ? { id: bytes, head, text, open: true, matter, size }
      : { id: bytes, head, text, open: false, size: 0 };
  }

  /** Rows of a batch, and of what was kept before, where acts stand that waited: parent and child may come in one batch, the child first. */
  async #withMoves({ moved }: Fold, fresh: readonly VerdictRow[]): Promise<readonly VerdictRow[]> {
    if (moved.length === 0) return fresh;
    const byId = new Map(moved.map((one) => [one.id, one]));
    const kept = await this.#store.verdicts(this.#channel, [...byId.keys()].map(raw));
    const place = (row: VerdictRow): VerdictRow | undefined => {
      const move = byId.get(toBase64url(row.id));
      if (move === undefined || !isActRow(row)) return undefined;
      return { ...row, matter: raw(move.matter), findings: JSON.stringify([...(JSON.parse(row.findings) as unknown[]), ...move.findings]) };
    };
    return [...fresh.map((row) => place(row) ?? row), ...kept.flatMap((row) => place(row) ?? [])];
  }

  /**
   * Says in the rows of what concerns something of which dossier it is, and adds those of matters that the fold leaves as they are, and whose dossier has
   * another root now that what they concern is here; gives the roots that nobody has opened. Last, since what a matter concerns may come in its batch.
   */
  async #root(
    fold: Fold,
    known: ReadonlyMap<string, KnownMatter>,
    matters: MatterUpdate[],
    concerning: readonly number[],
  ): Promise<readonly string[]> {
    if (concerning.length === 0 && (await this.#roots.areNone())) return [];
    const stand = this.#standAfter(fold, known);
    const unopened: string[] = [];
    const rootOf = async (head: MatterHead): Promise<Uint8Array> => {
      const { root, isOpened } = await dossierRoot(head, stand);
      if (!isOpened && root !== head.id) unopened.push(root);
      return raw(root);
    };
    for (const i of concerning) {
      const row = matters[i];
      const head = known.get(fold.matters[i]?.id ?? '')?.head;
      if (row !== undefined && head !== undefined) matters[i] = { ...row, dossier: await rootOf(head) };
    }
    const came = await this.#roots.among(fold.entries.map(({ entry }) => entry.id));
    for (const id of came) {
      for (const { state, ...row } of await this.#store.matters(this.#channel, { dossier: raw(id), most: 0 })) {
        const { components: _, ...head } = parseHead(state);
        if (known.has(head.id) || head.concerns.length === 0) continue;
        matters.push({ ...row, dossier: await rootOf(head), head: formatHead(head), acts: [], anew: false });
      }
    }
    return unopened;
  }

  /** Where acts and matters will stand once this fold is kept. */
  #standAfter({ entries, moved }: Fold, known: ReadonlyMap<string, KnownMatter>): Stand {
    let places: Map<string, string> | undefined;
    const placesHere = (): ReadonlyMap<string, string> => {
      if (places !== undefined) return places;
      places = new Map(entries.flatMap(({ entry, act }) => (act === undefined ? [] : [[entry.id, act.matter] as const])));
      for (const { id, matter } of moved) places.set(id, matter);
      return places;
    };
    return {
      placeOf: async (act) => placesHere().get(act) ?? (this.#acts.get(act) ?? (await this.#keptActs([act])).get(act))?.matter,
      headOf: async (id) => (known.get(id) ?? (await this.#headsOf([id])).get(id))?.head,
    };
  }

  #verdictRow(entry: VerifiedEntry, id: Uint8Array, matter: Uint8Array, findings: readonly unknown[]): VerdictRow {
    return {
      origin: entry.origin,
      index: entry.index,
      id,
      channel: this.#channel,
      valid: entry.valid,
      type: entry.type,
      matter,
      level: entry.level,
      time: entry.time,
      findings: entry.findings.length + findings.length === 0 ? '[]' : JSON.stringify([...entry.findings, ...findings]),
    };
  }
}

/** Ids of matters that are opened, or are not; one after another, since nobody asks for them where nothing is waited for. */
function* idsOf(matters: readonly MatterUpdate[], isOpened: boolean): Generator<string> {
  for (const { id, kind } of matters) if ((kind !== '') === isOpened) yield toBase64url(id);
}

function* came(entries: Fold['entries']): Generator<string> {
  for (const { entry } of entries) yield entry.id;
}

/** Whether nothing kept before counts: acts that came before what opens a matter wait for it, and come again with it. */
function isFresh({ id, acts, anew }: MatterChange): boolean {
  if (anew) return true;
  for (const act of acts) if (act.id === id) return true;
  return false;
}

/** A matter that awaits nothing: its acts need not be at hand. */
function closed({ id, head, text }: KnownMatter): KnownMatter {
  return { id, head, text, open: false, size: 0 };
}

/** Whether a row is about the act of its id (see {@link isAct}): no id has more than one such. */
export function isActRow(row: VerdictRow): boolean {
  return isAct(row.type, JSON.parse(row.findings) as readonly { id: string }[]);
}

function hasStateless(row: VerdictRow): boolean {
  return row.findings.includes('"finding.cannot_join"') || row.findings.includes('"finding.opens_nothing"');
}

function idOf({ entry, id }: VerifiedEntry): Uint8Array {
  return entry?.hash ?? raw(id);
}

function raw(id: string): Uint8Array {
  return fromBase64url(id, 32) ?? new Uint8Array(32);
}
