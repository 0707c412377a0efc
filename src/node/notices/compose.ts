import { toBase64url, utf8 } from '../../base/bytes.ts';
import type { Sha256 } from '../../base/ports.ts';
import type { InboxCounts, NoticeItem, NoticeMessage } from '../../projection/notice-views.ts';
import type { Jobs, Outgoing } from './jobs.ts';
import type { Subscription } from './subscriptions.ts';

/** Items told in one message; the rest is counted. */
export const MAX_ITEMS = 50;
/** Messages about one kind of event that one subscription gets in an hour; beyond it they are gathered, so that nobody who sends much fills a mailbox. */
const MAX_AN_HOUR = 10;
const HOUR = 3600;
const DAY = 86_400;

/** When messages were made, by subscription and event: a limit for one process, forgotten with it. */
export type Pace = Map<string, number[]>;

/** Id of what one subscription is told once: 22 characters of base64url. */
export function noticeId(sha256: Sha256, sub: string, key: string): string {
  return toBase64url(sha256(utf8(`parley-notice/1\n${sub}\n${key}`)).subarray(0, 16));
}

/**
 * Puts what waits for a subscription into messages: one an event as it happens, or one a day. Resolves with the next instant at which something that
 * still waits may be put into one.
 */
export async function composeFor(
  jobs: Jobs,
  sub: Subscription,
  { now, counts, pace, sha256 }: { now: number; counts: InboxCounts; pace: Pace; sha256: Sha256 },
): Promise<number | undefined> {
  const waiting = jobs.waitingOf(sub.id);
  if (sub.digestHour !== undefined) return composeDigest();
  let next: number | undefined;
  for (const [event, some] of Map.groupBy(waiting, ([, told]) => told.item.event)) {
    const key = `${sub.id}/${event}`;
    const made = (pace.get(key) ?? []).filter((at) => at > now - HOUR);
    const [oldest] = made;
    if (made.length >= MAX_AN_HOUR && oldest !== undefined) {
      next = Math.min(next ?? oldest + HOUR, oldest + HOUR);
      continue;
    }
    pace.set(key, [...made, now]);
    const ids = some.map(([id]) => id);
    const id = noticeId(sha256, sub.id, `message\n${[...ids].sort().join('\n')}`);
    await jobs.compose(outgoing(sub, { id, event, at: now, ...listed(some.map(([, told]) => told)) }, ids));
  }
  return next;

  async function composeDigest(): Promise<number> {
    const slot = slotBefore(sub.digestHour ?? 0, now);
    const id = noticeId(sha256, sub.id, `digest\n${slot}`);
    const isEmpty = waiting.length === 0 && counts.awaitingUs === 0 && counts.awaitingThem === 0;
    if (slot <= sub.createdAt || jobs.has(id)) return slot + DAY;
    if (isEmpty) {
      // What comes later today waits for tomorrow all the same.
      await jobs.notice(id, { sub: sub.id, key: 'digest', at: now });
    } else {
      const message: NoticeMessage = { id, event: 'digest', at: now, ...listed(waiting.map(([, told]) => told)), inbox: counts };
      await jobs.compose(
        outgoing(
          sub,
          message,
          waiting.map(([one]) => one),
        ),
      );
    }
    return slot + DAY;
  }
}

/** The last time it was that hour, UTC. */
function slotBefore(hour: number, now: number): number {
  const today = now - (now % DAY) + hour * HOUR;
  return today <= now ? today : today - DAY;
}

function listed(told: readonly { readonly item: NoticeItem; readonly more?: number }[]): Pick<NoticeMessage, 'items' | 'more'> {
  const counted = told.reduce((sum, { more = 0 }) => sum + more, Math.max(0, told.length - MAX_ITEMS));
  return { items: told.slice(0, MAX_ITEMS).map(({ item }) => item), more: counted };
}

function outgoing({ id: sub }: Subscription, message: NoticeMessage, takes: readonly string[]): Outgoing {
  return { sub, message, takes, tries: 0, nextAt: message.at };
}
