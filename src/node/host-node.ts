import Fastify, { type FastifyInstance } from 'fastify';
import { assert, ParleyError } from '../base/errors.ts';
import type { Crypto, MarkFile, Now } from '../base/ports.ts';
import { formatHostCard, type HostCard, parseCard, witnessName } from '../entry/card.ts';
import type { Store } from '../store/store.ts';
import { Mark } from '../sync/mark.ts';
import { addCheckpoint, cosignedCheckpoint, registerOrigin, type Witness } from '../sync/witness.ts';
import { originOfHash } from '../tlog/origin.ts';
import { MAX_ADD_CHECKPOINT_SIZE } from '../tlog/witness-request.ts';
import type { HostFile } from './party-files.ts';
import { sendRefusal } from './peers-door.ts';
import { transportCertificate } from './peers-tls.ts';
import { witnessKeys } from './role-keys.ts';

/** A neutral host at work: its card, its witness, and how much it has cosigned. */
export class HostNode {
  readonly card: HostCard;
  readonly witness: Witness;
  #cosignatures = 0;

  private constructor(card: HostCard, witness: Witness) {
    this.card = card;
    this.witness = witness;
  }

  static async open(parts: { file: HostFile; seed: Uint8Array; store: Store; crypto: Crypto; now: Now; mark: MarkFile }): Promise<HostNode> {
    const keys = witnessKeys(parts.seed, parts.file.nonce);
    const text = formatHostCard({
      name: parts.file.name,
      nonce: parts.file.nonce,
      witness: { ed25519: keys.ed.publicKey, mlDsa44: keys.pq.publicKey },
      transport: (await transportCertificate(parts.seed)).spkiHash,
    });
    const parsed = parseCard(text);
    assert('card' in parsed && parsed.card.role === 'host', 'a host card has its form');
    const mark = await Mark.open(parts.mark);
    const { store, crypto, now } = parts;
    const name = witnessName(crypto.sha256, parsed.card);
    await store.putValue('card', new TextEncoder().encode(text));
    return new HostNode(parsed.card, { store, crypto, now, mark, name, keys: { ed25519: keys.ed, mlDsa44: keys.pq } });
  }

  /** Witness cosignatures given since the start. */
  get cosignatures(): number {
    return this.#cosignatures;
  }

  /** The host's one door: card, origins, add-checkpoint, and the checkpoints it cosigned. Nothing here is secret, and nothing here is content. */
  door(): FastifyInstance {
    const app = Fastify({ bodyLimit: MAX_ADD_CHECKPOINT_SIZE, requestTimeout: 30_000, routerOptions: { maxParamLength: 512 } });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.setErrorHandler((error, _request, reply) => sendRefusal(reply, error));
    app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('no such thing here\n'));
    const body = (value: unknown): Uint8Array => (value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array());

    app.get('/', (_request, reply) =>
      reply.type('text/plain').send(`${this.card.name}: a neutral host. It sees origins, sizes and roots, and no content.\n`),
    );
    app.get('/card', (_request, reply) => reply.type('application/json').send(this.card.text));
    app.post('/origins', async (request, reply) => {
      const answer = await registerOrigin(this.witness, body(request.body));
      return reply.code(answer.status).type(answer.contentType).send(Buffer.from(answer.body));
    });
    app.post('/add-checkpoint', async (request, reply) => {
      const answer = await addCheckpoint(this.witness, body(request.body));
      if (answer.status === 200) this.#cosignatures++;
      return reply.code(answer.status).type(answer.contentType).send(Buffer.from(answer.body));
    });
    app.get('/log/:hash/checkpoint', async (request, reply) => {
      const origin = originOfHash((request.params as { hash: string }).hash);
      const note = origin === undefined ? undefined : await cosignedCheckpoint(this.witness, origin);
      if (note === undefined) throw new ParleyError('not_found');
      return reply.type('text/plain; charset=utf-8').send(Buffer.from(note));
    });
    return app;
  }

  async close(): Promise<void> {
    await this.witness.store.close();
  }
}
