import { toBase64url } from '../../base/bytes.ts';
import { kindOf } from '../../document/registry.ts';
import type { Act } from '../../projection/matter.ts';
import { DUE_BEFORE, type NoticeEvent, type NoticeItem } from '../../projection/notice-views.ts';
import { rowOf } from '../../sync/replica.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import type { PartyNode } from '../party-node.ts';
import { factsAt, factsById, placeKey } from '../views/facts.ts';
import type { ChannelInbox, Inbox, InboxItem } from '../views/inbox.ts';
import { NODE_KINDS } from '../views/rows.ts';
import { MAX_ITEMS } from './compose.ts';

/** Something that is so now. `key` names it for good: who was told of a key is told of it never again. */
export type Noticed = { readonly key: string; readonly item: NoticeItem };

/** A deadline: what is told of it depends on how much time is left, and on what somebody asked for. */
export type Deadline = { readonly subject: string; readonly startedAt: number; readonly dueAt: number; readonly item: Omit<NoticeItem, 'event'> };

/** How far the other parties' logs were read for notices, by origin. */
export type Cursor = Readonly<Record<string, number>>;

/** Things of one list of the inbox that are told one by one, the most pressing of each party first: nobody reads as many. */
export const MAX_TOLD = 1000;
/** Entries of one log taken at once. */
const BATCH = 1000;

/** The state of all channels as notices tell of it, as far as this inbox shows it, but for deadlines and new documents. */
export function noticedIn(node: PartyNode, inbox: Inbox): { readonly noticed: readonly Noticed[]; readonly deadlines: readonly Deadline[] } {
  const noticed: Noticed[] = [];
  const deadlines: Deadline[] = [];
  for (const one of inbox.channels) {
    for (const placed of one.placed) {
      const { duty, silence } = placed;
      if (silence !== undefined && !silence.isOver && placed.list !== 'watch') {
        const item = silenceItem(one.channel, placed, silence);
        const subject = `${one.channel.id}/${silence.act.id}/silence/${placed.item.due.debtor}`;
        if (placed.list === 'awaitingUs') noticed.push({ key: `owed/${subject}`, item: { ...item, event: 'owed' } });
        // Since when it runs its author alone says: that must not talk us out of being told how much time is left.
        deadlines.push({ subject, startedAt: 0, dueAt: silence.expiresAt, item });
      }
      // Answered, or between others: nobody is to be hurried.
      if (duty === undefined || duty.answer !== undefined || placed.list === 'watch') continue;
      // A clock that has not started hurries nobody either, and when the answer is due is not known before.
      if (duty.startedAt === undefined) continue;
      const item = dutyItem(one.channel, placed, duty);
      const subject = `${one.channel.id}/${duty.anchor.id}/${duty.pack}/${duty.clock.id}/${duty.debtor}/${duty.creditor}`;
      if (placed.list === 'awaitingUs') noticed.push({ key: `owed/${subject}`, item: { ...item, event: 'owed' } });
      if (duty.dueAt !== undefined) deadlines.push({ subject, startedAt: duty.startedAt, dueAt: duty.dueAt, item });
    }
    noticed.push(...peopleNoticed(node, one), ...forksNoticed(node, one.channel));
  }
  return { noticed, deadlines };
}

/**
 * What is to be told of a deadline at `now` to whoever asked for these events: the nearest mark that has passed and no wider one, and of one that has
 * passed itself that it is late. Nothing while none is reached.
 */
export function deadlineNow({ subject, startedAt, dueAt, item }: Deadline, events: readonly NoticeEvent[], now: number): Noticed | undefined {
  // On its last second it is still in time.
  if (now > dueAt) return events.includes('late') ? { key: `late/${subject}/${dueAt}`, item: { ...item, event: 'late' } } : undefined;
  const marks = Object.entries(DUE_BEFORE) as readonly (readonly [keyof typeof DUE_BEFORE, number])[];
  // Whoever has a day for all of it is told of it as it begins, and need not be told that a day is left.
  const isMark = ([event, before]: (typeof marks)[number]): boolean => events.includes(event) && before < dueAt - startedAt;
  const reached = marks.filter((mark) => isMark(mark) && dueAt - now <= mark[1]).at(-1)?.[0];
  return reached === undefined ? undefined : { key: `${reached}/${subject}/${dueAt}`, item: { ...item, event: reached } };
}

/** The next instant after `now` at which {@link deadlineNow} could say something else. */
export function nextMark({ dueAt }: Deadline, now: number): number | undefined {
  const marks = [...Object.values(DUE_BEFORE).map((before) => dueAt - before), dueAt + 1];
  return marks.filter((at) => at > now).reduce<number | undefined>((least, at) => (least === undefined || at < least ? at : least), undefined);
}

/**
 * Documents of other parties since `cursor`, and where it then stands; a log that the cursor does not name is taken from `unknown` on: its beginning, or
 * its end where nobody was to be told before.
 */
