import { toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { MarkFile } from '../base/ports.ts';
import { originOf } from '../entry/card.ts';
import { openMemoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import { Generations } from '../sync/generations.ts';
import { Mark } from '../sync/mark.ts';
import type { Replica } from '../sync/replica.ts';
import { ChannelRuntime } from './channel-runtime.ts';
import { testCrypto as crypto, type TestChannel, testRandom } from './fixtures-channel.ts';
import { PartyNode } from './party-node.ts';

/** The copy that one party of a test channel holds, in memory; `now` is the clock of its node. */
export async function testReplica(on: TestChannel, us: number, now = (): number => 1_700_100_000, store?: Store): Promise<Replica> {
  const party = on.parties[us];
  if (party === undefined) throw new Error('a party of the test channel');
  const held = store ?? openMemoryStore({ sha256: crypto.sha256 });
  for (const [index, { card }] of on.parties.entries())
    await held.createLog({ origin: originOf(crypto.sha256, card), channel: on.channel.id, party: index, gen: card.gen, own: index === us });
  const generations = await Generations.load(on.channel, crypto, held);
  const mark = await Mark.open(testMark());
  return {
    channel: on.channel,
    us,
    store: held,
    crypto,
    now,
    random: testRandom(`replica ${us}`),
    mark,
    generations,
    get keys() {
      return party.keyring(generations.current(us).gen);
    },
  };
}

/** A channel at work over such a copy, with nobody to ask. */
export function testRuntime(replica: Replica): ChannelRuntime {
  const nobody = (): Promise<never> => Promise.reject(new ParleyError('unreachable'));
  return new ChannelRuntime(replica, 'Test', () => undefined, { party: nobody, host: nobody });
}

/** The whole node of one party of a test channel, which it has founded and of which it holds nothing; there is nobody to ask. */
export async function testNode(
  on: TestChannel,
  us: number,
  now = (): number => 1_700_100_000,
  store = openMemoryStore({ sha256: crypto.sha256 }),
): Promise<PartyNode> {
  const party = on.parties[us];
  if (party === undefined) throw new Error('a party of the test channel');
  const door = { host: '127.0.0.1', port: 0 };
  const node = await PartyNode.open({
    file: { name: party.card.name, identity: party.card.identity, people: door, peers: door },
    seed: party.seed,
    store,
    crypto,
    now,
    random: testRandom(`node ${us}`),
    http: () => Promise.reject(new ParleyError('unreachable')),
    mark: testMark(),
  });
  const { channel, charterNote, hosts } = on;
  const cards = [...channel.parties, ...channel.hosts].map(({ text }) => text);
  const addresses = channel.parties.map(() => '');
  await node.addChannel({
    charter: channel.charter.text,
    cards,
    note: toBase64url(charterNote),
    us,
    title: 'Test',
    addresses,
    hostAddresses: hosts.map(() => ''),
  });
  return node;
}

/** An off-backup mark in memory. */
export function testMark(): MarkFile {
  let held: Uint8Array | undefined;
  return {
    read: async () => held,
    write: async (bytes) => {
      held = bytes;
    },
  };
}
