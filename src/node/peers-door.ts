import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { parseDecimal } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import { MAX_CHECKPOINT_SIZE, MAX_PUSH_SIZE } from '../base/limits.ts';
import { actorOf } from '../entry/actor.ts';
import { partyId } from '../entry/card.ts';
import { servePart } from '../sync/refill.ts';
import { serveCheckpoint, serveEntries, serveRoot, serveTile } from '../sync/serve-log.ts';
import { originOfHash } from '../tlog/origin.ts';
import { parseTilePath } from '../tlog/tile.ts';
import { formatSizeAnswer, SIZE_MEDIA_TYPE } from '../tlog/witness-request.ts';
import { takeAlarmFile } from './alarms.ts';
import { attachmentChunk } from './attachments.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { takeCharterNote, takeDecline, takeJoin } from './founding.ts';
import { mustHaveDigest, verifyRequest } from './http-signature.ts';
import { type NonceMemory, nonceMemory } from './nonce-memory.ts';
import { takeGeneration } from './opening.ts';
import type { PartyNode } from './party-node.ts';

const BYTES = 'application/octet-stream';
/** A founding note: a charter of 60,000 bytes with its lines, and room. Anybody may send one. */
const FOUNDING_LIMIT = 128 * 1024;

/** A fork proof with a charter of 60,000 bytes, 24 cards of 4 kB and two heads. */
const ALARM_LIMIT = 512 * 1024;

/** Who signed a request: a party of a channel. */
type Caller = { readonly channel: ChannelRuntime; readonly party: number };
/** The log a request is about. */
type Named = { readonly party: number; readonly origin: string };

/**
 * The peers' door of a party (spec/sync.md): logs as tlog-tiles, pushes, chunks and foundings. Every request but a founding's is signed by the node
 * key of a party of the channel it is about; nothing of a channel is told to anyone else, not even that it exists.
 */
