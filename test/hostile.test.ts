/** What a hostile counterparty can put into its own log, or push at us: nothing is accepted, nothing is lost, and the next document is unaffected. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { concat, fromBase64url, toBase64url, utf8 } from '../src/base/bytes.ts';
import type { Json } from '../src/base/json.ts';
import { MAX_ENTRY_SIZE } from '../src/base/limits.ts';
import { type Phrase, sayIn } from '../src/base/phrases.ts';
import { splitLines } from '../src/entry/body.ts';
import { formatBundle } from '../src/entry/bundle.ts';
import { composeEntry, heldId } from '../src/entry/entry.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { signRequest } from '../src/node/http-signature.ts';
import { peerHttp } from '../src/node/peer-http.ts';
import { appendAsNode, citedHeads } from '../src/node/stamps.ts';
import { originIn } from '../src/sync/replica.ts';
import { signCheckpoint } from '../src/tlog/log-signature.ts';
import { leafHash } from '../src/tlog/merkle.ts';
import { formatNote, parseNote } from '../src/tlog/note.ts';
import { originHash } from '../src/tlog/origin.ts';
import { formatEntryBundle } from '../src/tlog/tile.ts';
import { adopt, type Leaf, smuggle as smuggleOf } from './smuggling.ts';
import { type Representative, TwoParties, until } from './two-parties.ts';

let two: TwoParties;
let honest: Representative;
let mallory: Representative;

before(async () => {
  two = await TwoParties.found();
  honest = await two.accredit(two.a, 'Anna Honest');
  mallory = await two.accredit(two.b, 'Mallory');
  await two.settled();
});
after(() => two.close());

/** Puts leaves into the hostile side's log; see {@link smuggleOf}. */
const smuggle = (leaves: readonly Leaf[]): Promise<number> => smuggleOf(two, leaves);

/** The verdict on our side of the hostile log's entry at `index`. */
async function verdictAt(index: number): Promise<{ valid: boolean; type: string; reasons: readonly string[] }> {
  const channel = two.of(two.a);
  const [row] = await channel.store.verdictsOf(originIn(channel.replica, 1), index, index + 1);
  assert.ok(row !== undefined, 'the entry is held and read');
  const say = sayIn('en');
  return { valid: row.valid, type: row.type, reasons: (JSON.parse(row.findings) as Phrase[]).map((phrase) => say(phrase)) };
}

async function signed(
  person: Representative,
  fields: Readonly<Record<string, Json>>,
  change: Partial<Parameters<typeof composeEntry>[2]> = {},
): Promise<Leaf> {
  const channel = two.of(person.side);
  const party = two.party(person.side);
  const draft = {
    channel: two.channel,
    party,
    gen: channel.replica.channel.parties[party]?.gen ?? '',
    type: 'message',
    time: two.now(),
    after: await citedHeads(channel),
    refs: [],
    fields: Object.entries({ marking: 'green', subject: 'Subject', text: 'Text', ...fields }),
    ...change,
  };
  const entry = await composeEntry(two.crypto.sha256, nodeRandom, draft, person.key, 'rep');
  return { bytes: entry.bytes, body: entry.body };
}

/** Smuggles one bad leaf and a good document right after it; the bad one is held and void for `reason`, the good one counts. */
async function refusedBesideGood(bad: Leaf, reason: RegExp): Promise<void> {
  const at = await smuggle([bad, await signed(mallory, { subject: `good after ${reason.source}` })]);
  const verdict = await verdictAt(at);
  assert.equal(verdict.valid, false);
  assert.match(verdict.reasons.join('; '), reason);
  assert.deepEqual({ ...(await verdictAt(at + 1)), reasons: [] }, { valid: true, type: 'message', reasons: [] });
  await two.say(honest, { kind: 'message', fields: { subject: 'We go on', text: 'Unaffected.' } });
}

function withHeader(leaf: Leaf, change: (line: string) => string): Leaf {
  const parsed = parseNote(leaf.bytes);
  assert.ok('note' in parsed);
  const text = change(parsed.note.text.slice(0, -1));
  return { bytes: concat(utf8(`${text}\n\n`), utf8(new TextDecoder().decode(leaf.bytes).slice(parsed.note.text.length + 1))), body: undefined };
}

test('a truncated entry is held, not accepted', async () => {
  const { bytes } = await signed(mallory, {});
  await refusedBesideGood({ bytes: bytes.slice(0, -40), body: undefined }, /not an entry/);
});

test('an oversized entry is held, not accepted', async () => {
  await refusedBesideGood({ bytes: new Uint8Array(MAX_ENTRY_SIZE + 1).fill(97), body: undefined }, /not an entry/);
});

test('a header of a thousand levels is held, not accepted', async () => {
  await refusedBesideGood(
    withHeader(await signed(mallory, {}), () => `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`),
    /not an entry/,
  );
});

