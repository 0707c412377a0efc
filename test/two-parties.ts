/** Two parties and a neutral host in one process, over real loopback connections: what tests that need a channel start from. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64url } from '../src/base/bytes.ts';
import type { Json, JsonObject } from '../src/base/json.ts';
import type { Crypto, Http, HttpRequest, MarkFile, Now, Sha256, Signer } from '../src/base/ports.ts';
import { actorOf } from '../src/entry/actor.ts';
import type { IdentityKeys } from '../src/entry/card.ts';
import type { NamedHash } from '../src/entry/charter.ts';
import { composeEntry, type SignedEntry } from '../src/entry/entry.ts';
import { formatIdentityNote, signAsIdentity } from '../src/entry/identity-note.ts';
import { acknowledge, heldOutOf } from '../src/node/acknowledgements.ts';
import type { ChannelRuntime } from '../src/node/channel-runtime.ts';
import { ed25519Signer, nodeCrypto, nodeRandom, systemNow } from '../src/node/crypto.ts';
import { answerInvite, confirmSentence, makeInvite, view } from '../src/node/founding.ts';
import { HostNode } from '../src/node/host-node.ts';
import { openingText, takeOpening } from '../src/node/opening.ts';
import { shippedPackNames } from '../src/node/packs.ts';
import { PartyNode } from '../src/node/party-node.ts';
import { peerHttp } from '../src/node/peer-http.ts';
import { peersDoor } from '../src/node/peers-door.ts';
import { listenPeers, transportCertificate } from '../src/node/peers-tls.ts';
import { appendAsNode, citedHeads } from '../src/node/stamps.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import type { Store } from '../src/store/store.ts';
import { cardOf } from '../src/sync/replica.ts';

/** Bodies of one attempt to wait, milliseconds; nothing is slept, this only says when a test has failed. */
const PATIENCE_MS = 15_000;

/** A party's node with its peers' door open. */
export type Side = {
  readonly name: string;
  readonly node: PartyNode;
  /** The identity key; in life it is a sealed file that the node never holds. */
  readonly identity: Signer;
  /** The key that the identity commits to: in life the printed recovery. */
  readonly next: Signer;
  /** `https://127.0.0.1:<port>` of the peers' door. */
  readonly url: string;
  /** Closes and opens the peers' door, as an outage does; the port stays. */
  hang(): Promise<void>;
  answer(): Promise<void>;
  close(): Promise<void>;
};

/** A representative with their key. */
export type Representative = { readonly side: Side; readonly name: string; readonly actor: string; readonly key: Signer; readonly matter: string };

/** What to say: a kind, its fields in order, and what it refers to. */
export type Saying = {
  readonly kind: string;
  readonly fields: Readonly<Record<string, Json>>;
  readonly refs?: readonly string[];
  readonly time?: number;
};

export type Options = {
  readonly store?: 'memory' | 'sqlite';
  /** Where the stores' files go, a folder each (`a`, `b`, `host-0`); left out: a fresh place that goes with the test. */
  readonly dir?: string;
  readonly hosts?: number;
  readonly now?: Now;
  /** Procedures of the inviting side's own. */
  readonly packs?: readonly Uint8Array[];
  /** Names of the shipped procedures; left out: the usual ones. */
  readonly shipped?: readonly string[];
};

/** What somebody may sign; everything but recalls unless told. */
type Scope = { readonly kinds?: readonly string[]; readonly marking?: string; readonly may_recall?: boolean; readonly automatic?: boolean };

/** The act that accredits a duty officer with this key. */
export function accreditAct(sha256: Sha256, { publicKey }: Signer, name: string, scope: Scope = {}) {
  return {
    act: 'accredit',
    actor: actorOf(sha256, publicKey),
    algorithm: 'ed25519',
    key: toBase64url(publicKey),
    name,
    post: 'Duty officer',
    scope: { kinds: ['*'], marking: 'red', may_recall: false, automatic: false, ...scope },
    effective_at: null,
  };
}

/** Two nodes and their hosts before any founding. */
export class TwoParties {
  readonly a: Side;
  readonly b: Side;
  readonly hosts: readonly { readonly host: HostNode; readonly url: string; close(): Promise<void> }[];
  readonly now: Now;
  readonly crypto: Crypto;
  /** Id of the channel that {@link found} founded. */
  channel = '';
  readonly #close: readonly (() => Promise<void>)[];

  private constructor(a: Side, b: Side, hosts: TwoParties['hosts'], now: Now, crypto: Crypto, close: readonly (() => Promise<void>)[]) {
    this.a = a;
    this.b = b;
    this.hosts = hosts;
    this.now = now;
    this.crypto = crypto;
    this.#close = close;
  }

