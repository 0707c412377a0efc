import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { ParleyError } from '../../base/errors.ts';
import type { NodeEvent } from '../party-node.ts';
import { type Api, addRoute } from './api.ts';
import { type Caller, callerOf } from './guard.ts';

/** Open pages at once. Each is a connection; a person has few. */
const MAX_LISTENERS = 128;
/** Longer than most proxies wait for a word, and how soon an ended session stops hearing. */
const HEARTBEAT_MS = 25_000;
/** News of one channel within this time are told once. */
const GATHER_MS = 100;
/** Said to the browser: how soon to come back. */
const RETRY_MS = 2000;

type Listener = { readonly response: ServerResponse; readonly caller: Caller; readonly waiting: Map<string, NodeEvent>; timer?: NodeJS.Timeout };

/**
 * `GET /api/events`: server-sent events. `changed` says that something in a channel differs, `{"channel":"<id>"}`; `founding`
 * says so of a founding, `{"invite":"<id>"}`. What it is, is asked for; nothing of the record travels here.
 */
export function eventRoutes(app: FastifyInstance, api: Api): void {
  const listeners = new Set<Listener>();
  const stop = api.node.listen((event) => {
    for (const listener of listeners) tell(listener, event);
  });
  const heartbeat = setInterval(() => {
    for (const listener of listeners) void beat(api, listener);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  // Before the server waits for its connections to end: these never would.
  app.addHook('preClose', async () => {
    stop();
    clearInterval(heartbeat);
    for (const listener of listeners) listener.response.end();
  });

  addRoute(app, api, {
    method: 'GET',
    url: '/api/events',
    who: 'member',
    summary: 'Server-sent events: which channel changed.',
    run: async ({ request, reply }) => {
      if (listeners.size >= MAX_LISTENERS) throw new ParleyError('quota', 'too many pages listen');
      reply.hijack();
      const { raw } = reply;
      const listener: Listener = { response: raw, caller: callerOf(request), waiting: new Map() };
      listeners.add(listener);
      raw.on('close', () => {
        clearTimeout(listener.timer);
        listeners.delete(listener);
      });
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      });
      raw.write(`retry: ${RETRY_MS}\n\n`);
      return reply;
    },
  });
}

function tell(listener: Listener, event: NodeEvent): void {
  listener.waiting.set(event.type === 'founding' ? `founding ${event.invite}` : event.channel, event);
  listener.timer ??= setTimeout(() => {
    delete listener.timer;
    for (const one of listener.waiting.values()) {
      const [name, data] = one.type === 'founding' ? ['founding', { invite: one.invite }] : ['changed', { channel: one.channel }];
      listener.response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    }
    listener.waiting.clear();
  }, GATHER_MS).unref();
}

/** Keeps the connection known to be alive, and ends it with the session it belongs to. */
async function beat(api: Api, { caller, response }: Listener): Promise<void> {
  const over = caller.kind === 'person' && (await api.sessions.peek(caller.token, api.node.parts.now())) === undefined;
  if (over) response.end();
  else response.write(': still here\n\n');
}
