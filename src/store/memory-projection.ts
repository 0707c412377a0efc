import { compare, equal, toHex } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import { matterState } from './matter-state.ts';
import type { MemoryLog } from './memory.ts';
import { noLog } from './refusals.ts';
import type { ActRow, DossierCount, MatterRow, MatterUpdate, ProjectionMethods, Store, VerdictRow } from './store.ts';

type Held = VerdictRow & { readonly no: number };
type HeldMatter = Omit<MatterUpdate, 'acts' | 'anew'> & { readonly acts: ReadonlyMap<string, ActRow> };

/** The part of the memory store that keeps what was computed from the entries; plain scans, since it holds what a test makes. */
export function memoryProjection(logs: ReadonlyMap<string, MemoryLog>): Pick<Store, ProjectionMethods> & {
  /** Forgets what was computed of one log. */
  dropVerdicts(origin: string): void;
} {
  const verdicts = new Map<string, Map<number, Held>>();
  const matters = new Map<string, HeldMatter>();
  const readers = new Map<string, { size: number; state: string }>();
  const ofChannel = (channel: string) => [...verdicts.values()].flatMap((rows) => [...rows.values()].filter((row) => row.channel === channel));
  const isOpened = (channel: string, id: Uint8Array): boolean => ![undefined, ''].includes(matters.get(`${channel} ${toHex(id)}`)?.kind);
  const inDossier = (channel: string, dossier: Uint8Array) =>
    [...matters.values()].filter((row) => row.channel === channel && equal(row.dossier, dossier) && !equal(row.id, row.dossier));
  return {
    async putVerdicts(update) {
      // All logs are looked up first: a refusal must leave nothing behind.
      const held = update.verdicts.map((row) => ({ ...copyOf(row), no: numberOf(logs, row.origin, row.channel) }));
      for (const { origin } of update.readers) numberOf(logs, origin);
      for (const row of held) verdicts.set(row.origin, (verdicts.get(row.origin) ?? new Map<number, Held>()).set(row.index, row));
      for (const matter of update.matters) {
        const key = `${matter.channel} ${toHex(matter.id)}`;
        matters.set(key, heldMatter(matter, matters.get(key)));
      }
      for (const { origin, size, state } of update.readers) readers.set(origin, { size, state });
    },
    async reader(origin) {
      const reader = readers.get(origin);
      return reader && { ...reader };
    },
    async tableBefore(channel, before, limit, excludeTypes) {
      const rows = ofChannel(channel).filter((row) => !excludeTypes.includes(row.type) && (before === undefined || row.level < before));
      rows.sort((a, b) => -byLevel(a, b));
      let count = Math.min(limit, rows.length);
      while (count > 0 && rows[count]?.level === rows[count - 1]?.level) count++;
      return rows.slice(0, count).map(rowOf);
    },
    async verdicts(channel, ids) {
      const rows = ofChannel(channel).sort((a, b) => a.no - b.no || a.index - b.index);
      return ids.flatMap((id) => rows.filter((row) => equal(row.id, id)).map(rowOf));
    },
    async verdictsOf(origin, from, to) {
      const rows = [...(verdicts.get(origin)?.values() ?? [])].filter((row) => row.index >= from && row.index < to);
      return rows.sort((a, b) => a.index - b.index).map(rowOf);
    },
    async matterVerdicts(channel, matter) {
      return ofChannel(channel)
        .filter((row) => equal(row.matter, matter))
        .sort(byLevel)
        .map(rowOf);
    },
    async matters(channel, { ids, kind, dossier, unrooted, open, most } = {}) {
      const rows = [...matters.values()].filter(
        (row) =>
          row.channel === channel &&
          (ids === undefined || ids.some((id) => equal(id, row.id))) &&
          (kind === undefined || kind === row.kind) &&
          (open === undefined || row.open) &&
          (dossier === undefined || equal(dossier, row.dossier)) &&
          (unrooted === undefined || (!equal(row.id, row.dossier) && !isOpened(channel, row.dossier))),
      );
      return rows.sort((a, b) => a.level - b.level || compare(a.id, b.id)).map((row) => matterRowOf(row, most));
    },
    async dossierCounts(channel, dossier, not) {
      const rows = inDossier(channel, dossier).filter(({ kind }) => !not.includes(kind));
      const counts = [...Map.groupBy(rows, ({ opener, open }) => `${opener} ${open}`).values()].flatMap((alike): readonly DossierCount[] =>
        alike[0] === undefined ? [] : [{ opener: alike[0].opener, open: alike[0].open, count: alike.length }],
      );
      return counts.sort((a, b) => a.opener - b.opener || Number(a.open) - Number(b.open));
    },
    async dossierPart(channel, dossier, { opener, kinds, not = [], from, count, most }) {
      // They stand in the order in which they came.
      const rows = inDossier(channel, dossier).filter(
        (row) => row.opener === opener && kinds?.includes(row.kind) !== false && !not.includes(row.kind),
      );
      return [...rows.filter(({ open }) => !open), ...rows.filter(({ open }) => open)]
        .reverse()
        .slice(from, from + count)
        .map((row) => matterRowOf(row, most));
    },
    async dossierJoined(channel, dossier, { types, kinds }, most) {
      const all = [...matters.values()].filter((row) => row.channel === channel && equal(row.dossier, dossier) && !kinds.includes(row.kind));
      const joined = ofChannel(channel).filter(
        ({ id, matter, type }) => !equal(id, matter) && !types.includes(type) && all.some((one) => equal(one.id, matter)),
      );
      return Math.min(most, joined.length);
    },
    async resetProjection(channel) {
      const isIts = (origin: string): boolean => channel === undefined || logs.get(origin)?.fixed.channel === channel;
      for (const rows of [verdicts, readers]) for (const origin of [...rows.keys()]) if (isIts(origin)) rows.delete(origin);
      for (const [key, row] of [...matters]) if (channel === undefined || row.channel === channel) matters.delete(key);
    },
    dropVerdicts(origin) {
      verdicts.delete(origin);
      readers.delete(origin);
    },
  };
}

function numberOf(logs: ReadonlyMap<string, MemoryLog>, origin: string, channel?: string): number {
  const log = logs.get(origin);
  if (log === undefined) throw noLog(origin);
  assert(channel === undefined || channel === log.fixed.channel, 'a verdict names the channel of its log');
  return log.no;
}

function byLevel(a: Held, b: Held): number {
  return a.level - b.level || a.no - b.no;
}

function rowOf({ no: _, ...row }: Held): VerdictRow {
  return copyOf(row);
}

function copyOf<T extends VerdictRow>(row: T): T {
  return { ...row, id: row.id.slice(), matter: row.matter.slice() };
}

function heldMatter({ acts, anew, ...rest }: MatterUpdate, before: HeldMatter | undefined): HeldMatter {
  const kept = new Map(anew ? [] : before?.acts);
  for (const act of acts) kept.set(`${act.party}/${act.place}`, { ...act });
  return { ...rest, id: rest.id.slice(), dossier: rest.dossier.slice(), acts: kept };
}

function matterRowOf({ acts, head, ...rest }: HeldMatter, most = Number.POSITIVE_INFINITY): MatterRow {
  const sorted = [...acts.values()].sort((a, b) => a.party - b.party || a.place - b.place);
  const size = sorted.reduce((sum, { text }) => sum + text.length, 0);
  const state =
    size > most
      ? head
      : matterState(
          head,
          sorted.map(({ party, text }) => [party, text] as const),
        );
  return { ...rest, id: rest.id.slice(), dossier: rest.dossier.slice(), state };
}
