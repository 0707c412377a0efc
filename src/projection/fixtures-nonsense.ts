/** Well-signed documents of the counterparty that make no sense: for the tests of whatever reads them. */
import assert from 'node:assert/strict';
import type { Json } from '../base/json.ts';
import { CATALOGUES, sayIn } from '../base/phrases.ts';
import { AT, ID, SALT, SMALLEST } from '../document/fixtures-drafts.ts';
import type { Cell, Field } from '../document/kind.ts';
import { kindOf, summaryOf } from '../document/registry.ts';
import { LAST_INSTANT } from '../document/shape.ts';
import { testCrypto } from '../node/fixtures-channel.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { aboutEntries, goneNames } from './about-entries.ts';
import { awaitsSomething } from './duties.ts';
import { DRAWN, foldedOf, type Kept, mayFollow, NOBODYS, numbersOf, on, people, started } from './fixtures-folds.ts';
import { computedOf, PACKS } from './fixtures-interleavings.ts';
import { readAround } from './joint/around.ts';
import { jointsOf } from './joint/joint.ts';
import { jointLines } from './joint/lines.ts';
import { postsOf } from './joint/posts.ts';
import { type Opened, withWords, wordedIn } from './joint/words.ts';
import { actsOf } from './matter.ts';

/** A log holds so many nonsensical documents at most: reading one looks back over all of it. */
const NONSENSE_A_LOG = 500;

/** One such document, of any kind or none, about some of what stands or never did; `byNode`: it is to be signed by the node's key. */
export type Nonsense = {
  readonly kind: string;
  readonly fields: Readonly<Record<string, Json>>;
  readonly refs: readonly string[];
  readonly byNode: boolean;
};

/** An entry that stands, with its kind. */
export type Standing = { readonly id: string; readonly kind: string };

/** What comes next of it, about some of what stands: every other time about what it may answer, or about nothing where it may open a matter. */
export function nonsenseNext(next: (below: number) => number, standing: readonly Standing[]): Nonsense {
  const ids = standing.map(({ id }) => id);
  const kind = DRAWN[next(DRAWN.length)] ?? NOBODYS;
  const known = kindOf(kind)?.fields ?? [];
  const fields: Record<string, Json> = next(4) === 0 ? {} : { ...SMALLEST[kind], marking: 'green' };
  // Half of it is in form: what is void never comes further than its verdict.
  const inForm = next(2) === 0;
  for (let n = next(4); n >= 0; n--) {
    const field = known[next(known.length + 1)];
    if (field !== undefined && inForm) fields[field.name] = absurd(field, next, ids);
    else fields[field?.name ?? 'x'] = nonsense(next, ids, 2);
  }
  // What is missing of the content makes nothing void: every page must do without it.
  for (const { name, frame } of known) if (!frame && next(3) === 0) delete fields[name];
  const fitting = standing.filter((one) => mayFollow(kind, one.kind));
  const likely = next(2) === 0 && kindOf(kind)?.opens === true ? undefined : fitting[next(Math.max(1, fitting.length))]?.id;
  const refs = next(2) === 0 ? Array.from({ length: next(3) }, () => ids[next(ids.length)] ?? ID) : likely === undefined ? [] : [likely];
  return { kind, fields, refs: [...new Set(refs)], byNode: kindOf(kind)?.signedBy === 'node' ? next(8) > 0 : next(8) === 0 };
}

/** A document of a kind that says nothing but what it must for its frame, about the latest that it may answer. */
export function hollow(kind: string, standing: readonly Standing[]): Nonsense {
  const frame = new Set(kindOf(kind)?.fields.flatMap((field) => (field.frame ? [field.name] : [])));
  const fields = Object.fromEntries(Object.entries({ ...SMALLEST[kind], marking: 'green' }).filter(([name]) => frame.has(name)));
  const parent = kindOf(kind)?.opens === true ? undefined : standing.findLast((one) => mayFollow(kind, one.kind));
  return { kind, fields, refs: parent === undefined ? [] : [parent.id], byNode: false };
}

/** Kinds that people sign. */
export const SIGNED: readonly string[] = Object.keys(SMALLEST);

/**
 * Folds so many such documents, and a hollow one of each kind; resolves with how many were void, and into how many matters the others went. Throws where one that is void says no
 * reason or changed a state, and where anything that is computed of them throws.
 */
export async function foldNonsense(seed: number, count: number): Promise<{ readonly voids: number; readonly matters: number }> {
  const next = numbersOf(seed);
  let [voids, matters] = [0, 0];
  for (let done = 0; done < count; done += NONSENSE_A_LOG) {
    const record = await started(`nonsense ${seed} ${done}`);
    const after = [0, 1].map((party) => record.cite(party));
    const said: Standing[] = [0, 1].flatMap((party) => record.logs[party]?.map(({ id }) => ({ id, kind: 'identity' })) ?? []);
    // Something of ours that they can be about: a document of every kind that opens a matter.
    for (const kind of DRAWN.filter((id) => SMALLEST[id] !== undefined && kindOf(id)?.opens === true))
      said.push({ kind, id: (await record.say(0, people[0], { kind, fields: { ...SMALLEST[kind], marking: 'green' }, after })).id });
    for (let i = done - SIGNED.length; i < Math.min(count, done + NONSENSE_A_LOG); i++) {
      const empty = SIGNED[i - done + SIGNED.length];
      const { byNode, ...saying } = empty === undefined ? nonsenseNext(next, said) : hollow(empty, said);
      const key = byNode ? on.parties[1]?.node : people[1].key;
      if (key === undefined) throw new Error('a node has its key');
      said.push({ kind: saying.kind, id: record.append(1, await record.sign(1, key, byNode ? 'node' : 'rep', { ...saying, after })).id });
    }
    const logs = await Promise.all([1, 0].map(async (party) => (await record.read(party)).entries));
    const kept = await foldedOf(...logs);
    const counted = new Set([...kept.matters.values()].flatMap((matter) => actsOf(matter).map(({ id }) => id)));
    for (const { id, valid, findings } of logs.flat()) {
      if (valid) continue;
      voids++;
      if (findings.length === 0 || counted.has(id)) throw new Error(`${id} is void, and says why and changes nothing`);
    }
    matters += [...kept.matters.values()].filter(({ kind }) => kind !== '').length;
    lookAt(kept, logs.flat());
  }
  return { voids, matters };
}

