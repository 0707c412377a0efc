/** Parties, hosts and channels for tests and vectors: every secret is a function of one byte, so that two runs make the same keys. */
import { concat, fromUtf8, toBase64url, u64, utf8 } from '../base/bytes.ts';
import type { Crypto, Random, Signer } from '../base/ports.ts';
import { actorOf } from '../entry/actor.ts';
import { cardHash, formatHostCard, formatPartyCard, type HostCard, type PartyCard, parseCard } from '../entry/card.ts';
import { assembleChannel, type Channel, formatCharter, type NamedHash, parseCharter } from '../entry/charter.ts';
import type { EntrySigner } from '../entry/entry.ts';
import { signAsIdentity } from '../entry/identity-note.ts';
import type { SignerPair } from '../tlog/cosignature.ts';
import { ed25519Signer, nodeSha256 } from './crypto.ts';
import { roleKeys, witnessKeys } from './role-keys.ts';
import { checkSignature } from './signature-check.ts';

/** The real ports without threads, for small sets of signatures. */
export const testCrypto: Crypto = { sha256: nodeSha256, verify: async (checks) => checks.map(checkSignature) };

/** Bytes that look random and are a function of `seed`. */
export function testRandom(seed: string): Random {
  let count = 0;
  return (size) => {
    const parts: Uint8Array[] = [];
    for (let have = 0; have < size; have += 32) parts.push(nodeSha256(concat(utf8(seed), u64(count++))));
    return concat(...parts).slice(0, size);
  };
}

/** A party with all its keys. */
export type TestParty = {
  readonly card: PartyCard;
  readonly log: SignerPair;
  readonly held: SignerPair;
  readonly node: Signer;
  readonly identity: readonly Signer[];
  /** Of which its node makes its keys. */
  readonly seed: Uint8Array;
  /** Its keys in another generation. */
  readonly keyring: (gen: string) => { readonly log: SignerPair; readonly held: SignerPair; readonly node: Signer };
  /** The keys that its card commits to, pre-rotated. */
  readonly next: readonly Signer[];
};

/** A neutral host with its keys. */
export type TestHost = { readonly card: HostCard; readonly witness: SignerPair };

/** A person with a key; nobody yet says that they may sign. */
export type TestPerson = { readonly name: string; readonly key: Signer; readonly actor: string };

/** Anybody who may be accredited: a person with a key, or with a passkey. */
export type TestSigner = { readonly name: string; readonly key: EntrySigner; readonly actor: string };

/** A party made from one byte, with `keys` identity keys of which `threshold` must sign. */
export function testParty(name: string, byte: number, keys = 1, threshold = keys): TestParty {
  const seed = new Uint8Array(32).fill(byte);
  const nonce = new Uint8Array(16).fill(byte);
  const gen = toBase64url(new Uint8Array(16).fill(byte + 1));
  const made = new Map<string, ReturnType<TestParty['keyring']>>();
  const keyring = (of: string): ReturnType<TestParty['keyring']> => {
    const known = made.get(of);
    if (known !== undefined) return known;
    const role = roleKeys(seed, nonce, of);
    const keys = { log: { ed25519: role.logEd, mlDsa44: role.logPq }, held: { ed25519: role.heldEd, mlDsa44: role.heldPq }, node: role.node };
    made.set(of, keys);
    return keys;
  };
  const { log, held, node } = keyring(gen);
  const identity = Array.from({ length: keys }, (_, i) => testKey(byte, i));
  const next = Array.from({ length: keys }, (_, i) => testKey(byte, 100 + i));
  const text = formatPartyCard({
    name,
    nonce,
    gen,
    identity: {
      threshold,
      keys: identity.map((key) => key.publicKey),
      nextThreshold: threshold,
      nextDigests: next.map((key) => nodeSha256(key.publicKey)),
    },
    log: publicPair(log),
    held: publicPair(held),
    node: node.publicKey,
    transport: new Uint8Array(32).fill(byte),
  });
  const parsed = parseCard(text);
  if ('expected' in parsed || parsed.card.role !== 'party') throw new Error('a test card has its form');
  return { card: parsed.card, log, held, node, identity, seed, next, keyring };
}

