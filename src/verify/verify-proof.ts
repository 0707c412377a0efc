import { equal, toBase64url } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import type { Crypto, Sha256 } from '../base/ports.ts';
import { kindOf } from '../document/registry.ts';
import { actorOf } from '../entry/actor.ts';
import { openBody } from '../entry/body.ts';
import { formatBundle, parseBundle } from '../entry/bundle.ts';
import { originOf } from '../entry/card.ts';
import type { Channel } from '../entry/charter.ts';
import { entryCheck, type ParsedEntry, parseEntry } from '../entry/entry.ts';
import { isAcceptableSigningKey } from '../entry/signing-key.ts';
import { leafHash } from '../tlog/merkle.ts';
import { formatLogProof, type LogProof, parseLogProof, provesInclusion } from '../tlog/proof.ts';
import { cosignersOf, headChecks, verifyPairs } from './head.ts';
import { channelOf } from './record-file.ts';
import type { Sentence } from './verify-record.ts';

/** What a proof shows of one entry once it verified. */
export type ProvedEntry = {
  readonly entry: ParsedEntry;
  readonly party: number;
  readonly fields: ReadonlyMap<string, Json>;
  readonly withheld: number;
};

/** The parts of a proof file beside the tree path. `body` opens fields; leaves not disclosed are there as `#hash`. */
export type ProofParts = {
  readonly charterNote: Uint8Array;
  readonly cards: readonly Uint8Array[];
  readonly entry: Uint8Array;
  readonly body: Uint8Array;
  /** The signer's key, as accredited: raw, or the bytes that name a passkey. */
  readonly key: Uint8Array;
};

/** Items of a proof beside the cards. */
const ITEMS: readonly string[] = ['charter', 'entry', 'body', 'key'];

/** A `.proof` file: C2SP tlog-proof whose `extra` is a bundle of `entry`, `body`, `key`, `charter` and `cards/<hash>` (spec/bundle.md). */
export function formatProof(sha256: Sha256, path: Omit<LogProof, 'extra'>, parts: ProofParts): Uint8Array {
  const extra = formatBundle([
    { name: 'charter', bytes: parts.charterNote },
    ...parts.cards.map((bytes) => ({ name: `cards/${toBase64url(sha256(bytes))}`, bytes })),
    { name: 'entry', bytes: parts.entry },
    { name: 'body', bytes: parts.body },
    { name: 'key', bytes: parts.key },
  ]);
  return formatLogProof({ ...path, extra });
}

/**
 * Verifies a proof file with nothing but the file: signature, place in the log, receipts and witnesses, disclosed fields.
 * Returns the sentences; a step that fails is the last. Nothing in the file makes it throw.
 */
export async function verifyProof(crypto: Crypto, bytes: Uint8Array): Promise<{ sentences: readonly Sentence[]; proved?: ProvedEntry }> {
  const wrong = (expected: string): { sentences: readonly Sentence[] } => ({
    sentences: [{ ok: false, phrase: { id: 'verify.file_wrong', values: { expected } } }],
  });
  const parsed = parseLogProof(bytes);
  if ('expected' in parsed) return wrong(parsed.expected);
  const { proof, head } = parsed;
  const bundle = parseBundle(proof.extra ?? new Uint8Array());
  if ('expected' in bundle) return wrong('what a Parley proof carries beside the tree path');
  const items = new Map(bundle.items.map((item) => [item.name, item.bytes]));
  if (bundle.items.some(({ name }) => !ITEMS.includes(name) && !name.startsWith('cards/'))) return wrong('nothing in it but what proves the entry');
  const channel = await channelOf(crypto, items.get('charter'), bundle.items);
  if ('expected' in channel) return wrong(channel.expected);
  const party = channel.channel.parties.findIndex((card) => originOf(crypto.sha256, card) === head.origin);
  const card = channel.channel.parties[party];
  const [entryBytes, key, body] = [items.get('entry'), items.get('key'), items.get('body')];
  if (card === undefined || entryBytes === undefined || key === undefined || !isAcceptableSigningKey(key))
    return wrong('an entry of a party of this channel, and its key');
  const entry = parseEntry(crypto.sha256, entryBytes);
  if ('expected' in entry) return wrong(entry.expected);
  const signed = headChecks(crypto.sha256, card, proof.checkpoint);
  if ('expected' in signed || !(await crypto.verify(signed.checks)).every(Boolean))
    return wrong(`both signatures of ${card.name}'s log over its head`);
  if (!provesInclusion(crypto.sha256, proof, leafHash(crypto.sha256, entryBytes), head)) return wrong('a path from the entry to the signed head');
  const role = kindOf(entry.entry.header.type)?.signedBy === 'node' ? 'node' : 'rep';
  if (role === 'node' && !equal(key, card.node)) return wrong(`the key of ${card.name}'s node`);
  const check = actorOf(crypto.sha256, key) === entry.entry.header.actor ? entryCheck(crypto.sha256, entry.entry, key, role) : undefined;
  if (check === undefined || !(await crypto.verify([check])).every(Boolean)) return wrong('the signature of the key named');
  if (entry.entry.header.channel !== channel.channel.id || entry.entry.header.party !== party) return wrong('an entry of this channel');
  const opened = openBody(crypto.sha256, entry.entry.header.body, body ?? new Uint8Array());
  if ('expected' in opened) return wrong(opened.expected);
  // Such an entry is void, and its fields may be two things at once.
  const [irregular] = opened.body.voids;
  if (irregular !== undefined) return wrong(`a text in its form (${irregular})`);
  const values = { party: card.name, actor: entry.entry.header.actor.slice(0, 8), index: proof.index, size: head.size };
  const sentences: Sentence[] = [
    { ok: true, phrase: { id: 'verify.charter', values: { parties: channel.channel.parties.map((one) => one.name).join(', ') } } },
    { ok: true, phrase: { id: 'verify.signed', values } },
    { ok: true, phrase: { id: 'verify.in_log', values } },
    ...(await pairSentences(crypto, channel.channel, party, signed.head)),
  ];
  const withheld = opened.body.erasedLeaves;
  if (withheld > 0) sentences.push({ ok: null, phrase: { id: 'verify.withheld', values: { count: withheld, party: card.name } } });
  sentences.push({ ok: null, phrase: { id: 'verify.not_proved_accredited' } }, { ok: null, phrase: { id: 'verify.not_proved_true' } });
  return { sentences, proved: { entry: entry.entry, party, fields: opened.body.fields, withheld } };
}

async function pairSentences(
  crypto: Crypto,
  channel: Channel,
  party: number,
  head: { readonly checkpoint: { origin: string; size: number; root: Uint8Array }; readonly otherLines: Parameters<typeof verifyPairs>[3] },
): Promise<readonly Sentence[]> {
  const cosigners = cosignersOf(crypto.sha256, channel, party);
  const pairs = await verifyPairs(crypto, cosigners, head.checkpoint, head.otherLines);
  return cosigners.map(({ role, who }) => {
    const name = (role === 'held' ? channel.parties[who]?.name : channel.hosts[who]?.name) ?? '';
    const pair = pairs.find((one) => one.role === role && one.who === who);
    const values = { party: channel.parties[party]?.name ?? '', name, size: head.checkpoint.size, time: pair?.time ?? 0 };
    return pair === undefined ? { ok: null, phrase: { id: `verify.not_${role}`, values } } : { ok: true, phrase: { id: `verify.${role}`, values } };
  });
}
