import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import { MAX_BATCH_ENTRIES, MAX_BATCH_SIZE, MAX_CHECKPOINT_SIZE } from '../base/limits.ts';
import type { HttpRequest, HttpResponse } from '../base/ports.ts';
import { type BundleItem, formatBundle } from '../entry/bundle.ts';
import type { EntryRow } from '../store/store.ts';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import { ledPath } from '../tlog/fork.ts';
import { formatHashLines } from '../tlog/hash-lines.ts';
import { formatNote, parseLines, parseNote } from '../tlog/note.ts';
import { originHash } from '../tlog/origin.ts';
import { formatEntryBundle } from '../tlog/tile.ts';
import { parseSizeAnswer } from '../tlog/witness-request.ts';
import { keepPairs, linesOver } from './cosign.ts';
import { checkContradiction } from './gate-answers.ts';
import { cardOf, type Replica, rowOf } from './replica.ts';

/** A signed request to one party's peers' door; refuses `unreachable`, `pin_mismatch`. */
export type SendToParty = (party: number, request: HttpRequest, maxSize: number) => Promise<HttpResponse>;

/** What one push came to. `receipt`: they hold the head pushed; `missing`: they ask for bodies; `idle`: nothing to push; `unknown`: they know no such log. */
export type PushOutcome = 'idle' | 'receipt' | 'missing' | 'behind' | 'unknown';

/**
 * Pushes the next part of one of our own logs, by default the one written now, to one party and keeps the receipt (spec/sync.md, "Push").
 *
 * `from` is the size they are known to hold, if their last answer said so; else the largest head they receipted.
 * Refuses `unsafe_state` when they show a head of ours that is not in this store: then nothing more may be signed here.
 */
export async function pushTo(
  replica: Replica,
  party: number,
  send: SendToParty,
  from?: number,
  origin = replica.generations.current(replica.us).origin,
): Promise<{ outcome: PushOutcome; size: number }> {
  const log = await rowOf(replica, origin);
  const receipted = await receiptedSize(replica, party, origin);
  const old = from ?? receipted;
  if (log.size === 0 || (old >= log.size && receipted >= log.size)) return { outcome: 'idle', size: old };
  const { head, rows } = await nextPart(replica, log.origin, old, log.size);
  const body = formatBundle(await pushItems(replica, log.origin, old, head, rows));
  const hash = originHash(log.origin) ?? '';
  const answer = await send(
    party,
    { method: 'POST', path: `/log/${hash}/push`, body, headers: { 'content-type': 'application/octet-stream' } },
    MAX_CHECKPOINT_SIZE,
  );
  return takeAnswer(replica, party, send, { origin: log.origin, size: head.size, root: head.root }, answer);
}

/** The size of one of our own logs that a party has receipted. */
export async function receiptedSize(replica: Replica, party: number, origin = replica.generations.current(replica.us).origin): Promise<number> {
  const names = replica.generations.heldNames(party);
  const rows = await replica.store.largestCosignatures(replica.channel.id);
  return Math.max(0, ...rows.filter((row) => row.origin === origin && names.includes(row.cosigner)).map(({ size }) => size));
}

/** Who has cosigned the head of one of our logs, as far as known here, for {@link pushLines}: equal texts, nothing new to tell. */
export async function linesKnown(replica: Replica, origin: string): Promise<string> {
  const { size } = await rowOf(replica, origin);
  const rows = await replica.store.cosignatures(origin, size, size);
  return `${size} ${[...new Set(rows.map(({ cosigner }) => cosigner))].sort().join()}`;
}

/**
 * Shows a party the head of one of our logs that it holds once more, with every line over it: what the others receipted stands only for those who know.
 * Resolves with the receipt kept, or rejects as {@link pushTo} does.
 */
