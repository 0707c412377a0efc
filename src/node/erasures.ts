import { setImmediate } from 'node:timers/promises';
import { fromBase64url, fromUtf8, toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { MAX_BATCH_ENTRIES } from '../base/limits.ts';
import type { Phrase } from '../base/phrases.ts';
import type { Sha256 } from '../base/ports.ts';
import { isContent } from '../document/about-entries.ts';
import { labelOf } from '../document/form.ts';
import type { Kind } from '../document/kind.ts';
import { kindOf } from '../document/registry.ts';
import { eraseFields, leavesByName, openBody } from '../entry/body.ts';
import { heldId, parseEntry } from '../entry/entry.ts';
import { isAct } from '../projection/fold.ts';
import type { EntryRow, Store, VerdictRow } from '../store/store.ts';
import { BRANCH, branchOf, withBodies } from '../sync/branch.ts';
import { chunkPlace } from '../sync/chunk-place.ts';
import { type Replica, standingIn } from '../sync/replica.ts';
import { type GoneAct, goneActOf } from '../verify/gone.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { attachmentsIn } from './attachments.ts';
import { comingPlaces, type Facts } from './coming-chunks.ts';

/** Local records of erasures by people whom nobody here has acknowledged, by `<channel>/<act's entry id>`: nothing they say is used, and this cannot be undone. */
const WAITING = 'erasing';

/** Local records of what was erased here: by `<channel>/<entry id>`, the leaf hashes that are gone, so that no copy brings them back. */
export const ERASED = 'erased';

type Gone = Parameters<Store['erase']>[0];
/** Leaf hashes that are to go, by entry. */
type Asked = Map<string, Set<string>>;
type Speaker = { readonly party: number; readonly place: number; readonly actor: string };
type Waiting = { readonly by: Speaker; readonly entry: string; readonly leaves: readonly string[] };

/** Whom nobody here has acknowledged, as `HeldOut` says it. */
type GrantOf = { grantOf(party: number, place: number, actor: string): unknown };

/**
 * Erases here what valid acts in these entries say is gone: the author's `body_erased` of an own entry, wherever a copy of it stands, and this party's own
 * of anybody's entry. What is erased is the leaf that the act names, under the name it has there, where that is content; the frame stays.
 * Files that only an erased field named go with it. What somebody says whom nobody here has acknowledged (`heldOut`) waits until somebody has.
 * Resolves with the ids of entries that were changed.
 *
 * Runs before the acts' verdicts are durable and can run again: a crash in between leaves the acts to be read once more.
 */
export async function eraseHere(replica: Replica, entries: readonly VerifiedEntry[], heldOut: () => Promise<GrantOf>): Promise<ReadonlySet<string>> {
  const asked: Asked = new Map();
  for (const entry of entries) {
    const act = goneActOf(entry);
    if (act === undefined || act.kind !== 'body_erased' || !(await counts(replica, act))) continue;
    const waiting = { by: { party: act.party, place: entry.position ?? act.index, actor: entry.entry?.header.actor ?? '' } };
    const isWaiting = act.party !== replica.us && isHeldOut(await heldOut(), waiting.by);
    const json: Waiting = { ...waiting, entry: act.entry, leaves: [...act.leaves.values()] };
    if (isWaiting) await replica.store.putLocal(WAITING, `${replica.channel.id}/${entry.id}`, JSON.stringify(json));
    else ask(asked, act.entry, act.leaves.values());
  }
  // Copies of an entry change nothing, and hold its text all the same.
  for (const entry of entries) {
    if (entry.type === '' || isAct(entry.type, entry.findings)) continue;
    const known = await erasedLeaves(replica, entry.id);
    if (known.length > 0) ask(asked, entry.id, known);
  }
  return eraseAll(replica, asked, entries);
}

/** Erases what waited for an acknowledgement and waits no more. Resolves with the ids of entries that were changed; can run again. */
export async function eraseWaiting(replica: Replica, heldOut: GrantOf): Promise<ReadonlySet<string>> {
  const { store, channel } = replica;
  const asked: Asked = new Map();
  const done: string[] = [];
  for (const { key, json } of await store.listLocal(WAITING)) {
    const { by, entry, leaves } = JSON.parse(json) as Waiting;
    if (!key.startsWith(`${channel.id}/`) || isHeldOut(heldOut, by)) continue;
    ask(asked, entry, leaves);
    done.push(key);
  }
  const changed = await eraseAll(replica, asked, []);
  for (const key of done) await store.deleteLocal(WAITING, key);
  return changed;
}

async function eraseAll(replica: Replica, asked: Asked, entries: readonly VerifiedEntry[]): Promise<ReadonlySet<string>> {
  if (asked.size === 0) return new Set();
  const bodies: { origin: string; index: number; body: Uint8Array }[] = [];
  const roots = new Map<string, string>();
  for (const [id, leaves] of asked) {
    const known = await erasedLeaves(replica, id);
    const gone = new Set([...known, ...leaves]);
    for (const row of await copiesOf(replica, id, entries)) {
      const rest = withoutLeaves(replica.crypto.sha256, row, gone);
      if (rest === undefined) continue;
      bodies.push({ origin: row.origin, index: row.index, body: rest.body });
      for (const root of rest.roots) roots.set(root, id);
    }
    await replica.store.putLocal(ERASED, `${replica.channel.id}/${id}`, JSON.stringify([...gone]));
  }
  const changed = new Set(asked.keys());
  const left = await unnamed(replica, roots, bodies);
  await replica.store.erase(await goneWith(replica, changed, bodies, left));
  return changed;
}

/**
 * Refuses `conflict` for an erasure of what an earlier generation of ours says and others do not hold yet. Their nodes ask for its whole text, and no act
 * in a later log can account for it: our record would be acknowledged no more.
 */
export async function checkErasure(replica: Replica, bytes: Uint8Array): Promise<void> {
  const parsed = replica.generations.isPlain ? { expected: 'a later generation' } : parseEntry(replica.crypto.sha256, bytes);
  if ('expected' in parsed || parsed.entry.header.type !== 'body_erased') return;
  const raw = fromBase64url(parsed.entry.header.refs[0] ?? '', 32);
  const places = raw === undefined ? [] : await replica.store.findEntries(replica.channel.id, [raw]);
  const largest = await replica.store.largestCosignatures(replica.channel.id);
  const current = replica.generations.current(replica.us);
  for (const { origin, index } of places) {
    const log = replica.generations.find(origin);
    if (log === undefined || log.party !== replica.us || origin === current.origin) continue;
    if (standingIn(replica, log, largest).heldSize <= index)
      throw new ParleyError('conflict', 'a document of an earlier generation that the others do not hold yet can be erased once they do');
  }
}

/** Erases in what is kept of other histories what was erased before it came. */
export async function eraseInBranches(replica: Replica): Promise<void> {
  const locals = await branchesWithout(replica);
  if (locals.length > 0) await replica.store.erase({ bodies: [], blobs: [], locals });
}

/** What is kept of other histories, without what was erased here; those that nothing goes of are left out. */
async function branchesWithout(replica: Replica): Promise<Gone['locals']> {
  const { store, crypto, generations } = replica;
  const found: { collection: string; key: string; json: string }[] = [];
  for (const { origin: key } of generations.all) {
    const branch = await branchOf(store, key);
    const rest = new Map<Uint8Array, Uint8Array>();
    for (const entry of branch?.entries ?? []) {
      const known = await erasedLeaves(replica, toBase64url(heldId(crypto.sha256, entry.bytes)));
      const left = known.length === 0 ? undefined : withoutLeaves(crypto.sha256, { bytes: entry.bytes, body: entry.body }, new Set(known));
      if (left !== undefined) rest.set(entry.bytes, left.body);
    }
    if (branch !== undefined && rest.size > 0)
      found.push({ collection: BRANCH, key, json: withBodies(branch, ({ bytes, body }) => rest.get(bytes) ?? body) });
  }
  return found;
}

/** Hashes (base64url) of the leaves of an entry that were erased here. */
export async function erasedLeaves(replica: Pick<Replica, 'store' | 'channel'>, id: string): Promise<readonly string[]> {
  const json = await replica.store.getLocal(ERASED, `${replica.channel.id}/${id}`);
  return json === undefined ? [] : (JSON.parse(json) as string[]);
}

/** A verdict without what it noticed in content, part of which is gone: whoever reads the entry now notices nothing either. */
export function withoutContentFindings(row: VerdictRow): VerdictRow {
  const kind = kindOf(row.type);
  const findings = JSON.parse(row.findings) as readonly Phrase[];
  return { ...row, findings: JSON.stringify(findings.filter((finding) => !finding.id.startsWith('fault.') || isOfFrame(kind, finding))) };
}

function isOfFrame(kind: Kind | undefined, { about }: Phrase): boolean {
  return kind?.fields.some((field) => field.frame && labelOf(kind.id, field.name) === about) ?? false;
}

/**
 * An author's act counts everywhere, ours here; what another party says of somebody else's entry is about its own store. Whose an entry is its header says,
 * not the log it stands in: anybody may put a copy of anybody's words into their own.
 */
async function counts({ us, channel, store, generations, crypto }: Replica, act: GoneAct): Promise<boolean> {
  if (act.party === us) return true;
  const raw = fromBase64url(act.entry, 32);
  const places = raw === undefined ? [] : await store.findEntries(channel.id, [raw]);
  const [row] = await store.entriesAt(places.slice(0, 1));
  const parsed = row === undefined ? { expected: 'it' } : parseEntry(crypto.sha256, row.bytes);
  if ('expected' in parsed || parsed.entry.header.party !== act.party) return false;
  // Through the generations of its author: an entry of an earlier log is erased in the one that is written now.
  const sequence = generations.sequence(act.party).map(({ origin }) => origin);
  const at = sequence.indexOf(act.origin);
  return places.some(({ origin, index }) =>
    origin === act.origin ? index < act.index : sequence.indexOf(origin) >= 0 && sequence.indexOf(origin) < at,
  );
}

function ask(asked: Asked, entry: string, leaves: Iterable<string>): void {
  asked.set(entry, new Set([...(asked.get(entry) ?? []), ...leaves]));
}

function isHeldOut(heldOut: GrantOf, { party, place, actor }: Speaker): boolean {
  return heldOut.grantOf(party, place, actor) !== undefined;
}

/** Every place where an entry stands here: those with a verdict, and those that are being read. */
async function copiesOf(replica: Replica, id: string, entries: readonly VerifiedEntry[]): Promise<readonly EntryRow[]> {
  const { store, channel } = replica;
  const raw = fromBase64url(id, 32);
  if (raw === undefined) return [];
  const read = entries.filter((entry) => entry.id === id).map(({ origin, index }) => ({ origin, index }));
  const places = [...(await store.verdicts(channel.id, [raw])), ...(await store.findEntries(channel.id, [raw])), ...read];
  const unique = new Map(places.map(({ origin, index }) => [`${origin}/${index}`, { origin, index }]));
  return store.entriesAt([...unique.values()]);
}

/** What remains of a body without leaves, and the roots of the files they named; `undefined` when nothing of it goes. */
export function withoutLeaves(
  sha256: Sha256,
  row: Pick<EntryRow, 'bytes' | 'body'>,
  gone: ReadonlySet<string>,
): { body: Uint8Array; roots: readonly string[] } | undefined {
  const parsed = row.body === undefined ? { expected: 'a text' } : parseEntry(sha256, row.bytes);
  if (row.body === undefined || 'expected' in parsed) return undefined;
  const kind = kindOf(parsed.entry.header.type);
  const names = [...leavesByName(sha256, row.body)].filter(([name, leaf]) => kind !== undefined && isContent(kind, name) && gone.has(leaf));
  if (names.length === 0) return undefined;
  const opened = openBody(sha256, parsed.entry.header.body, row.body);
  const value = 'body' in opened && names.some(([name]) => name === 'attachments') ? opened.body.fields.get('attachments') : undefined;
  const files = value === undefined ? [] : attachmentsIn({ attachments: value });
  return {
    body: eraseFields(
      sha256,
      row.body,
      names.map(([name]) => name),
    ),
    roots: files.map(({ root }) => root),
  };
}

/** Those of the files that no other document of the channel names. One walk over all texts, and only where a field that named files is erased. */
async function unnamed(
  replica: Replica,
  roots: ReadonlyMap<string, string>,
  erased: readonly { readonly origin: string; readonly index: number; readonly body: Uint8Array }[],
): Promise<readonly string[]> {
  const left = new Set(roots.keys());
  const rest = new Map(erased.map(({ origin, index, body }) => [`${origin}/${index}`, body]));
  for (const log of left.size === 0 ? [] : await replica.store.logs(replica.channel.id)) {
    for (let from = 0; from < log.pendingSize; from += MAX_BATCH_ENTRIES) {
      // Whoever makes us walk often makes nobody else wait.
      await setImmediate();
      for (const row of await replica.store.entries(log.origin, from, from + MAX_BATCH_ENTRIES)) {
        const body = rest.get(`${row.origin}/${row.index}`) ?? row.body;
        if (body === undefined) continue;
        const parsed = parseEntry(replica.crypto.sha256, row.bytes);
        // A node's `blob_held` names the file as well, and keeps nobody from letting it go.
        if ('expected' in parsed || kindOf(parsed.entry.header.type)?.signedBy === 'node') continue;
        const text = fromUtf8(body) ?? '';
        for (const root of left) if (text.includes(root)) left.delete(root);
      }
    }
  }
  return [...left];
}

async function goneWith(replica: Replica, changed: ReadonlySet<string>, bodies: Gone['bodies'], roots: readonly string[]): Promise<Gone> {
  const { store, channel, crypto } = replica;
  const blobs = roots.flatMap((root) => fromBase64url(root, 32) ?? []).map((root) => chunkPlace(crypto.sha256, channel.id, root));
  const files = roots.map((root) => ({ collection: 'blob', key: `${channel.id}/${root}` }));
  const locals: { collection: string; key: string; json?: string }[] = [...files, ...(await branchesWithout(replica))];
  for (const { origin: key } of replica.generations.all) {
    const json = roots.length === 0 ? undefined : await store.getLocal('blobs', key);
    if (json === undefined) continue;
    const progress = JSON.parse(json) as { readonly wanted: readonly (Facts & { readonly entry: string })[] };
    // What came of it so far as well, from whomever.
    for (const want of progress.wanted) if (roots.includes(want.root)) blobs.push(...comingPlaces(replica, want));
    const wanted = progress.wanted.filter(({ entry, root }) => !(changed.has(entry) && roots.includes(root)));
    if (wanted.length !== progress.wanted.length) locals.push({ collection: 'blobs', key, json: JSON.stringify({ ...progress, wanted }) });
  }
  return { bodies, blobs, locals };
}
