import { toBase64url, utf8 } from '../../base/bytes.ts';
import { Mutex } from '../../base/mutex.ts';
import { type CalendarEvent, formatCalendar } from '../../interop/calendar.ts';
import type { NoticeSender } from '../../interop/notice-text.ts';
import type { FeedView } from '../../projection/notice-views.ts';
import type { PartyNode } from '../party-node.ts';
import { findUser } from '../users.ts';
import { inboxOf } from '../views/inbox.ts';
import { noticedIn, withRefs } from './events.ts';
import { OPERATOR } from './subscriptions.ts';

type Feed = FeedView & { readonly owner: string };
/** What a calendar was told of a deadline. */
type Known = Omit<CalendarEvent, 'uid'>;

const FEED = 'calendar-feed';
const EVENTS = 'calendar-event';
/** Deadlines of one list, the nearest of each party first, and as many that are over: no calendar is of use with more. */
const MAX_EVENTS = 500;
/** Calendars ask at least daily: a deadline that is over is told as cancelled for this long, and then left out. */
const CANCELLED_SECONDS = 90 * 86_400;
/** Uses within an hour are not written down: each would be a durable write. */
const TOUCH_SECONDS = 3600;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * Deadlines as calendars. A feed is an address with 32 random bytes in it; the store holds their SHA-256 alone, so that whoever reads it, or a backup, reads no
 * calendar. One a person; a new one takes the place of the old.
 */
export class Feeds {
  readonly #node: PartyNode;
  readonly #turn = new Mutex();

  constructor(node: PartyNode) {
    this.#node = node;
  }

  /** Makes somebody's address anew; resolves with its token, which is told this once. */
  make(owner: string): Promise<string> {
    return this.#turn.run(async () => {
      const { random, now } = this.#node.parts;
      const token = toBase64url(random(32));
      await this.#forget(owner);
      await this.#put(token, { owner, createdAt: now() });
      return token;
    });
  }

  /** Ends somebody's address. */
  revoke(owner: string): Promise<void> {
    return this.#turn.run(() => this.#forget(owner));
  }

  /** Somebody's address, without the address. */
  async view(owner: string): Promise<FeedView | undefined> {
    for (const { json } of await this.#node.store.listLocal(FEED)) {
      const { owner: of, ...feed } = JSON.parse(json) as Feed;
      if (of === owner) return feed;
    }
    return undefined;
  }

  /** Whether a token is the address of somebody who may still sign in here. */
  async isOpen(token: string): Promise<boolean> {
    if (!TOKEN.test(token)) return false;
    // In turn: a use that is written down must not bring back what is revoked meanwhile.
    return this.#turn.run(async () => {
      const json = await this.#node.store.getLocal(FEED, this.#key(token));
      if (json === undefined) return false;
      const feed = JSON.parse(json) as Feed;
      if (feed.owner !== OPERATOR && (await findUser(this.#node.store, feed.owner)) === undefined) return false;
      const now = this.#node.parts.now();
      if (now - (feed.usedAt ?? 0) >= TOUCH_SECONDS) await this.#put(token, { ...feed, usedAt: now });
      return true;
    });
  }

  /** The deadlines of all channels: those to come, and those that were answered or withdrawn of late; of both lists the `most` pressing. */
  calendar(sender: NoticeSender, most = MAX_EVENTS): Promise<string> {
    return this.#turn.run(async () => formatCalendar(await this.#events(most), sender));
  }

  /** Compares what is due now with what calendars were told, and keeps the difference before it is told. */
  async #events(most: number): Promise<readonly CalendarEvent[]> {
    const { store, parts } = this.#node;
    const inbox = await inboxOf(this.#node, most);
    const { deadlines } = noticedIn(this.#node, inbox);
    const events: CalendarEvent[] = [];
    for (const { channel } of inbox.channels) {
      const before = await store.getLocal(EVENTS, channel.id);
      const known = JSON.parse(before ?? '{}') as Readonly<Record<string, Known>>;
      const next: Record<string, Known> = {};
      for (const { subject, dueAt, item } of deadlines) {
        if (item.channel !== channel.id) continue;
        const uid = `${toBase64url(parts.crypto.sha256(utf8(`parley-calendar/1\n${subject}`)).subarray(0, 16))}@parley`;
        next[uid] = changed(known[uid], { dueAt, cancelled: false, item: { ...item, event: 'owed' } }, inbox.now);
      }
      let kept = Object.keys(next).length;
      // What changed last comes first: where there is more than is kept, what was over long ago goes.
      for (const [uid, one] of Object.entries(known).sort(([, a], [, b]) => b.changedAt - a.changedAt)) {
        if (kept >= 3 * most) break;
        if (next[uid] !== undefined || (one.cancelled && one.changedAt < inbox.now - CANCELLED_SECONDS)) continue;
        // A silence that ran out was not answered: it stands where it ended.
        const isOver = one.item.silence === true && !one.cancelled && one.dueAt <= inbox.now;
        if (isOver && one.dueAt < inbox.now - CANCELLED_SECONDS) continue;
        // What is not over, and only less pressing than what came since, stays as it was told.
        kept++;
        if (isOver || (!one.cancelled && inbox.unshown.has(one.item.entry ?? ''))) {
          next[uid] = one;
          continue;
        }
        next[uid] = changed(one, { dueAt: one.dueAt, cancelled: true, item: one.item }, inbox.now);
      }
      const after = JSON.stringify(next);
      if (after !== (before ?? '{}')) await store.putLocal(EVENTS, channel.id, after);
      events.push(...Object.entries(next).map(([uid, one]) => ({ uid, ...one })));
    }
    const items = await withRefs(
      this.#node,
      events.map(({ item }) => item),
    );
    const whole = events.map((event, i) => ({ ...event, item: items[i] ?? event.item }));
    return whole.sort((a, b) => a.dueAt - b.dueAt || (a.uid < b.uid ? -1 : 1));
  }

  async #forget(owner: string): Promise<void> {
    for (const { key, json } of await this.#node.store.listLocal(FEED))
      if ((JSON.parse(json) as Feed).owner === owner) await this.#node.store.deleteLocal(FEED, key);
  }

  #put(token: string, feed: Feed): Promise<void> {
    return this.#node.store.putLocal(FEED, this.#key(token), JSON.stringify(feed));
  }

  #key(token: string): string {
    return toBase64url(this.#node.parts.crypto.sha256(utf8(`parley-calendar-feed/1\n${token}`)));
  }
}

function changed(before: Known | undefined, now: Pick<Known, 'dueAt' | 'cancelled' | 'item'>, at: number): Known {
  if (before === undefined) return { ...now, sequence: 0, changedAt: at };
  const isSame = before.dueAt === now.dueAt && before.cancelled === now.cancelled && JSON.stringify(before.item) === JSON.stringify(now.item);
  return isSame ? before : { ...now, sequence: before.sequence + 1, changedAt: Math.max(at, before.changedAt) };
}
