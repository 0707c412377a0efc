import { stancesOf, standingOfClaim } from '../../projection/claims.ts';
import { type Duty, periodicDuties, statusOf } from '../../projection/duties.ts';
import { type Matter, openingAct, parseMatter } from '../../projection/matter.ts';
import type { InboxCounts } from '../../projection/notice-views.ts';
import type { DueView, TodayItem } from '../../projection/views.ts';
import { usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { byTitle } from '../channel-titles.ts';
import type { PartyNode } from '../party-node.ts';
import { clockedSteps, exchangeItems } from './exchange-items.ts';
import { type Facts, factsById } from './facts.ts';
import { closedByHeldOut } from './held-out-closed.ts';
import { type ChannelState, channelState, dueView, type UsableDuty, usableDuties } from './rows.ts';
import { type OpenSilence, openSilences, silenceDue } from './silence-items.ts';
import { saidNow, wordsNow } from './words-now.ts';

/** Items of one list that are shown: more than one desk does in a day, and the rest is counted. */
const MAX_ITEMS = 200;

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

/** What one channel puts there of what is shown, with the state it was read from. */
export type ChannelInbox = { readonly channel: ChannelRuntime; readonly state: ChannelState; readonly placed: readonly InboxItem[] };

/** What of one list is not shown, by channel, most first. */
export type Unshown = Readonly<Record<InboxList, readonly { readonly channel: ChannelRuntime; readonly count: number }[]>>;

/** What is shown, most pressing first; `counts` are of all there is, and `more` says where the rest is, which asks in the documents `unshown`. */
export type Inbox = {
  readonly now: number;
  readonly channels: readonly ChannelInbox[];
  readonly placed: readonly InboxItem[];
  readonly counts: InboxCounts;
  readonly more: Unshown;
  readonly unshown: ReadonlySet<string>;
};

/** Something that has a place in the inbox, before anything is opened for it. */
type Waiting = {
  readonly list: InboxList;
  readonly channel: ChannelRuntime;
  readonly title: string;
  /** The other party that it is about, and whose document asks: nobody's flood takes another's turn, nor what they start themselves the turn of what they owe. */
  readonly other: number;
  readonly author: number;
  /** We agree to it by saying nothing. */
  readonly isAssent: boolean;
  readonly isLate: boolean;
  readonly dueAt: number;
  /** The document that asks. */
  readonly document: string;
  readonly make: (facts: Facts | undefined) => InboxItem;
};

/**
 * What awaits us, what awaits the others and what is to be watched, over all channels: the one place that says so, for the pages, the command line and
 * notices. It reads what is open and nothing else, in as many calls of the store for a thousand matters as for one. Of each list it gives `most`: of what
 * each party asks or owes in each channel, by whose document, the most pressing in turn, so that nobody who asks very much hides what another asks, nor what
 * they owe behind what they report; and documents are opened for those alone.
 */
export async function inboxOf(node: PartyNode, most = MAX_ITEMS): Promise<Inbox> {
  const now = node.parts.now();
  const read = await Promise.all(node.channels.map((channel) => waitingIn(node, channel, now)));
  const lists = Map.groupBy(
    read.flatMap(({ waiting }) => waiting),
    ({ list }) => list,
  );
  const shown = new Set([...lists.values()].flatMap((list) => mostPressingOfEach(list, most)));
  const placed: (readonly [Waiting, InboxItem])[] = [];
  for (const { channel, waiting, usable } of read) {
    const own = waiting.filter((one) => shown.has(one));
    const facts = await factsById(
      channel,
      own.map(({ document }) => document),
    );
    const words = await wordsNow(channel, usable, facts.keys());
    const now = saidNow(facts, words);
    placed.push(...own.map((one) => [one, marked(one.make(now.get(one.document)), words.has(one.document))] as const));
  }
  const sorted = placed.sort(([one], [other]) => byUrgency(one, other));
  return {
    now,
    channels: read.map(({ channel, state }) => ({
      channel,
      state,
      placed: sorted.flatMap(([one, item]) => (one.channel === channel ? [item] : [])),
    })),
    placed: sorted.map(([, item]) => item),
    counts: countsOf(lists),
    more: {
      awaitingUs: unshown(lists.get('awaitingUs') ?? [], shown),
      awaitingThem: unshown(lists.get('awaitingThem') ?? [], shown),
      watch: unshown(lists.get('watch') ?? [], shown),
    },
    unshown: new Set(read.flatMap(({ waiting }) => waiting.flatMap((one) => (shown.has(one) ? [] : [one.document])))),
  };
}

function marked(placed: InboxItem, isCorrected: boolean): InboxItem {
  return isCorrected ? { ...placed, item: { ...placed.item, corrected: true } } : placed;
}

function countsOf(lists: ReadonlyMap<InboxList, readonly Waiting[]>): InboxCounts {
  const count = (list: InboxList): number => lists.get(list)?.length ?? 0;
  const late = (list: InboxList): number => lists.get(list)?.filter(({ isLate }) => isLate).length ?? 0;
  return {
    awaitingUs: count('awaitingUs'),
    awaitingThem: count('awaitingThem'),
    watch: count('watch'),
    lateOfUs: late('awaitingUs'),
    lateOfThem: late('awaitingThem'),
  };
}

function unshown(list: readonly Waiting[], shown: ReadonlySet<Waiting>): Unshown[InboxList] {
  const byChannel = Map.groupBy(
    list.filter((one) => !shown.has(one)),
    ({ channel }) => channel,
  );
  return [...byChannel].map(([channel, { length }]) => ({ channel, count: length })).sort((a, b) => b.count - a.count);
}

/** Of what each party wrote towards each other in each channel the most pressing, then the second of each, and so on, up to so many. */
function mostPressingOfEach(list: readonly Waiting[], most: number): readonly Waiting[] {
  if (list.length <= most) return list;
  const groups = Map.groupBy(list, ({ channel, other, author }) => `${channel.id} ${other} ${author}`);
  const turns = [...groups.values()].flatMap((group) =>
    group
      .sort(byUrgency)
      .slice(0, most)
      .map((one, turn) => ({ one, turn })),
  );
  return turns
    .sort((a, b) => a.turn - b.turn || byUrgency(a.one, b.one))
    .slice(0, most)
    .map(({ one }) => one);
}

async function waitingIn(
  node: PartyNode,
  channel: ChannelRuntime,
  now: number,
): Promise<{
  readonly channel: ChannelRuntime;
  readonly state: ChannelState;
  readonly waiting: readonly Waiting[];
  readonly usable: readonly Matter[];
}> {
  const { store } = channel;
  const state = await channelState(channel);
  const open = (await store.matters(channel.id, { open: true })).map((row) => parseMatter(row.state));
  const matters = [...open, ...(await closedByHeldOut(channel, state.heldOut, open))];
  const usable = await usableMatters(channel, state.heldOut, matters);
  const ofMatters = (await usableDuties(channel, state, matters, usable)).flatMap((one) => one.duties);
  const ofCadences = openCadences(channel, state, now).map((duty) => ({ duty, heldOut: false }));
  const duties = mostPressing([...ofMatters, ...ofCadences].filter(({ duty }) => duty.metAt === undefined && duty.withdrawn === undefined));
  const clocked = clockedSteps(ofMatters.map(({ duty }) => duty));
  const silences = await openSilences(channel, state, matters, usable, now);
  return {
    channel,
    state,
    usable,
    waiting: [
      ...duties.map((one) => dutyWaits(node, channel, one, now)),
      ...usable.flatMap((matter) => (matter.kind === 'claim' ? claimWaits(node, channel, matter) : [])),
      ...silences.flatMap((silence) => silenceWaits(node, channel, silence)),
      ...usable.flatMap((matter) => exchangeWaits(node, channel, matter, clocked, now)),
    ],
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

function dutyWaits(node: PartyNode, channel: ChannelRuntime, { duty, heldOut }: UsableDuty, now: number): Waiting {
  const list = listOf(duty, channel.replica.us);
  return {
    list,
    ...whereOf(node, channel, duty),
    author: duty.anchor.party,
    isAssent: false,
    isLate: statusOf(duty, now) === 'late_so_far',
    dueAt: duty.dueAt ?? Number.MAX_SAFE_INTEGER,
    document: duty.anchor.id,
    make: (facts) => {
      const summary = facts?.summary ?? { id: 'summary.unknown', values: { kind: duty.anchor.type } };
      const item = itemOf(node, channel, dueView(duty, summary, now), duty.clock.discharge.kinds[0] ?? '', facts);
      return { list, item: heldOut ? { ...item, unacknowledged: true } : item, duty, ...(facts === undefined ? {} : { facts }) };
    },
  };
}

function whereOf(node: PartyNode, channel: ChannelRuntime, { debtor, creditor }: Pick<Duty, 'debtor' | 'creditor'>) {
  return { channel, title: node.record(channel.id).title, other: debtor === channel.replica.us ? creditor : debtor };
}

/** Answered and not yet known to be held: nothing more to do, but to look that it arrives. */
function listOf(duty: Duty, us: number): InboxList {
  if (duty.debtor === us) return duty.answer === undefined ? 'awaitingUs' : 'watch';
  return duty.creditor === us ? 'awaitingThem' : 'watch';
}

/**
 * Claims on which somebody has taken no position: nobody owes one, and silence means nothing. One that was corrected since we took ours calls for us: what we
 * said stands on the record beside words that it was not said of.
 */
function claimWaits(node: PartyNode, channel: ChannelRuntime, matter: Matter): readonly Waiting[] {
  const claim = openingAct(matter);
  const stances = stancesOf(matter, channel.rules.parties);
  const standing = standingOfClaim(matter, channel.rules.parties, stances);
  if (claim === undefined || standing === 'agreed' || standing === 'withdrawn') return [];
  return stances.flatMap(({ party, position, earlierWords }): readonly Waiting[] => {
    if (party === matter.opener || (position !== undefined && earlierWords !== true)) return [];
    const sides = { debtor: party, creditor: matter.opener };
    const list = earlierWords === true && party === channel.replica.us ? 'awaitingUs' : 'watch';
    return [
      {
        list,
        ...whereOf(node, channel, sides),
        ...{ author: claim.party, isAssent: false, isLate: false, dueAt: Number.MAX_SAFE_INTEGER, document: claim.id },
        make: (facts) => {
          const summary = facts?.summary ?? { id: 'summary.claim.bare' };
          const earlier = earlierWords === true ? { earlierWords } : { unowed: true as const };
          const due: DueView = { matter: matter.id, entry: claim.id, kind: 'claim', ...sides, ...earlier, status: 'not_started', summary };
          return { list, item: itemOf(node, channel, due, 'position', facts), ...(facts === undefined ? {} : { facts }) };
        },
      },
    ];
  });
}

/**
 * A silence of another side is ours to break or to let pass; one of ours each other side may break, and one between others we watch. One that is over and not
 * decided is watched until hosts have shown what the others said; who put it to somebody that did not hold it in time may take it back, and ask anew.
 */
function silenceWaits(node: PartyNode, channel: ChannelRuntime, silence: OpenSilence): readonly Waiting[] {
  const { us } = channel.replica;
  const { act, expiresAt, isOver, heldOut } = silence;
  const isOurs = act.party === us;
  return [...silence.asked, ...(isOver ? silence.unasked : [])].map((party): Waiting => {
    const due = silenceDue(silence, party, undefined);
    const running = party === us ? 'awaitingUs' : isOurs ? 'awaitingThem' : 'watch';
    const list = isOver ? (due.over === 'unasked' && isOurs ? 'awaitingUs' : 'watch') : running;
    return {
      list,
      ...whereOf(node, channel, { debtor: party, creditor: act.party }),
      ...{ author: act.party, isAssent: list === 'awaitingUs' && !isOver, isLate: false, dueAt: expiresAt, document: act.id },
      make: (facts) => {
        const item = itemOf(node, channel, silenceDue(silence, party, facts), isOver ? 'withdrawal' : 'objection', facts);
        return { list, item: heldOut ? { ...item, unacknowledged: true } : item, silence, ...(facts === undefined ? {} : { facts }) };
      },
    };
  });
}

/** An exchange for whose steps no clock of the channel's procedures runs: agreed on all the same, and nobody must miss its moment. */
function exchangeWaits(node: PartyNode, channel: ChannelRuntime, matter: Matter, clocked: ReadonlySet<string>, now: number): readonly Waiting[] {
  if (matter.kind !== 'simultaneous_exchange') return [];
  const { us } = channel.replica;
  return exchangeItems(matter, channel.rules.parties, now, clocked).map(({ party, other, entry, exchange, exchangeAt }): Waiting => {
    const sides = { debtor: party, creditor: other };
    // Whose moment passed without a commitment calls for nobody: anyone could fill our list with such.
    const isPast = exchange === 'commit' && exchangeAt !== undefined && exchangeAt <= now;
    const list = exchange === 'moment' || isPast ? 'watch' : party === us ? 'awaitingUs' : 'awaitingThem';
    return {
      list,
      ...whereOf(node, channel, sides),
      ...{ author: matter.opener, isAssent: false, isLate: false, dueAt: exchangeAt ?? Number.MAX_SAFE_INTEGER, document: entry },
      make: (facts) => {
        const summary = facts?.summary ?? { id: 'summary.unknown', values: { kind: matter.kind } };
        const at = exchangeAt === undefined ? {} : { dueAt: exchangeAt };
        const due: DueView = { matter: matter.id, entry, kind: matter.kind, ...sides, ...at, exchange, status: 'running', summary };
        const act = exchange === 'commit' ? 'commitment' : 'reveal';
        return { list, item: itemOf(node, channel, due, act, facts), ...(facts === undefined ? {} : { facts }) };
      },
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
function byUrgency(one: Waiting, other: Waiting): number {
  return Number(other.isAssent) - Number(one.isAssent) || one.dueAt - other.dueAt || byTitle(one.title, other.title);
}
