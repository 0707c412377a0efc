/** What two sides say under a pack, in every interleaving of their logs: for the tests of the projection. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type Pack, parsePack } from '../procedure/pack.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { stancesOf, standingOfClaim } from './claims.ts';
import { type DutyContext, dutiesOf, periodicDuties, statusOf } from './duties.ts';
import { Kept, stateOfWhole } from './fixtures-folds.ts';
import { readAround } from './joint/around.ts';
import { jointsOf } from './joint/joint.ts';
import { actsOf, type Matter } from './matter.ts';
import { newestTimeIn, reportOf } from './report.ts';

const FOLDER = new URL('../../procedures/', import.meta.url);
/** The packs that ship. */
export const PACKS: readonly Pack[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json'))
  .map((name) => {
    const parsed = parsePack(readFileSync(new URL(name, FOLDER)));
    if ('expected' in parsed) throw new Error(`${name}: ${parsed.expected.join('; ')}`);
    return parsed.pack;
  });

/** What both sides' logs begin with, and what each said after, in the order of its log. */
export type Telling = { readonly before: readonly VerifiedEntry[]; readonly logs: readonly [readonly VerifiedEntry[], readonly VerifiedEntry[]] };

/** What telling came to, for the tests to see that it was about what they say. */
export type Told = {
  readonly interleavings: number;
  /** `party kind` of every act that counted. */
  readonly counted: readonly string[];
  /** Clocks of which a duty arose, and of which one was met. */
  readonly arose: readonly string[];
  readonly met: readonly string[];
  /** Whether, in some order, an act came before what it names. */
  readonly waited: boolean;
};

/**
 * Folds every interleaving of two logs, entry by entry and in one or two batches, and asserts that each comes to the same: state, digest, joint states,
 * duties, their status and the report; and that on the way no entry of one side changes what the other side's component holds.
 *
 * Entry by entry, all ways to the same two heads must meet in the same state: what follows is a function of that state, so that of all ways it needs to
 * follow one. What is computed from matters is computed once for each order in which matters came to stand. `every`: of how many interleavings one comes
 * in batches as well.
 */
export async function tellInEveryOrder(pack: Pack, { before, logs }: Telling, every = 1): Promise<Told> {
  const [ours, theirs] = logs;
  const base = new Kept();
  await base.fold(before);
  const { end, waited } = await walk(base, ours, theirs);
  const state = end.state();
  assert.deepEqual(state, stateOfWhole([...before, ...ours, ...theirs]), 'as a plain reading of the whole has it');
  const seen = new Map<string, string>();
  const computed = computedOf({ packs: [pack] }, end);
  let interleavings = 0;
  for (const order of interleavingsOf(ours, theirs)) {
    const at = interleavings++ % order.length;
    if ((interleavings - 1) % every !== 0) continue;
    const kept = base.copy();
    for (const batch of [order.slice(0, at), order.slice(at)]) if (batch.length > 0) await kept.fold(batch);
    assert.deepEqual(kept.state(), state, 'in batches');
    const stand = [...kept.matters.keys()].join();
    const text = seen.get(stand) ?? computedOf({ packs: [pack] }, kept);
    seen.set(stand, text);
    assert.equal(text, computed, 'what is computed from the matters');
  }
  return { interleavings, waited, ...whatCounted(pack, [...end.matters.values()]) };
}

/** Every state on the way to the end of both logs. */
async function walk(base: Kept, ours: readonly VerifiedEntry[], theirs: readonly VerifiedEntry[]): Promise<{ end: Kept; waited: boolean }> {
  let waited = false;
  let row: Kept[] = [];
  for (let i = 0; i <= ours.length; i++) {
    const next: Kept[] = [];
    for (let j = 0; j <= theirs.length; j++) {
      const [above, beside] = [row[j], next[j - 1]];
      const ways = [await oneMore(above, ours[i - 1]), await oneMore(beside, theirs[j - 1])].filter((one) => one !== undefined);
      const [first = base, second] = ways;
      if (second !== undefined) assert.deepEqual(wholeOf(second), wholeOf(first), `${i} of ours and ${j} of theirs, whichever came last`);
      waited ||= [...first.matters.values()].some((matter) => matter.kind === '' && actsOf(matter).length > 0);
      next.push(first);
    }
    row = next;
  }
  return { end: row.at(-1) ?? base, waited };
}

async function oneMore(from: Kept | undefined, entry: VerifiedEntry | undefined): Promise<Kept | undefined> {
  if (from === undefined || entry === undefined) return undefined;
  const kept = from.copy();
  await kept.fold([entry]);
  const other = entry.party === 0 ? 1 : 0;
  const waiting = new Set([...from.matters.values()].flatMap((matter) => (matter.kind === '' ? actsOf(matter).map(({ id }) => id) : [])));
  for (const [id, matter] of kept.matters) {
    const before: Matter | undefined = from.matters.get(id);
    if (matter.kind === '') continue;
    const was: readonly string[] =
      before === undefined || before.kind === '' ? [] : (before.components[other] ?? []).map((act) => JSON.stringify(act));
    const is = (matter.components[other] ?? []).map((act) => ({ ...act, text: JSON.stringify(act) }));
    const stayed = is.filter(({ text }) => was.includes(text)).map(({ text }) => text);
    assert.deepEqual(stayed, was, 'what one side says takes nothing away from the other’s component');
    for (const act of is)
      assert.ok(act.party === other && (was.includes(act.text) || waiting.has(act.id)), 'nor does it add to it, but what waited for it');
  }
  return kept;
}

/** All that is kept, waiting acts included. */
function wholeOf(kept: Kept): unknown {
  const acts = [...kept.acts].map(([id, { type, matter, valid }]) => `${id} ${type} ${matter} ${valid}`);
  return { ...kept.state(), acts: acts.sort() };
}

function* interleavingsOf<T>(ours: readonly T[], theirs: readonly T[], begun: readonly T[] = []): Generator<readonly T[]> {
  const [our, ...ourMore] = ours;
  const [their, ...theirMore] = theirs;
  if (our === undefined || their === undefined) {
    yield [...begun, ...ours, ...theirs];
    return;
  }
  yield* interleavingsOf(ourMore, theirs, [...begun, our]);
  yield* interleavingsOf(ours, theirMore, [...begun, their]);
}

const DAY = 86_400;
const STANDINGS: readonly DutyContext['standing'][] = [
  new Map(),
  new Map([
    [0, 100],
    [1, 100],
  ]),
];

/** The digest, and all that pages and reports compute from matters in whatever order they stand, as text. */
export function computedOf({ packs }: Pick<DutyContext, 'packs'>, kept: Kept): string {
  const matters = [...kept.matters.values()];
  const rules = { packs, parties: 2, quorum: 1 };
  const now = newestTimeIn(matters) ?? 0;
  const around = readAround(matters, 2);
  const byId = matters.filter(({ kind }) => kind !== '').toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const parts = STANDINGS.map((standing) => {
    const context = { ...rules, standing, elsewhere: matters };
    const duties = [...byId.flatMap((matter) => dutiesOf(matter, context)), ...periodicDuties(matters, context, now + 400 * DAY)];
    const lines = duties.map((duty) => JSON.stringify([duty, [now, now + 2 * DAY, now + 400 * DAY].map((at) => statusOf(duty, at))]));
    const joints = byId.map(({ id }) => {
      const reading = around.readings.get(id);
      return reading === undefined ? [] : jointsOf(reading, around, { quorum: 1, standing, counted: standing, names: ['Alpha', 'Beta'] });
    });
    return { lines: lines.sort(), joints };
  });
  const claims = byId.map((matter) => [standingOfClaim(matter, 2), stancesOf(matter, 2)]);
  return JSON.stringify({ digest: kept.digest(), parts, claims, reports: [reportOf(matters, rules), reportOf(matters, rules, now + 400 * DAY)] });
}

function whatCounted(pack: Pack, matters: readonly Matter[]): Pick<Told, 'counted' | 'arose' | 'met'> {
  const context = { packs: [pack], parties: 2, quorum: 1, standing: new Map(), elsewhere: matters };
  const duties = [
    ...matters.flatMap((matter) => dutiesOf(matter, context)),
    ...periodicDuties(matters, context, (newestTimeIn(matters) ?? 0) + 800 * DAY),
  ];
  return {
    counted: matters.filter(({ kind }) => kind !== '').flatMap((matter) => actsOf(matter).map(({ party, type }) => `${party} ${type}`)),
    arose: duties.map(({ clock }) => clock.id),
    met: duties.flatMap(({ clock, metAt }) => (metAt === undefined ? [] : [clock.id])),
  };
}
