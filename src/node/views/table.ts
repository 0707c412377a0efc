import { fromBase64url, fromUtf8, parseDecimal, toBase64url, utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import type { TableView } from '../../projection/views.ts';
import type { VerdictRow } from '../../store/store.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { inReadingOrder } from '../reading-order.ts';
import { NODE_KINDS, rowsOf } from './rows.ts';

/** Rows of one page at most. */
export const MAX_TABLE_PAGE = 500;

/** A page of the Table, newest first, strictly before the cursor; the charter, leaf 0 of every founding log, is no row. Refuses `invalid` for a cursor of no page. */
export async function tableView(channel: ChannelRuntime, before: string | undefined, asked: number): Promise<TableView> {
  const cursor = before === undefined ? undefined : parseCursor(before);
  const limit = Math.max(1, Math.min(asked, MAX_TABLE_PAGE));
  const page = await channel.store.tableBefore(channel.id, cursor, limit, NODE_KINDS);
  const verdicts = inReadingOrder(channel.replica, page).reverse();
  const { generations } = channel.replica;
  const shown = verdicts.filter((row) => row.index > 0 || generations.find(row.origin)?.note !== undefined);
  // Where a later log begins nobody claims a time: it stands with what was said before it.
  const dated = shown.map((row, i) => (row.index > 0 ? row : { ...row, time: (shown.slice(i).find((one) => one.index > 0) ?? row).time }));
  const rows = await rowsOf(channel, dated);
  const last = verdicts.at(-1);
  return { rows, ...(last === undefined || verdicts.length < limit ? {} : { before: formatCursor(last) }) };
}

function formatCursor({ level }: VerdictRow): string {
  return toBase64url(utf8(String(level)));
}

function parseCursor(text: string): number {
  const level = parseDecimal(fromUtf8(fromBase64url(text) ?? new Uint8Array()) ?? '');
  if (level === undefined) throw new ParleyError('invalid', 'a cursor that a page of this table gave');
  return level;
}
