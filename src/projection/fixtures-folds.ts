/** Random records of all kinds, what a node keeps of what it folds of them, and a second way to the same state: for the tests of the fold. */
import { fromBase64url } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import { ABOUT_ENTRIES } from '../document/about-entries.ts';
import { ID, SMALLEST } from '../document/fixtures-drafts.ts';
import { joins, KINDS, kindOf } from '../document/registry.ts';
import { testChannel, testCrypto, testPerson } from '../node/fixtures-channel.ts';
import { type TestLeaf, TestRecord } from '../node/fixtures-record.ts';
import { StateDigest } from '../node/state-digest.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { type FoldedEntry, type FoldSource, foldEntries, isAct, type KnownAct } from './fold.ts';
import { changedMatter, formatMatter, type Matter, parseMatter } from './matter.ts';

/** Who may sign anything for each side. */
export const people = [testPerson('Petrova'), testPerson('Miller')] as const;
/** Whom both sides accredit, recall and send back. */
const third = testPerson('Orlov');
/** The channel of all these records. */
export const on = await testChannel();

/** A record in which both sides have somebody who may sign anything. */
export async function started(seed?: string): Promise<TestRecord> {
  const record = new TestRecord(on, seed);
  for (const [party, person] of people.entries()) await record.accredit(party, person, { may_recall: true });
  return record;
}

/** Whole numbers below a bound, always the same of one seed (mulberry32). */
export function numbersOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One thing that was said, whatever it comes to. */
type Said = { readonly leaf: TestLeaf; readonly kind: string; readonly party: number };
/** A kind that nobody knows here. */
export const NOBODYS = 'treaty_of_peace';
/** Every kind there is, and that one. */
export const DRAWN = [...KINDS.map(({ id }) => id), NOBODYS];
/** How far back an act refers: near, so that a few entries in a row are often about each other. */
const REACH = 12;

/**
 * The verified entries of a random record with `size` more entries than its beginning, in the order in which they were said: every kind in its turn, mostly
 * about something that it may join, sometimes about what it may not or about nothing; void ones, unknown ones, copies of either side's, bytes without signatures.
 */
export async function randomEntries(seed: number, size: number): Promise<readonly VerifiedEntry[]> {
  const next = numbersOf(seed);
  const record = await started(`folds ${seed}`);
  // One head serves all: what an entry cites moves nothing in the fold, and roots of growing logs are most of the cost.
  const after = [0, 1].map((party) => record.cite(party));
  const said: Said[] = [0, 1].flatMap((party) => record.logs[party]?.slice(1).map((leaf) => ({ leaf, kind: 'identity', party })) ?? []);
  const order = [0, 1].flatMap((party) => record.logs[party]?.map((_, index) => [party, index] as const) ?? []);
  for (let i = 0; i < size; i++) {
    const drawn = next(2);
    const kind = DRAWN[(seed + i) % DRAWN.length] ?? NOBODYS;
    // A return makes sense where somebody was recalled.
    const party = kind === 'return_to_post' ? (said.findLast((one) => one.kind === 'recall')?.party ?? drawn) : drawn;
    const copied = next(12) === 0 ? said.at(-1 - next(REACH)) : undefined;
    if (copied === undefined) said.push({ leaf: await saidBy(record, party, kind, said, after, next), kind, party });
    else record.append(party, next(4) === 0 ? withoutSignature(copied.leaf) : copied.leaf);
    order.push([party, record.size(party) - 1]);
  }
  const logs = await Promise.all([0, 1].map(async (party) => (await record.read(party)).entries));
  return order.flatMap(([party, index]) => logs[party]?.[index] ?? []);
}

async function saidBy(
  record: TestRecord,
  party: number,
  kind: string,
  said: readonly Said[],
  after: readonly ReturnType<TestRecord['cite']>[],
  next: (below: number) => number,
): Promise<TestLeaf> {
  const near = said.slice(-REACH);
  const isAbout = (ABOUT_ENTRIES as readonly string[]).includes(kind);
  // The smallest drafts of such acts are about a document's text.
  const fitting = said
    .filter((one) => mayFollow(kind, one.kind) && (!isAbout || (one.party === party && SMALLEST[one.kind]?.text !== undefined)))
    .slice(-3);
  const from = next(4) === 0 ? near : fitting;
  const drawn = next(6) === 0 ? undefined : from[next(Math.max(1, from.length))];
  // Acts about a person name the accreditation that stands: the first after that of whoever signs.
  const isOfPerson = kind === 'recall' || kind === 'return_to_post';
  const parent = isOfPerson ? said.filter((one) => one.kind === 'identity' && one.party === party)[1] : drawn;
  const refs = parent === undefined ? [] : [parent.leaf.id];
  const some = parent ?? near[next(near.length)];
  if (kind === 'identity') return record.accredit(party, third, { may_recall: next(2) === 0 });
  if (kind === 'stamp') {
    const target = some?.party ?? party;
    const head = record.checkpoint(target);
    return record.stamp(party, some?.leaf.id ?? ID, target, head.size, await record.receipt(target === 0 ? 1 : 0, head, record.now()));
  }
  if (kind === 'blob_held') return record.sayAsNode(party, { kind, fields: { root: ID }, refs, after });
  if (kind === 'gate') return record.sayAsNode(party, { kind, fields: { answers: '[]' }, refs, after });
  const concerns = next(5) === 0 && some !== undefined ? { concerns: [some.leaf.id] } : {};
  const fields: Record<string, Json> = { ...SMALLEST[kind], marking: 'green', ...concerns };
  if (isAbout) fields.entry = refs[0] ?? ID;
  if (isOfPerson) fields.actor = third.actor;
  // Without a frame field it is void.
  if (next(15) === 0) delete fields.marking;
  return record.say(party, people[party] ?? people[0], { kind, fields, refs, after });
}