export async function documentsSince(
  node: PartyNode,
  channel: ChannelRuntime,
  cursor: Cursor,
  unknown: 'beginning' | 'end',
): Promise<{ readonly noticed: readonly Noticed[]; readonly cursor: Cursor; readonly more: boolean }> {
  const { generations, us } = channel.replica;
  const noticed: Noticed[] = [];
  const next: Record<string, number> = {};
  let more = false;
  for (const { origin, party } of generations.all) {
    if (party === us) continue;
    const { size } = await rowOf(channel.replica, origin);
    // Never back: of a log whose other history takes the place of what was read, the alarm is told, and no document twice.
    const from = cursor[origin] ?? (unknown === 'end' ? size : 0);
    const rows = from < size ? await channel.store.verdictsOf(origin, from, Math.min(size, from + BATCH)) : [];
    next[origin] = (rows.at(-1)?.index ?? from - 1) + 1;
    more ||= rows.length === BATCH;
    const documents = rows.filter((row) => row.valid && row.index > 0 && row.type !== 'identity' && !NODE_KINDS.includes(row.type));
    const facts = await factsAt(channel, documents);
    const answered = await factsById(
      channel,
      [...facts.values()].flatMap(({ refs }) => refs.slice(0, 1)),
    );
    for (const row of documents) {
      const id = toBase64url(row.id);
      const known = facts.get(placeKey(row));
      const asked = answered.get(known?.refs[0] ?? '');
      const isRefOurs = asked !== undefined && asked.ref !== '' && isOurs(channel, asked.origin);
      const item: NoticeItem = {
        event: 'document',
        ...aboutOf(node, channel, party),
        ...(kindOf(row.type) === undefined ? {} : { kind: row.type }),
        entry: id,
        ...(isRefOurs ? { refOf: asked.id } : {}),
        ...urgencyOf(known?.urgency),
        ...(known?.exercise === true ? { exercise: true as const } : {}),
        path: `/c/${channel.id}/documents/${id}`,
      };
      noticed.push({ key: `document/${channel.id}/${id}`, item });
    }
  }
  return { noticed, cursor: next, more };
}

/** Documents that are told one by one, where more came at once than a message lists: each is a durable write, and the urgent come first. */
export function mostUrgent(documents: readonly Noticed[]): readonly Noticed[] {
  const rank = ({ item }: Noticed): number => (item.urgency === undefined ? 2 : item.urgency === 'urgent' ? 1 : 0);
  return documents.length <= MAX_ITEMS ? documents : documents.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_ITEMS);
}

/** Items with the references that are ours, as they stand now; a call of the store a channel at most. */
export async function withRefs(node: PartyNode, items: readonly NoticeItem[]): Promise<readonly NoticeItem[]> {
  const refs = new Map<string, string>();
  for (const channel of node.channels) {
    const wanted = items.flatMap((item) => (item.channel === channel.id && item.refOf !== undefined ? [item.refOf] : []));
    if (wanted.length > 0) for (const [id, { ref }] of await factsById(channel, wanted)) refs.set(`${channel.id}/${id}`, ref);
  }
  return items.map((item) => {
    const ref = refs.get(`${item.channel}/${item.refOf ?? ''}`) ?? '';
    return ref === '' ? item : { ...item, ref };
  });
}

function dutyItem(channel: ChannelRuntime, placed: InboxItem, duty: NonNullable<InboxItem['duty']>): Omit<NoticeItem, 'event'> {
  const { anchor, dueAt } = duty;
  return {
    ...actItem(channel, placed, anchor),
    ...(anchor.party === duty.debtor ? { follows: true as const } : {}),
    ...(dueAt === undefined ? {} : { dueAt }),
  };
}

function silenceItem(channel: ChannelRuntime, placed: InboxItem, { act, expiresAt }: NonNullable<InboxItem['silence']>): Omit<NoticeItem, 'event'> {
  return { ...actItem(channel, placed, act), silence: true, dueAt: expiresAt };
}

function actItem(channel: ChannelRuntime, { item, list, facts }: InboxItem, anchor: Act): Omit<NoticeItem, 'event'> {
  const isRefOurs = anchor.party === channel.replica.us && facts !== undefined && facts.ref !== '';
  return {
    channel: channel.id,
    channelTitle: item.channelTitle,
    with: item.with,
    ...(kindOf(anchor.type) === undefined ? {} : { kind: anchor.type }),
    entry: anchor.id,
    ...(isRefOurs ? { refOf: anchor.id } : {}),
    ...urgencyOf(anchor.frame.urgency),
    ...(anchor.frame.exercise === true ? { exercise: true as const } : {}),
    owes: list === 'awaitingUs' ? 'us' : 'them',
    path: `/c/${channel.id}/documents/${anchor.id}`,
  };
}

function peopleNoticed(node: PartyNode, { channel, state }: ChannelInbox): readonly Noticed[] {
  return state.heldOut.pending.map(({ entry, party }) => ({
    key: `keys/${channel.id}/${entry}`,
    item: { event: 'keys', ...aboutOf(node, channel, party), entry, path: `/c/${channel.id}/people` },
  }));
}

function forksNoticed(node: PartyNode, channel: ChannelRuntime): readonly Noticed[] {
  const { generations } = channel.replica;
  return generations.all
    .filter(({ origin }) => generations.isForked(origin))
    .map(({ origin, party }) => ({
      key: `fork/${channel.id}/${origin}`,
      item: { event: 'fork', ...aboutOf(node, channel, party), path: `/c/${channel.id}/alarm` },
    }));
}

function aboutOf(node: PartyNode, channel: ChannelRuntime, party: number): Pick<NoticeItem, 'channel' | 'channelTitle' | 'with'> {
  return { channel: channel.id, channelTitle: node.record(channel.id).title, with: channel.replica.channel.parties[party]?.name ?? '' };
}

function urgencyOf(value: unknown): Pick<NoticeItem, 'urgency'> {
  return value === 'urgent' || value === 'flash' ? { urgency: value } : {};
}

function isOurs(channel: ChannelRuntime, origin: string): boolean {
  return channel.replica.generations.find(origin)?.party === channel.replica.us;
}
