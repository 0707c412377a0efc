import { type NoticeSender, noticeJson, noticeSubject, noticeText } from '../../interop/notice-text.ts';
import type { NoticeMessage, NoticeTarget } from '../../projection/notice-views.ts';
import type { NoticesConfig } from './config.ts';
import { type Attempt, type Handed, handMail, serverInWords } from './mailer.ts';
import { handWebhook } from './webhook.ts';

/** Hands a message to where it goes, once; every fault is an answer. `now` in seconds: when a webhook is signed. */
export async function handOut(
  config: NoticesConfig,
  sender: NoticeSender,
  target: NoticeTarget,
  message: NoticeMessage,
  now: number,
  attempt?: Attempt,
): Promise<Handed> {
  if ('mail' in target) {
    if (config.smtp === undefined) return { done: false, down: true, why: 'a mail server in notices.json', mend: 'docs/notices.md shows one' };
    const mail = { id: message.id, at: message.at, to: target.mail, subject: noticeSubject(message), text: noticeText(message, sender) };
    return handMail(config.smtp, mail, attempt);
  }
  const webhook = config.webhooks.get(target.webhook);
  if (webhook === undefined) return { done: false, down: true, why: `a webhook called ${target.webhook} in notices.json` };
  return handWebhook(webhook, { id: message.id, body: noticeJson(message, sender) }, now, attempt);
}

/** In a sentence of its own why a message was not taken: what was tried, what was expected, and where to look. */
export function sayNotTaken(config: NoticesConfig, target: NoticeTarget, { why, mend }: Extract<Handed, { readonly done: false }>): string {
  const webhook = 'mail' in target ? undefined : config.webhooks.get(target.webhook);
  const tried = 'mail' in target ? (config.smtp === undefined ? undefined : serverInWords(config.smtp)) : webhook && `the receiver ${webhook.origin}`;
  return `${tried === undefined ? '' : `tried: ${tried}; `}expected: ${why}${mend === undefined ? '' : `; ${mend}`}`;
}