/** The card of such a party in another generation, with its identity keys or others. */
export function laterCard(party: TestParty, gen: string, more: Partial<Omit<PartyCard, 'role' | 'text'>> = {}): PartyCard {
  const { log, held, node } = party.keyring(gen);
  const keys = { log: publicPair(log), held: publicPair(held), node: node.publicKey };
  const { name, nonce, identity, transport } = party.card;
  const parsed = parseCard(formatPartyCard({ name, nonce, gen, identity, transport, ...keys, ...more }));
  if ('expected' in parsed || parsed.card.role !== 'party') throw new Error('a test card has its form');
  return parsed.card;
}

/** A generation of a test that is a function of one byte. */
export function testGen(byte: number): string {
  return toBase64url(new Uint8Array(16).fill(byte));
}

/** A neutral host made from one byte. */
export function testHost(name: string, byte: number): TestHost {
  const nonce = new Uint8Array(16).fill(byte);
  const keys = witnessKeys(new Uint8Array(32).fill(byte), nonce);
  const witness = { ed25519: keys.ed, mlDsa44: keys.pq };
  const parsed = parseCard(formatHostCard({ name, nonce, witness: publicPair(witness), transport: new Uint8Array(32).fill(byte) }));
  if ('expected' in parsed || parsed.card.role !== 'host') throw new Error('a test card has its form');
  return { card: parsed.card, witness };
}

/** A person whose key is a function of their name. */
export function testPerson(name: string): TestPerson {
  const key = ed25519Signer(nodeSha256(utf8(`person ${name}`)));
  return { name, key, actor: actorOf(nodeSha256, key.publicKey) };
}

/** A channel with all that its parties and hosts keep to themselves. */
export type TestChannel = {
  readonly channel: Channel;
  readonly parties: readonly TestParty[];
  readonly hosts: readonly TestHost[];
  /** The charter note, signed by every identity threshold. */
  readonly charterNote: Uint8Array;
};

/** The channel of these parties (by default two) and hosts (by default one). */
export async function testChannel(
  parties: readonly TestParty[] = [testParty('Alpha', 10), testParty('Beta', 20)],
  hosts: readonly TestHost[] = [testHost('Host', 30)],
  packs: readonly NamedHash[] = [],
): Promise<TestChannel> {
  const text = formatCharter({
    rules: 1,
    parties: parties.map(({ card }) => ({ name: card.name, hash: cardHash(nodeSha256, card) })),
    hosts: hosts.map(({ card }) => ({ name: card.name, hash: cardHash(nodeSha256, card) })),
    quorum: hosts.length === 0 ? 0 : Math.floor(hosts.length / 2) + 1,
    packs,
    working: ['en'],
    authentic: ['en', 'fr'],
    predecessor: null,
    invite: toBase64url(new Uint8Array(32).fill(1)),
    foundBy: 1_800_000_000,
  });
  const charter = parseCharter(text);
  if ('expected' in charter) throw new Error('a test charter has its form');
  const cards = [...parties, ...hosts].map(({ card }) => card);
  const channel = assembleChannel(nodeSha256, charter.charter, cards);
  if ('expected' in channel) throw new Error('a test channel has its cards');
  const signers = parties.flatMap(({ identity }) => identity);
  return { channel: channel.channel, parties, hosts, charterNote: await signAsIdentity(nodeSha256, `${text}\n`, signers) };
}

/** The text of bytes that are known to be text. */
export function textOf(bytes: Uint8Array): string {
  const text = fromUtf8(bytes);
  if (text === undefined) throw new Error('these bytes are text');
  return text;
}

/** An identity key of the party of `byte`: the `i`-th, or from 100 on the ones pre-rotated to. */
function testKey(byte: number, i: number): Signer {
  return ed25519Signer(nodeSha256(Uint8Array.of(byte, i)));
}

function publicPair(pair: SignerPair): { readonly ed25519: Uint8Array; readonly mlDsa44: Uint8Array } {
  return { ed25519: pair.ed25519.publicKey, mlDsa44: pair.mlDsa44.publicKey };
}
