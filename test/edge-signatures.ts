/**
 * Ed25519 where verifiers are known to differ, written from RFC 8032: keys and R of small order, encodings that are not canonical, torsion, S beyond the
 * group order. Each case is an invitation whose identity key and signature are such, since that is how they would come.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { concat, fromHex, utf8 } from '../src/base/bytes.ts';
import type { SignatureCheck } from '../src/base/ports.ts';
import { actorOf, lineName } from '../src/entry/actor.ts';
import { formatPartyCard, parseCard } from '../src/entry/card.ts';
import { formatInvite } from '../src/entry/founding.ts';
import { mlDsa44Signer, nodeSha256 as sha256 } from '../src/node/crypto.ts';
import { testParty } from '../src/node/fixtures-channel.ts';
import { computeKeyId, formatNote } from '../src/tlog/note.ts';

/** One signature in an invitation, and alone; `valid` is what everybody must say of it. */
export type EdgeCase = { readonly name: string; readonly invite: Uint8Array; readonly check: SignatureCheck; readonly valid: boolean };

const { Point } = ed25519;
/** The group order. */
const L = Point.Fn.ORDER;
const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();
const little = (value: bigint): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
const number = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(new Uint8Array(32).fill(5));
const A = Point.fromBytes(pointBytes);
const T8 = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
const [T4, T2] = [T8.double(), T8.double().double()];
const IDENTITY = little(1n);
const P = 2n ** 255n - 19n;

/** Every encoding of a point of small order that 32 bytes can hold, canonical or not. */
const SMALL: readonly (readonly [string, Uint8Array])[] = [
  ...Array.from({ length: 8 }, (_, i) => [`${i} times a point of order 8`, i === 0 ? Point.ZERO : T8.multiplyUnsafe(BigInt(i))] as const).map(
    ([name, point]) => [name, point.toBytes()] as const,
  ),
  ['the identity with the sign set', little(1n | (1n << 255n))],
  ['y = -1 with the sign set', little((P - 1n) | (1n << 255n))],
  ['y = p, which is 0', little(P)],
  ['y = p with the sign set', little(P | (1n << 255n))],
  ['y = p + 1, which is the identity', little(P + 1n)],
  ['y = p + 1 with the sign set', little((P + 1n) | (1n << 255n))],
];

function inviteText(key: Uint8Array, salt: number): string {
  const party = testParty('Edge', 70);
  const identity = { threshold: 1, keys: [key], nextThreshold: 1, nextDigests: [sha256(key)] };
  const text = formatPartyCard({ ...party.card, identity });
  const terms = { hosts: [], quorum: 0, packs: [], working: ['en'], authentic: ['en'], predecessor: null, foundBy: 1_800_000_000 };
  // The card may be one that nobody takes; what it says is signed all the same.
  const card = parseCard(text);
  return formatInvite({
    card: 'card' in card && card.card.role === 'party' ? card.card : { ...party.card, text },
    hostCards: [],
    terms,
    address: `https://edge-${salt}`,
  });
}

