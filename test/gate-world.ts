/** Three parties and a host in one process without sockets: what a test of the gate starts, restores and lies with. */
import assert from 'node:assert/strict';
import { equal, fromUtf8, utf8 } from '../src/base/bytes.ts';
import { ParleyError } from '../src/base/errors.ts';
import type { Crypto, HttpRequest, HttpResponse, MarkFile, Signer } from '../src/base/ports.ts';
import { formatBundle } from '../src/entry/bundle.ts';
import { originOf, witnessName } from '../src/entry/card.ts';
import { ChannelRuntime } from '../src/node/channel-runtime.ts';
import {
  type TestChannel,
  type TestHost,
  type TestParty,
  testChannel,
  testCrypto,
  testHost,
  testParty,
  testRandom,
} from '../src/node/fixtures-channel.ts';
import { askHolders } from '../src/node/holders.ts';
import { appendAsNode } from '../src/node/stamps.ts';
import { HASHED, hashedSigner } from '../src/sim/keys.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';
import { Generations } from '../src/sync/generations.ts';
import { Mark } from '../src/sync/mark.ts';
import { pushTo } from '../src/sync/push.ts';
import { servePart } from '../src/sync/refill.ts';
import { originIn, partyOf, type Replica } from '../src/sync/replica.ts';
import { serveCheckpoint } from '../src/sync/serve-log.ts';
import { submitHead } from '../src/sync/submit.ts';
import { addCheckpoint, cosignedCheckpoint, registerOrigin, type Witness } from '../src/sync/witness.ts';
import { originHash, originOfHash } from '../src/tlog/origin.ts';

const { sha256 } = testCrypto;
export const NOW = 1_700_100_000;

/** A mark in memory whose bytes a test may take and put back. */
export class TestMarkFile implements MarkFile {
  bytes: Uint8Array | undefined;
  constructor(bytes?: Uint8Array) {
    this.bytes = bytes;
  }
  async read(): Promise<Uint8Array | undefined> {
    return this.bytes;
  }
  async write(bytes: Uint8Array): Promise<void> {
    this.bytes = bytes;
  }
}

/** How somebody answers: bytes of a path, as the peers' door would. */
export type Door = (from: number, request: HttpRequest) => Promise<HttpResponse>;

/** One party at work. */
export type Node = { readonly store: Store; readonly mark: TestMarkFile; readonly runtime: ChannelRuntime; readonly replica: Replica };

/** Every head a party's keys signed, each with the leaves under it: a fork is two that are no prefix of one another. */
export class Signatures {
  readonly heads: { readonly size: number; readonly leaves: readonly Uint8Array[] }[] = [];

  add(leaves: readonly Uint8Array[]): void {
    this.heads.push({ size: leaves.length, leaves });
  }

  get forks(): number {
    const [longest] = [...this.heads].sort((a, b) => b.size - a.size);
    return this.heads.filter(({ leaves }) => leaves.some((leaf, i) => !equal(leaf, longest?.leaves[i] ?? leaf))).length;
  }
}

/** The channel, its doors, and what is signed by whom. */
export class World {
  readonly on: TestChannel;
  readonly crypto: Crypto;
  readonly doors: Door[] = [];
  readonly hostDoors: Door[] = [];
  readonly witnesses: Witness[] = [];
  now = NOW;

  private constructor(on: TestChannel, crypto: Crypto) {
    this.on = on;
    this.crypto = crypto;
  }

  /** Makes the hosts and no node yet; unknown doors do not answer. With `hashed` keys a thousand worlds take seconds: what is tested there is not signatures. */
  static async make(parties = 3, hosts = 1, keys: 'real' | 'hashed' = 'real'): Promise<World> {
    const names = ['Alpha', 'Beta', 'Gamma'].slice(0, parties);
    const on = await testChannel(
      names.map((name, i) => testParty(name, 10 * (i + 1))),
      Array.from({ length: hosts }, (_, i) => testHost(`Host ${i}`, 100 + i)),
    );
    const world = new World(
      keys === 'real' ? on : { ...on, parties: on.parties.map(hashedParty), hosts: on.hosts.map(hashedHost) },
      keys === 'real' ? testCrypto : HASHED.crypto,
    );
    for (let host = 0; host < hosts; host++) await world.startHost(host, openMemoryStore({ sha256 }), new TestMarkFile());
    return world;
  }

  get parties(): readonly number[] {
    return [...this.on.parties.keys()];
  }