  /** Opens both nodes and their hosts; close the result whatever happens. */
  static async open(options: Options = {}): Promise<TwoParties> {
    const crypto = nodeCrypto();
    const now = options.now ?? systemNow;
    const dir = options.store === 'sqlite' ? (options.dir ?? (await mkdtemp(join(tmpdir(), 'parley-')))) : undefined;
    const storeOf = async (name: string): Promise<Store> => {
      if (dir === undefined) return openMemoryStore({ sha256: crypto.sha256 });
      const own = join(dir, name);
      await mkdir(own);
      return openSqliteStore({ dir: own, sha256: crypto.sha256 });
    };
    const hosts: TwoParties['hosts'][number][] = [];
    for (let i = 0; i < (options.hosts ?? 1); i++) hosts.push(await openHost(`Host ${i + 1}`, await storeOf(`host-${i}`), crypto, now));
    const a = await openSide('Alpha', await storeOf('a'), crypto, now);
    const b = await openSide('Beta', await storeOf('b'), crypto, now);
    return new TwoParties(a, b, hosts, now, crypto, [
      ...[a, b, ...hosts].map((one) => () => one.close()),
      () => crypto.close(),
      async () => {
        if (dir !== undefined && options.dir === undefined) await rm(dir, { recursive: true, force: true });
      },
    ]);
  }

  /** Opens both nodes and founds a channel between them: `a` is party 0. Resolves once it is open on both sides. */
  static async found(options: Options = {}): Promise<TwoParties> {
    const two = await TwoParties.open(options);
    try {
      await two.found(options.packs, options.shipped);
      return two;
    } catch (error) {
      await two.close();
      throw error;
    }
  }

  /** Founds a channel of theirs; `packs` are procedures of the inviting side, which it keeps and hands over with the invitation, `shipped` names those that ship. */
  async found(packs: readonly Uint8Array[] = [], shipped?: readonly string[]): Promise<void> {
    const before = this.a.node.channels.length;
    const own: NamedHash[] = [];
    for (const bytes of packs) own.push(await this.a.node.packs.keep(bytes));
    const hosts = this.hosts.map(({ host, url }) => ({ card: host.card, address: url }));
    const terms = { packs: [...shippedPackNames(shipped), ...own], working: ['en'], authentic: ['en'], foundBy: this.now() + 86_400 };
    const { invite, note } = await makeInvite(this.a.node, { title: 'Test-1', hosts, ...terms, address: this.a.url }, [this.a.identity]);
    for (const bytes of packs) await this.b.node.packs.keep(bytes);
    await answerInvite(this.b.node, note, { title: 'Test-1', address: this.b.url, hosts }, [this.b.identity]);
    await until([this.a.node], async () => (await view(this.a.node, invite)).state === 'compare');
    for (const [reader, typist] of [
      [this.a, this.b],
      [this.b, this.a],
    ] as const) {
      const { read } = await view(reader.node, invite);
      await confirmSentence(typist.node, invite, read ?? '', [typist.identity]);
    }
    const open = (side: Side): boolean => side.node.channels.length > before;
    await until([this.a.node, this.b.node], async () => open(this.a) && open(this.b));
    this.channel = this.a.node.channels.at(-1)?.id ?? '';
    await until([this.a.node, this.b.node], async () => (await this.of(this.a).own.isOpen()) && (await this.of(this.b).own.isOpen()));
  }

  /** The channel as one side has it. */
  of(side: Side): ChannelRuntime {
    return side.node.channel(this.channel);
  }

  party(side: Side): number {
    return this.of(side).replica.us;
  }

  /** An identity note of a side about one of its people, as the command line makes it. */
  async identityNote(side: Side, act: JsonObject): Promise<Uint8Array> {
    const { n } = await this.of(side).reader.state(this.party(side));
    const text = formatIdentityNote({ channel: this.channel, party: this.party(side), n: n + 1, act });
    return signAsIdentity(this.crypto.sha256, text, [side.identity]);
  }

  /** Accredits a new representative with a fresh key. */
  async accredit(side: Side, name: string, scope: Scope = {}): Promise<Representative> {
    return this.accreditKey(side, name, ed25519Signer(nodeRandom(32)), scope);
  }

  /** Accredits whoever holds a key. */
  async accreditKey(side: Side, name: string, key: Signer, scope: Scope = {}): Promise<Representative> {
    const act = accreditAct(this.crypto.sha256, key, name, scope);
    const note = new TextDecoder().decode(await this.identityNote(side, act));
    const { id } = await appendAsNode(this.of(side), 'identity', [], [['note', note]]);
    return { side, name, actor: act.actor, key, matter: id };
  }

  /** Opens the next generation of a side, as the command line does; `signer` is its identity unless told. */
  async openGeneration(side: Side, signer = side.identity): Promise<string> {
    const { text } = await openingText(side.node, this.of(side));
    const note = new TextDecoder().decode(await signAsIdentity(this.crypto.sha256, text, [signer]));
    const { origin } = await takeOpening(side.node, this.of(side), note);
    return origin;
  }

  /** Once both sides hold everything, somebody on each looks at what the other changed about its people. */
  async acknowledge(sides: readonly Side[] = [this.a, this.b]): Promise<void> {
    await this.settled();
    for (const side of sides) {
      const { pending } = await heldOutOf(this.of(side));
      await acknowledge(
        side.node,
        this.of(side),
        pending.map(({ entry }) => entry),
        'Officer',
      );
    }
  }

