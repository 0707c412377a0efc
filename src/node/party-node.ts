import { fromBase64url, toBase64url } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import { Mutex } from '../base/mutex.ts';
import type { After, Crypto, Http, HttpRequest, HttpResponse, MakeSigner, MarkFile, Now, PeerAddress, Random } from '../base/ports.ts';
import { type IdentityKeys, originOf, type PartyCard, parseCard, partyId } from '../entry/card.ts';
import { assembleChannel, type Channel, parseCharter } from '../entry/charter.ts';
import { eventOf } from '../entry/key-event.ts';
import type { Store } from '../store/store.ts';
import type { GateState } from '../sync/gate.ts';
import type { GateAnswer } from '../sync/gate-answers.ts';
import { Generations } from '../sync/generations.ts';
import { Mark } from '../sync/mark.ts';
import { cardOf, type Keyring, type Replica } from '../sync/replica.ts';
import { ChannelRuntime } from './channel-runtime.ts';
import { dropOtherwiseComputed } from './computed.ts';
import { Exchange } from './exchange.ts';
import { askHolders } from './holders.ts';
import { signRequest } from './http-signature.ts';
import { type Identities, readIdentities, writeIdentities } from './key-events.ts';
import { PackShelf } from './packs.ts';
import type { PartyFile } from './party-files.ts';
import { roleKeys } from './role-keys.ts';

/** What a node tells whoever watches: pages by server-sent events, jobs. */
export type NodeEvent =
  | { readonly type: 'changed'; readonly channel: string }
  | { readonly type: 'alarm'; readonly channel: string; readonly code: string }
  | { readonly type: 'founding'; readonly invite: string };

/** Everything a party's node is made of, effects included. */
export type PartyNodeParts = {
  readonly file: PartyFile;
  readonly seed: Uint8Array;
  readonly store: Store;
  readonly crypto: Crypto;
  readonly now: Now;
  readonly random: Random;
  readonly http: Http;
  readonly mark: MarkFile;
  /** Left out: the system's timers. */
  readonly after?: After;
  /** Left out: node:crypto's. */
  readonly makeSigner?: MakeSigner;
  /** Called with the title of a channel that is about to be computed anew. */
  readonly onComputedAnew?: (title: string) => void;
};

/** A channel as the store keeps it: the public texts that make it, and local settings. */
export type ChannelRecord = {
  readonly charter: string;
  readonly cards: readonly string[];
  /** The charter note with all thresholds' lines, base64url. */
  readonly note: string;
  readonly us: number;
  readonly title: string;
  /** Peers' doors by party index (empty string: unknown), and hosts'. Local settings, never in the charter. */
  readonly addresses: readonly string[];
  readonly hostAddresses: readonly string[];
  /** Name of the profile that this side chose. */
  readonly profile?: string;
};

/** One party's node: its channels at work, and the way out to its peers. */
export class PartyNode {
  readonly parts: PartyNodeParts;
  readonly mark: Mark;
  readonly exchange: Exchange;
  readonly packs: PackShelf;
  readonly #channels = new Map<string, ChannelRuntime>();
  readonly #records = new Map<string, ChannelRecord>();
  readonly #adding = new Mutex();
  readonly #keyrings = new WeakMap<PartyCard, Keyring>();
  readonly #listeners = new Set<(event: NodeEvent) => void>();
  #identities: Identities;

  private constructor(parts: PartyNodeParts, mark: Mark, identities: Identities, packs: PackShelf) {
    this.parts = parts;
    this.packs = packs;
    this.#identities = identities;
    this.mark = mark;
    this.exchange = new Exchange(this);
  }

  /** Opens all channels; signs nothing yet. A channel whose mark does not match is open for reading and stopped for signing. */
  static async open(parts: PartyNodeParts): Promise<PartyNode> {
    const identities = await readIdentities(parts.store, parts.file.identity);
    const node = new PartyNode(parts, await Mark.open(parts.mark), identities, await PackShelf.open(parts.store));
    for (const { json } of await parts.store.listLocal('channel')) await node.addChannel(JSON.parse(json) as ChannelRecord);
    return node;
  }

  get store(): Store {
    return this.parts.store;
  }

  get name(): string {
    return this.parts.file.name;
  }

  /** SHA-256 of the inception: the same through all channels. */
  get partyId(): string {
    return partyId(this.parts.crypto.sha256, this.parts.file.identity);
  }

  /** Our identity keys, one set after another; {@link identity} is the one in force. */
  get identities(): Identities {
    return this.#identities;
  }

