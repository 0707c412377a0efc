import { toBase64url } from '../base/bytes.ts';
import { MAX_BATCH_ENTRIES } from '../base/limits.ts';
import { openBody } from '../entry/body.ts';
import { parseEntry } from '../entry/entry.ts';
import type { EntryRow, LogRow } from '../store/store.ts';
import { accountsFor, type GoneAct, goneActOf } from '../verify/gone.ts';
import type { ReadItem } from '../verify/read-log.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import type { KnownLog } from './generations.ts';
import type { LogReader } from './log-reader.ts';
import { originIn, type Replica, rowOf } from './replica.ts';

/** What one log was searched for, up to `size`: places of acts by the entry they name. */
type Scan = { size: number; readonly acts: Map<string, { readonly index: number; readonly type: string }[]>; count: number; notBefore: number };

/** Acts remembered of one log while a text is missing in it: more than any author has reason for, and little memory. */
const MAX_ACTS = 10_000;

/** Local records, by `<channel>/<entry id>`, of texts that their author lost before they came: they are not asked for. */
export const LOST = 'lost';

type Missing = { readonly row: EntryRow; readonly id: string; readonly text: Uint8Array | undefined; readonly erased: readonly string[] | undefined };

/**
 * Texts that will never come, or come with fields missing, because their author erased or lost them before they were held here.
 *
 * Such a text counts as opened for a receipt where, and only where, valid acts of its author's above it in the same log name each leaf that is not
 * there. The acts are judged as every reader will judge them, on the assumption that the texts they excuse are as they came; what is not excused stops
 * the log where it stands, and hurts its author alone.
 */
export class GoneBodies {
  readonly #replica: Replica;
  readonly #reader: LogReader;
  readonly #scans = new Map<string, Scan>();
  /** What logs were searched for about the one they continue. */
  readonly #later = new Map<string, Scan>();

  constructor(replica: Replica, reader: LogReader) {
    this.#replica = replica;
    this.#reader = reader;
  }

