import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { fromBase64, parseDecimal } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { CHUNK_SIZE, MAX_BODY_LEAVES, MAX_BODY_SIZE, MAX_ENTRY_SIZE } from '../../base/limits.ts';
import { openBody } from '../../entry/body.ts';
import { parseEntry } from '../../entry/entry.ts';
import { mustBeAcknowledged } from '../acknowledgements.ts';
import { announceBlob, attachmentsIn, isComplete } from '../attachments.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { mustMakeSense } from '../drafting.ts';
import { noteNamed, takeChunk } from '../handed-files.ts';
import { mustNotBeWithdrawn } from '../withdrawals.ts';
import { type Api, addRoute, BASE64, closed, ID } from './api.ts';

/** An entry and its body in base64, with room for their JSON. */
const ENTRY_LIMIT = Math.ceil(((MAX_ENTRY_SIZE + MAX_BODY_SIZE + 48 * MAX_BODY_LEAVES) * 4) / 3) + 1024;

/** What a signing device hands over: signed entries, and the files they name. The node holds no key of any person. */
export function signingRoutes(app: FastifyInstance, api: Api): void {
  addRoute(app, api, {
    method: 'POST',
    url: '/api/channels/:c/entries',
    who: 'member',
    summary: 'Appends a signed entry to our log; the same entry again gives the same index.',
    params: Type.Object({ c: ID }),
    body: closed({ entry: BASE64, body: BASE64 }),
    bodyLimit: ENTRY_LIMIT,
    run: async ({ params, body }) => {
      const entry = fromBase64(body.entry);
      const text = fromBase64(body.body);
      if (entry === undefined || text === undefined) throw new ParleyError('invalid', 'entry and body in base64');
      return append(api, api.node.channel(params.c), entry, text);
    },
  });
  // In a scope of its own: nothing else on this door takes bytes that are no JSON.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    addRoute(scope, api, {
      method: 'POST',
      url: '/api/channels/:c/attachments/:root/:index',
      who: 'member',
      summary: 'Keeps one chunk of a file that a document of ours is going to name.',
      params: Type.Object({ c: ID, root: ID, index: Type.String({ maxLength: 6 }) }),
      query: Type.Object({ size: Type.String({ maxLength: 16 }), salt: Type.String({ maxLength: 22 }) }),
      bodyLimit: CHUNK_SIZE,
      run: async ({ params, query, request, caller }) => {
        const [index, size] = [parseDecimal(params.index), parseDecimal(query.size)];
        // A file of no bytes has one empty chunk, and an empty body has no type.
        const bytes = request.body instanceof Uint8Array ? new Uint8Array(request.body) : new Uint8Array();
        if (index === undefined || size === undefined) throw new ParleyError('invalid', 'the index of a chunk and the size of its file');
        const by = caller.kind === 'person' ? caller.user.user : '';
        const file = { root: params.root, salt: query.salt, size };
        return { complete: await takeChunk(api.node.channel(params.c), file, index, bytes, by, api.node.parts.now()) };
      },
    });
  });
}

async function append(api: Api, channel: ChannelRuntime, bytes: Uint8Array, body: Uint8Array): Promise<{ id: string; index: number }> {
  const { sha256 } = channel.replica.crypto;
  const parsed = parseEntry(sha256, bytes);
  if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
  const { header, id } = parsed.entry;
  const opened = openBody(sha256, header.body, body);
  if ('expected' in opened) throw new ParleyError('invalid', `expected ${opened.expected}`);
  for (const value of attachmentsIn(Object.fromEntries(opened.body.fields))) {
    await announceBlob(channel, value);
    // The other side fetches files from here: one that is not whole here will never be whole there.
    if (!(await isComplete(channel, value.root))) throw new ParleyError('invalid', 'a document whose files are all here; hand them over first');
  }
  await mustMakeSense(channel, parsed.entry, opened.body.fields);
  const concerns = opened.body.fields.get('concerns');
  // To let go of what somebody said is no use of it.
  const used = header.type === 'body_erased' || header.type === 'lost' ? [] : header.refs;
  await mustBeAcknowledged(channel, [...used, ...(Array.isArray(concerns) ? concerns.filter((one) => typeof one === 'string') : [])]);
  if (header.type === 'withdrawal') await mustNotBeWithdrawn(channel, opened.body.fields.get('entry'), id);
  const index = await api.clearances.append(channel, { bytes, body }, parsed.entry);
  for (const { root } of attachmentsIn(Object.fromEntries(opened.body.fields))) await noteNamed(channel, root);
  return { id, index };
}
