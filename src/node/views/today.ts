import { toBase64url } from '../../base/bytes.ts';
import { stancesOf, standingOfClaim } from '../../projection/claims.ts';
import { type Duty, periodicDuties } from '../../projection/duties.ts';
import { type Matter, openingAct, parseMatter } from '../../projection/matter.ts';
import type { DueView, TodayItem, TodayView } from '../../projection/views.ts';
import { rowOf } from '../../sync/replica.ts';
import { type HeldOut, placeIn, usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import type { PartyNode } from '../party-node.ts';
import { hostsSeenAt, unheldOf } from './channel.ts';
import { type Facts, factsById, rawIds } from './facts.ts';
import { changeView } from './people.ts';
import { type ChannelState, channelState, dueView, NODE_KINDS, rowsOf, type UsableDuty, usableDuties } from './rows.ts';

/** Items of one list; beyond it, the most pressing. */
const MAX_ITEMS = 200;
/** Newest documents of all channels. */
const CHANGED = 12;
/** Newest entries of a log looked at for documents that closed a matter. */
const MAX_LOOKED_AT = 1000;

type List = 'awaitingUs' | 'awaitingThem' | 'watch';
type Placed = { readonly list: List; readonly item: TodayItem };

/** What awaits us, what awaits them and what is to be watched, over all channels; it reads what is open and nothing else. */
export async function todayView(node: PartyNode): Promise<Omit<TodayView, 'clearances'>> {
  const now = node.parts.now();
  const channels = await Promise.all(node.channels.map((channel) => channelToday(node, channel, now)));
  const placed = channels.flatMap((one) => one.placed);
  const list = (name: List): readonly TodayItem[] =>
    placed
      .filter((one) => one.list === name)
      .map(({ item }) => item)
      .sort(byUrgency)
      .slice(0, MAX_ITEMS);
  const changed = channels.flatMap((one) => one.changed).sort((a, b) => b.time - a.time);
  const seen = channels.flatMap((one) => one.hostSeenAt ?? []);
  return {
    now,
    awaitingUs: list('awaitingUs'),
    awaitingThem: list('awaitingThem'),
    watch: list('watch'),
    changed: changed.slice(0, CHANGED),
    toAcknowledge: channels.flatMap((one) => one.toAcknowledge),
    unheld: channels.reduce((sum, one) => sum + one.unheld, 0),
    // The host heard from longest ago: one that is silent must not hide behind the others.
    ...(seen.length === 0 ? {} : { hostSeenAt: Math.min(...seen) }),
  };
}

async function channelToday(node: PartyNode, channel: ChannelRuntime, now: number) {
  const { store } = channel;
  const state = await channelState(channel);
  const open = (await store.matters(channel.id, { open: true })).map((row) => parseMatter(row.state));
  const matters = [...open, ...(await closedByHeldOut(channel, state.heldOut, open))];
  const ofMatters = (await usableDuties(channel, state, matters)).flatMap((one) => one.duties);
  const ofCadences = openCadences(channel, state, now).map((duty) => ({ duty, heldOut: false }));
  const duties = mostPressing([...ofMatters, ...ofCadences].filter(({ duty }) => duty.metAt === undefined && duty.withdrawn === undefined));
  const claims = (await usableMatters(channel, state.heldOut, matters)).filter((matter) => matter.kind === 'claim');
  const facts = await factsById(channel, [...duties.map(({ duty }) => duty.anchor.id), ...claims.map((matter) => matter.id)]);
  const placed = [
    ...duties.map(({ duty, heldOut }) => dutyItem(node, channel, duty, heldOut, facts, now)),
    ...claims.flatMap((matter) => claimItems(node, channel, matter, facts)),
  ];
  const newest = (await store.tableBefore(channel.id, undefined, CHANGED, NODE_KINDS)).filter((row) => row.index > 0);
  const title = node.record(channel.id).title;
  const toAcknowledge = state.heldOut.pending.map((act) => ({ channel: channel.id, channelTitle: title, ...changeView(channel, act) }));
  const rows = await rowsOf(channel, newest, state);
  const largest = await store.largestCosignatures(channel.id);
  const hostSeenAt = hostsSeenAt(channel, largest);
  return {
    placed,
    toAcknowledge,
    changed: rows.map((row) => ({ ...row, channel: channel.id, channelTitle: title })),
    unheld: await unheldOf(channel, largest),
    ...(hostSeenAt === undefined ? {} : { hostSeenAt }),
  };
}

/** Of several things owed for one document by one party to another, the one to be done first: a request is one line, whether to be acknowledged or answered. */
function mostPressing(duties: readonly UsableDuty[]): readonly UsableDuty[] {
  const dueAt = ({ duty }: UsableDuty): number => duty.dueAt ?? Number.MAX_SAFE_INTEGER;
  const groups = Map.groupBy(duties, ({ duty }) => `${duty.anchor.id} ${duty.debtor} ${duty.creditor}`);
  return [...groups.values()].flatMap(([first, ...more]) => (first === undefined ? [] : more.reduce((a, b) => (dueAt(b) < dueAt(a) ? b : a), first)));
}

/** Of each cadence the oldest period that is still owed: what comes next settles the later ones too. */
function openCadences(channel: ChannelRuntime, { standing, elsewhere }: ChannelState, now: number): readonly Duty[] {
  const owed = periodicDuties(elsewhere.usable, { ...channel.rules, standing }, now).filter(({ metAt }) => metAt === undefined);
  const cadences = Map.groupBy(owed, ({ pack, clock, debtor, creditor }) => `${pack} ${clock.id} ${debtor} ${creditor}`);
  return [...cadences.values()].flatMap(([oldest]) => oldest ?? []);
}

/** Matters that await nothing any more, perhaps only by what somebody said whom nobody here has acknowledged: the newest such documents are looked at. */
async function closedByHeldOut(channel: ChannelRuntime, heldOut: HeldOut, open: readonly Matter[]): Promise<readonly Matter[]> {
  const known = new Set(open.map((matter) => matter.id));
  const ids = new Set<string>();
  for (const [party, changes] of Map.groupBy(heldOut.pending, (change) => change.party)) {
    for (const { origin } of channel.replica.generations.sequence(party)) {
      const { size } = await rowOf(channel.replica, origin);
      const rows = await channel.store.verdictsOf(origin, Math.max(0, size - MAX_LOOKED_AT), size);
      const later = rows.filter((row) => row.valid && changes.some(({ index }) => index <= placeIn(channel, row)));
      for (const row of later) if (!NODE_KINDS.includes(row.type)) ids.add(toBase64url(row.matter));
    }
  }
  const wanted = rawIds([...ids].filter((id) => !known.has(id)));
  return wanted.length === 0 ? [] : (await channel.store.matters(channel.id, { ids: wanted })).map((row) => parseMatter(row.state));
}

function dutyItem(node: PartyNode, channel: ChannelRuntime, duty: Duty, heldOut: boolean, facts: ReadonlyMap<string, Facts>, now: number): Placed {
  const summary = facts.get(duty.anchor.id)?.summary ?? { id: 'summary.unknown', values: { kind: duty.anchor.type } };
  const item = itemOf(node, channel, dueView(duty, summary, now), duty.clock.discharge.kinds[0] ?? '');
  return { list: listOf(duty, channel.replica.us), item: heldOut ? { ...item, unacknowledged: true } : item };
}

/** Answered and not yet known to be held: nothing more to do, but to look that it arrives. */
function listOf(duty: Duty, us: number): List {
  if (duty.debtor === us) return duty.answer === undefined ? 'awaitingUs' : 'watch';
  return duty.creditor === us ? 'awaitingThem' : 'watch';
}

/** Claims on which somebody has taken no position: nobody owes one, and silence means nothing. */
function claimItems(node: PartyNode, channel: ChannelRuntime, matter: Matter, facts: ReadonlyMap<string, Facts>): readonly Placed[] {
  const claim = openingAct(matter);
  const standing = standingOfClaim(matter, channel.rules.parties);
  if (claim === undefined || standing === 'agreed' || standing === 'withdrawn') return [];
  return stancesOf(matter, channel.rules.parties).flatMap(({ party, position }): readonly Placed[] => {
    if (party === matter.opener || position !== undefined) return [];
    const due: DueView = {
      matter: matter.id,
      entry: claim.id,
      kind: 'claim',
      debtor: party,
      creditor: matter.opener,
      status: 'not_started',
      summary: facts.get(claim.id)?.summary ?? { id: 'summary.claim.bare' },
    };
    return [{ list: 'watch', item: itemOf(node, channel, due, 'position') }];
  });
}

function itemOf(node: PartyNode, channel: ChannelRuntime, due: DueView, act: string): TodayItem {
  const { parties } = channel.replica.channel;
  const other = due.debtor === channel.replica.us ? due.creditor : due.debtor;
  return { channel: channel.id, channelTitle: node.record(channel.id).title, with: parties[other]?.name ?? '', due, act };
}

function byUrgency(a: TodayItem, b: TodayItem): number {
  return (a.due.dueAt ?? Number.MAX_SAFE_INTEGER) - (b.due.dueAt ?? Number.MAX_SAFE_INTEGER);
}