  async startHost(host: number, store: Store, mark: TestMarkFile): Promise<void> {
    const { card, witness } = this.on.hosts[host] ?? assert.fail();
    await Mark.create(mark);
    const at: Witness = {
      store,
      crypto: this.crypto,
      now: () => this.now,
      mark: await Mark.open(mark),
      name: witnessName(sha256, card),
      keys: witness,
    };
    this.witnesses[host] = at;
    this.hostDoors[host] = async (_, request) => {
      if (request.method === 'POST' && request.path === '/origins') return answer(await registerOrigin(at, request.body ?? new Uint8Array()));
      if (request.method === 'POST') return answer(await addCheckpoint(at, request.body ?? new Uint8Array()));
      const note = await cosignedCheckpoint(at, originOfHash(request.path.split('/')[2] ?? '') ?? '');
      return note === undefined ? NOT_FOUND : { status: 200, headers: {}, body: note };
    };
  }

  /** Starts a party's node on a store and a mark; its door answers from then on. `signed` hears of every own head signed. */
  async start(
    us: number,
    store: Store,
    mark: TestMarkFile,
    signed?: Signatures,
    doors: { parties?: readonly Door[]; hosts?: readonly Door[] } = {},
  ): Promise<Node> {
    const party = this.on.parties[us] ?? assert.fail();
    for (const [index, { card }] of this.on.parties.entries())
      await store.createLog({ origin: originOf(sha256, card), channel: this.on.channel.id, party: index, gen: card.gen, own: index === us });
    const founding = originOf(sha256, party.card);
    const hearing = (key: Signer): Signer => ({
      ...key,
      sign: async (message) => {
        const [origin = '', size] = (fromUtf8(message) ?? '').split('\n');
        // Of the founding log alone: a later one is another log.
        if (origin === founding) signed?.add(await store.leafHashes(origin, 0, Number(size)));
        return key.sign(message);
      },
    });
    const peers = {
      party: (to: number, request: HttpRequest) => ((doors.parties ?? this.doors)[to] ?? SILENT)(us, request),
      host: (to: number, request: HttpRequest) => ((doors.hosts ?? this.hostDoors)[to] ?? SILENT)(us, request),
    };
    const generations = await Generations.load(this.on.channel, this.crypto, store);
    const replica: Replica = {
      channel: this.on.channel,
      us,
      store,
      crypto: this.crypto,
      now: () => this.now,
      random: testRandom(`${us} ${Math.random()}`),
      mark: await Mark.open(mark),
      generations,
      get keys() {
        const { log, ...others } = party.keyring(generations.current(us).gen);
        return { log: { ...log, ed25519: hearing(log.ed25519) }, ...others };
      },
      askHolders: (of) => askHolders(this.on.channel, us, of, peers),
    };
    const runtime = new ChannelRuntime(replica, 'World', () => undefined, peers);
    await runtime.own.recover().catch((error: unknown) => assert.ok(error instanceof ParleyError && error.code === 'unsafe_state', String(error)));
    await runtime.read();
    return { store, mark, runtime, replica };
  }

  /** The door of a party's node, honest. */
  doorOf(node: Node): Door {
    const { runtime, replica } = node;
    return async (from, { method, path, body }) => {
      const [, , hash = '', what, size] = path.split('/');
      const origin = originOfHash(hash) ?? '';
      const log = partyOf(replica, origin);
      if (log === undefined) return NOT_FOUND;
      try {
        if (method === 'POST' && log === from) {
          const taken = await runtime.receive(from, body ?? new Uint8Array());
          await runtime.reader.idle();
          return { status: taken.status, headers: {}, body: 'lines' in taken ? taken.lines : utf8(JSON.stringify({ missing: taken.missing })) };
        }
        const found = what === 'checkpoint' ? await serveCheckpoint(replica, origin) : await servePart(replica, origin, Number(size));
        const ours = what === 'checkpoint' || log === from || log === replica.us;
        return found === undefined || !ours ? NOT_FOUND : { status: 200, headers: {}, body: found };
      } catch (error) {
        if (!(error instanceof ParleyError)) throw error;
        const at = error.facts.size;
        return { status: error.http, headers: {}, body: utf8(typeof at === 'number' ? `${at}\n` : `${error.code}\n`) };
      }
    };
  }

