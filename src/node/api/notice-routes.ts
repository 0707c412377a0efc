import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import { ParleyError } from '../../base/errors.ts';
import { NOTICE_EVENTS, type NoticesView } from '../../projection/notice-views.ts';
import { OPERATOR } from '../notices/subscriptions.ts';
import { type Api, addRoute, closed, ID } from './api.ts';
import { type Caller, isAdmin } from './guard.ts';

const SUBSCRIPTION = Type.Object({ id: Type.String({ maxLength: 64 }) });
const MAX_CHANNELS = 256;
const WANTED = closed({
  mail: Type.Optional(Type.String({ minLength: 3, maxLength: 254 })),
  webhook: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
  channels: Type.Array(ID, { maxItems: MAX_CHANNELS }),
  events: Type.Array(Type.Union(NOTICE_EVENTS.map((event) => Type.Literal(event))), { maxItems: NOTICE_EVENTS.length }),
  digestHour: Type.Optional(Type.Integer({ minimum: 0, maximum: 23 })),
});

/** Notices: what each person asked to be told of, and their calendar address. Nothing of it leaves but to where it was asked for. */
export function noticeRoutes(app: FastifyInstance, api: Api): void {
  const view = async (caller: Caller): Promise<NoticesView> => {
    const owner = ownerOf(caller);
    const feed = await api.feeds.view(owner);
    const seen = await api.notices.view(owner);
    // Where else this party is told is for those who run it.
    return { ...seen, webhooks: isAdmin(caller) ? seen.webhooks : [], ...(feed === undefined ? {} : { feed }) };
  };
  addRoute(app, api, {
    method: 'GET',
    url: '/api/notices',
    who: 'member',
    summary: 'What one is told of, and where; all subscriptions for the operator.',
    run: ({ caller }) => view(caller),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/notices',
    who: 'member',
    summary: 'Subscribes a mail address, or, by an administrator, a webhook of the configuration; no channels means all.',
    body: WANTED,
    run: async ({ body, caller }) => {
      const { mail, webhook, channels, events, digestHour } = body;
      if ((mail === undefined) === (webhook === undefined)) throw new ParleyError('invalid', 'a mail address or a webhook');
      if (webhook !== undefined && !isAdmin(caller)) throw new ParleyError('not_allowed', 'an administrator does this');
      const target = mail === undefined ? { webhook: webhook ?? '' } : { mail };
      return api.notices.subscribe(ownerOf(caller), { target, channels, events, ...(digestHour === undefined ? {} : { digestHour }) });
    },
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/notices/:id/test',
    who: 'member',
    summary: 'Hands out a test message at once.',
    params: SUBSCRIPTION,
    run: ({ params, caller }) => api.notices.test(ownerOf(caller), params.id),
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/notices/:id/off',
    who: 'member',
    summary: 'Ends a subscription and what waits for it.',
    params: SUBSCRIPTION,
    run: async ({ params, caller }) => {
      await api.notices.off(ownerOf(caller), params.id);
      return view(caller);
    },
  });
  feedRoutes(app, api, view);
}

function feedRoutes(app: FastifyInstance, api: Api, view: (caller: Caller) => Promise<NoticesView>): void {
  const send = async (reply: FastifyReply) => {
    const text = await api.feeds.calendar(await api.notices.sender());
    return reply
      .headers({ 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" })
      .type('text/calendar; charset=utf-8')
      .send(text);
  };
  addRoute(app, api, {
    method: 'GET',
    url: '/api/calendar.ics',
    who: 'member',
    summary: 'Deadlines as an iCalendar file.',
    run: async ({ reply }) => send(reply),
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/calendar/:file',
    who: 'anyone',
    summary: 'The same at the secret address of one person, for a calendar program.',
    params: Type.Object({ file: Type.String({ maxLength: 64 }) }),
    run: async ({ params, reply }) => {
      const token = /^(.*)\.ics$/.exec(params.file)?.[1] ?? '';
      if (!(await api.feeds.isOpen(token))) throw new ParleyError('not_found', 'no such address on this door');
      return send(reply);
    },
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/notices/calendar',
    who: 'member',
    summary: 'Makes the address of one’s calendar anew; it is shown this once, and the one before ends.',
    run: async ({ caller }) => {
      const { base } = await api.notices.sender();
      if (base === '') throw new ParleyError('conflict', 'a node that has run once, or "url" in notices.json: its address is not known yet');
      const token = await api.feeds.make(ownerOf(caller));
      return { url: `${base}/calendar/${token}.ics`, ...(await view(caller)) };
    },
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/notices/calendar/off',
    who: 'member',
    summary: 'Ends the address of one’s calendar.',
    run: async ({ caller }) => {
      await api.feeds.revoke(ownerOf(caller));
      return view(caller);
    },
  });
}

function ownerOf(caller: Caller): string {
  return caller.kind === 'person' ? caller.user.user : OPERATOR;
}
