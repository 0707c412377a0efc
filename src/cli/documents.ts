import { fromBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { ChannelView, DocumentView, TableRow, TableView } from '../projection/views.ts';
import { type Client, channelPath } from './client.ts';
import type { Target } from './draft.ts';
import { said } from './rows.ts';

/** Rows asked for at once. */
const PAGE = 200;
/** A document named by the beginning of its id or by its reference is looked for among this many of the latest. */
const MAX_SEARCHED = 10_000;

/** The latest `limit` rows of a channel in reading order, oldest first; `before` is a cursor of an earlier answer. */
export async function latestRows(
  client: Client,
  channel: string,
  limit: number,
  before?: string,
): Promise<{ rows: readonly TableRow[]; before?: string }> {
  const newestFirst: TableRow[] = [];
  let cursor = before;
  for (;;) {
    const size = Math.min(PAGE, limit - newestFirst.length);
    if (size === 0) break;
    const page = await client.get<TableView>(
      channelPath(channel, `/table?limit=${size}${cursor === undefined ? '' : `&before=${encodeURIComponent(cursor)}`}`),
    );
    newestFirst.push(...page.rows);
    cursor = page.before;
    if (cursor === undefined || page.rows.length === 0) break;
  }
  return { rows: newestFirst.reverse(), ...(cursor === undefined ? {} : { before: cursor }) };
}

/** One document. Refuses `not_found`. */
export function readDocument(client: Client, channel: string, id: string): Promise<DocumentView> {
  return client.get(channelPath(channel, `/documents/${encodeURIComponent(id)}`));
}

/** What a document that these fields are about says in lists; `undefined` where they are about none, or the node has none of that id. */
export async function targetOf(client: Client, channel: string, fields: ReadonlyMap<string, Json>): Promise<Target | undefined> {
  const entry = fields.get('entry');
  if (typeof entry !== 'string') return undefined;
  try {
    const { row } = await readDocument(client, channel, entry);
    return { kind: row.kind, title: said(row.summary) };
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/**
 * The document somebody means: its id, the beginning of its id (6 characters or more), or its reference (`US-3`).
 * Refuses `not_found`, and `usage` where several fit.
 */
export async function findDocument(
  client: Client,
  channels: readonly ChannelView[],
  name: string,
): Promise<{ channel: ChannelView; document: DocumentView }> {
  const whole = fromBase64url(name, 32) !== undefined;
  const found: { channel: ChannelView; id: string }[] = [];
  for (const channel of channels) {
    if (whole) {
      const document = await readDocument(client, channel.id, name).catch(missing);
      if (document !== undefined) return { channel, document };
      continue;
    }
    const { rows } = await latestRows(client, channel.id, MAX_SEARCHED);
    const fits = rows.filter(({ id, ref }) => ref === name || (name.length >= 6 && id.startsWith(name)));
    found.push(...fits.map(({ id }) => ({ channel, id })));
  }
  const [one, ...more] = found;
  if (one === undefined) throw new ParleyError('not_found', `no document ${name.slice(0, 50)}`);
  if (more.length > 0) throw new ParleyError('usage', `several documents are called ${name}: ${found.map(({ id }) => id.slice(0, 8)).join(', ')}`);
  return { channel: one.channel, document: await readDocument(client, one.channel.id, one.id) };
}

function missing(error: unknown): undefined {
  if (error instanceof ParleyError && error.code === 'not_found') return undefined;
  throw error;
}