/** Computes and says all that pages show of what was folded: every sentence is one of the catalogue, and none holds a gap. */
function lookAt(kept: Kept, entries: readonly VerifiedEntry[]): void {
  const say = sayIn('en');
  const sayAll = (phrases: readonly { readonly id: string; readonly values?: Readonly<Record<string, string | number>> }[]): void => {
    for (const phrase of phrases) {
      assert.ok(CATALOGUES.en !== undefined && phrase.id in CATALOGUES.en, phrase.id);
      say(phrase);
    }
  };
  const matters = [...kept.matters.values()];
  for (const pack of PACKS) JSON.parse(computedOf({ packs: [pack] }, kept));
  const opened = new Map(
    entries.flatMap(({ id, document }): (readonly [string, Opened])[] => {
      const kind = document === undefined ? undefined : kindOf(document.kind);
      return document === undefined || kind === undefined ? [] : [[id, { kind, fields: document.fields, erased: document.erased }]];
    }),
  );
  for (const { findings, document } of entries) sayAll([...findings, ...(document === undefined ? [] : [summaryOf(document)])]);
  for (const { findings } of kept.folded.values()) sayAll(findings);
  const around = readAround(matters, 2);
  const posts = postsOf([...around.readings.values()].map((reading) => ({ party: reading.matter.opener, name: 'x', post: 'y', acts: [], reading })));
  assert.ok(posts.posts.length > 0);
  const standing = new Map([[1, 1_000]]);
  const context = { quorum: 1, standing, counted: standing, names: ['Us', 'Them'] };
  for (const matter of matters) {
    const { gone } = aboutEntries(matter);
    for (const acts of gone.values()) goneNames(acts, 1);
    awaitsSomething(matter, { packs: PACKS, parties: 2, quorum: 1 });
    const reading = around.readings.get(matter.id);
    for (const joint of reading === undefined ? [] : jointsOf(reading, around, context)) {
      const by = { channel: on.channel.id, sha256: testCrypto.sha256 };
      const words = new Map(wordedIn(joint).flatMap((id) => (opened.has(id) ? [[id, opened.get(id) as Opened] as const] : [])));
      sayAll(jointLines(withWords(joint, words, by), { names: ['Us', 'Them'], now: AT }).map(({ phrase }) => phrase));
    }
  }
}

const SCRAPS: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  2 ** 53 - 1,
  '',
  'green',
  '\u202e',
  '\u0000',
  '__proto__',
  'a'.repeat(300),
  AT,
  ID,
  SALT,
  [],
  {},
];

function nonsense(next: (below: number) => number, ids: readonly string[], depth: number): Json {
  const drawn = next(SCRAPS.length + 6);
  if (drawn < SCRAPS.length) return SCRAPS[drawn] ?? null;
  if (drawn < SCRAPS.length + 2 || depth === 0) return ids[next(ids.length)] ?? ID;
  const parts = Array.from({ length: next(4) }, () => nonsense(next, ids, depth - 1));
  return drawn < SCRAPS.length + 4 ? parts : Object.fromEntries(parts.map((part, i) => [['text', 'constructor', 'at'][i] ?? 'x', part]));
}

/** A value that has the form of its field, and means nothing. */
function absurd(field: Field | Cell, next: (below: number) => number, ids: readonly string[]): Json {
  const id = (): string => ids[next(ids.length)] ?? ID;
  const list = (make: () => Json, max: number): Json => [...new Set(Array.from({ length: next(Math.min(max, 4) + 1) }, make))];
  switch (field.shape) {
    case 'choice':
      return field.of[next(field.of.length)] ?? '';
    case 'choices':
      return list(() => field.of[next(field.of.length)] ?? '', field.max);
    case 'instant':
      return [0, 1, AT, 1_700_000_000, LAST_INSTANT][next(5)] ?? 0;
    case 'whole':
      return next(2) === 0 ? field.min : field.max;
    case 'flag':
      return next(2) === 0;
    case 'bytes':
      return field.size === 32 ? id() : SALT;
    case 'entries':
      return list(id, field.max);
    case 'lines':
      return list(() => ['/text', '/marking', '/x', 'a'][next(4)] ?? '', field.max);
    case 'rows':
      return Array.from({ length: next(4) }, () =>
        Object.fromEntries(field.of.flatMap((cell) => (cell.required || next(2) === 0 ? [[cell.name, absurd(cell, next, ids)]] : []))),
      );
    case 'line':
      return ['1', '\u202ea', '__proto__', '{name}', 'x'.repeat(Math.min(field.max, 300))][next(5)] ?? '';
    case 'text':
      return ['[[[', '[]'.repeat(900), '{count, plural}', '1 2 3', '\u0641\u200f1'][next(5)] ?? '';
    default:
      return nonsense(next, ids, 1);
  }
}
