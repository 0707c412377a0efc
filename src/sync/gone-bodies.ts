import { toBase64url } from '../base/bytes.ts';
import { MAX_BATCH_ENTRIES } from '../base/limits.ts';
import { openBody } from '../entry/body.ts';
import { parseEntry } from '../entry/entry.ts';
import type { EntryRow, LogRow } from '../store/store.ts';
import { accountsFor, type GoneAct, goneActOf } from '../verify/gone.ts';
import type { ReadItem } from '../verify/read-log.ts';
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

  constructor(replica: Replica, reader: LogReader) {
    this.#replica = replica;
    this.#reader = reader;
  }

  /**
   * Takes what can be taken of a log; `bodies` are those that came just now, by entry id. Of a log that a later generation continues nothing is taken: it
   * ends where it ends. `staged`: entries above the committed head are looked at as well, as when the own log is pulled back.
   */
  async take(of: KnownLog, bodies: ReadonlyMap<string, Uint8Array>, staged = false): Promise<void> {
    if (!staged && originIn(this.#replica, of.party) !== of.origin) return;
    const log = await rowOf(this.#replica, of.origin);
    const end = staged ? log.pendingSize : log.size;
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
    const scan = this.#scans.get(log.origin) ?? { size: log.openedSize, acts: new Map(), count: 0, notBefore: 0 };
    this.#scans.set(log.origin, scan);
    for (; scan.size < end; scan.size = Math.min(end, scan.size + MAX_BATCH_ENTRIES)) {
      const rows = await this.#replica.store.entries(log.origin, scan.size, Math.min(end, scan.size + MAX_BATCH_ENTRIES));
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
    return scan;
  }

  async #judge(
    of: KnownLog,
    log: LogRow,
    scan: Scan,
    bodies: ReadonlyMap<string, Uint8Array>,
  ): Promise<'taken' | 'nothing excused' | 'nothing came'> {
    const { store, channel } = this.#replica;
    await this.#reader.catchUp();
    if ((await this.#reader.stateAt(log.origin)) === undefined) return 'nothing came';
    const from = await this.#reader.readSize(log.origin);
    const last = [...scan.acts.values()].reduce((max, places) => Math.max(max, places.at(-1)?.index ?? 0), 0);
    const rows = await store.entries(log.origin, from, last + 1);
    const missing: Missing[] = [];
    const items: ReadItem[] = [];
    for (const row of rows) {
      const gap = row.bodyRequired && row.body === undefined ? this.#missing(row, scan, bodies) : undefined;
      if (gap === 'not excused') break;
      if (gap !== undefined) missing.push(gap);
      items.push({ bytes: row.bytes, body: row.body ?? gap?.text });
    }
    if (missing.length === 0) return 'nothing came';
    const judged = await this.#reader.judge(of.party, items, of);
    if (judged.from !== from) return 'nothing came';
    const acts = judged.entries.flatMap((entry) => goneActOf(entry) ?? []);
    const good = excused(missing, acts, from + items.length);
    const late = good.flatMap(({ row, text }) => (text === undefined ? [] : [{ index: row.index, body: text }]));
    if (late.length > 0) await store.putBodies(log.origin, late);
    const waived = good.filter(({ text }) => text === undefined).map(({ row }) => row.index);
    // Said first: a text that is not asked for any more, and of which nothing says why, is damage.
    for (const { id, text } of good) if (text === undefined) await store.putLocal(LOST, `${channel.id}/${id}`, '{}');
    if (waived.length > 0) await store.waiveBodies(log.origin, waived);
    return good.length > 0 ? 'taken' : 'nothing excused';
  }

  #missing(row: EntryRow, scan: Scan, bodies: ReadonlyMap<string, Uint8Array>): Missing | 'not excused' {
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
