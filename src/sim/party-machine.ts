import { toBase64url, utf8 } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import type { Http, HttpRequest, HttpResponse, Signer } from '../base/ports.ts';
import { actorOf } from '../entry/actor.ts';
import type { IdentityKeys } from '../entry/card.ts';
import type { ChannelRuntime } from '../node/channel-runtime.ts';
import { PartyNode } from '../node/party-node.ts';
import { peersDoor } from '../node/peers-door.ts';
import { transportPin } from '../node/peers-tls.ts';
import type { Life } from './life.ts';
import { Machine } from './machine.ts';
import type { World } from './world.ts';

const NOTHING: HttpResponse = { status: 404, headers: {}, body: utf8('no such thing here\n') };

/** One party's machine, with its identity key and one representative's key, which in life are elsewhere. */
export class PartyMachine extends Machine {
  readonly index: number;
  readonly spki: Uint8Array;
  readonly identity: Signer;
  readonly representative: Signer;
  readonly actor: string;
  node: PartyNode | undefined;
  /** The address it asks from; another machine may pass for it. */
  readonly from: string;
  /** Its node stamps nothing. */
  readonly isMute: boolean;
  /** It is not told what others hold of its own log, so that it never learns that it contradicts itself. */
  readonly isBlind: boolean;
  readonly #seed: Uint8Array;

  constructor(world: World, index: number, name: string, isBlind = false) {
    super(world, name);
    this.index = index;
    this.isBlind = isBlind;
    this.isMute = world.hasMute && index === 1;
    this.#seed = new Uint8Array(32).fill(10 + index);
    this.spki = transportPin(this.#seed);
    const { crypto, make } = world.signing;
    this.identity = make('ed25519', crypto.sha256(utf8(`identity ${index}`)));
    this.representative = make('ed25519', crypto.sha256(utf8(`representative ${index}`)));
    this.actor = actorOf(crypto.sha256, this.representative.publicKey);
    this.from = `https://${['alpha', 'beta'][index]}.example`;
  }

  /** The one channel, once it is founded and the process at work. */
  get channel(): ChannelRuntime | undefined {
    return this.isUp ? this.node?.channels[0] : undefined;
  }

  protected override async begin(life: Life): Promise<void> {
    const { store, mark, makeSigner, now } = await this.ports(life);
    const { signing, network, dice, timeline } = this.world;
    const next = signing.make('ed25519', signing.crypto.sha256(utf8(`next ${this.index}`)));
    const identity: IdentityKeys = {
      threshold: 1,
      keys: [this.identity.publicKey],
      nextThreshold: 1,
      nextDigests: [signing.crypto.sha256(next.publicKey)],
    };
    const door = { host: '127.0.0.1', port: 0 };
    const bytes = dice.of(`${this.name} bytes ${timeline.now}`);
    const out: Http = (peer, request, maxSize) =>
      life.pass(() => {
        if (!this.world.reaches(this, peer.url)) throw new ParleyError('unreachable', 'a connection');
        return this.isBlind && isOwnHead(request) ? Promise.resolve(NOTHING) : network.send(this.from, peer, request, maxSize);
      });
    const node = await PartyNode.open({
      file: { name: this.from.slice(8, -8), identity, people: door, peers: door },
      seed: this.#seed,
      store,
      crypto: signing.crypto,
      now,
      random: (size) => bytes.bytes(size),
      http: out,
      mark,
      after: life.after,
      makeSigner,
    });
    const app = peersDoor(node);
    await app.ready();
    if (!life.alive) return;
    this.node = node;
    this.door = app;
    if (this.isMute) node.exchange.stampSoon = () => undefined;
    node.exchange.start();
  }

  /** The act that accredits its representative. */
  accreditation() {
    return {
      act: 'accredit',
      actor: this.actor,
      algorithm: 'ed25519',
      key: toBase64url(this.representative.publicKey),
      name: 'Officer',
      post: 'Duty officer',
      scope: { kinds: ['*'], marking: 'red', may_recall: false, automatic: false },
      effective_at: null,
    } as const;
  }

  mustChannel(): ChannelRuntime {
    const { channel } = this;
    assert(channel !== undefined, 'the channel is founded and its node at work');
    return channel;
  }
}

function isOwnHead({ method, path }: HttpRequest): boolean {
  return method === 'GET' && path.endsWith('/checkpoint');
}