  /** The identity keys in force. */
  get identity(): IdentityKeys {
    return this.#identities.at(-1) ?? this.parts.file.identity;
  }

  /** Keeps the keys that a checked key event puts in force. */
  async addIdentity(identity: IdentityKeys): Promise<void> {
    const next: Identities = [...this.#identities, identity];
    await writeIdentities(this.store, next);
    this.#identities = next;
  }

  get channels(): readonly ChannelRuntime[] {
    return [...this.#channels.values()];
  }

  /** The channel with this id; refuses `not_found`. */
  channel(id: string): ChannelRuntime {
    const channel = this.#channels.get(id);
    if (channel === undefined) throw new ParleyError('not_found', 'no such channel here');
    return channel;
  }

  record(id: string): ChannelRecord {
    const record = this.#records.get(id);
    assert(record !== undefined, 'every open channel has its record');
    return record;
  }

  /** Makes a founded channel known, durably, with an empty log a party; idempotent. */
  addChannel(record: ChannelRecord): Promise<ChannelRuntime> {
    // One at a time: both sides' signatures may complete a founding at once, and two writers of one own log would contradict each other.
    return this.#adding.run(() => this.#addChannel(record));
  }

  async #addChannel(record: ChannelRecord): Promise<ChannelRuntime> {
    const channel = this.#assemble(record);
    const known = this.#channels.get(channel.id);
    if (known !== undefined) return known;
    const { store, crypto, now, random } = this.parts;
    for (const one of channel.parties) {
      const log = await store.log(originOf(crypto.sha256, one));
      // Two channels never share a log: what was said in one would be told to the parties of the other.
      if (log !== undefined && log.channel !== channel.id) throw new ParleyError('conflict', `the log of ${one.name} belongs to another channel`);
    }
    for (const [party, card] of channel.parties.entries()) {
      await store.createLog({ origin: originOf(crypto.sha256, card), channel: channel.id, party, gen: card.gen, own: party === record.us });
    }
    await this.packs.keepNamed(channel.charter.packs);
    await store.putLocal('channel', channel.id, JSON.stringify(record));
    await dropOtherwiseComputed(store, channel.id, () => this.parts.onComputedAnew?.(record.title));
    const generations = await Generations.load(channel, crypto, store);
    const keyring = (of: PartyCard): Keyring => this.keyring(of);
    const peers = {
      party: (to: number, request: HttpRequest, max: number) => this.sendToParty(channel.id, to, request, max),
      host: (to: number, request: HttpRequest, max: number) => this.sendToHost(channel.id, to, request, max),
    };
    const replica: Replica = {
      channel,
      us: record.us,
      store,
      crypto,
      now,
      random,
      mark: this.mark,
      generations,
      get keys() {
        return keyring(generations.current(record.us).card);
      },
      askHolders: (origin) => askHolders(channel, record.us, origin, peers),
    };
    const onChange = (what: 'own' | 'received' | 'read'): void => {
      if (what !== 'read') this.exchange.wake(channel.id);
      if (what === 'read') {
        this.exchange.stampSoon(channel.id);
        this.exchange.fetchSoon(channel.id);
      }
      this.emit({ type: 'changed', channel: channel.id });
    };
    const isOld = ((await store.log(generations.current(record.us).origin))?.size ?? 0) > 0;
    const onGate = (state: GateState, answers: readonly GateAnswer[]): void => this.#onGate(channel.id, state, isOld ? answers : []);
    const runtime = new ChannelRuntime(replica, record.title, onChange, peers, onGate, this.packs.packsOf(channel.charter.packs));
    this.#channels.set(channel.id, runtime);
    this.#records.set(channel.id, record);
    try {
      await runtime.own.recover();
    } catch (error) {
      if (!(error instanceof ParleyError) || error.exit !== 7) throw error;
      // Reading and receipting go on; only our own log stays as it is, until it has been pulled back.
      if (runtime.own.stopped === undefined) runtime.own.stop(error);
      this.emit({ type: 'alarm', channel: channel.id, code: error.code });
    }
    await runtime.read();
    await this.adoptIdentities(runtime);
    return runtime;
  }

  /** Key events that our own log has and this store lost (it is pulled back from the others) are known again. */
  async adoptIdentities(channel: ChannelRuntime): Promise<void> {
    const { earlier = [], identity } = await channel.reader.state(channel.replica.us);
    for (const keys of [...earlier, identity]) if (eventOf(keys) === eventOf(this.identity) + 1) await this.addIdentity(keys);
  }

  /** An own log recovers, signs again, or has ended: the loops and whoever watches are told. */
  #onGate(channel: string, state: GateState, answers: readonly GateAnswer[]): void {
    if (state === 'recovering') this.exchange.recoverSoon(channel);
    if (state === 'open') this.exchange.noteGateSoon(channel, answers);
    if (state === 'ended') this.emit({ type: 'alarm', channel, code: 'unsafe_state' });
    this.exchange.alarmSoon(channel);
    this.emit({ type: 'changed', channel });
  }

