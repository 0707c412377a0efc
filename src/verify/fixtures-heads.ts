import { toBase64url, utf8 } from '../base/bytes.ts';
import { cardHash, formatPartyCard, originOf, type PartyCard, parseCard } from '../entry/card.ts';
import { assembleChannel, type Channel, formatCharter, parseCharter } from '../entry/charter.ts';
import { ed25519Signer, nodeSha256 } from '../node/crypto.ts';
import { type RoleKeys, roleKeys } from '../node/role-keys.ts';
import { signCheckpoint } from '../tlog/log-signature.ts';
import { leafHash, rootOf } from '../tlog/merkle.ts';

/** A party with its keys, all made from one byte. */
export type TestParty = { readonly card: PartyCard; readonly keys: RoleKeys };

/** A party whose every secret is a function of `byte`. */
export function testParty(name: string, byte: number): TestParty {
  const seed = new Uint8Array(32).fill(byte);
  const nonce = new Uint8Array(16).fill(byte);
  const gen = toBase64url(new Uint8Array(16).fill(byte + 1));
  const keys = roleKeys(seed, nonce, gen);
  const identity = ed25519Signer(new Uint8Array(32).fill(byte + 2)).publicKey;
  const text = formatPartyCard({
    name,
    nonce,
    gen,
    identity: { threshold: 1, keys: [identity], nextThreshold: 1, nextDigests: [nodeSha256(identity)] },
    log: { ed25519: keys.logEd.publicKey, mlDsa44: keys.logPq.publicKey },
    held: { ed25519: keys.heldEd.publicKey, mlDsa44: keys.heldPq.publicKey },
    node: keys.node.publicKey,
    transport: new Uint8Array(32).fill(byte),
  });
  const parsed = parseCard(text);
  if ('expected' in parsed || parsed.card.role !== 'party') throw new Error('a test card has its form');
  return { card: parsed.card, keys };
}

/** The channel of two such parties, without hosts. */
export function testChannel(parties: readonly TestParty[]): Channel {
  const text = formatCharter({
    rules: 1,
    parties: parties.map(({ card }) => ({ name: card.name, hash: cardHash(nodeSha256, card) })),
    hosts: [],
    quorum: 0,
    packs: [],
    working: ['en'],
    authentic: ['en'],
    predecessor: null,
    invite: toBase64url(new Uint8Array(32)),
    foundBy: 1_800_000_000,
  });
  const charter = parseCharter(text);
  if ('expected' in charter) throw new Error('a test charter has its form');
  const channel = assembleChannel(
    nodeSha256,
    charter.charter,
    parties.map(({ card }) => card),
  );
  if ('expected' in channel) throw new Error('a test channel has its cards');
  return channel.channel;
}

/** Leaf hashes of a log of `size`: the charter, then entries that differ by `salt` from leaf `from` on. */
export function testLeaves(channel: Channel, size: number, salt = '', from = 1): readonly Uint8Array[] {
  return Array.from({ length: size }, (_, i) => leafHash(nodeSha256, utf8(i === 0 ? channel.charter.text : `entry ${i}${i >= from ? salt : ''}`)));
}

/** The signed head over these leaves. */
export async function testHead(party: TestParty, leaves: readonly Uint8Array[]): Promise<string> {
  const checkpoint = { origin: originOf(nodeSha256, party.card), size: leaves.length, root: rootOf(nodeSha256, leaves) };
  const note = await signCheckpoint(nodeSha256, { ed25519: party.keys.logEd, mlDsa44: party.keys.logPq }, checkpoint);
  return new TextDecoder().decode(note);
}
