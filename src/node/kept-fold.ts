import { fromBase64url, toBase64url } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';
import { awaitsSomething, type DutyContext } from '../projection/duties.ts';
import { type Fold, foldEntries, isAct, type KnownAct } from '../projection/fold.ts';
import { formatMatter, type Matter, parseMatter } from '../projection/matter.ts';
import type { MatterRow, Store, VerdictRow } from '../store/store.ts';
import { tieBreak } from '../verify/read-log.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { dossierRoot, type Stand } from './dossier-roots.ts';
import { WaitingMatters } from './waiting-matters.ts';

/** Acts, and characters of matters, that are remembered of what was kept last: most of what is said is about what was said not long before. */
const MAX_ACTS = 10_000;
const MAX_STATES = 8_000_000;

/** The fold of one channel over what its store keeps of it: of a batch it reads the matters that the batch concerns and gives the rows that change. */
export class KeptFold {
  readonly #store: Store;
  readonly #sha256: Sha256;
  readonly #channel: string;
  readonly #rules: Omit<DutyContext, 'standing'>;
  readonly #waiting: WaitingMatters;
  readonly #acts = new Recent<KnownAct>(MAX_ACTS, () => 1);
  readonly #states = new Recent<string>(MAX_STATES, (state) => state.length);

  constructor(store: Store, sha256: Sha256, channel: string, rules: Omit<DutyContext, 'standing'>) {
    this.#store = store;
    this.#sha256 = sha256;
    this.#channel = channel;
    this.#rules = rules;
    this.#waiting = new WaitingMatters(store, channel);
  }

  /** Folds onto what is kept those entries of a batch that are not kept yet; nothing is written. */
  fold(entries: readonly VerifiedEntry[]): Promise<Fold> {
    const source = {
      acts: (ids: readonly string[]) => this.#actsOf(ids),
      matters: (ids: readonly string[]) => this.#mattersOf(ids),
      waiting: async (ids: readonly string[]) => this.#mattersOf(await this.#waiting.among(ids)),
      folded: (given: readonly VerifiedEntry[]) => this.#foldedOf(given),
    };
    return foldEntries(source, entries);
  }