  /** Changes local settings of a channel: its title, its profile (`null` for none) and where its peers listen. */
  async updateRecord(
    id: string,
    change: Partial<Pick<ChannelRecord, 'addresses' | 'hostAddresses' | 'title'>> & { readonly profile?: string | null },
  ): Promise<void> {
    const { profile = this.record(id).profile ?? null, ...others } = change;
    const { profile: _, ...known } = this.record(id);
    const record: ChannelRecord = { ...known, ...others, ...(profile === null ? {} : { profile }) };
    await this.store.putLocal('channel', id, JSON.stringify(record));
    this.#records.set(id, record);
    this.exchange.wake(id);
    // Pages that are open say things in the new words at once.
    this.emit({ type: 'changed', channel: id });
    // Whoever could not be reached may be, at another address.
    if (this.channel(id).own.gate === 'recovering') this.exchange.recoverSoon(id);
  }

  /** This node's keys for a card it made. */
  keyring(own: PartyCard): Keyring {
    const known = this.#keyrings.get(own);
    if (known !== undefined) return known;
    const keys = roleKeys(this.parts.seed, own.nonce, own.gen, this.parts.makeSigner);
    const keyring = { log: { ed25519: keys.logEd, mlDsa44: keys.logPq }, held: { ed25519: keys.heldEd, mlDsa44: keys.heldPq }, node: keys.node };
    this.#keyrings.set(own, keyring);
    return keyring;
  }

  /** A request to a party of a channel, signed by this node's key there (RFC 9421); refuses `unreachable`, `pin_mismatch`. */
  sendToParty(channel: string, party: number, request: HttpRequest, maxSize: number): Promise<HttpResponse> {
    const runtime = this.channel(channel);
    const url = this.record(channel).addresses[party] ?? '';
    return this.send({ url, spki: cardOf(runtime.replica, party).transport }, runtime.replica.keys, request, maxSize);
  }

  /** A request signed with a channel's node key to any pinned address. */
  async send(peer: PeerAddress, keys: Keyring, request: HttpRequest, maxSize: number): Promise<HttpResponse> {
    if (peer.url === '') throw new ParleyError('unreachable', 'no address is known');
    const signed = await signRequest(keys.node, request, this.parts.now(), this.parts.random);
    return this.parts.http(peer, { ...request, headers: { ...request.headers, ...signed } }, maxSize);
  }

  /** A request to a host of a channel; unsigned. */
  sendToHost(channel: string, host: number, request: HttpRequest, maxSize: number): Promise<HttpResponse> {
    const hostCard = this.channel(channel).replica.channel.hosts[host];
    const url = this.record(channel).hostAddresses[host] ?? '';
    if (hostCard === undefined || url === '') return Promise.reject(new ParleyError('unreachable', 'no address of this host is known'));
    return this.parts.http({ url, spki: hostCard.transport }, request, maxSize);
  }

  /** Calls `listener` at every event until the function returned is called. */
  listen(listener: (event: NodeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: NodeEvent): void {
    if (event.type === 'founding') this.exchange.wakeFounding(event.invite);
    for (const listener of this.#listeners) listener(event);
  }

  /** Stops the loops and closes the store; what was acknowledged is durable. */
  async close(): Promise<void> {
    await this.exchange.stop();
    for (const channel of this.channels) await channel.reader.idle();
    await this.store.close();
  }

  #assemble(record: ChannelRecord): Channel {
    const charter = parseCharter(record.charter);
    const cards = record.cards.map(parseCard);
    assert('charter' in charter, 'a stored charter has its form');
    const channel = assembleChannel(
      this.parts.crypto.sha256,
      charter.charter,
      cards.flatMap((parsed) => ('card' in parsed ? [parsed.card] : [])),
    );
    assert('channel' in channel, 'stored cards are those of their charter');
    return channel.channel;
  }
}

/** Bytes kept as base64url in a local record. */
export function recordBytes(text: string): Uint8Array {
  const bytes = fromBase64url(text);
  assert(bytes !== undefined, 'a local record keeps bytes as base64url');
  return bytes;
}

/** Base64url of bytes for a local record. */
export function recordText(bytes: Uint8Array): string {
  return toBase64url(bytes);
}
