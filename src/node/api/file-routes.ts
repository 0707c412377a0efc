import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import { toBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { MAX_PROOF_DOCUMENTS } from '../../base/limits.ts';
import { chunkCount } from '../../entry/attachment.ts';
import { exportRecord } from '../../sync/export.ts';
import { makeProof, type RangeStart } from '../../sync/make-proof.ts';
import { newestForkProof } from '../alarms.ts';
import { attachmentChunk, blobFacts, completeBlobs, isComplete } from '../attachments.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { type PartyNode, recordBytes } from '../party-node.ts';
import { rawIds } from '../views/facts.ts';
import { type Api, addRoute, closed, ID } from './api.ts';

/** Media types handed on as they were given; anything else is bytes. None of them runs anything, and none is shown here. */
const SAFE_MEDIA = /^(application\/(pdf|json|stix\+json|taxii\+json|zip|octet-stream)|text\/(plain|csv)|image\/(png|jpeg|gif|webp))$/;
const CHANNEL = Type.Object({ c: ID });
const FIELDS = Type.Optional(Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' }), { maxItems: 64 }));

/** What leaves as a file: attachments, the record of a channel, the proof of a document. */
export function fileRoutes(app: FastifyInstance, api: Api): void {
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/attachments/:root',
    who: 'member',
    summary: 'A file that a document names, to be saved.',
    params: Type.Object({ c: ID, root: ID }),
    run: async ({ params, reply }) => {
      const channel = api.node.channel(params.c);
      const blob = await blobFacts(channel, params.root);
      if (blob === undefined || !(await isComplete(channel, params.root))) throw new ParleyError('not_found', 'the file is not here in full yet');
      const [media] = (blob.media ?? '').toLowerCase().split(';');
      reply.header('content-length', blob.size);
      return sendFile(
        reply,
        media !== undefined && SAFE_MEDIA.test(media) ? media : 'application/octet-stream',
        blob.name ?? 'attachment',
        chunksOf(channel, params.root, blob.size),
      );
    },
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/fork-proof',
    who: 'member',
    summary: 'The newest proof that a log of the channel has two histories, for anyone to check offline.',
    params: CHANNEL,
    run: async ({ params, reply }) => {
      const channel = api.node.channel(params.c);
      const bytes = await newestForkProof(api.node, channel);
      const parts = (async function* () {
        yield bytes;
      })();
      return sendFile(reply, 'application/octet-stream', `${api.node.record(channel.id).title}.fork-proof`, parts);
    },
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/export',
    who: 'member',
    summary: 'The whole channel as one bundle that anyone can verify offline; with files=1 its attachments too.',
    params: CHANNEL,
    query: Type.Object({ files: Type.Optional(Type.Enum(['0', '1'])) }),
    run: async ({ params, query, reply }) => {
      const channel = api.node.channel(params.c);
      return sendFile(
        reply,
        'application/octet-stream',
        `${api.node.record(channel.id).title}.parley`,
        exportOf(api.node, channel, query.files === '1'),
      );
    },
  });
  addRoute(app, api, {
    method: 'GET',
    url: '/api/channels/:c/documents/:id/proof',
    who: 'member',
    summary: 'A proof that a document stands in the record, for anyone to check offline; fields named in withhold are left out.',
    params: Type.Object({ c: ID, id: ID }),
    query: Type.Object({ withhold: Type.Optional(Type.String({ maxLength: 2000 })) }),
    run: async ({ params, query, reply }) => {
      const channel = api.node.channel(params.c);
      const without = (query.withhold ?? '').split(',').filter((name) => name !== '');
      const proof = await proofOf(api.node, channel, [{ id: params.id, without }], undefined);
      return sendFile(reply, 'text/plain; charset=utf-8', `${params.id.slice(0, 12)}.proof`, [proof]);
    },
  });
  addRoute(app, api, {
    method: 'POST',
    url: '/api/channels/:c/proof',
    who: 'member',
    summary: 'One proof of several documents, of each the fields named; with range the entries that show whether signers are still accredited.',
    params: CHANNEL,
    body: closed({
      documents: Type.Array(closed({ id: ID, only: FIELDS, without: FIELDS }), { minItems: 1, maxItems: MAX_PROOF_DOCUMENTS }),
      range: Type.Optional(Type.Enum(['since', 'whole'])),
    }),
    run: async ({ params, body, reply }) => {
      const channel = api.node.channel(params.c);
      const proof = await proofOf(api.node, channel, body.documents, body.range);
      return sendFile(reply, 'text/plain; charset=utf-8', `${api.node.record(channel.id).title}.proof`, [proof]);
    },
  });
}

/** Sends bytes to be saved, and never to be opened under our origin. */
function sendFile(reply: FastifyReply, media: string, name: string, parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): FastifyReply {
  return reply
    .type(media)
    .header('content-disposition', disposition(name))
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('cache-control', 'private, no-store')
    .send(Readable.from(asBuffers(parts), { objectMode: false }));
}

async function* asBuffers(parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const part of parts) yield Buffer.from(part.buffer, part.byteOffset, part.length);
}

async function* chunksOf(channel: ChannelRuntime, root: string, size: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < chunkCount(size); index++) {
    const chunk = await attachmentChunk(channel, root, index);
    if (chunk === undefined) throw new ParleyError('store_damaged', 'a chunk that was here is gone');
    yield chunk;
  }
}

async function* exportOf(node: PartyNode, channel: ChannelRuntime, withFiles: boolean): AsyncGenerator<Uint8Array> {
  const files = withFiles ? await completeBlobs(channel) : [];
  const packs = channel.replica.channel.charter.packs.flatMap(({ hash }) => node.packs.find(hash)?.bytes ?? []);
  yield* exportRecord(channel.replica, {
    charterNote: recordBytes(node.record(channel.id).note),
    packs,
    files: files.map(({ root, size }) => ({ root, chunks: chunkCount(size) })),
  });
}

/** A document to disclose: only the fields named, or all without those named. */
type Disclosed = { readonly id: string; readonly only?: readonly string[]; readonly without?: readonly string[] };

async function proofOf(
  node: PartyNode,
  channel: ChannelRuntime,
  disclosed: readonly Disclosed[],
  range: RangeStart | undefined,
): Promise<Uint8Array> {
  const ids = disclosed.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) throw new ParleyError('invalid', 'expected every document once');
  const places = await channel.store.verdicts(channel.id, rawIds(ids));
  const documents = disclosed.map(({ id, only, without = [] }) => {
    const own = places.filter((row) => toBase64url(row.id) === id);
    const verdict = own.find((row) => row.valid) ?? own[0];
    if (verdict === undefined) throw new ParleyError('not_found', 'no such document here');
    return { origin: verdict.origin, index: verdict.index, shown: only === undefined ? { without } : { only } };
  });
  return makeProof(channel.replica, {
    documents,
    range,
    charterNote: recordBytes(node.record(channel.id).note),
    readerOf: (party) => channel.reader.state(party),
  });
}

/** RFC 6266: a plain name for everyone and the true one in UTF-8 (RFC 8187); no path, no control character, no quote survives. */
function disposition(name: string): string {
  const bare = name.replaceAll(/[\p{C}/\\]/gu, '_').slice(0, 150);
  const plain = bare.replaceAll(/[^A-Za-z0-9._ -]/g, '_');
  const encoded = encodeURIComponent(bare.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