  /**
   * Takes what can be taken of a log; `bodies` are those that came just now, by entry id. Of a log that a later generation continues nothing more is said in
   * itself: it ends where it ends, and what is gone of it may be said in that one. `staged`: the row whose entries above the committed head are looked at as
   * well, as when the own log is pulled back; it may hold another history that goes on from what is read of the log.
   */
  async take(of: KnownLog, bodies: ReadonlyMap<string, Uint8Array>, staged?: string): Promise<void> {
    if (staged !== undefined || originIn(this.#replica, of.party) === of.origin) await this.#takeIn(of, bodies, staged);
    await this.#takeFromLater(of, bodies);
  }

  async #takeIn(of: KnownLog, bodies: ReadonlyMap<string, Uint8Array>, staged: string | undefined): Promise<void> {
    const log = await rowOf(this.#replica, staged ?? of.origin);
    const end = staged === undefined ? log.size : log.pendingSize;
    if (log.openedSize >= end) {
      this.#scans.delete(log.origin);
      return;
    }
    const scan = await this.#scan(log, end);
    if (scan.count === 0 || end < scan.notBefore) return;
    const outcome = await this.#judge(of, log, scan, bodies);
    // Whoever adds act after act that excuses nothing must not make us judge the whole stretch again each time.
    if (outcome === 'nothing excused') scan.notBefore = end + Math.ceil((end - log.openedSize) / 4);
  }

  async #scan(log: LogRow, end: number): Promise<Scan> {
    const scan = this.#scans.get(log.origin) ?? { ...emptyScan(), size: log.openedSize };
    this.#scans.set(log.origin, scan);
    await this.#scanInto(scan, log.origin, end);
    return scan;
  }

  async #scanInto(scan: Scan, origin: string, end: number): Promise<void> {
    for (; scan.size < end; scan.size = Math.min(end, scan.size + MAX_BATCH_ENTRIES)) {
      const rows = await this.#replica.store.entries(origin, scan.size, Math.min(end, scan.size + MAX_BATCH_ENTRIES));
      for (const row of rows) {
        const parsed = row.body === undefined ? { expected: 'a text' } : parseEntry(this.#replica.crypto.sha256, row.bytes);
        if ('expected' in parsed || scan.count >= MAX_ACTS) continue;
        const { type, refs } = parsed.entry.header;
        const [about] = refs;
        if (about === undefined || (type !== 'body_erased' && type !== 'lost')) continue;
        scan.acts.set(about, [...(scan.acts.get(about) ?? []), { index: row.index, type }]);
        scan.count++;
      }
    }
  }

  async #judge(
    of: KnownLog,
    log: LogRow,
    scan: Scan,
    bodies: ReadonlyMap<string, Uint8Array>,
  ): Promise<'taken' | 'nothing excused' | 'nothing came'> {
    const { store } = this.#replica;
    await this.#reader.catchUp();
    if ((await this.#reader.stateAt(of.origin)) === undefined) return 'nothing came';
    const from = await this.#reader.readSize(of.origin);
    const last = [...scan.acts.values()].reduce((max, places) => Math.max(max, places.at(-1)?.index ?? 0), 0);
    const rows = await store.entries(log.origin, from, last + 1);
    const { missing, items } = this.#excusable(rows, scan, bodies);
    if (missing.length === 0) return 'nothing came';
    const judged = await this.#reader.judge(of.party, items, of);
    if (judged.from !== from) return 'nothing came';
    const acts = judged.entries.flatMap((entry) => goneActOf(entry) ?? []);
    return (await this.#keep(log.origin, excused(missing, acts, from + items.length))) ? 'taken' : 'nothing excused';
  }

  /** What acts in the logs that continue this one say is gone of it, where it ends for them. */
  async #takeFromLater(of: KnownLog, bodies: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const { store, generations } = this.#replica;
    const log = await rowOf(this.#replica, of.origin);
    if (log.openedSize >= log.pendingSize || generations.isForked(of.origin)) return;
    for (const next of generations.all) {
      const continues = next.note?.continues;
      if (next.party !== of.party || continues?.gen !== of.gen) continue;
      const end = Math.max(continues.size, generations.standing(of.origin) ?? 0);
      if (end > log.pendingSize || log.openedSize >= end) continue;
      const { openedSize } = await rowOf(this.#replica, next.origin);
      const scan = this.#later.get(next.origin) ?? emptyScan();
      this.#later.set(next.origin, scan);
      await this.#scanInto(scan, next.origin, openedSize);
      if (scan.count === 0 || openedSize < scan.notBefore) continue;
      if (toBase64url(await store.rootAt(of.origin, continues.size)) !== continues.root) continue;
      const outcome = await this.#judgeNext(of, log, end, next, scan, bodies);
      // As in one log: who adds act after act that excuses nothing makes us judge no more than four times as much.
      if (outcome === 'nothing excused' && of.party !== this.#replica.us) scan.notBefore = openedSize + Math.ceil((end - log.openedSize) / 4);
    }
  }

  async #judgeNext(
    of: KnownLog,
    log: LogRow,
    end: number,
    next: KnownLog,
    later: Scan,
    bodies: ReadonlyMap<string, Uint8Array>,
  ): Promise<'taken' | 'nothing excused' | 'nothing came'> {
    const { store } = this.#replica;
    const own = await this.#scan(log, end);
    const acts = new Map(own.acts);
    for (const [id, places] of later.acts) acts.set(id, [...(acts.get(id) ?? []), ...places]);
    const [first] = await store.entries(of.origin, log.openedSize, log.openedSize + 1);
    if (first === undefined || this.#missing(first, { acts }, bodies) === 'not excused') return 'nothing came';
    await this.#reader.catchUp();
    if ((await this.#reader.stateAt(of.origin)) === undefined) return 'nothing came';
    const from = await this.#reader.readSize(of.origin);
    const rows = await store.entries(of.origin, from, end);
    const { missing, items } = this.#excusable(rows, { acts }, bodies);
    if (items.length < rows.length) return 'nothing came';
    const last = [...later.acts.values()].reduce((max, places) => Math.max(max, places.at(-1)?.index ?? 0), 0);
    const judged = await this.#reader.judge(of.party, items, of);
    if (judged.from !== from) return 'nothing came';
    const after = await this.#reader.judgeNext(next, await store.entries(next.origin, 0, last + 1), of, judged);
    const said = (entries: readonly VerifiedEntry[]): readonly GoneAct[] => entries.flatMap((entry) => goneActOf(entry) ?? []);
    // Judged on what all of this log is taken to be: as if they stood at its end.
    const beyond = said(after?.entries ?? []).map((act) => ({ ...act, index: end }));
    return (await this.#keep(of.origin, excused(missing, [...said(judged.entries), ...beyond], end + 1))) ? 'taken' : 'nothing excused';
  }

  /** Keeps texts as they came, and that those of which nothing came never will; says whether there were any. */
  async #keep(origin: string, good: readonly Missing[]): Promise<boolean> {
    const { store, channel } = this.#replica;
    const late = good.flatMap(({ row, text }) => (text === undefined ? [] : [{ index: row.index, body: text }]));
    if (late.length > 0) await store.putBodies(origin, late);
    const waived = good.filter(({ text }) => text === undefined).map(({ row }) => row.index);
    // Said first: a text that is not asked for any more, and of which nothing says why, is damage.
    for (const { id, text } of good) if (text === undefined) await store.putLocal(LOST, `${channel.id}/${id}`, '{}');
    if (waived.length > 0) await store.waiveBodies(origin, waived);
    return good.length > 0;
  }

  /** Entries to be judged, up to the first whose text nothing that was said could excuse, and those among them whose text is not whole. */
  #excusable(rows: readonly EntryRow[], scan: Pick<Scan, 'acts'>, bodies: ReadonlyMap<string, Uint8Array>) {
    const missing: Missing[] = [];
    const items: ReadItem[] = [];
    for (const row of rows) {
      const gap = row.bodyRequired && row.body === undefined ? this.#missing(row, scan, bodies) : undefined;
      if (gap === 'not excused') break;
      if (gap !== undefined) missing.push(gap);
      items.push({ bytes: row.bytes, body: row.body ?? gap?.text });
    }
    return { missing, items };
  }

  #missing(row: EntryRow, scan: Pick<Scan, 'acts'>, bodies: ReadonlyMap<string, Uint8Array>): Missing | 'not excused' {
    const { sha256 } = this.#replica.crypto;
    const id = toBase64url(row.id);
    const parsed = parseEntry(sha256, row.bytes);
    const acts = scan.acts.get(id);
    if (acts === undefined || 'expected' in parsed) return 'not excused';
    const text = bodies.get(id);
    const opened = text === undefined ? undefined : openBody(sha256, parsed.entry.header.body, text);
    // Without a text only a loss of all of it can be the reason; what was erased in part is still to come.
    if (opened === undefined || 'expected' in opened)
      return acts.some(({ type }) => type === 'lost') ? { row, id, text: undefined, erased: undefined } : 'not excused';
    return { row, id, text, erased: opened.body.erased };
  }
}

function emptyScan(): Scan {
  return { size: 0, acts: new Map(), count: 0, notBefore: 0 };
}

/** The texts that acts excuse, up to the first that none does: what stands above that one was judged on an assumption that does not hold. */
function excused(missing: readonly Missing[], acts: readonly GoneAct[], end: number): readonly Missing[] {
  for (let limit = end; ; ) {
    const counted = Map.groupBy(
      acts.filter(({ index }) => index < limit),
      ({ entry }) => entry,
    );
    const below = missing.filter(({ row }) => row.index < limit);
    const bad = below.find(({ id, erased }) => !accountsFor(counted.get(id) ?? [], erased));
    if (bad === undefined) return below;
    limit = bad.row.index;
  }
}