  /** Signs a document as a representative does, over the heads their node holds. */
  async sign(person: Representative, { kind, fields, refs = [], time }: Saying): Promise<SignedEntry> {
    const channel = this.of(person.side);
    const party = this.party(person.side);
    const { gen } = cardOf(channel.replica, party);
    const after = await citedHeads(channel);
    const draft = { channel: this.channel, party, gen, type: kind, time: time ?? this.now(), after, refs, fields: Object.entries(fields) };
    return composeEntry(this.crypto.sha256, nodeRandom, draft, person.key, 'rep');
  }

  /** Signs and appends; resolves with the entry's id once it is committed ("sent"). */
  async say(person: Representative, saying: Saying): Promise<string> {
    const signed = await this.sign(person, { ...saying, fields: { marking: 'green', ...saying.fields } });
    await this.of(person.side).append({ bytes: signed.bytes, body: signed.body });
    return signed.id;
  }

  /** Resolves once everything both sides said is receipted, read and witnessed, and nothing is left to stamp. */
  async settled(): Promise<void> {
    await until([this.a.node, this.b.node], async () => {
      const heads = await Promise.all([this.of(this.a).heads(), this.of(this.b).heads()]);
      const digests = await Promise.all([this.of(this.a).digest(), this.of(this.b).digest()]);
      const quiet = this.a.node.exchange.isQuiet && this.b.node.exchange.isQuiet;
      return quiet && JSON.stringify(heads[0]) === JSON.stringify(heads[1]) && digests[0] === digests[1];
    });
  }

  async close(): Promise<void> {
    for (const close of this.#close) await close();
  }
}

/** Resolves when `holds` does, asking again at every event of the nodes; fails after some seconds. */
export async function until(nodes: readonly PartyNode[], holds: () => Promise<boolean>, what = 'what the test waits for'): Promise<void> {
  const late = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    assert.ok(Date.now() < late, `${what} did not come`);
    await new Promise<void>((resolve) => {
      const stops = nodes.map((node) => node.listen(done));
      // Work that ends without an event (a loop falling silent) is noticed here.
      const timer = setTimeout(done, 20);
      function done(): void {
        clearTimeout(timer);
        for (const stop of stops) stop();
        resolve();
      }
    });
  }
}

/** An off-backup mark in memory, for nodes that live no longer than their test. */
export function memoryMark(): MarkFile {
  let held: Uint8Array | undefined;
  return {
    read: async () => held,
    write: async (bytes) => {
      held = bytes;
    },
  };
}

/**
 * Opens a node with its door; `like` gives it the seed, the identity and the mark of another: a copy of its directory. `onRequest` hears of every request
 * that it makes.
 */
export async function openSide(
  name: string,
  store: Store,
  crypto: Crypto,
  now: Now,
  like?: Side,
  mark: MarkFile = memoryMark(),
  onRequest: (request: HttpRequest) => void = () => undefined,
): Promise<Side> {
  const identity = like?.identity ?? ed25519Signer(nodeRandom(32));
  const next = ed25519Signer(nodeRandom(32));
  const keys: IdentityKeys = like?.node.parts.file.identity ?? {
    threshold: 1,
    keys: [identity.publicKey],
    nextThreshold: 1,
    nextDigests: [crypto.sha256(next.publicKey)],
  };
  const seed = like?.node.parts.seed ?? nodeRandom(32);
  const door = { host: '127.0.0.1', port: 0 };
  const file = { name, identity: keys, people: door, peers: door };
  const http = peerHttp();
  const heard: Http = (to, request, max) => {
    onRequest(request);
    return http(to, request, max);
  };
  const node = await PartyNode.open({ file, seed, store, crypto, now, random: nodeRandom, http: heard, mark });
  const app = peersDoor(node);
  await app.ready();
  const tls = await transportCertificate(seed);
  let listening = await listenPeers({ ...door, tls }, app.routing);
  const { port } = listening;
  node.exchange.start();
  let up = true;
  const side: Side = {
    name,
    node,
    identity,
    next,
    url: `https://127.0.0.1:${port}`,
    async hang() {
      if (up) await listening.close(0);
      up = false;
    },
    async answer() {
      if (!up) listening = await listenPeers({ host: '127.0.0.1', port, tls }, app.routing);
      up = true;
    },
    async close() {
      await node.exchange.stop();
      await side.hang();
      await app.close();
      await node.close();
      http.close();
    },
  };
  return side;
}

export async function openHost(name: string, store: Store, crypto: Crypto, now: Now): Promise<TwoParties['hosts'][number]> {
  const seed = nodeRandom(32);
  const door = { host: '127.0.0.1', port: 0 };
  const host = await HostNode.open({ file: { name, nonce: nodeRandom(16), door }, seed, store, crypto, now, mark: memoryMark() });
  const app = host.door();
  await app.ready();
  const listening = await listenPeers({ ...door, tls: await transportCertificate(seed) }, app.routing);
  return {
    host,
    url: `https://127.0.0.1:${listening.port}`,
    async close() {
      await listening.close(0);
      await app.close();
      await host.close();
    },
  };
}
