import { toBase64url } from '../../base/bytes.ts';
import { isObject, type Json } from '../../base/json.ts';
import type { Phrase } from '../../base/phrases.ts';
import { type Duty, type DutyContext, dutiesOf, statusOf } from '../../projection/duties.ts';
import { actsOf, type Matter, parseMatter } from '../../projection/matter.ts';
import type { Delivery, DueView, TableRow } from '../../projection/views.ts';
import type { VerdictRow } from '../../store/store.ts';
import { firstReceipt, partyOf, rowOf, type Standing, standingIn, stretchesOf } from '../../sync/replica.ts';
import { type HeldOut, heldOutOf, placeIn, usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { marksOf } from './about-entries.ts';
import { type Elsewhere, elsewhereOf } from './elsewhere.ts';
import { type Facts, factsAt, factsById, type People, peopleOf, personKey, placeKey, rawIds } from './facts.ts';
import { uncountedIn } from './lineage.ts';
import { mattersWith, type Naming, saidNow, type WordsNow, wordsNow, wordsWithEach } from './words-now.ts';

/** Kinds that the nodes write for each other; they stand in the record and not in the lists. */
export const NODE_KINDS: readonly string[] = ['stamp', 'gate', 'blob_held'];

/** What every view of a channel starts from. */
export type ChannelState = {
  /** By origin. */
  readonly standings: ReadonlyMap<string, Standing>;
  /** By party, what of its words stands. */
  readonly standing: DutyContext['standing'];
  readonly people: People;
  /** What nobody here has acknowledged yet. */
  readonly heldOut: HeldOut;
  readonly elsewhere: Elsewhere;
};

/** How far each log stands, who the logs name, and whom nobody here has acknowledged. */
export async function channelState(channel: ChannelRuntime): Promise<ChannelState> {
  const { replica } = channel;
  const largest = await channel.store.largestCosignatures(channel.id);
  const { parties } = replica.channel;
  const heldOut = await heldOutOf(channel);
  return {
    standings: new Map(replica.generations.all.map((log) => [log.origin, standingIn(replica, log, largest)])),
    standing: new Map(parties.map((_, party) => [party, stretchesOf(replica, party, largest)])),
    people: await peopleOf(channel),
    heldOut,
    elsewhere: await elsewhereOf(channel, heldOut),
  };
}

/** Rows of the Table for verdicts in any order; a fixed number of calls of the store, whatever their number. */
export async function rowsOf(channel: ChannelRuntime, verdicts: readonly VerdictRow[], state?: ChannelState): Promise<readonly TableRow[]> {
  const known = state ?? (await channelState(channel));
  const { standings, people, heldOut } = known;
  const own = await factsAt(channel, verdicts);
  const parents = [...own.values()].flatMap((facts) => facts.refs.slice(0, 1));
  const around = await factsById(channel, [...verdicts.map((row) => toBase64url(row.matter)), ...parents]);
  const matters = await mattersOf(channel, heldOut, verdicts, parents);
  const words = await wordsNow(channel, matters, [...[...own.values()].map(({ id }) => id), ...around.keys()]);
  const then = await wordsWithEach(
    channel,
    matters,
    verdicts.flatMap((row) => namedBy(row.type, own.get(placeKey(row)), words)),
  );
  const dues = await duesOf(channel, verdicts, known, saidNow(around, words));
  const times = await heldTimes(channel, verdicts, standings);
  const marks = marksOf(channel, verdicts, matters);
  const { parties } = channel.replica.channel;
  const openings = await openingsOf(channel, verdicts);
  return verdicts.flatMap((row): readonly TableRow[] => {
    const party = partyOf(channel.replica, row.origin);
    const facts = own.get(placeKey(row));
    if (party === undefined || facts === undefined) return [];
    const standing = standings.get(row.origin);
    const matter = toBase64url(row.matter);
    const [parent] = facts.refs;
    const { answers, answersCorrected } = answersOf(row.type, facts, around, { words, then });
    // Not of the record, since it depends on what has come: said while it is so.
    const waits = row.valid && parent !== undefined && answers === undefined ? [{ id: 'finding.waits' }] : [];
    const due = dues.get(facts.id);
    const heldAt = times.get(placeKey(row));
    const person = people.get(personKey(party, facts.actor));
    return [
      {
        id: facts.id,
        party,
        index: row.index,
        kind: openings.has(row.origin) && row.index === 0 ? 'generation' : row.type,
        summary: words.get(facts.id)?.summary ?? facts.summary,
        time: row.time,
        ref: facts.ref,
        marking: facts.marking,
        signer: person?.name ?? (row.valid ? (parties[party]?.name ?? '') : ''),
        ...(person?.automatic === true ? { automatic: true as const } : {}),
        delivery: deliveryOf(row.index, standing),
        ...(heldAt === undefined ? {} : { heldAt }),
        witnessed: row.index < (standing?.witnessedSize ?? 0),
        valid: row.valid,
        ...(row.valid && heldOut.grantOf(party, placeIn(channel, row), facts.actor) !== undefined ? { unacknowledged: true as const } : {}),
        findings: [...findingsOf(row), ...waits],
        matter,
        matterTitle: (words.get(matter) ?? around.get(matter) ?? facts).title,
        ...(answers === undefined ? {} : { answers }),
        ...(answersCorrected === undefined ? {} : { answersCorrected }),
        ...(due === undefined ? {} : { due }),
        exercise: facts.exercise,
        attachments: facts.attachments,
        ...marks.get(facts.id),
        ...(row.index === 0 ? openings.get(row.origin) : undefined),
      },
    ];
  });
}

/** The matters of these verdicts and of the documents that they answer, as they may be used here. */
async function mattersOf(
  channel: ChannelRuntime,
  heldOut: HeldOut,
  verdicts: readonly VerdictRow[],
  parents: readonly string[],
): Promise<readonly Matter[]> {
  const matters = await mattersWith(
    channel,
    heldOut,
    verdicts.map(({ matter }) => matter),
  );
  const known = new Set(matters.flatMap(actsOf).map(({ id }) => id));
  const others = parents.filter((id) => !known.has(id));
  if (others.length === 0) return matters;
  const has = new Set(matters.map(({ id }) => id));
  const rows = (await channel.store.verdicts(channel.id, rawIds(others))).filter((row) => row.valid && !has.has(toBase64url(row.matter)));
  return [
    ...matters,
    ...(await mattersWith(
      channel,
      heldOut,
      rows.map(({ matter }) => matter),
    )),
  ];
}

/** What a position on words that were corrected since names beside the document: the correction whose words it is of is among it. */
function namedBy(type: string, facts: Facts | undefined, words: ReadonlyMap<string, WordsNow>): readonly Naming[] {
  const { id: by = '', refs: [of = '', ...named] = [] } = facts ?? {};
  const now = words.get(of);
  return type !== 'position' || now === undefined || named.length === 0 || named.includes(now.entry) ? [] : [{ by, of, named }];
}

/**
 * What a document answers, in the words that this has now, and whether they were corrected; a position is of the words that it names, and shows those that it
 * was taken on where it names no later ones.
 */
function answersOf(
  type: string,
  { id, refs }: Facts,
  around: ReadonlyMap<string, Facts>,
  { words, then }: Readonly<Record<'words' | 'then', ReadonlyMap<string, WordsNow>>>,
): Pick<TableRow, 'answers' | 'answersCorrected'> {
  const [parent = '', ...named] = refs;
  const [first, now] = [around.get(parent), words.get(parent)];
  if (first === undefined) return {};
  if (now === undefined) return { answers: first.summary };
  if (type !== 'position' || named.includes(now.entry)) return { answers: now.summary, answersCorrected: 'now' };
  return { answers: (then.get(id) ?? first).summary, answersCorrected: 'since' };
}

/** By origin, what the first entry of a later log says: which log it continues, and what of that one lies beyond. */
async function openingsOf(channel: ChannelRuntime, verdicts: readonly VerdictRow[]): Promise<ReadonlyMap<string, Pick<TableRow, 'opens'>>> {
  const { generations } = channel.replica;
  const found = new Map<string, Pick<TableRow, 'opens'>>();
  for (const { origin, index } of generations.isPlain ? [] : verdicts) {
    const note = index === 0 ? generations.find(origin)?.note : undefined;
    const parent = generations.find(generations.status(origin)?.parent ?? '');
    if (note === undefined || parent === undefined) continue;
    const beyond = (await rowOf(channel.replica, parent.origin)).size - (generations.status(parent.origin)?.counted ?? 0);
    const uncounted = await uncountedIn(channel, parent);
    found.set(origin, { opens: { size: generations.status(parent.origin)?.counted ?? note.continues.size, uncounted, beyond: Math.max(0, beyond) } });
  }
  return found;
}

/** A duty as pages show it. */
export function dueView(duty: Duty, summary: Phrase, now: number): DueView {
  return {
    matter: duty.matter,
    entry: duty.anchor.id,
    kind: duty.anchor.type,
    title: duty.clock.title,
    ...(duty.anchor.party === duty.debtor ? { follows: true as const } : {}),
    debtor: duty.debtor,
    creditor: duty.creditor,
    ...(duty.startedAt === undefined ? {} : { startedAt: duty.startedAt }),
    ...(duty.dueAt === undefined ? {} : { dueAt: duty.dueAt }),
    ...(duty.metAt === undefined ? {} : { metAt: duty.metAt }),
    ...(duty.answer === undefined ? {} : { answer: duty.answer.id }),
    status: statusOf(duty, now),
    ...(duty.receiptOwedSince === undefined ? {} : { receiptOwedSince: duty.receiptOwedSince }),
    summary,
  };
}

/** Duties of a matter, with what others have receipted taken into account. */
export function dutiesIn(
  channel: ChannelRuntime,
  matter: Matter,
  { standing, elsewhere }: Pick<DutyContext, 'standing' | 'elsewhere'>,
): readonly Duty[] {
  return dutiesOf(matter, { ...channel.rules, standing, ...(elsewhere === undefined ? {} : { elsewhere }) });
}

/** A duty as it may be used here; `heldOut` where its request, or an answer that would change it, is by somebody nobody here has acknowledged. */
export type UsableDuty = { readonly duty: Duty; readonly heldOut: boolean };

/**
 * Duties of matters, none of them met by an answer of somebody whom nobody here has acknowledged. A request by such a person keeps its clock in sight:
 * the other side counts it, and looking away would hurt us. `known`: these matters as {@link usableMatters} has them, where that was asked before.
 */
export async function usableDuties(
  channel: ChannelRuntime,
  { standing, heldOut, elsewhere }: Pick<ChannelState, 'standing' | 'heldOut' | 'elsewhere'>,
  matters: readonly Matter[],
  known?: readonly Matter[],
): Promise<readonly { readonly matter: Matter; readonly duties: readonly UsableDuty[] }[]> {
  const usable = known ?? (await usableMatters(channel, heldOut, matters));
  return matters.map((matter, i) => {
    const whole = dutiesIn(channel, matter, { standing, elsewhere: elsewhere.all });
    const isUsable = usable[i] === matter && elsewhere.usable === elsewhere.all;
    const used = isUsable ? undefined : dutiesIn(channel, usable[i] ?? matter, { standing, elsewhere: elsewhere.usable });
    return { matter, duties: used === undefined ? whole.map((duty) => ({ duty, heldOut: false })) : asUsable(whole, used) };
  });
}

/** Each duty of a matter as it is among those of the matter as it may be used here. */
export function asUsable(whole: readonly Duty[], used: readonly Duty[]): readonly UsableDuty[] {
  const keyOf = ({ pack, clock, anchor, debtor, creditor }: Duty): string => JSON.stringify([pack, clock.id, anchor.id, debtor, creditor]);
  const byKey = new Map(used.map((duty) => [keyOf(duty), duty]));
  return whole.map((duty): UsableDuty => {
    const same = byKey.get(keyOf(duty));
    if (same === undefined) return { duty, heldOut: true };
    const isSame = same.answer?.id === duty.answer?.id && same.metAt === duty.metAt && same.withdrawn?.id === duty.withdrawn?.id;
    return { duty: same, heldOut: !isSame };
  });
}

/** The findings of a verdict. */
export function findingsOf(row: VerdictRow): readonly Phrase[] {
  const list = JSON.parse(row.findings) as Json;
  return Array.isArray(list) ? (list.filter(isObject) as unknown as readonly Phrase[]) : [];
}

function deliveryOf(index: number, standing: Standing | undefined): Delivery {
  if (index < (standing?.heldSize ?? 0)) return 'held';
  return index < (standing?.witnessedSize ?? 0) ? 'witnessed' : 'sent';
}

/** For each document that starts a clock, the duty to show beside it: the most pressing one that is not met, else the last. */
async function duesOf(
  channel: ChannelRuntime,
  verdicts: readonly VerdictRow[],
  state: ChannelState,
  facts: ReadonlyMap<string, Facts>,
): Promise<ReadonlyMap<string, DueView>> {
  const anchors = new Set(channel.rules.packs.flatMap((pack) => pack.clocks.map((clock) => clock.anchor.kind)));
  const ids = verdicts.filter((row) => row.valid && anchors.has(row.type)).map((row) => toBase64url(row.matter));
  if (ids.length === 0) return new Map();
  const now = channel.replica.now();
  const dues = new Map<string, DueView>();
  const matters = (await channel.store.matters(channel.id, { ids: rawIds(ids) })).map((row) => parseMatter(row.state));
  for (const { matter, duties } of await usableDuties(channel, state, matters)) {
    for (const { duty } of [...duties].sort((one, other) => byPressure(one.duty, other.duty))) {
      const summary = facts.get(matter.id)?.summary ?? { id: 'summary.unknown', values: { kind: matter.kind } };
      if (!dues.has(duty.anchor.id)) dues.set(duty.anchor.id, dueView(duty, summary, now));
    }
  }
  return dues;
}

function byPressure(a: Duty, b: Duty): number {
  const met = Number(a.metAt !== undefined) - Number(b.metAt !== undefined);
  return met !== 0 ? met : (a.dueAt ?? Number.MAX_SAFE_INTEGER) - (b.dueAt ?? Number.MAX_SAFE_INTEGER);
}

/** Since when all other parties hold each row. Rows of one batch share their receipt, so each receipt is looked up once. */
async function heldTimes(
  channel: ChannelRuntime,
  verdicts: readonly VerdictRow[],
  standings: ReadonlyMap<string, Standing>,
): Promise<ReadonlyMap<string, number>> {
  const { replica } = channel;
  const times = new Map<string, number>();
  const logs = Map.groupBy(verdicts, (row) => row.origin);
  await Promise.all(
    [...logs].flatMap(([origin, all]) => {
      const author = partyOf(replica, origin);
      const rows = all.filter((row) => row.index < (standings.get(origin)?.heldSize ?? 0));
      rows.sort((a, b) => a.index - b.index);
      return replica.channel.parties.map(async (_, who) => {
        if (who === author) return;
        let receipt: { size: number; time: number } | undefined;
        for (const row of rows) {
          if (receipt === undefined || receipt.size <= row.index)
            receipt = await firstReceipt(channel.store, origin, row.index, replica.generations.heldNames(who));
          if (receipt !== undefined) times.set(placeKey(row), Math.max(receipt.time, times.get(placeKey(row)) ?? 0));
        }
      });
    }),
  );
  return times;
}