/** The text of an entry without its signature, which hashes to the same id. */
function withoutSignature({ id, bytes }: TestLeaf): TestLeaf {
  return { id, bytes: bytes.subarray(0, bytes.lastIndexOf(10, bytes.length - 2)) };
}

/** Whether a kind may join the matter of another, also one that nobody knows. */
export function mayFollow(type: string, parent: string): boolean {
  if (['stamp', 'blob_held', ...ABOUT_ENTRIES].includes(type)) return true;
  const kind = kindOf(type);
  return kind === undefined || joins(kind, parent);
}

/** What a node keeps of what it folded, in memory. */
export class Kept {
  readonly matters = new Map<string, Matter>();
  readonly acts = new Map<string, KnownAct>();
  readonly folded = new Map<string, FoldedEntry>();
  readonly #places = new Map<string, string[]>();
  readonly #waiting = new Map<string, Matter>();

  get #source(): FoldSource {
    const folded = async (entries: readonly VerifiedEntry[]) => new Set(entries.filter((entry) => this.folded.has(placeOf(entry))));
    const acts = async (ids: readonly string[]) => ids.map((id) => this.acts.get(id));
    return { acts, waiting: pick(this.#waiting), folded };
  }

  /** The same, to go on from on its own. */
  copy(): Kept {
    const copy = new Kept();
    for (const [id, matter] of this.matters) copy.matters.set(id, matter);
    for (const [id, matter] of this.#waiting) copy.#waiting.set(id, matter);
    for (const [id, act] of this.acts) copy.acts.set(id, act);
    for (const [place, one] of this.folded) copy.folded.set(place, one);
    for (const [id, places] of this.#places) copy.#places.set(id, [...places]);
    return copy;
  }

  /** Folds and keeps nothing of it, as where a node dies in between. */
  async foldInVain(entries: readonly VerifiedEntry[]): Promise<void> {
    await foldEntries(this.#source, entries);
  }

  async fold(entries: readonly VerifiedEntry[]): Promise<void> {
    const fold = await foldEntries(this.#source, entries);
    for (const change of fold.matters) this.#keep(changedMatter(this.matters.get(change.id), change));
    for (const one of fold.entries) {
      const { id, type, findings, valid } = one.entry;
      const place = placeOf(one.entry);
      this.folded.set(place, one);
      const places = this.#places.get(id) ?? [];
      this.#places.set(id, places);
      places.push(place);
      if (isAct(type, findings)) this.acts.set(id, { type, matter: one.matter, valid: valid && one.findings.length === 0 });
    }
    for (const { id, matter, findings } of fold.moved) {
      const known = this.acts.get(id);
      if (known === undefined) throw new Error('what is moved was folded before');
      this.acts.set(id, { ...known, matter, valid: known.valid && findings.length === 0 });
      for (const place of this.#places.get(id) ?? []) {
        const one = this.folded.get(place);
        if (one?.entry.valid === true) this.folded.set(place, { ...one, matter, findings: [...one.findings, ...findings] });
      }
    }
  }

  #keep(matter: Matter): void {
    const kept = parseMatter(formatMatter(matter));
    this.matters.set(matter.id, kept);
    if (matter.kind === '') this.#waiting.set(matter.id, kept);
    else this.#waiting.delete(matter.id);
  }

  /** The digest that both sides compare. */
  digest(): string {
    const digest = new StateDigest(testCrypto.sha256);
    digest.put(
      [...this.matters.values()].map((matter) => ({
        id: fromBase64url(matter.id, 32) ?? new Uint8Array(32),
        kind: matter.kind,
        state: formatMatter(matter),
      })),
    );
    return digest.digest();
  }

  /** Matters in which anything stands, and where every entry went. */
  state(): State {
    return stateOf(this.matters.values(), this.folded.values());
  }
}

/** All that can be told apart, as text. */
export type State = { readonly matters: readonly string[]; readonly places: readonly string[] };

function stateOf(matters: Iterable<Matter>, folded: Iterable<FoldedEntry>): State {
  const texts = [...matters].filter(({ components }) => Object.values(components).some((acts) => acts.length > 0)).map(formatMatter);
  const places = [...folded].map(({ entry, matter, findings }) => `${placeOf(entry)} ${matter} ${findings.map(({ id }) => id).join()}`);
  return { matters: texts.sort(), places: places.sort() };
}

/** What is kept after these batches, one after the other. */
export async function foldedOf(...batches: readonly (readonly VerifiedEntry[])[]): Promise<Kept> {
  const kept = new Kept();
  for (const batch of batches) await kept.fold(batch);
  return kept;
}

/**
 * The same state from the whole record at once, as the rules have it and with nothing of the fold but its words: each entry asks its parent where it belongs,
 * and nothing is kept on the way.
 */
export function stateOfWhole(entries: readonly VerifiedEntry[]): State {
  const acts = new Map(entries.filter(({ type, findings }) => isAct(type, findings)).map((entry) => [entry.id, entry]));
  const placed = new Map<string, FoldedEntry>();
  const place = (entry: VerifiedEntry): FoldedEntry => {
    const alone = (finding: string): FoldedEntry => ({ entry, matter: entry.id, findings: [{ id: finding }] });
    const parent = entry.entry?.header.refs[0];
    if (!entry.valid || entry.entry === undefined) return { entry, matter: entry.id, findings: [] };
    if (parent === undefined) return kindOf(entry.type)?.opens === false ? alone('finding.opens_nothing') : { entry, matter: entry.id, findings: [] };
    const act = acts.get(parent);
    if (act === undefined) return { entry, matter: parent, findings: [] };
    const above = placed.get(parent) ?? place(act);
    placed.set(parent, above);
    const counts = act.valid && above.findings.length === 0;
    return counts && mayFollow(entry.type, act.type) ? { entry, matter: above.matter, findings: [] } : alone('finding.cannot_join');
  };
  const all = entries.map(place);
  const counted = all.filter(({ entry, findings }) => entry.valid && findings.length === 0 && entry.entry !== undefined);
  const matters = [...Map.groupBy(counted, ({ matter }) => matter)].map(([id, members]) =>
    matterOf(
      id,
      members.map(({ entry }) => entry),
    ),
  );
  return stateOf(matters, all);
}

function matterOf(id: string, members: readonly VerifiedEntry[]): Matter {
  const opener = members.find((member) => member.id === id);
  const components: Record<string, Matter['components'][string]> = {};
  for (const party of [0, 1]) {
    const own = members.filter((member) => member.party === party).sort((a, b) => a.index - b.index);
    if (own.length > 0) components[party] = own.map(actOf);
  }
  const concerns = (opener?.document?.fields.concerns ?? []) as readonly string[];
  return { id, kind: opener?.type ?? '', opener: opener?.party ?? -1, concerns, components };
}

function actOf({ id, type, party, index, time, entry, document, automatic, stamp }: VerifiedEntry): Matter['components'][string][number] {
  const frame: Record<string, Json> = {};
  for (const [name, value] of Object.entries(document?.fields ?? {}))
    if (kindOf(type)?.fields.some((field) => field.name === name && field.frame && field.shape !== 'opaque') === true) frame[name] = value;
  return { id, type, party, index, time, refs: entry?.header.refs ?? [], frame, automatic, ...(stamp === undefined ? {} : { stamp }) };
}

function placeOf({ party, index }: VerifiedEntry): string {
  return `${party}/${index}`;
}

const pick =
  <T>(map: ReadonlyMap<string, T>) =>
  (ids: readonly string[]): Promise<Map<string, T>> =>
    Promise.resolve(new Map(ids.flatMap((id) => (map.has(id) ? [[id, map.get(id) as T]] : []))));

/** Entries as they come, in batches of these sizes (and one more), over and over. */
export function cut(entries: readonly VerifiedEntry[], sizes: readonly number[]): VerifiedEntry[][] {
  const batches: VerifiedEntry[][] = [];
  for (let at = 0, i = 0; at < entries.length; i++) {
    const size = 1 + (sizes[i % sizes.length] ?? 0);
    batches.push(entries.slice(at, at + size));
    at += size;
  }
  return batches;
}

/** One interleaving of two logs, cut into batches, as choices say. */
export function batchesOf(logs: readonly (readonly VerifiedEntry[])[], choices: readonly number[]): VerifiedEntry[][] {
  const left = logs.map((log) => [...log]);
  const out: VerifiedEntry[][] = [];
  for (let i = 0; left.some((log) => log.length > 0); i++) {
    const choice = choices[i % choices.length] ?? 0;
    const drawn = left[choice % left.length] ?? [];
    const log = drawn.length > 0 ? drawn : (left.find((other) => other.length > 0) ?? []);
    out.push(log.splice(0, 1 + (choice >> 1)));
  }
  return out;
}

/** The same batches, each with some of what came before once more, and some of its own twice. */
export function withRepeats(batches: readonly (readonly VerifiedEntry[])[], choices: readonly number[]): VerifiedEntry[][] {
  const come = batches.flat();
  return batches.map((batch, i) => {
    const again = choices.map((choice) => come[(choice * 7 + i) % come.length]).filter((entry) => entry !== undefined);
    const known = again.filter((entry) => batches.slice(0, i + 1).some((one) => one.includes(entry)));
    return i % 2 === 0 ? [...known.filter((entry) => !batch.includes(entry)), ...batch, ...known] : [...batch, ...known];
  });
}