export async function pushLines(replica: Replica, party: number, send: SendToParty, origin: string): Promise<void> {
  const log = await rowOf(replica, origin);
  const body = formatBundle(await pushItems(replica, origin, log.size, log, []));
  const path = `/log/${originHash(origin) ?? ''}/push`;
  const answer = await send(party, { method: 'POST', path, body }, MAX_CHECKPOINT_SIZE);
  await takeAnswer(replica, party, send, { origin, size: log.size, root: log.root }, answer);
}

/** Sends again bodies that they asked for, and what they did not open. */
export async function pushBodies(
  replica: Replica,
  party: number,
  send: SendToParty,
  ids: readonly string[],
  origin = replica.generations.current(replica.us).origin,
): Promise<void> {
  const { store, channel } = replica;
  const log = await rowOf(replica, origin);
  const raw = ids.map((id) => fromBase64url(id, 32)).filter((id) => id !== undefined);
  const places = await store.findEntries(channel.id, raw, log.origin);
  const items: BundleItem[] = [
    { name: 'old', bytes: utf8(String(log.size)) },
    { name: 'checkpoint', bytes: log.note },
  ];
  let size = 0;
  for (const { index } of places) {
    const [row] = await store.entries(log.origin, index, index + 1);
    size += row?.body?.length ?? 0;
    if (size > MAX_BATCH_SIZE) break;
    if (row?.body !== undefined) items.push({ name: `bodies/${toBase64url(row.id)}`, bytes: row.body });
  }
  const hash = originHash(log.origin) ?? '';
  const answer = await send(party, { method: 'POST', path: `/log/${hash}/push`, body: formatBundle(items) }, MAX_CHECKPOINT_SIZE);
  await takeAnswer(replica, party, send, { origin: log.origin, size: log.size, root: log.root }, answer);
}

/** The largest committed head that one push can carry, with the entries it adds. */
export async function nextPart(
  replica: Replica,
  origin: string,
  old: number,
  size: number,
): Promise<{ head: { size: number; root: Uint8Array; note: Uint8Array }; rows: readonly EntryRow[] }> {
  const { store } = replica;
  const wide = await store.headAtOrBelow(origin, Math.min(size, old + MAX_BATCH_ENTRIES));
  const next = wide !== undefined && wide.size > old ? wide : await store.headAtOrAbove(origin, Math.max(1, Math.min(old + 1, size)));
  if (next === undefined) throw new Error('bug: a committed size has a committed head');
  const rows = await store.entries(origin, old, next.size);
  const bytes = rows.reduce((sum, row) => sum + row.bytes.length + (row.body?.length ?? 0), 0);
  if (bytes <= MAX_BATCH_SIZE) return { head: next, rows };
  // Several small heads may add up to more than one push; the first of them never does.
  const first = (await store.headAtOrAbove(origin, old + 1)) ?? next;
  return { head: first, rows: rows.slice(0, first.size - old) };
}

/** The items of a push of these entries, up to a head. */
export async function pushItems(
  replica: Replica,
  origin: string,
  old: number,
  head: { size: number; note: Uint8Array },
  rows: readonly EntryRow[],
): Promise<readonly BundleItem[]> {
  const parsed = parseNote(head.note);
  if ('expected' in parsed) throw new Error('bug: a committed head is a note');
  const note = formatNote({ text: parsed.note.text, lines: [...parsed.note.lines, ...(await linesOver(replica, origin, head.size))] });
  return [
    { name: 'old', bytes: utf8(String(old)) },
    { name: 'checkpoint', bytes: note },
    { name: 'entries', bytes: formatEntryBundle(rows.map((row) => row.bytes)) },
    ...(await proofItem(replica, origin, old, head.size)),
    ...bodyItems(rows),
  ];
}

/** What shows in one exchange whether this log continues what they hold: a node that was rolled back so convicts itself, and finds out. */
async function proofItem(replica: Replica, origin: string, old: number, size: number): Promise<readonly BundleItem[]> {
  if (old === 0 || old >= size) return [];
  const { store } = replica;
  const path = ledPath(old, await store.rootAt(origin, old), await store.consistencyProof(origin, old, size));
  return [{ name: 'proof', bytes: utf8(formatHashLines(path)) }];
}

