import { toHex } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import type { NoticeEvent, NoticeTarget } from '../../projection/notice-views.ts';
import type { Store } from '../../store/store.ts';
import type { PartyNode } from '../party-node.ts';
import { parseMailbox } from './mailbox.ts';

/** Whoever operates the machine, beside the people who sign in. */
export const OPERATOR = 'operator';

/** Who is told of what, where. Local, never sent; `known`: ids of what was so already when it was made, and is no news. */
export type Subscription = {
  readonly id: string;
  /** A user's id, or {@link OPERATOR}. */
  readonly owner: string;
  readonly target: NoticeTarget;
  /** Empty: all, also those to come. */
  readonly channels: readonly string[];
  readonly events: readonly NoticeEvent[];
  /** Once a day at that hour UTC. */
  readonly digestHour?: number;
  readonly createdAt: number;
  readonly known: readonly string[];
};

/** What somebody asks for. */
export type Wanted = Pick<Subscription, 'target' | 'channels' | 'events' | 'digestHour'>;

const COLLECTION = 'notice-subscription';
/** One person's: an address at the desk, one on call, a digest, and room. */
const MAX_OF_ONE = 8;

/** All subscriptions, oldest first. */
export async function listSubscriptions(store: Store): Promise<readonly Subscription[]> {
  const all = (await store.listLocal(COLLECTION)).map(({ json }) => JSON.parse(json) as Subscription);
  return all.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}

/** Checks what is asked for and makes it a subscription, not kept yet. Refuses `invalid`, `not_found` for a channel, `quota`. */
export async function makeSubscription(node: PartyNode, owner: string, wanted: Wanted): Promise<Subscription> {
  const { target, channels, events, digestHour } = wanted;
  if ('mail' in target && parseMailbox(target.mail) === undefined) throw new ParleyError('invalid', 'one address such as duty@ministry.example');
  if (events.length === 0) throw new ParleyError('invalid', 'one event or more');
  for (const channel of channels) node.channel(channel);
  const mine = (await listSubscriptions(node.store)).filter((one) => one.owner === owner);
  if (mine.length >= MAX_OF_ONE) throw new ParleyError('quota', `at most ${MAX_OF_ONE} subscriptions of one person`);
  return {
    // It is typed on the command line, where a word that begins with a dash is an option.
    id: toHex(node.parts.random(6)),
    owner,
    target,
    channels: [...new Set(channels)],
    events: [...new Set(events)],
    ...(digestHour === undefined ? {} : { digestHour }),
    createdAt: node.parts.now(),
    known: [],
  };
}

export function keepSubscription(store: Store, subscription: Subscription): Promise<void> {
  return store.putLocal(COLLECTION, subscription.id, JSON.stringify(subscription));
}

export function forgetSubscription(store: Store, id: string): Promise<void> {
  return store.deleteLocal(COLLECTION, id);
}

/** Whether a subscription asks for an event of a channel. */
export function asksFor({ channels, events }: Subscription, event: NoticeEvent, channel: string): boolean {
  return events.includes(event) && (channels.length === 0 || channels.includes(channel));
}