  /** The rows that a fold changes: verdicts of its entries and of those that waited for them, and matters. */
  async rows(fold: Fold): Promise<{ readonly verdicts: readonly VerdictRow[]; readonly matters: readonly MatterRow[] }> {
    const fresh = fold.entries.map(({ entry, matter, findings }) => this.#verdictRow(entry, matter, findings));
    const verdicts = await this.#withMoves(fold, fresh);
    const stand = this.#standAfter(fold);
    const matters: MatterRow[] = [];
    for (const matter of fold.matters) matters.push(await this.#matterRow(matter, stand));
    return { verdicts, matters: [...matters, ...(await this.#rerooted(fold, stand))] };
  }

  /** What a fold changed now stands in the store, as these rows. */
  keep({ entries, matters, moved }: Fold, rows: readonly MatterRow[]): void {
    for (const { entry, matter, findings } of entries) {
      const { id, type, valid } = entry;
      if (isAct(type, entry.findings)) this.#acts.put(id, { type, matter, valid: valid && findings.length === 0 });
    }
    for (const { id, matter, findings } of moved) {
      const known = this.#acts.get(id);
      if (known !== undefined) this.#acts.put(id, { ...known, matter, valid: known.valid && findings.length === 0 });
    }
    for (const { id, state } of rows) this.#states.put(toBase64url(id), state);
    this.#waiting.keep(matters);
  }

  /** What was kept is computed again. */
  forget(): void {
    this.#waiting.forget();
    this.#acts.clear();
    this.#states.clear();
  }

  async #actsOf(ids: readonly string[]): Promise<ReadonlyMap<string, KnownAct>> {
    const { known, missing } = this.#acts.among(ids);
    const rows = missing.length === 0 ? [] : await this.#store.verdicts(this.#channel, missing.map(raw));
    for (const row of rows)
      if (isActRow(row)) known.set(toBase64url(row.id), { type: row.type, matter: toBase64url(row.matter), valid: row.valid && !hasStateless(row) });
    return known;
  }

  async #mattersOf(ids: readonly string[]): Promise<ReadonlyMap<string, Matter>> {
    const { known, missing } = this.#states.among(ids);
    const rows = missing.length === 0 ? [] : await this.#store.matters(this.#channel, { ids: missing.map(raw) });
    for (const row of rows) known.set(toBase64url(row.id), row.state);
    return new Map([...known].map(([id, state]) => [id, parseMatter(state)]));
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

  /** Where acts and matters will stand once this fold is kept. */
  #standAfter(fold: Fold): Stand {
    const matters = new Map(fold.matters.map((matter) => [matter.id, matter]));
    const places = new Map(fold.entries.flatMap(({ entry, matter }) => (isAct(entry.type, entry.findings) ? [[entry.id, matter] as const] : [])));
    for (const { id, matter } of fold.moved) places.set(id, matter);
    return {
      placeOf: async (act) => places.get(act) ?? (await this.#actsOf([act])).get(act)?.matter,
      matterOf: async (id) => matters.get(id) ?? (await this.#mattersOf([id])).get(id),
    };
  }

  /** Rows of matters that this fold leaves as they are, and whose dossier has another root now that what they concern is here. */
  async #rerooted({ entries, matters }: Fold, stand: Stand): Promise<readonly MatterRow[]> {
    const changed = new Set(matters.map(({ id }) => id));
    const came = entries.flatMap(({ entry }) => (isAct(entry.type, entry.findings) ? [raw(entry.id)] : []));
    const rows: MatterRow[] = [];
    for (const row of came.length === 0 ? [] : await this.#store.matters(this.#channel, { under: came })) {
      if (changed.has(toBase64url(row.id))) continue;
      const root = await dossierRoot(parseMatter(row.state), stand);
      if (root !== toBase64url(row.dossier)) rows.push({ ...row, dossier: raw(root) });
    }
    return rows;
  }

  /** Entries of which a row tells already. */
  async #foldedOf(entries: readonly VerifiedEntry[]): Promise<ReadonlySet<VerifiedEntry>> {
    const folded = new Set<VerifiedEntry>();
    for (const [origin, of] of Map.groupBy(entries, (entry) => entry.origin)) {
      const from = of.reduce((least, { index }) => Math.min(least, index), Number.MAX_SAFE_INTEGER);
      const to = of.reduce((most, { index }) => Math.max(most, index + 1), 0);
      const places = new Set((await this.#store.verdictsOf(origin, from, to)).map(({ index }) => index));
      for (const entry of places.size === 0 ? [] : of) if (places.has(entry.index)) folded.add(entry);
    }
    return folded;
  }

  #verdictRow(entry: VerifiedEntry, matter: string, findings: readonly unknown[]): VerdictRow {
    const id = raw(entry.id);
    return {
      origin: entry.origin,
      index: entry.index,
      id,
      channel: this.#channel,
      valid: entry.valid,
      type: entry.type,
      matter: matter === entry.id ? id : raw(matter),
      level: entry.level,
      tie: tieBreak(this.#sha256, this.#channel, entry.level, entry.party),
      time: entry.time,
      findings: entry.findings.length + findings.length === 0 ? '[]' : JSON.stringify([...entry.findings, ...findings]),
    };
  }

  async #matterRow(matter: Matter, stand: Stand): Promise<MatterRow> {
    const id = raw(matter.id);
    const dossier = matter.concerns.length === 0 ? id : raw(await dossierRoot(matter, stand));
    const open = awaitsSomething(matter, this.#rules);
    return { channel: this.#channel, id, kind: matter.kind, dossier, level: 0, open, state: formatMatter(matter) };
  }
}

/** Of what was put last, as much as fits: the newer half and the older, which goes as a whole. */
class Recent<T> {
  readonly #most: number;
  readonly #weigh: (value: T) => number;
  #newer = new Map<string, T>();
  #older = new Map<string, T>();
  #weight = 0;

  constructor(most: number, weigh: (value: T) => number) {
    this.#most = most;
    this.#weigh = weigh;
  }

  get(id: string): T | undefined {
    return this.#newer.get(id) ?? this.#older.get(id);
  }

  among(ids: readonly string[]): { readonly known: Map<string, T>; readonly missing: readonly string[] } {
    const known = new Map<string, T>();
    const missing = new Set<string>();
    for (const id of ids) {
      const value = this.get(id);
      if (value === undefined) missing.add(id);
      else known.set(id, value);
    }
    return { known, missing: [...missing] };
  }

  put(id: string, value: T): void {
    this.#newer.set(id, value);
    this.#weight += this.#weigh(value);
    if (this.#weight <= this.#most / 2) return;
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#weight = 0;
  }

  clear(): void {
    this.#newer.clear();
    this.#older.clear();
    this.#weight = 0;
  }
}

/** Copies of an act have its id; what is known of it is what its own place says. */
/** Whether a row is about the act of its id (see {@link isAct}): no id has more than one such. */
export function isActRow(row: VerdictRow): boolean {
  return isAct(row.type, JSON.parse(row.findings) as readonly { id: string }[]);
}

function hasStateless(row: VerdictRow): boolean {
  return row.findings.includes('"finding.cannot_join"') || row.findings.includes('"finding.opens_nothing"');
}

function raw(id: string): Uint8Array {
  return fromBase64url(id, 32) ?? new Uint8Array(32);
}