/** One item a body: a log may hold one entry twice (the second is void), a bundle no name twice. */
function bodyItems(rows: readonly EntryRow[]): readonly BundleItem[] {
  const items = new Map<string, BundleItem>();
  for (const row of rows) {
    const name = `bodies/${toBase64url(row.id)}`;
    if (row.body !== undefined) items.set(name, { name, bytes: row.body });
  }
  return [...items.values()];
}

async function takeAnswer(
  replica: Replica,
  party: number,
  send: SendToParty,
  head: Checkpoint,
  answer: HttpResponse,
): Promise<{ outcome: PushOutcome; size: number }> {
  if (answer.status === 200) {
    const lines = parseLines(answer.body);
    const kept = 'lines' in lines ? await keepPairs(replica, head, lines.lines) : [];
    const names = replica.generations.heldNames(party);
    // An HTTP 200 is no receipt: only their verified pair over our head is.
    if (!kept.some((row) => names.includes(row.cosigner))) throw new ParleyError('signature_invalid', 'the answer holds no valid receipt');
    return { outcome: 'receipt', size: head.size };
  }
  if (answer.status === 202) {
    const missing = parseMissing(answer.body);
    if (missing.length > 0) await pushBodiesOnce(replica, party, send, missing, head.origin);
    return { outcome: 'missing', size: head.size };
  }
  if (answer.status === 404) return { outcome: 'unknown', size: 0 };
  if (answer.status === 409) {
    // Whatever size they say: a head of ours that is not here, or not like ours, is a contradiction, and only their showing it is.
    // Of a log that a later generation continues they may hold more than we do: it is not signed any more.
    const size = parseSizeAnswer(answer.body);
    if (head.origin === replica.generations.current(replica.us).origin) {
      try {
        await checkContradiction(replica, cardOf(replica, party).name, (path) => send(party, { method: 'GET', path }, MAX_CHECKPOINT_SIZE));
      } catch (error) {
        // They can prove it only once they have our head, and show both only with what stands under it.
        if (error instanceof ParleyError && size !== undefined) await showBranch(replica, party, send, head.origin, size);
        throw error;
      }
    }
    if (size === undefined) throw new ParleyError('unreachable', 'a conflict without a size');
    return { outcome: 'behind', size };
  }
  throw new ParleyError(answer.status === 429 || answer.status === 503 ? 'quota' : 'unreachable', `the other node answered ${answer.status}`);
}

/** Pushes what we say behind a size at which they hold something else, once, whatever they answer. */
async function showBranch(replica: Replica, party: number, send: SendToParty, origin: string, from: number): Promise<void> {
  const log = await rowOf(replica, origin);
  if (from === 0 || from >= log.size) return;
  const { head, rows } = await nextPart(replica, origin, from, log.size);
  const body = formatBundle(await pushItems(replica, origin, from, head, rows));
  try {
    await send(party, { method: 'POST', path: `/log/${originHash(origin) ?? ''}/push`, body }, MAX_CHECKPOINT_SIZE);
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
  }
}

async function pushBodiesOnce(replica: Replica, party: number, send: SendToParty, missing: readonly string[], origin: string): Promise<void> {
  const once: SendToParty = async (to, request, max) => {
    const answer = await send(to, request, max);
    // Asked again for what was just sent: leave it to the next round instead of going in circles.
    return answer.status === 202 ? { ...answer, body: utf8('{"missing":[]}') } : answer;
  };
  await pushBodies(replica, party, once, missing, origin);
}

function parseMissing(body: Uint8Array): readonly string[] {
  try {
    const value = JSON.parse(fromUtf8(body) ?? '') as Json;
    const list = isObject(value) ? value.missing : undefined;
    return Array.isArray(list) ? list.filter((item: Json): item is string => typeof item === 'string').slice(0, MAX_BATCH_ENTRIES) : [];
  } catch {
    return [];
  }
}