const challenge = (r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint =>
  number(
    createHash('sha512')
      .update(concat(r, key, message))
      .digest(),
  ) % L;

/** Signs an invitation by hand: `key` and `R` as encoded, S = r + h a, changed by `finish`; tries salts until `wanted` holds of h. */
function byHand(
  name: string,
  valid: boolean,
  parts: {
    readonly key?: Uint8Array;
    readonly a?: bigint;
    readonly r?: bigint;
    readonly R?: Uint8Array;
    readonly wanted?: (h: bigint) => boolean;
    readonly finish?: (s: bigint) => bigint;
  },
): EdgeCase {
  const { key = A.toBytes(), a = scalar, r = 7_654_321n, wanted = () => true, finish = (s: bigint) => s } = parts;
  const R = parts.R ?? Point.BASE.multiply(r).toBytes();
  for (let salt = 0; ; salt++) {
    const text = inviteText(key, salt);
    const message = utf8(text);
    const h = challenge(R, key, message);
    if (!wanted(h)) continue;
    const signature = concat(R, little(finish((r + h * a) % L)));
    const line = lineName('id', actorOf(sha256, key));
    const invite = formatNote({ text, lines: [{ name: line, keyId: computeKeyId(sha256, line, 0x01, key), signature }] });
    return { name, invite, check: { algorithm: 'ed25519', key, message, signature }, valid };
  }
}

const isMultipleOf8 = (h: bigint): boolean => h % 8n === 0n;

/** The cases, good ones among them. */
export function edgeCases(): readonly EdgeCase[] {
  const r = 7_654_321n;
  const honest = Point.BASE.multiply(r);
  return [
    byHand('an ordinary signature', true, {}),
    ...[1n, 2n, L - 1n].map((one, i) => byHand(`a valid signature with an unusual nonce, ${i}`, true, { r: one })),
    byHand('S + L', false, { finish: (s) => s + L }),
    byHand('S + 2 L', false, { finish: (s) => s + 2n * L }),
    byHand('S + 8 L', false, { finish: (s) => s + 8n * L }),
    byHand('S of 255 bits', false, { finish: (s) => s | (1n << 255n) }),
    byHand('S = 0', false, { finish: () => 0n }),
    byHand('S = L', false, { finish: () => L }),
    byHand('S = -S', false, { finish: (s) => L - s }),
    byHand('another R', false, { R: Point.BASE.multiply(r + 1n).toBytes() }),
    ...[T8, T4, T2].map((torsion, i) =>
      byHand(`R with a component of order ${[8, 4, 2][i]}: the cofactored equation holds`, false, { R: honest.add(torsion).toBytes() }),
    ),
    ...SMALL.map(([name, R]) => byHand(`R of small order: ${name}`, false, { r: 0n, R })),
    // The bare equation holds for these as it stands: only the key can be refused.
    ...[T8, T4, T2].map((torsion, i) =>
      byHand(`a key with a component of order ${[8, 4, 2][i]}, where it cancels out`, false, {
        key: A.add(torsion).toBytes(),
        wanted: isMultipleOf8,
      }),
    ),
    byHand('a key with a component of order 8, where it does not', false, { key: A.add(T8).toBytes(), wanted: (h) => h % 8n === 1n }),
    ...SMALL.map(([name, key]) => byHand(`a key of small order: ${name}`, false, { key, a: 0n, wanted: isMultipleOf8 })),
    byHand('a key of small order and R the identity: signs everything', false, { key: IDENTITY, a: 0n, r: 0n, R: IDENTITY }),
    byHand('a key that is not on the curve', false, { key: little(2n) }),
    ...[2n, 3n, 18n].map((y) => byHand(`a key whose y is p + ${y}`, false, { key: little(P + y) })),
  ];
}

type Wycheproof = {
  testGroups: { publicKey: { pk: string }; tests: { tcId: number; comment: string; msg: string; sig: string; result: string }[] }[];
};

const WYCHEPROOF = new URL('../../shared/data/crypto/wycheproof/ed25519_test.json', import.meta.url);

/** The Ed25519 cases of Wycheproof, where they lie beside the checkout. */
export function wycheproofCases(): readonly Omit<EdgeCase, 'invite'>[] {
  if (!existsSync(WYCHEPROOF)) return [];
  const { testGroups } = JSON.parse(readFileSync(WYCHEPROOF, 'utf8')) as Wycheproof;
  return testGroups.flatMap(({ publicKey, tests }) =>
    tests.map(({ tcId, comment, msg, sig, result }) => ({
      name: `Wycheproof ${tcId}: ${comment}`,
      check: { algorithm: 'ed25519' as const, key: hex(publicKey.pk), message: hex(msg), signature: hex(sig) },
      valid: result === 'valid',
    })),
  );
}

/** ML-DSA-44 signatures (FIPS 204) by both libraries, and changed ones: lengths, bits of each part, hints that are not in their one form. */
export async function mlDsaCases(): Promise<readonly Omit<EdgeCase, 'invite'>[]> {
  const seed = new Uint8Array(32).fill(9);
  const signer = mlDsa44Signer(seed);
  const key = signer.publicKey;
  const message = utf8('message');
  const good = await signer.sign(message);
  const noble = ml_dsa44.sign(message, ml_dsa44.keygen(seed).secretKey);
  const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);
  // Challenge of 32 bytes, then z of 4 * 576, then 80 indexes of hints and 4 counts.
  const HINTS = 32 + 4 * 576;
  const firstCount = good[HINTS + 80] ?? 0;
  const swapped = good.with(HINTS, good[HINTS + 1] ?? 0).with(HINTS + 1, good[HINTS] ?? 0);
  const of = (name: string, valid: boolean, change: Partial<SignatureCheck> = {}): Omit<EdgeCase, 'invite'> => ({
    name,
    check: { algorithm: 'ml-dsa-44', key, message, signature: good, ...change },
    valid,
  });
  return [
    of('by OpenSSL', true),
    of('by noble', true, { signature: noble }),
    of('another message', false, { message: utf8('massage') }),
    of('nothing for a message', false, { message: new Uint8Array() }),
    of('another key', false, { key: mlDsa44Signer(new Uint8Array(32).fill(10)).publicKey }),
    ...[0, 31, 32, 1311].map((at) => of(`bit of the key at ${at}`, false, { key: flip(key, at) })),
    ...[0, 31, 32, 33, 600, HINTS - 1, HINTS, HINTS + 79, HINTS + 80, HINTS + 83].map((at) =>
      of(`bit of the signature at ${at}`, false, { signature: flip(good, at) }),
    ),
    ...(firstCount >= 2 ? [of('hints out of order', false, { signature: swapped })] : []),
    of('a hint count that goes back', false, { signature: good.with(HINTS + 83, 0) }),
    of('a hint count beyond the most', false, { signature: good.with(HINTS + 83, 81) }),
    of('z of all ones', false, { signature: concat(good.subarray(0, 32), new Uint8Array(4 * 576).fill(255), good.subarray(HINTS)) }),
    of('all zero', false, { signature: new Uint8Array(good.length) }),
    of('all ones', false, { signature: new Uint8Array(good.length).fill(255) }),
    of('a byte less', false, { signature: good.slice(1) }),
    of('a byte more', false, { signature: concat(good, Uint8Array.of(0)) }),
    of('no signature', false, { signature: new Uint8Array() }),
    of('a key of a byte less', false, { key: key.slice(1) }),
    of('a key of all zero', false, { key: new Uint8Array(1312) }),
  ];
}
