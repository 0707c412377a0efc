import { fromBase64url, toBase64url } from '../base/bytes.ts';
import type { Store } from '../store/store.ts';

/** Local records, by origin, of what came of another history of a log. */
export const BRANCH = 'branch';

/** Bytes of another history that are kept to be read; its proof needs none of them. */
const MAX_BRANCH_SIZE = 1024 * 1024;

/** Entries of another history of a log, from `from` on, as they came; they count for nothing. */
export type Branch = { readonly from: number; readonly entries: readonly { readonly bytes: Uint8Array; readonly body?: Uint8Array }[] };

type Kept = { readonly from: number; readonly entries: readonly (readonly [bytes: string, body?: string])[] };

/** Keeps what came of another history, as much as is meant to be read, so that both can be shown side by side; the first that came stays. */
export async function keepBranch(store: Store, origin: string, { from, entries }: Branch): Promise<void> {
  if (entries.length === 0 || (await store.getLocal(BRANCH, origin)) !== undefined) return;
  let size = 0;
  const kept: (readonly [string, string?])[] = [];
  for (const { bytes, body } of entries) {
    size += bytes.length + (body?.length ?? 0);
    if (size > MAX_BRANCH_SIZE) break;
    kept.push(body === undefined ? [toBase64url(bytes)] : [toBase64url(bytes), toBase64url(body)]);
  }
  await store.putLocal(BRANCH, origin, JSON.stringify({ from, entries: kept }));
}

/** A branch as the store keeps it, with other bodies: `bodyOf` gives the one an entry has from now on. */
export function withBodies({ from, entries }: Branch, bodyOf: (entry: Branch['entries'][number]) => Uint8Array | undefined): string {
  const kept = entries.map((entry) => [entry.bytes, bodyOf(entry)].flatMap((raw) => (raw === undefined ? [] : [toBase64url(raw)])));
  return JSON.stringify({ from, entries: kept });
}

/** What is kept of another history of a log. */
export async function branchOf(store: Store, origin: string): Promise<Branch | undefined> {
  const text = await store.getLocal(BRANCH, origin);
  if (text === undefined) return undefined;
  const { from, entries } = JSON.parse(text) as Kept;
  const raw = (value: string): Uint8Array => fromBase64url(value) ?? new Uint8Array();
  return { from, entries: entries.map(([bytes, body]) => ({ bytes: raw(bytes), ...(body === undefined ? {} : { body: raw(body) }) })) };
}
