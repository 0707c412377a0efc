import Fastify, { type FastifyInstance } from 'fastify';
import { fromUtf8, parseDecimal, utf8 } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import type { Crypto, MakeSigner, MarkFile, Now } from '../base/ports.ts';
import { formatHostCard, type HostCard, parseCard, witnessName } from '../entry/card.ts';
import type { Store } from '../store/store.ts';
import { forkAt } from '../sync/host-fork.ts';
import { Mark } from '../sync/mark.ts';
import { addCheckpoint, cosignedCheckpoint, registerOrigin, resumeWitness, type Witness } from '../sync/witness.ts';
import { originOfHash } from '../tlog/origin.ts';
import { MAX_ADD_CHECKPOINT_SIZE } from '../tlog/witness-request.ts';
import type { HostFile } from './party-files.ts';
import { sendRefusal } from './peers-door.ts';
import { transportPin } from './peers-tls.ts';
import { witnessKeys } from './role-keys.ts';

const COUNT = 'cosignatures';
/** The count is for people: a durable write for each would double what a cosignature costs, and a killed host forgets a few. */
const COUNT_EVERY = 32;

/** A neutral host at work: its card, its witness, and how much it has cosigned. */
export class HostNode {
  readonly card: HostCard;
  readonly witness: Witness;
  #cosignatures = 0;
  /** Given before this start, as far as it was written down. */
  readonly #before: number;

  private constructor(card: HostCard, witness: Witness, before: number) {
    this.card = card;
    this.witness = witness;
    this.#before = before;
  }

  /**
   * Goes on where the mark says. Refuses `unsafe_state` where the mark was lost, with the store or without it: what it cosigned is not known any more,
   * and no host can ask for it, since it knows nobody.
   */
  static async open(parts: {
    file: HostFile;
    seed: Uint8Array;
    store: Store;
    crypto: Crypto;
    now: Now;
    mark: MarkFile;
    /** Left out: node:crypto's. */
    makeSigner?: MakeSigner;
  }): Promise<HostNode> {
    const keys = witnessKeys(parts.seed, parts.file.nonce, parts.makeSigner);
    const text = formatHostCard({
      name: parts.file.name,
      nonce: parts.file.nonce,
      witness: { ed25519: keys.ed.publicKey, mlDsa44: keys.pq.publicKey },
      transport: transportPin(parts.seed),
    });
    const parsed = parseCard(text);
    assert('card' in parsed && parsed.card.role === 'host', 'a host card has its form');
    const mark = await Mark.open(parts.mark);
    const { store, crypto, now } = parts;
    if (!mark.existed && (await store.getValue('card')) !== undefined) throw lostMark();
    await Mark.create(parts.mark);
    await resumeWitness({ store, mark });
    const name = witnessName(crypto.sha256, parsed.card);
    await store.putValue('card', new TextEncoder().encode(text));
    const count = parseDecimal(fromUtf8((await store.getValue(COUNT)) ?? new Uint8Array()) ?? '');
    return new HostNode(parsed.card, { store, crypto, now, mark, name, keys: { ed25519: keys.ed, mlDsa44: keys.pq } }, count ?? 0);
  }

  /** Witness cosignatures given since the start. */
  get cosignatures(): number {
    return this.#cosignatures;
  }

  /** The host's one door: card, how much it has cosigned, origins, add-checkpoint, and the checkpoints it cosigned. Nothing here is secret, and nothing here is content. */
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
    app.get('/status', (_request, reply) => reply.send({ name: this.card.name, cosignatures: this.#before + this.#cosignatures }));
    app.get('/card', (_request, reply) => reply.type('application/json').send(this.card.text));
    app.post('/origins', async (request, reply) => {
      const answer = await registerOrigin(this.witness, body(request.body), peerOf(request.ip));
      return reply.code(answer.status).type(answer.contentType).send(Buffer.from(answer.body));
    });
    app.post('/add-checkpoint', async (request, reply) => {
      const answer = await addCheckpoint(this.witness, body(request.body));
      if (answer.status === 200 && ++this.#cosignatures % COUNT_EVERY === 0) await this.#writeCount();
      return reply.code(answer.status).type(answer.contentType).send(Buffer.from(answer.body));
    });
    app.get('/log/:hash/checkpoint', async (request, reply) => {
      const origin = originOfHash((request.params as { hash: string }).hash);
      const note = origin === undefined ? undefined : await cosignedCheckpoint(this.witness, origin);
      if (note === undefined) throw new ParleyError('not_found');
      return reply.type('text/plain; charset=utf-8').send(Buffer.from(note));
    });
    // Public, like what it is about: two heads that its own keys signed.
    app.get('/log/:hash/fork', async (request, reply) => {
      const origin = originOfHash((request.params as { hash: string }).hash);
      const proof = origin === undefined ? undefined : await forkAt(this.witness.store, origin);
      if (proof === undefined) throw new ParleyError('not_found');
      return reply.type('text/plain; charset=utf-8').send(Buffer.from(proof));
    });
    return app;
  }

  async close(): Promise<void> {
    await this.#writeCount();
    await this.witness.store.close();
  }

  #writeCount(): Promise<void> {
    return this.witness.store.putValue(COUNT, utf8(String(this.#before + this.#cosignatures)));
  }
}

/** Whoever has one IPv6 address has the 2^64 beside it: the first four groups stand for all of them. */
function peerOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head, tail] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? 0 : 8 - (head?.length ?? 0) - tail.length;
  return [...(head ?? []), ...Array.from({ length: zeros }, () => '0'), ...(tail ?? [])].slice(0, 4).join(':');
}

/** The refusal of a host without its mark. */
export function lostMark(): ParleyError {
  return new ParleyError(
    'unsafe_state',
    'this host lost the mark beside its directory, and with it what it cosigned: a host is replaced, never restored; make a new one with "parley host --dir"',
  );
}
