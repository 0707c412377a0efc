import { toBase64url } from '../../base/bytes.ts';
import { stancesOf, standingOfClaim } from '../../projection/claims.ts';
import { type Duty, periodicDuties } from '../../projection/duties.ts';
import { type Matter, openingAct, parseMatter } from '../../projection/matter.ts';
import type { InboxCounts } from '../../projection/notice-views.ts';
import type { DueView, TodayItem } from '../../projection/views.ts';
import { rowOf } from '../../sync/replica.ts';
import { type HeldOut, placeIn, usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { byTitle } from '../channel-titles.ts';
import type { PartyNode } from '../party-node.ts';
import { type Facts, factsById, rawIds } from './facts.ts';
import { type ChannelState, channelState, dueView, NODE_KINDS, type UsableDuty, usableDuties } from './rows.ts';
import { type OpenSilence, openSilences, silenceDue } from './silence-items.ts';

/** Newest entries of a log looked at for documents that closed a matter. */
const MAX_LOOKED_AT = 1000;

/** Where something stands in the inbox. */
export type InboxList = 'awaitingUs' | 'awaitingThem' | 'watch';

/** One thing in it, as pages show it; `duty` where something is owed, `silence` where one is open, `facts` of the document that asks. */
export type InboxItem = {
  readonly list: InboxList;
  readonly item: TodayItem;
  readonly duty?: Duty;
  readonly silence?: OpenSilence;
  readonly facts?: Facts;
};

/** What one channel puts there, with the state it was read from. */
export type ChannelInbox = { readonly channel: ChannelRuntime; readonly state: ChannelState; readonly placed: readonly InboxItem[] };

/** All of it, most pressing first. */
export type Inbox = {
  readonly now: number;
  readonly channels: readonly ChannelInbox[];
  readonly placed: readonly InboxItem[];
  readonly counts: InboxCounts;
};

/**
 * What awaits us, what awaits the others and what is to be watched, over all channels: the one place that says so, for the pages, the command line and
 * notices. It reads what is open and nothing else, in as many calls of the store for a thousand matters as for one.
 */
export async function inboxOf(node: PartyNode): Promise<Inbox> {
  const now = node.parts.now();
  const channels = await Promise.all(node.channels.map((channel) => inboxIn(node, channel, now)));
  const placed = channels.flatMap((one) => one.placed).sort(byUrgency);
  const count = (list: InboxList, late = false): number =>
    placed.filter((one) => one.list === list && (!late || one.item.due.status === 'late_so_far')).length;
  const counts = {
    awaitingUs: count('awaitingUs'),
    awaitingThem: count('awaitingThem'),
    watch: count('watch'),
    lateOfUs: count('awaitingUs', true),
    lateOfThem: count('awaitingThem', true),
  };
  return { now, channels, placed, counts };
}

async function inboxIn(node: PartyNode, channel: ChannelRuntime, now: number): Promise<ChannelInbox> {
  const { store } = channel;
  const state = await channelState(channel);
  const open = (await store.matters(channel.id, { open: true })).map((row) => parseMatter(row.state));
  const matters = [...open, ...(await closedByHeldOut(channel, state.heldOut, open))];
  const ofMatters = (await usableDuties(channel, state, matters)).flatMap((one) => one.duties);
  const ofCadences = openCadences(channel, state, now).map((duty) => ({ duty, heldOut: false }));
  const duties = mostPressing([...ofMatters, ...ofCadences].filter(({ duty }) => duty.metAt === undefined && duty.withdrawn === undefined));
  const usable = await usableMatters(channel, state.heldOut, matters);
  const claims = usable.filter((matter) => matter.kind === 'claim');
  const silences = await openSilences(channel, state, matters, usable, now);
  const ids = [...duties.map(({ duty }) => duty.anchor.id), ...claims.map((matter) => matter.id), ...silences.map(({ act }) => act.id)];
  const facts = await factsById(channel, ids);
  const placed = [
    ...duties.map(({ duty, heldOut }) => dutyItem(node, channel, duty, heldOut, facts, now)),
    ...claims.flatMap((matter) => claimItems(node, channel, matter, facts)),
    ...silences.flatMap((silence) => silenceItems(node, channel, silence, facts)),
  ];
  return { channel, state, placed };
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

function dutyItem(node: PartyNode, channel: ChannelRuntime, duty: Duty, heldOut: boolean, facts: ReadonlyMap<string, Facts>, now: number): InboxItem {
  const known = facts.get(duty.anchor.id);
  const summary = known?.summary ?? { id: 'summary.unknown', values: { kind: duty.anchor.type } };
  const item = itemOf(node, channel, dueView(duty, summary, now), duty.clock.discharge.kinds[0] ?? '', known);
  return {
    list: listOf(duty, channel.replica.us),
    item: heldOut ? { ...item, unacknowledged: true } : item,
    duty,
    ...(known === undefined ? {} : { facts: known }),
  };
}

/** Answered and not yet known to be held: nothing more to do, but to look that it arrives. */
function listOf(duty: Duty, us: number): InboxList {
  if (duty.debtor === us) return duty.answer === undefined ? 'awaitingUs' : 'watch';
  return duty.creditor === us ? 'awaitingThem' : 'watch';
}

/** Claims on which somebody has taken no position: nobody owes one, and silence means nothing. */
function claimItems(node: PartyNode, channel: ChannelRuntime, matter: Matter, facts: ReadonlyMap<string, Facts>): readonly InboxItem[] {
  const claim = openingAct(matter);
  const standing = standingOfClaim(matter, channel.rules.parties);
  if (claim === undefined || standing === 'agreed' || standing === 'withdrawn') return [];
  return stancesOf(matter, channel.rules.parties).flatMap(({ party, position }): readonly InboxItem[] => {
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
    return [{ list: 'watch', item: itemOf(node, channel, due, 'position', facts.get(claim.id)) }];
  });
}

/**
 * A silence of another side is ours to break or to let pass; one of ours each other side may break, and one between others we watch. One that is over and not
 * decided is watched until hosts have shown what the others said; who put it to somebody that did not hold it in time may take it back, and ask anew.
 */
function silenceItems(node: PartyNode, channel: ChannelRuntime, silence: OpenSilence, facts: ReadonlyMap<string, Facts>): readonly InboxItem[] {
  const { us } = channel.replica;
  const isOurs = silence.act.party === us;
  const known = facts.get(silence.act.id);
  return [...silence.asked, ...(silence.isOver ? silence.unasked : [])].map((party): InboxItem => {
    const due = silenceDue(silence, party, known);
    const item = itemOf(node, channel, due, due.over === undefined ? 'objection' : 'withdrawal', known);
    const running = party === us ? 'awaitingUs' : isOurs ? 'awaitingThem' : 'watch';
    const over = due.over === 'unasked' && isOurs ? 'awaitingUs' : 'watch';
    return {
      list: silence.isOver ? over : running,
      item: silence.heldOut ? { ...item, unacknowledged: true } : item,
      silence,
      ...(known === undefined ? {} : { facts: known }),
    };
  });
}

function itemOf(node: PartyNode, channel: ChannelRuntime, due: DueView, act: string, facts: Facts | undefined): TodayItem {
  const { parties } = channel.replica.channel;
  const other = due.debtor === channel.replica.us ? due.creditor : due.debtor;
  return {
    channel: channel.id,
    channelTitle: node.record(channel.id).title,
    with: parties[other]?.name ?? '',
    due,
    act,
    ...(facts === undefined || facts.ref === '' ? {} : { ref: facts.ref }),
    ...(facts?.exercise === true ? { exercise: true as const } : {}),
  };
}

/** What we agree to by saying nothing stands before all else that awaits us. Many are due at one moment where one has asked many: those stand by channel. */
function byUrgency(one: InboxItem, other: InboxItem): number {
  const isAssent = ({ list, item }: InboxItem): boolean => list === 'awaitingUs' && item.due.silence === true;
  const assent = Number(isAssent(other)) - Number(isAssent(one));
  if (assent !== 0) return assent;
  const [a, b] = [one.item, other.item];
  const due = (a.due.dueAt ?? Number.MAX_SAFE_INTEGER) - (b.due.dueAt ?? Number.MAX_SAFE_INTEGER);
  return due === 0 ? byTitle(a.channelTitle, b.channelTitle) : due;
}
