import { formatInstant } from '../base/instants.ts';
import { strictJson } from '../base/json.ts';
import { sayIn } from '../base/phrases.ts';
import { hasControl, hiddenCharacters } from '../document/text.ts';
import type { NoticeItem, NoticeMessage } from '../projection/notice-views.ts';

const say = sayIn('en');

/** Who tells: our party's name, and where the pages of its node are, without a slash at the end. */
export type NoticeSender = { readonly party: string; readonly base: string };

/** The subject of a mail: what and where, in one line. */
export function noticeSubject(message: NoticeMessage): string {
  const isSilence = message.event === 'owed' && message.items.every(({ silence }) => silence === true);
  const what = say(isSilence ? 'notice.event.silence' : `notice.event.${message.event}`);
  const [only, ...others] = message.items;
  if (only === undefined || message.more > 0 || others.length > 0)
    return message.event === 'test' ? `Parley: ${what}` : say('notice.subject.many', { what, count: message.items.length + message.more });
  return say('notice.subject', { what, channel: onOneLine(only.channelTitle) });
}

/** The text of a mail: each item with its reason, channel, our reference, urgency and link; lines end in `\n`. */
export function noticeText(message: NoticeMessage, { party, base }: NoticeSender): string {
  const { inbox, items, more } = message;
  const blocks = items.map((item) => {
    const lines = [noticeReason(item), say('notice.channel', { channel: onOneLine(item.channelTitle) })];
    if (item.ref !== undefined) lines.push(say('notice.ref', { ref: onOneLine(item.ref) }));
    if (item.urgency !== undefined) lines.push(say('notice.urgency', { urgency: say(`choice.urgency.${item.urgency}`) }));
    return [...lines, `${base}${item.path}`].join('\n');
  });
  if (message.event === 'test') blocks.push(say('notice.test', { party: onOneLine(party) }));
  if (message.event === 'digest' && items.length === 0) blocks.push(say('notice.digest.none'));
  if (more > 0) blocks.push(say('notice.more', { count: more }));
  if (inbox !== undefined) blocks.push(`${say('notice.inbox', inbox)}\n${base}/`);
  return `${[...blocks, say('notice.signature', { party: onOneLine(party), at: minute(message.at) })].join('\n\n')}\n`;
}

/** Why somebody is told, in one line: `Reply owed to Beta on Request, due 2026-06-16 11:35 UTC`. */
export function noticeReason(item: NoticeItem): string {
  const values = { with: onOneLine(item.with), kind: item.kind === undefined ? say('notice.kind.unknown') : say(`kind.${item.kind}`) };
  const by = item.owes === 'them' ? '_by' : '';
  const reason =
    item.event === 'document' || item.event === 'fork' || item.event === 'keys'
      ? say(`notice.reason.${item.event}`, values)
      : say(`notice.reason.${item.silence === true ? 'silence' : item.follows === true ? 'follows' : 'owed'}${by}`, values);
  const until = item.silence === true ? 'before' : item.event === 'late' ? 'was_due' : 'due';
  const dated = item.dueAt === undefined ? reason : say(`notice.reason.${until}`, { reason, at: minute(item.dueAt) });
  return item.exercise === true ? say('notice.reason.exercise', { reason: dated }) : dated;
}

/** The body of a webhook: strict JSON, members as docs/notices.md lists them. */
export function noticeJson(message: NoticeMessage, { party, base }: NoticeSender): string {
  const { id, event, at, more, inbox } = message;
  const items = message.items.map((item) => ({
    event: item.event,
    channel: item.channel,
    channel_title: onOneLine(item.channelTitle),
    with: onOneLine(item.with),
    reason: noticeReason(item),
    ...(item.kind === undefined ? {} : { kind: item.kind }),
    ...(item.entry === undefined ? {} : { entry: item.entry }),
    ...(item.ref === undefined ? {} : { ref: onOneLine(item.ref) }),
    ...(item.urgency === undefined ? {} : { urgency: item.urgency }),
    ...(item.exercise === undefined ? {} : { exercise: true }),
    ...(item.owes === undefined ? {} : { owes: item.owes }),
    ...(item.silence === undefined ? {} : { silence: true }),
    ...(item.dueAt === undefined ? {} : { due_at: formatInstant(item.dueAt) }),
    link: `${base}${item.path}`,
  }));
  const counts =
    inbox === undefined
      ? {}
      : {
          inbox: {
            awaiting_us: inbox.awaitingUs,
            awaiting_them: inbox.awaitingThem,
            watch: inbox.watch,
            late_of_us: inbox.lateOfUs,
            late_of_them: inbox.lateOfThem,
          },
        };
  return strictJson({ v: 1, id, type: event, at: formatInstant(at), party, items, more, ...counts });
}

/** A name as one line of what leaves: a title that came with an invitation must neither break a line nor hide in one. */
export function onOneLine(text: string): string {
  const hidden = new Set(hiddenCharacters(text).map((point) => String.fromCodePoint(Number.parseInt(point.slice(2), 16))));
  return [...text].map((character) => (hasControl(character) || hidden.has(character) ? ' ' : character)).join('');
}

function minute(seconds: number): string {
  return formatInstant(seconds).slice(0, 16).replace('T', ' ');
}