export function peersDoor(node: PartyNode): FastifyInstance {
  const app = Fastify({ bodyLimit: MAX_PUSH_SIZE, requestTimeout: 60_000, routerOptions: { maxParamLength: 512 } });
  const nonces = nonceMemory();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, _request, reply) => sendRefusal(reply, error));
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('no such thing here\n'));

  const pushers = new WeakMap<FastifyRequest, Caller>();
  const admit = async (request: FastifyRequest): Promise<void> => {
    const { channel, party, log } = await callerOf(node, nonces, request, true);
    // A party pushes its own log alone: it speaks only for itself.
    if (log.party !== party) throw new ParleyError('not_a_party');
    pushers.set(request, { channel, party });
  };
  // Before the body is read: strangers must not fill the memory with megabytes that nobody signed.
  app.post('/log/:hash/push', { onRequest: admit }, async (request, reply) => {
    const caller = pushers.get(request);
    assert(caller !== undefined, 'whoever pushes was let in');
    const { channel, party } = caller;
    mustHaveDigest(request.headers, bodyOf(request));
    const answer = await channel.receive(party, bodyOf(request)).catch((error: unknown) => {
      if (error instanceof ParleyError && error.code === 'fork') node.exchange.tellAgain(channel.id, party);
      throw error;
    });
    if (answer.status === 200) return reply.code(200).type('text/plain; charset=utf-8').send(Buffer.from(answer.lines));
    return reply
      .code(202)
      .type('application/json')
      .send(JSON.stringify({ missing: answer.missing }));
  });

  app.get('/log/:hash/checkpoint', async (request, reply) => {
    const { channel, log } = await callerOf(node, nonces, request);
    return sendBytes(reply, await steady(channel, log, () => serveCheckpoint(channel.replica, log.origin)), 'text/plain; charset=utf-8');
  });

  // Of a log with two histories: whoever holds one finds out how far the other is the same, and shows what was receipted of it.
  app.get('/log/:hash/root/:size', async (request, reply) => {
    const { channel, log } = await callerOf(node, nonces, request);
    const size = parseDecimal((request.params as { size: string }).size);
    const root = size === undefined || size < 1 ? undefined : await steady(channel, log, () => serveRoot(channel.replica, log.origin, size));
    return sendBytes(reply, root, 'text/plain; charset=utf-8');
  });

  app.post('/log/:hash/receipts', { bodyLimit: MAX_CHECKPOINT_SIZE }, async (request, reply) => {
    const { channel, log } = await callerOf(node, nonces, request);
    await channel.takeReceipts(log.origin, bodyOf(request));
    return reply.code(200).type('application/json').send('{}');
  });

  app.get('/log/:hash/tile/*', async (request, reply) => {
    const { channel, log } = await callerOf(node, nonces, request);
    const path = parseTilePath(`tile/${(request.params as { '*': string })['*']}`);
    if ('expected' in path) throw new ParleyError('not_found', 'not a tile');
    const { level, index, width } = path.tile;
    const tile = await steady(channel, log, () =>
      level === 'entries' ? serveEntries(channel.replica, log.origin, index, width) : serveTile(channel.replica, log.origin, level, index, width),
    );
    return sendBytes(reply, tile, BYTES);
  });

  app.get('/log/:hash/since/:size', async (request, reply) => {
    const { channel, party, log } = await callerOf(node, nonces, request);
    const from = parseDecimal((request.params as { size: string }).size);
    // Texts go to whoever wrote them, and from whoever wrote them: to nobody else.
    if (from === undefined || (log.party !== party && log.party !== channel.replica.us)) throw new ParleyError('not_found');
    return sendBytes(reply, await steady(channel, log, () => servePart(channel.replica, log.origin, from)), BYTES);
  });

  app.get('/chunk/:channel/:root/:index', async (request, reply) => {
    const params = request.params as { channel: string; root: string; index: string };
    const { channel } = await signedBy(node, nonces, request, params.channel);
    const index = parseDecimal(params.index);
    const chunk = index === undefined ? undefined : await attachmentChunk(channel, params.root, index);
    return sendBytes(reply, chunk, BYTES);
  });

  // Its identity threshold is all that says whose note it is.
  app.post('/generations', { bodyLimit: FOUNDING_LIMIT }, async (request, reply) => {
    await takeGeneration(node, bodyOf(request));
    return reply.code(200).type('application/json').send('{}');
  });

  // It proves itself, whoever brings it.
  app.post('/alarms', { bodyLimit: ALARM_LIMIT }, async (request, reply) => {
    await takeAlarmFile(node, bodyOf(request));
    return reply.code(200).type('application/json').send('{}');
  });

  app.post('/founding/join', { bodyLimit: FOUNDING_LIMIT }, async (request, reply) => {
    const view = await takeJoin(node, bodyOf(request));
    return reply
      .code(200)
      .type('application/json')
      .send(JSON.stringify({ invite: view.invite, state: view.state }));
  });

  app.post('/founding/:invite/charter', { bodyLimit: FOUNDING_LIMIT }, async (request, reply) => {
    await takeCharterNote(node, (request.params as { invite: string }).invite, bodyOf(request));
    return reply.code(200).type('application/json').send('{}');
  });

  app.post('/founding/:invite/decline', { bodyLimit: FOUNDING_LIMIT }, async (request, reply) => {
    await takeDecline(node, bodyOf(request));
    return reply.code(200).type('application/json').send('{}');
  });
  return app;
}

/** What is served of a log with two histories is served while neither takes the place of the other. */
function steady<T>({ replica, reader }: ChannelRuntime, { origin }: Named, work: () => Promise<T>): Promise<T> {
  return replica.generations.isForked(origin) ? reader.between(work) : work();
}

async function callerOf(node: PartyNode, nonces: NonceMemory, request: FastifyRequest, bodyLater = false): Promise<Caller & { log: Named }> {
  const origin = originOfHash((request.params as { hash: string }).hash);
  for (const channel of node.channels) {
    const log = origin === undefined ? undefined : channel.replica.generations.find(origin);
    if (log !== undefined) return { ...(await signedBy(node, nonces, request, channel.id, { bodyLater, about: log.party })), log };
  }
  throw new ParleyError('not_found', 'unknown origin');
}

