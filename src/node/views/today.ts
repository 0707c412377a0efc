import { inTurn } from '../../projection/joint/words.ts';
import type { TodayItem, TodayView } from '../../projection/views.ts';
import type { PartyNode } from '../party-node.ts';
import { inReadingOrder } from '../reading-order.ts';
import { hostsSeenAt, unheldOf } from './channel.ts';
import { type ChannelInbox, type InboxList, inboxOf } from './inbox.ts';
import { changeView } from './people.ts';
import { NODE_KINDS, rowsOf } from './rows.ts';

/** Changes of others' people and keys that are shown, of each channel in turn: they are looked at one by one, and the next come when these are done. */
const MAX_CHANGES = 100;
/** Newest documents of all channels. */
const CHANGED = 12;

/** What awaits us, what awaits them and what is to be watched, over all channels; it reads what is open and nothing else. */
export async function todayView(node: PartyNode, mostChanges = MAX_CHANGES): Promise<Omit<TodayView, 'clearances'>> {
  const inbox = await inboxOf(node);
  const list = (name: InboxList): readonly TodayItem[] => inbox.placed.filter((one) => one.list === name).map(({ item }) => item);
  const more = (name: InboxList): TodayView['more'][InboxList] =>
    inbox.more[name].map(({ channel, count }) => ({ channel: channel.id, channelTitle: node.record(channel.id).title, count }));
  const channels = await Promise.all(inbox.channels.map((one) => channelToday(node, one)));
  const changed = channels.flatMap((one) => one.changed).sort((a, b) => b.time - a.time);
  const changes = inTurn(channels.map((one) => one.toAcknowledge));
  const seen = channels.flatMap((one) => one.hostSeenAt ?? []);
  return {
    now: inbox.now,
    awaitingUs: list('awaitingUs'),
    awaitingThem: list('awaitingThem'),
    watch: list('watch'),
    counts: inbox.counts,
    more: { awaitingUs: more('awaitingUs'), awaitingThem: more('awaitingThem'), watch: more('watch') },
    changed: changed.slice(0, CHANGED),
    toAcknowledge: changes.slice(0, mostChanges),
    moreToAcknowledge: Math.max(0, changes.length - mostChanges),
    unheld: channels.reduce((sum, one) => sum + one.unheld, 0),
    // The host heard from longest ago: one that is silent must not hide behind the others.
    ...(seen.length === 0 ? {} : { hostSeenAt: Math.min(...seen) }),
  };
}

async function channelToday(node: PartyNode, { channel, state }: ChannelInbox) {
  const { title } = node.record(channel.id);
  const page = await channel.store.tableBefore(channel.id, undefined, CHANGED, NODE_KINDS);
  const newest = inReadingOrder(channel.replica, page)
    .reverse()
    .filter((row) => row.index > 0);
  const toAcknowledge = state.heldOut.pending.map((act) => ({ channel: channel.id, channelTitle: title, ...changeView(channel, act) }));
  const rows = await rowsOf(channel, newest, state);
  const largest = await channel.store.largestCosignatures(channel.id);
  const hostSeenAt = hostsSeenAt(channel, largest);
  return {
    toAcknowledge,
    changed: rows.map((row) => ({ ...row, channel: channel.id, channelTitle: title })),
    unheld: await unheldOf(channel, largest),
    ...(hostSeenAt === undefined ? {} : { hostSeenAt }),
  };
}