test('a header that names a field twice is held, not accepted', async () => {
  await refusedBesideGood(
    withHeader(await signed(mallory, {}), (line) => line.replace('{"v":1,', '{"v":1,"v":1,')),
    /not an entry/,
  );
});

test('an entry of another channel is held, not accepted', async () => {
  await refusedBesideGood(await signed(mallory, {}, { channel: toBase64url(nodeRandom(32)) }), /another channel/);
});

test('an entry that claims to be ours, in their log, is held, not accepted', async () => {
  await refusedBesideGood(await signed(mallory, {}, { party: 0 }), /another party/);
});

test('our own entry replayed into their log is held, not accepted', async () => {
  const ours = await signed(honest, { subject: 'said once' });
  await two.of(two.a).append({ bytes: ours.bytes, body: ours.body ?? new Uint8Array() });
  await refusedBesideGood(ours, /another party/);
});

test('an entry replayed into the same log counts once', async () => {
  const once = await signed(mallory, { subject: 'once' });
  const at = await smuggle([once, once, await signed(mallory, { subject: 'after the replay' })]);
  assert.equal((await verdictAt(at)).valid, true);
  assert.match((await verdictAt(at + 1)).reasons.join(), /counts once/);
  assert.equal((await verdictAt(at + 2)).valid, true);
});

test('an entry by somebody nobody accredited is held, not accepted', async () => {
  await refusedBesideGood(await signed({ ...mallory, key: ed25519Signer(nodeRandom(32)) }, {}), /not accredited/);
});

test('an entry signed after a recall is held, not accepted, and one after the return counts', async () => {
  const envoy = await two.accredit(two.b, 'Envoy');
  const act = async (what: object): Promise<void> => {
    const note = new TextDecoder().decode(await two.identityNote(two.b, what as never));
    await appendAsNode(two.of(two.b), 'identity', [envoy.matter], [['note', note]]);
  };
  await act({ act: 'recall', actor: envoy.actor, for_consultations: true, reason: null, effective_at: null });
  await refusedBesideGood(await signed(envoy, {}), /had been recalled/);
  await act({ act: 'return', actor: envoy.actor, effective_at: null });
  const at = await smuggle([await signed(envoy, { subject: 'back at my post' })]);
  assert.equal((await verdictAt(at)).valid, true);
});

test('a kind or marking out of scope is held, not accepted', async () => {
  const clerk = await two.accredit(two.b, 'Clerk', { kinds: ['message'], marking: 'green' });
  const claim = Object.entries({ marking: 'green', facet: 'fact', statement: 'It was them.' });
  await refusedBesideGood(await signed(clerk, {}, { type: 'claim', fields: claim }), /not accredited for this kind/);
  await refusedBesideGood(await signed(clerk, { marking: 'red' }), /not accredited for this marking/);
});

test('a document without a field that counts is held, not accepted, and the sentence names the field', async () => {
  const fields = Object.entries({ subject: 'No marking', text: 'Text' });
  await refusedBesideGood(await signed(mallory, {}, { fields }), /Marking \(TLP\): This is needed/);
});

test('a decoy field, a second value under one name, is held, not accepted', async () => {
  const channel = two.of(two.b);
  const fields: readonly (readonly [string, Json])[] = [
    ['marking', 'green'],
    ['subject', 'Peace'],
    ['text', 'We agree.'],
    ['text', 'We never agreed.'],
  ];
  const draft = {
    channel: two.channel,
    party: 1,
    gen: channel.replica.channel.parties[1]?.gen ?? '',
    type: 'message',
    time: two.now(),
    after: await citedHeads(channel),
    refs: [],
    fields,
  };
  const entry = await composeEntry(two.crypto.sha256, nodeRandom, draft, mallory.key, 'rep');
  await refusedBesideGood({ bytes: entry.bytes, body: entry.body }, /given twice/);
});

test('a leaf that is not opened holds back the receipt, and only its author is hurt', async () => {
  const hidden = await signed(mallory, { subject: 'with a hidden leaf' });
  const lines = splitLines(hidden.body ?? new Uint8Array());
  const withheld = { bytes: hidden.bytes, body: concat(...lines.slice(0, -1).flatMap((line) => [line, utf8('\n')])) };
  const origin = originIn(two.of(two.b).replica, 1);
  const before = await two.of(two.a).store.log(origin);
  await assert.rejects(push(two, before?.size ?? 0, [withheld]), /202/);
  const mine = await two.say(honest, { kind: 'message', fields: { subject: 'Ours goes on', text: 'Receipted as ever.' } });
  await until(
    [two.a.node, two.b.node],
    async () => (await two.of(two.b).store.findEntries(two.channel, [fromBase64url(mine) ?? new Uint8Array()])).length === 1,
  );
  const after_ = await two.of(two.a).store.log(origin);
  assert.ok((after_?.openedSize ?? 0) < (after_?.size ?? 0), 'held, but not opened');
  // The author opens it after all: everything is receipted again.
  await adopt(two, [hidden], two.b);
  two.b.node.exchange.wake(two.channel);
  await two.settled();
});