  /** Founds the channel with fresh nodes and carries everything until it is open. */
  async found(signed: readonly Signatures[] = []): Promise<Node[]> {
    const nodes: Node[] = [];
    for (const us of this.parties) {
      const mark = new TestMarkFile();
      const named = await Mark.open(mark);
      const { card } = this.on.parties[us] ?? assert.fail();
      await named.begin(sha256, originOf(sha256, card));
      nodes.push(await this.start(us, openMemoryStore({ sha256 }), mark, signed[us]));
      this.doors[us] = this.doorOf(nodes[us] as Node);
    }
    for (const { runtime } of nodes) await runtime.own.found();
    for (const node of nodes) await this.carry(node);
    for (const { runtime } of nodes) await runtime.read();
    // Everybody learns what the others receipted and the hosts saw.
    for (const { replica } of nodes) {
      const note = (await serveCheckpoint(replica, originIn(replica, replica.us))) ?? assert.fail();
      const body = formatBundle([
        { name: 'old', bytes: utf8('1') },
        { name: 'checkpoint', bytes: note },
      ]);
      const path = `/log/${originHash(originIn(replica, replica.us)) ?? ''}/push`;
      for (const to of this.parties) if (to !== replica.us) await this.doors[to]?.(replica.us, { method: 'POST', path, body });
    }
    return nodes;
  }

  /** Pushes and submits what a node holds to everybody whose door answers; returns to how many it came. */
  async carry(node: Node): Promise<number> {
    const { replica } = node;
    let reached = 0;
    for (const to of this.parties) {
      if (to === replica.us) continue;
      for (let tries = 0; tries < 20; tries++) {
        const result = await pushTo(replica, to, (party, request) => (this.doors[party] ?? SILENT)(replica.us, request)).catch(unreachable);
        if (result === undefined || result.outcome === 'idle' || result.outcome === 'receipt') {
          if (result !== undefined) reached++;
          break;
        }
      }
    }
    for (const host of this.hostDoors.keys())
      for (const party of this.parties)
        if (
          (await submitHead(replica, host, replica.generations.current(party), (to, request) =>
            (this.hostDoors[to] ?? SILENT)(replica.us, request),
          ).catch(unreachable)) !== undefined
        )
          reached++;
    return reached;
  }
}

type Pair = TestParty['log'];
const hashedPair = ({ ed25519, mlDsa44 }: Pair): Pair => ({ ed25519: hashedSigner(ed25519), mlDsa44: hashedSigner(mlDsa44) });
const hashedHost = (host: TestHost): TestHost => ({ ...host, witness: hashedPair(host.witness) });

function hashedParty(party: TestParty): TestParty {
  const keyring: TestParty['keyring'] = (gen) => {
    const { log, held, node } = party.keyring(gen);
    return { log: hashedPair(log), held: hashedPair(held), node: hashedSigner(node) };
  };
  return { ...party, ...keyring(party.card.gen), keyring, identity: party.identity.map(hashedSigner), next: party.next.map(hashedSigner) };
}

/** Adds one entry that the node itself signs. */
export async function say({ runtime }: Node): Promise<void> {
  await appendAsNode(runtime, 'blob_held', [], [['root', 'A'.repeat(43)]]);
}

/** A copy of what a store holds of the record: of each log as many entries as `sizes` says (by party), the heads and the pairs over them. */
export async function copyRecord(from: Store, sizes: readonly number[]): Promise<Store> {
  const store = openMemoryStore({ sha256 });
  for (const log of await from.logs()) {
    const { origin, channel, party, gen, own } = log;
    await store.createLog({ origin, channel, party, gen, own });
    const size = Math.min(sizes[party] ?? log.size, log.size);
    const rows = await from.entries(origin, 0, size);
    for (let at = 0; at < size; ) {
      const head = await from.headAtOrAbove(origin, at + 1);
      if (head === undefined || head.size > size) break;
      const held = (await store.log(origin)) ?? assert.fail();
      await store.stage(origin, at, rows.slice(at, head.size), false);
      await store.commitHead(origin, held, head);
      at = head.size;
    }
    const held = (await store.log(origin)) ?? assert.fail();
    await store.putCosignatures(await from.cosignatures(origin, 0, held.size));
    const cosigned = await from.cosigned(origin);
    const head = held.size === 0 || own || cosigned === undefined ? undefined : { size: held.size, root: held.root };
    if (head !== undefined) await store.advanceCosigned(origin, 0, head, NOW);
  }
  return store;
}

/** Numbers in [0, 1) that look random and are a function of `seed`. */
export function figures(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export const NOT_FOUND: HttpResponse = { status: 404, headers: {}, body: utf8('no such thing here\n') };

/** Nobody is there. */
export const SILENT: Door = () => Promise.reject(new ParleyError('unreachable'));

function answer({ status, body }: { status: number; body: Uint8Array }): HttpResponse {
  return { status, headers: {}, body };
}

function unreachable(error: unknown): undefined {
  if (!(error instanceof ParleyError) || error.code === 'unsafe_state') throw error;
}
