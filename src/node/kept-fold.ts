import { fromBase64url, toBase64url } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';
import { awaitsSomething, type DutyContext } from '../projection/duties.ts';
import { type Fold, foldEntries, isAct, type KnownAct } from '../projection/fold.ts';
import { formatMatter, type Matter, parseMatter } from '../projection/matter.ts';
import type { MatterRow, Store, VerdictRow } from '../store/store.ts';
import { tieBreak } from '../verify/read-log.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { WaitingMatters } from './waiting-matters.ts';

/** The fold of one channel over what its store keeps of it: of a batch it reads the matters that the batch concerns and gives the rows that change. */
export class KeptFold {
  readonly #store: Store;
  readonly #sha256: Sha256;
  readonly #channel: string;
  readonly #rules: Omit<DutyContext, 'standing'>;
  readonly #waiting: WaitingMatters;

  constructor(store: Store, sha256: Sha256, channel: string, rules: Omit<DutyContext, 'standing'>) {
    this.#store = store;
    this.#sha256 = sha256;
    this.#channel = channel;
    this.#rules = rules;
    this.#waiting = new WaitingMatters(store, channel);
  }

  /** Folds a batch onto what is kept; nothing is written. */
  fold(entries: readonly VerifiedEntry[]): Promise<Fold> {
    const source = {
      acts: (ids: readonly string[]) => this.#acts(ids),
      matters: (ids: readonly string[]) => this.#matters(ids),
      waiting: async (ids: readonly string[]) => this.#matters(await this.#waiting.among(ids)),
    };
    return foldEntries(source, entries);
  }

  /** The rows that a fold changes: verdicts of its entries and of those that waited for them, and matters. */
  async rows(fold: Fold): Promise<{ readonly verdicts: readonly VerdictRow[]; readonly matters: readonly MatterRow[] }> {
    const moved = await this.#movedRows(fold);
    const matters: MatterRow[] = [];
    for (const matter of fold.matters) matters.push(await this.#matterRow(matter, fold.matters));
    return { verdicts: [...fold.entries.map(({ entry, matter, findings }) => this.#verdictRow(entry, matter, findings)), ...moved], matters };
  }

  /** Matters as they now stand in the store. */
  keep(matters: readonly Matter[]): void {
    this.#waiting.keep(matters);
  }

  /** What was kept is computed again. */
  forget(): void {
    this.#waiting.forget();
  }

  async #acts(ids: readonly string[]): Promise<ReadonlyMap<string, KnownAct>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#store.verdicts(this.#channel, ids.map(raw));
    return new Map(
      rows
        .filter(isActRow)
        .map((row) => [toBase64url(row.id), { type: row.type, matter: toBase64url(row.matter), valid: row.valid && !hasStateless(row) }]),
    );
  }

  async #matters(ids: readonly string[]): Promise<ReadonlyMap<string, Matter>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#store.matters(this.#channel, { ids: ids.map(raw) });
    return new Map(rows.map((row) => [toBase64url(row.id), parseMatter(row.state)]));
  }

  async #movedRows(fold: Fold): Promise<readonly VerdictRow[]> {
    if (fold.moved.length === 0) return [];
    const rows = await this.#store.verdicts(
      this.#channel,
      fold.moved.map(({ id }) => raw(id)),
    );
    return rows.filter(isActRow).flatMap((row) => {
      const moved = fold.moved.find(({ id }) => id === toBase64url(row.id));
      if (moved === undefined) return [];
      const findings = [...(JSON.parse(row.findings) as unknown[]), ...moved.findings];
      return [{ ...row, matter: raw(moved.matter), findings: JSON.stringify(findings) }];
    });
  }

  /** The root of the dossier: the matter reached by following what each concerns first. */
  async #dossierOf(matter: Matter, batch: readonly Matter[]): Promise<Uint8Array> {
    const seen = new Set<string>();
    let current = matter;
    for (let steps = 0; steps < 32; steps++) {
      seen.add(current.id);
      const concerned = current.concerns[0];
      if (concerned === undefined) break;
      const row = (await this.#store.verdicts(this.#channel, [raw(concerned)])).find(isActRow);
      const id = row === undefined ? concerned : toBase64url(row.matter);
      if (seen.has(id)) break;
      const next = batch.find((other) => other.id === id) ?? (await this.#matters([id])).get(id);
      if (next === undefined) return raw(id);
      current = next;
    }
    return raw(current.id);
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

  async #matterRow(matter: Matter, batch: readonly Matter[]): Promise<MatterRow> {
    const id = raw(matter.id);
    const dossier = matter.concerns.length === 0 ? id : await this.#dossierOf(matter, batch);
    const open = awaitsSomething(matter, this.#rules);
    return { channel: this.#channel, id, kind: matter.kind, dossier, level: 0, open, state: formatMatter(matter) };
  }
}

/** Copies of an act have its id; what is known of it is what its own place says. */
function isActRow(row: VerdictRow): boolean {
  return isAct(row.type, JSON.parse(row.findings) as readonly { id: string }[]);
}

function hasStateless(row: VerdictRow): boolean {
  return row.findings.includes('"finding.cannot_join"') || row.findings.includes('"finding.opens_nothing"');
}

function raw(id: string): Uint8Array {
  return fromBase64url(id, 32) ?? new Uint8Array(32);
}