test('claimed times of 1970 and 2100 are noticed and change nothing else', async () => {
  const at = await smuggle([await signed(mallory, {}, { time: 0 }), await signed(mallory, {}, { time: 4_133_980_800 })]);
  for (const index of [at, at + 1]) {
    const verdict = await verdictAt(index);
    assert.equal(verdict.valid, true);
    assert.match(verdict.reasons.join(), /claims a time that cannot be right/);
  }
});

test('two hundred bad documents, each followed by a good one: every good one counts', async () => {
  const leaves: Leaf[] = [];
  for (let i = 0; i < 200; i++) {
    leaves.push({ bytes: utf8(`poison ${i}`), body: undefined }, await signed(mallory, { subject: `good ${i}` }));
  }
  const at = await smuggle(leaves);
  const rows = await two.of(two.a).store.verdictsOf(originIn(two.of(two.a).replica, 1), at, at + 400);
  assert.equal(rows.filter((row) => row.valid).length, 200);
});

test('entries in another order than the signed head are refused, and nothing stays behind', async () => {
  const channel = two.of(two.a);
  const origin = originIn(channel.replica, 1);
  const before = await channel.store.log(origin);
  const [first, second] = [await signed(mallory, { subject: 'first' }), await signed(mallory, { subject: 'second' })];
  await assert.rejects(push(two, before?.size ?? 0, [first, second], { order: [1, 0] }), /422/);
  assert.deepEqual(await channel.store.log(origin), before);
});

test('a head with one signature of the pair is refused', async () => {
  const size = (await two.of(two.a).store.log(originIn(two.of(two.a).replica, 1)))?.size ?? 0;
  for (const keep of [0, 1]) await assert.rejects(push(two, size, [await signed(mallory, {})], { keepLine: keep }), /403/);
});

test('a cut, an empty and an enormous push are refused', async () => {
  const size = (await two.of(two.a).store.log(originIn(two.of(two.a).replica, 1)))?.size ?? 0;
  await assert.rejects(push(two, size, [await signed(mallory, {})], { cut: 100 }), /400/);
  await assert.rejects(send(two, new Uint8Array()), /400/);
  await assert.rejects(send(two, new Uint8Array(17 * 1024 * 1024)), /413|unreachable|cannot be reached/);
});

type Twist = { readonly order?: readonly number[]; readonly keepLine?: number; readonly cut?: number };

/** Pushes leaves over the hostile side's real head without keeping them there; rejects with the status that is not 200. */
async function push(parties: TwoParties, old: number, leaves: readonly Leaf[], twist: Twist = {}): Promise<void> {
  const { replica, store } = parties.of(parties.b);
  const { sha256 } = parties.crypto;
  const origin = originIn(replica, 1);
  const rows = leaves.map(({ bytes }) => ({
    id: heldId(sha256, bytes),
    leafHash: leafHash(sha256, bytes),
    bytes,
    body: undefined,
    bodyRequired: false,
  }));
  await store.stage(origin, old, rows, false);
  const next = { origin, size: old + leaves.length, root: await store.rootAt(origin, old + leaves.length) };
  await store.unstage(origin, old);
  let note = await signCheckpoint(sha256, replica.keys.log, next);
  if (twist.keepLine !== undefined) {
    const parsed = parseNote(note);
    assert.ok('note' in parsed);
    note = formatNote({ text: parsed.note.text, lines: parsed.note.lines.filter((_, i) => i === twist.keepLine) });
  }
  const ordered = (twist.order ?? leaves.map((_, i) => i)).flatMap((i) => leaves[i] ?? []);
  const items = [
    { name: 'old', bytes: utf8(String(old)) },
    { name: 'checkpoint', bytes: note },
    { name: 'entries', bytes: formatEntryBundle(ordered.map(({ bytes }) => bytes)) },
    ...leaves.flatMap(({ bytes, body }) => (body === undefined ? [] : [{ name: `bodies/${toBase64url(heldId(sha256, bytes))}`, bytes: body }])),
  ];
  const bundle = formatBundle(items);
  await send(parties, twist.cut === undefined ? bundle : bundle.slice(0, bundle.length - twist.cut));
}

async function send(parties: TwoParties, body: Uint8Array): Promise<void> {
  const { replica } = parties.of(parties.b);
  const http = peerHttp();
  try {
    const request = { method: 'POST' as const, path: `/log/${originHash(originIn(replica, 1))}/push`, body };
    const headers = await signRequest(replica.keys.node, request, parties.now(), nodeRandom);
    const ours = replica.channel.parties[0];
    assert.ok(ours !== undefined);
    const answer = await http({ url: parties.a.url, spki: ours.transport }, { ...request, headers }, 1_000_000);
    if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
  } finally {
    http.close();
  }
}
