import type { Sha256 } from '../base/ports.ts';
import { leavesByName, openBody } from '../entry/body.ts';
import type { ParsedEntry } from '../entry/entry.ts';
import { type GoneAct, goneActOf } from './gone.ts';
import type { RecordFile } from './record-file.ts';
import type { VerifiedEntry } from './verified-entry.ts';
import type { Sentence } from './verify-record.ts';

/** Ids of entries whose text is not in the file and of which an entry of the same log says that it is lost: their logs are read on without it. */
export function lostTexts(record: RecordFile, logs: readonly (readonly (ParsedEntry | undefined)[])[]): ReadonlySet<string> {
  const lost = new Set<string>();
  for (const entries of logs) {
    const missing = new Set(entries.flatMap((entry) => (entry === undefined || record.bodies.has(entry.id) ? [] : [entry.id])));
    if (missing.size === 0) continue;
    for (const entry of entries) {
      const [about] = entry?.header.type === 'lost' ? entry.header.refs : [];
      if (about !== undefined && missing.has(about)) lost.add(about);
    }
  }
  return lost;
}

/** Texts that do not open and are not accounted for: in a record that is the file's fault, since receipts are given for texts that open. */
export function alteredTexts(record: RecordFile, entries: readonly VerifiedEntry[]): readonly VerifiedEntry[] {
  const acts = entries.flatMap((entry) => goneActOf(entry) ?? []);
  const isLost = ({ id, party }: VerifiedEntry): boolean =>
    !record.bodies.has(id) && acts.some((act) => act.kind === 'lost' && act.leaves.size === 0 && act.entry === id && act.party === party);
  return entries.filter((entry) => entry.findings.some(({ id }) => id === 'void.body_not_opened') && !isLost(entry));
}

type Counts = Map<string, { id: string; ok: boolean | null; party: string; name: string; count: number }>;

/**
 * What became of the fields of which the file has no more than a hash, precisely: erased or lost by their author, held no more by another party, or
 * withheld by whoever made the file. A leaf shown under another name than its author erased it under is wrong; one that is still there is said.
 */
export function goneSentences(sha256: Sha256, record: RecordFile, entries: readonly VerifiedEntry[]): readonly Sentence[] {
  const acts = Map.groupBy(
    entries.flatMap((entry) => goneActOf(entry) ?? []),
    ({ entry }) => entry,
  );
  const counts: Counts = new Map();
  const nameOf = (party: number): string => record.channel.parties[party]?.name ?? '';
  const add = (id: string, ok: boolean | null, party: number, name = ''): void => {
    const key = `${id} ${party} ${name}`;
    const count = counts.get(key)?.count ?? 0;
    counts.set(key, { id, ok, party: nameOf(party), name, count: count + 1 });
  };
  const seen = new Set<string>();
  for (const { entry } of entries) {
    const body = entry === undefined || seen.has(entry.id) ? undefined : record.bodies.get(entry.id);
    if (entry === undefined || seen.has(entry.id)) continue;
    seen.add(entry.id);
    const about = acts.get(entry.id) ?? [];
    const { party } = entry.header;
    if (body === undefined) {
      if (about.some((act) => act.party === party && act.kind === 'lost' && act.leaves.size === 0)) add('verify.lost', null, party);
      continue;
    }
    if (about.length === 0 && !hasHashes(body)) continue;
    const opened = openBody(sha256, entry.header.body, body);
    if ('expected' in opened) continue;
    for (const leaf of opened.body.erased) {
      const by = about.filter((act) => [...act.leaves.values()].includes(leaf));
      const own = by.filter((act) => act.party === party);
      const other = by.find((act) => act.party !== party);
      if (own.some(({ kind }) => kind === 'body_erased')) add('verify.erased', null, party);
      else if (own.length > 0) add('verify.lost', null, party);
      else if (other !== undefined) add('verify.dropped', null, party, nameOf(other.party));
      else add('verify.withheld_here', null, party);
    }
    const erasures = about.filter((act) => act.party === party && act.kind === 'body_erased');
    for (const [name, leaf] of erasures.length === 0 ? [] : leavesByName(sha256, body)) shown(erasures, name, leaf, (id, ok) => add(id, ok, party));
  }
  return [...counts.values()].map(({ id, ok, ...values }) => ({ ok, phrase: { id, values } }));
}

function shown(acts: readonly GoneAct[], name: string, leaf: string, add: (id: string, ok: boolean | null) => void): void {
  const names = acts.flatMap((act) => [...act.leaves].flatMap(([said, hash]) => (hash === leaf ? [said] : [])));
  if (names.some((said) => said !== name)) add('verify.erased_as_other', false);
  else if (names.length > 0) add('verify.erased_shown', null);
}

/** Whether a text has a line that is but a hash: it begins with `#`, which no leaf does. */
function hasHashes(body: Uint8Array): boolean {
  if (body[0] === 0x23) return true;
  for (let at = body.indexOf(0x23, 1); at !== -1; at = body.indexOf(0x23, at + 1)) if (body[at - 1] === 0x0a) return true;
  return false;
}
