import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import { sayIn } from '../base/phrases.ts';
import type { NoticeItem } from '../projection/notice-views.ts';
import { type NoticeSender, noticeReason, onOneLine } from './notice-text.ts';

const say = sayIn('en');

/** One deadline as a calendar keeps it. `uid` stays for good; `sequence` rises with every change (RFC 5545, section 3.8.7.4). Instants in seconds. */
export type CalendarEvent = {
  readonly uid: string;
  readonly sequence: number;
  readonly changedAt: number;
  readonly dueAt: number;
  /** It was answered or withdrawn. */
  readonly cancelled: boolean;
  readonly item: NoticeItem;
};

/** An iCalendar file (RFC 5545) of deadlines, each a moment in UTC that takes nobody's time; metadata alone, as in a notice. */
export function formatCalendar(events: readonly CalendarEvent[], sender: NoticeSender): string {
  const calendar = ical({
    name: say('notice.calendar.name', { party: onOneLine(sender.party) }),
    prodId: { company: 'Parley', product: 'Parley', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
  });
  for (const { uid, sequence, changedAt, dueAt, cancelled, item } of events) {
    const link = `${sender.base}${item.path}`;
    const reason = noticeReason(item);
    const lines = [reason, say('notice.channel', { channel: onOneLine(item.channelTitle) })];
    if (item.ref !== undefined) lines.push(say('notice.ref', { ref: onOneLine(item.ref) }));
    if (item.urgency !== undefined) lines.push(say('notice.urgency', { urgency: say(`choice.urgency.${item.urgency}`) }));
    calendar.createEvent({
      id: uid,
      sequence,
      stamp: instant(changedAt),
      lastModified: instant(changedAt),
      start: instant(dueAt),
      summary: cancelled ? say('notice.calendar.cancelled', { reason }) : reason,
      description: lines.join('\n'),
      url: link,
      status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      transparency: ICalEventTransparency.TRANSPARENT,
    });
  }
  return calendar.toString();
}

function instant(seconds: number): Date {
  return new Date(seconds * 1000);
}
