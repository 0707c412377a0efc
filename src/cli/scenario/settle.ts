import type { ChannelView, TableRow } from '../../projection/views.ts';
import { channelPath } from '../client.ts';
import { latestRows } from '../documents.ts';
import type { Side } from './side.ts';

/** The same figures this many times in a row, each after a pause, count as the end: a stamp that was still to come would have moved them. */
const STEADY = 6;
const BETWEEN_MS = 50;
const MAX_ROWS = 100_000;

/** What stands on both sides once everything has settled. */
export type Settled = {
  readonly channel: string;
  readonly sides: readonly { readonly entries: number; readonly receipts: number; readonly digest: string }[];
  readonly matters: Readonly<Record<string, number>>;
};

/**
 * Waits until both sides hold the same heads, all of them receipted and witnessed, and compute the same, and nothing moves any more: what each side
 * stamps on hearing of a receipt makes a new head. Resolves with what then stands, or `undefined` when patience ends first.
 */
export async function settle(sides: readonly Side[], channel: string, patienceMs = 30_000): Promise<Settled | undefined> {
  let before = '';
  let steady = 0;
  for (const late = Date.now() + patienceMs; Date.now() < late; await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS))) {
    const views = await Promise.all(sides.map((side) => side.ask((client) => client.get<ChannelView>(channelPath(channel)))));
    const now = JSON.stringify(views.map(({ logs, digest }) => [digest, logs.map(({ size, root }) => [size, root])]));
    steady = views.every(isWhole) && areSame(views) && now === before ? steady + 1 : 0;
    before = now;
    if (steady === STEADY) return settled(sides, channel, views);
  }
  return undefined;
}

function isWhole(view: ChannelView): boolean {
  const witnessed = view.hosts.length === 0 || view.logs.every((log) => log.witnessedSize === log.size);
  return view.open && witnessed && view.logs.every((log) => log.size > 0 && log.heldSize === log.size && log.missing === 0);
}

function areSame(views: readonly ChannelView[]): boolean {
  return new Set(views.map(({ logs, digest }) => JSON.stringify([digest, logs.map(({ origin, size, root }) => [origin, size, root])]))).size === 1;
}

async function settled(sides: readonly Side[], channel: string, views: readonly ChannelView[]): Promise<Settled> {
  const [first] = sides;
  const rows = first === undefined ? [] : (await first.ask((client) => latestRows(client, channel, MAX_ROWS))).rows;
  return {
    channel,
    sides: views.map(({ us, logs, digest }) => {
      const own = logs.find(({ party }) => party === us);
      return { entries: own?.size ?? 0, receipts: own?.heldSize ?? 0, digest };
    }),
    matters: countMatters(rows),
  };
}

/** Matters by the kind that opened them. */
export function countMatters(rows: readonly TableRow[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const row of rows) if (row.valid && row.id === row.matter) counts[row.kind] = (counts[row.kind] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