/**
 * Refuses `not_found` for channels that are not here and to all who are not known to be a party of them, who so learn nothing of either. `about` is the
 * party whose log the request is about: a key is theirs before anybody else's.
 */
async function signedBy(
  node: PartyNode,
  nonces: NonceMemory,
  request: FastifyRequest,
  channelId: string,
  { bodyLater = false, about }: { readonly bodyLater?: boolean; readonly about?: number } = {},
): Promise<Caller> {
  const channel = node.channel(channelId);
  const { sha256, verify } = node.parts.crypto;
  const { generations } = channel.replica;
  // Of every generation, also one that does not count: a node may still be at work with the one before, what makes the next one count may be just what
  // it brings, and one that built on the wrong history of its log finds out only by what it is shown here. Its identity signed each of them.
  const keys = generations.all.map((log) => ({ party: log.party, id: actorOf(sha256, log.card.node), key: log.card.node }));
  const ownerIn = (party: number): string => partyId(sha256, generations.founding(party).card.identity);
  const { keyid } = await verifyRequest(
    {
      method: request.method,
      path: request.url,
      headers: request.headers,
      ...(bodyLater ? { bodyLater: true as const } : { body: bodyOf(request) }),
    },
    (id) => keys.find((key) => key.id === id)?.key,
    node.parts.now(),
    nonces,
    verify,
    // One party has a key for each of its generations, and the same share of what is remembered with all of them. A key on the cards of several is nobody's
    // alone: with it none of them fills the share of another.
    (id) => [...new Set(keys.flatMap((key) => (key.id === id ? [key.party] : [])))].map(ownerIn).sort().join(' '),
  ).catch((error: unknown) => {
    const isStranger = error instanceof ParleyError && (error.code === 'signature_invalid' || error.code === 'not_a_party');
    throw isStranger ? new ParleyError('not_found') : error;
  });
  // Anybody can put anybody's key on a card of their own, and so gives away what is theirs; they take nothing from whoever signs with it.
  const parties = keys.flatMap((key) => (key.id === keyid && key.party !== channel.replica.us ? [key.party] : []));
  const party = parties.find((one) => one === about) ?? parties[0];
  if (party === undefined) throw new ParleyError('not_a_party');
  node.exchange.heard(channel.id, party);
  return { channel, party };
}

function bodyOf(request: FastifyRequest): Uint8Array {
  const { body } = request;
  // The same bytes as a plain array: a push of megabytes is not copied each time it is looked at.
  return body instanceof Uint8Array ? new Uint8Array(body.buffer, body.byteOffset, body.length) : new Uint8Array();
}

function sendBytes(reply: FastifyReply, bytes: Uint8Array | undefined, type: string): FastifyReply {
  if (bytes === undefined) throw new ParleyError('not_found');
  return reply.code(200).type(type).send(Buffer.from(bytes));
}

/** A refusal on the peers' door: its status, and no more than its code; a gap answers like tlog-witness, with the size to send from. */
export function sendRefusal(reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof ParleyError) {
    const size = error.facts.size;
    if (error.http === 409 && typeof size === 'number')
      return reply
        .code(409)
        .type(SIZE_MEDIA_TYPE)
        .send(Buffer.from(formatSizeAnswer(size)));
    return reply.code(error.http).type('text/plain; charset=utf-8').send(`${error.code}\n`);
  }
  const status = (error as { statusCode?: number }).statusCode;
  if (status !== undefined && status < 500) return reply.code(status).type('text/plain').send('refused\n');
  // A bug: nothing of it is told to a peer, and it is not swallowed here.
  queueMicrotask(() => {
    throw error;
  });
  return reply.code(500).type('text/plain').send('internal error\n');
}
