/**
 * Makes vectors/entry/key-events.json (a key event against the keys in force) and vectors/record/key-events.json (what a reader of one log says of key
 * events and of statements beside a person). Everything here is deterministic: a second run writes the same bytes. Run it with:
 * node vectors/make-key-events.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { toBase64url, utf8 } from '../src/base/bytes.ts';
import type { Json, JsonObject } from '../src/base/json.ts';
import type { Signer } from '../src/base/ports.ts';
import { type IdentityKeys, identityJson } from '../src/entry/card.ts';
import { formatIdentityNote, signAsIdentity } from '../src/entry/identity-note.ts';
import { keyEventAct } from '../src/entry/key-event.ts';
import { ed25519Signer, nodeSha256 as sha256 } from '../src/node/crypto.ts';
import { testChannel, testHost, testParty, testPerson, textOf } from '../src/node/fixtures-channel.ts';
import { accreditation, type TestLeaf, TestRecord } from '../src/node/fixtures-record.ts';

function write(name: string, value: unknown): void {
  const file = new URL(name, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, undefined, 1)}\n`);
}

const key = (name: string): Signer => ed25519Signer(sha256(utf8(`key ${name}`)));
/** The keys in force after an event: `keys` of which `threshold` sign, committing to `next`. */
const identity = (event: number, keys: readonly Signer[], next: readonly Signer[], threshold = keys.length): IdentityKeys => ({
  threshold,
  keys: keys.map(({ publicKey }) => publicKey),
  nextThreshold: next.length,
  nextDigests: next.map(({ publicKey }) => sha256(publicKey)),
  event,
});

// From the keys in force to the next ------------------------------------------------------------------------------------------------------------
const [k0, k1, k2, k3, deputy, third, thief] = ['0', '1', '2', '3', 'deputy', 'third', 'thief'].map(key) as [
  Signer, Signer, Signer, Signer, Signer, Signer, Signer,
];
const inception: IdentityKeys = { threshold: 1, keys: [k0.publicKey], nextThreshold: 1, nextDigests: [sha256(k1.publicKey)] };
const first = identity(1, [k1], [k2]);
const channel = toBase64url(new Uint8Array(32).fill(5));
type Case = { comment: string; known?: readonly IdentityKeys[]; act?: Json; next?: IdentityKeys; signers: readonly Signer[]; fault?: string };
const pair: IdentityKeys = { threshold: 2, keys: [k0.publicKey, deputy.publicKey], nextThreshold: 2, nextDigests: [k1, k2].map((one) => sha256(one.publicKey)) };
const cases: readonly Case[] = [
  { comment: 'the pre-rotated key replaces the one in force', next: first, signers: [k1] },
  { comment: 'a party of one key becomes one of two of three', next: identity(1, [k1, deputy, third], [k2, k3], 2), signers: [k1, third] },
  { comment: 'two of two pre-rotated keys', known: [pair], next: identity(1, [k1, k2], [k3, third]), signers: [k1, k2] },
  { comment: 'the event after it', known: [inception, first], next: identity(2, [k2], [k3]), signers: [k2] },
  { comment: 'refused: signed by the key in force, which a thief may have', next: first, signers: [k0], fault: 'void.key_event_keys' },
  { comment: 'refused: signed by the key in force beside the new one', next: first, signers: [k1, k0], fault: 'void.key_event_keys' },
  { comment: 'refused: a thief of the key in force puts his own in its place', next: identity(1, [thief], [k2]), signers: [thief], fault: 'void.key_event_keys' },
  { comment: 'refused: the committed key is named and does not sign', next: identity(1, [k1, thief], [k2], 1), signers: [thief], fault: 'void.key_event_keys' },
  { comment: 'refused: the committed key signs alone where two must', next: identity(1, [k1, deputy], [k2], 2), signers: [k1], fault: 'void.key_event_keys' },
  { comment: 'refused: one of two committed keys', known: [pair], next: identity(1, [k1, third], [k3], 2), signers: [k1, third], fault: 'void.key_event_keys' },
  { comment: 'refused: no number', next: { ...first, event: 0 }, signers: [k1], fault: 'form' },
  { comment: 'refused: a number skipped', next: identity(2, [k1], [k2]), signers: [k1], fault: 'void.key_event_number' },
  { comment: 'refused: the event again', known: [inception, first], next: first, signers: [k1], fault: 'void.key_event_number' },
  { comment: 'refused: it commits to the key that it shows', next: identity(1, [k1], [k1]), signers: [k1], fault: 'void.key_event_next' },
  { comment: 'refused: it commits to the key it replaces', next: identity(1, [k1], [k0]), signers: [k1], fault: 'void.key_event_next' },
  { comment: 'refused: it commits to a key shown long ago', known: [inception, first], next: identity(2, [k2], [k0]), signers: [k2], fault: 'void.key_event_next' },
  { comment: 'refused: a member more', act: { ...keyEventAct(first), reason: 'none' }, signers: [k1], fault: 'form' },
  { comment: 'refused: no next keys', act: { act: 'rotate', identity: { ...identityJson(first), next: { threshold: 1, digests: [] } } }, signers: [k1], fault: 'form' },
];
write(
  'entry/key-events.json',
  await Promise.all(
    cases.map(async ({ comment, known = [inception], act, next, signers, fault }) => {
      const said = (act ?? (next === undefined ? null : keyEventAct(next))) as JsonObject;
      const note = textOf(await signAsIdentity(sha256, formatIdentityNote({ channel, party: 0, n: 1, act: said }), signers));
      return { comment, valid: fault === undefined, ...(fault === undefined ? {} : { fault }), known: known.map(identityJson), act: JSON.stringify(said), note };
    }),
  ),
);

// Verdicts --------------------------------------------------------------------------------------------------------------------------------------
const alpha = testParty('Alpha', 10, 3, 2);
const on = await testChannel([alpha, testParty('Beta', 20)], [testHost('Host', 30)]);
const petrova = testPerson('Petrova');
const newcomer = testPerson('Newcomer');
const card = on.channel.parties[0]?.identity as IdentityKeys;
const [n0, n1, n2] = alpha.next as [Signer, Signer, Signer];
const later = ['later 0', 'later 1', 'later 2'].map(key) as [Signer, Signer, Signer];
const one = identity(1, [n0, n1, n2], later, 2);
const leafJson = ({ bytes, body }: TestLeaf): object => ({ entry: textOf(bytes), ...(body === undefined ? {} : { body: textOf(body) }) });

async function started(): Promise<TestRecord & { id: string }> {
  const record = new TestRecord(on, 'key events');
  const { id } = await record.accredit(0, petrova, { may_recall: true });
  return Object.assign(record, { id });
}

const verdicts: object[] = [];
/** `expected` are the reasons on the leaves that `play` adds; none: valid and unremarkable. */
async function verdict(comment: string, expected: readonly string[], play: (log: Awaited<ReturnType<typeof started>>) => Promise<unknown>): Promise<void> {
  const log = await started();
  const from = log.size(0);
  await play(log);
  const { entries } = await log.read(0);
  const said = entries.slice(from).map(({ valid, automatic, type, findings }) => ({ valid, findings: findings.map(({ id }) => id), type, automatic }));
  const found = said.map(({ findings }) => findings.join(' ')).join('|');
  if (found !== expected.join('|')) throw new Error(`${comment}: expected ${expected.join('|')}, not ${found}`);
  verdicts.push({ comment, leaves: (log.logs[0] ?? []).slice(from).map(leafJson), verdicts: said });
}

const rotate = (next: IdentityKeys): JsonObject => keyEventAct(next);
await verdict('a key event, and what the new keys then say', ['', '', ''], async (log) => {
  await log.identity(0, rotate(one), { n: 2, signers: [n0, n1] });
  await log.identity(0, accreditation(newcomer), { n: 3, signers: [n1, n2] });
  await log.message(0, newcomer, 'Good day');
});
await verdict('what the keys in force signed stands when they are replaced, and they say nothing more', ['', '', 'void.identity_threshold'], async (log) => {
  await log.identity(0, rotate(one), { n: 2, signers: [n0, n1] });
  await log.message(0, petrova, 'Still here');
  await log.identity(0, accreditation(newcomer), { n: 3 });
});
await verdict('the keys in force cannot replace themselves', ['void.key_event_keys'], (log) => log.identity(0, rotate(one), { n: 2 }));
await verdict('a thief of the node’s seed cannot replace the identity', ['void.key_event_keys'], (log) =>
  log.identity(0, rotate(identity(1, [alpha.node, alpha.log.ed25519], later, 2)), { n: 2, signers: [alpha.node, alpha.log.ed25519] }),
);
await verdict('one of two pre-rotated signatures', ['void.key_event_keys'], (log) => log.identity(0, rotate(one), { n: 2, signers: [n0] }));
await verdict('one of two pre-rotated signatures wrong', ['void.signature'], async (log) => {
  const [good, other] = [
    await log.identityNote(0, rotate(one), { n: 2, signers: [n0, n1] }),
    await log.identityNote(0, accreditation(newcomer), { n: 2, signers: [n0, n1] }),
  ];
  await log.sayAsNode(0, { kind: 'identity', fields: { note: `${good.split('\n').slice(0, 3).join('\n')}\n${other.split('\n')[3]}\n` } });
});
await verdict('a number skipped', ['void.key_event_number'], (log) => log.identity(0, rotate({ ...one, event: 2 }), { n: 2, signers: [n0, n1] }));
await verdict('a recovery that was shown already', ['void.key_event_next'], (log) =>
  log.identity(0, rotate(identity(1, [n0, n1, n2], [n0, n1], 2)), { n: 2, signers: [n0, n1] }),
);
await verdict('a key event replayed', ['', 'void.key_event_number'], async (log) => {
  await log.identity(0, rotate(one), { n: 2, signers: [n0, n1] });
  await log.identity(0, rotate(one), { n: 3, signers: [n0, n1] });
});
await verdict('two key events of one number: the identity has two histories', ['', 'void.identity_fork', ''], async (log) => {
  await log.identity(0, rotate(one), { n: 2, signers: [n0, n1] });
  await log.identity(0, rotate(identity(1, [n0, n1, n2], [thief, third], 2)), { n: 3, signers: [n0, n2] });
  await log.message(0, petrova, 'Still here');
});
await verdict('nobody without the pre-rotated keys makes it look as if there were two', ['', 'void.key_event_number'], async (log) => {
  await log.identity(0, rotate(one), { n: 2, signers: [n0, n1] });
  await log.identity(0, rotate(identity(1, [thief, deputy], [third, k3], 2)), { n: 3, signers: [thief, deputy] });
});
await verdict('a key event that is not in form', ['void.identity_act'], (log) =>
  log.identity(0, { ...rotate(one), more: 1 }, { n: 2, signers: [n0, n1] }),
);
await verdict('an agrément, and a key said to be compromised, change nobody’s validity', ['', '', ''], async (log) => {
  const about = { actor: petrova.actor, representative: 'Petrova', marking: 'green' };
  await log.say(0, petrova, { kind: 'agrement', refs: [log.id], fields: { agrement: 'refused', ...about } });
  await log.say(0, petrova, { kind: 'compromise', refs: [log.id], fields: { compromised_since: 1_600_000_000, ...about } });
  await log.message(0, petrova, 'Still here');
});

const clerk = testPerson('Clerk');
const recall = (actor: string): JsonObject => ({ act: 'recall', actor, for_consultations: true, reason: null, effective_at: null });
const back = (actor: string): JsonObject => ({ act: 'return', actor, effective_at: null });
await verdict('whom a representative recalled, the party returns: a higher level may', ['', '', 'void.recalled', '', ''], async (log) => {
  const { id } = await log.identity(0, accreditation(clerk), { n: 2 });
  await log.say(0, petrova, { kind: 'recall', refs: [id], fields: { actor: clerk.actor, for_consultations: true, marking: 'green' } });
  await log.message(0, clerk, 'Not now');
  await log.identity(0, back(clerk.actor), { n: 3, refs: [id] });
  await log.message(0, clerk, 'Back');
});
await verdict('whom a representative recalled, the party recalls too: from then on only the party returns them', ['', '', '', 'void.recalled_higher', ''], async (log) => {
  const { id } = await log.identity(0, accreditation(clerk), { n: 2 });
  await log.say(0, petrova, { kind: 'recall', refs: [id], fields: { actor: clerk.actor, for_consultations: true, marking: 'green' } });
  await log.identity(0, recall(clerk.actor), { n: 3, refs: [id] });
  await log.say(0, petrova, { kind: 'return_to_post', refs: [id], fields: { actor: clerk.actor, marking: 'green' } });
  await log.identity(0, back(clerk.actor), { n: 4, refs: [id] });
});
await verdict('a representative recalled by the party stays recalled when its keys are replaced', ['', '', '', 'void.recalled'], async (log) => {
  const { id } = await log.identity(0, accreditation(clerk), { n: 2 });
  await log.identity(0, recall(clerk.actor), { n: 3, refs: [id] });
  await log.identity(0, rotate(one), { n: 4, signers: [n0, n1] });
  await log.message(0, clerk, 'Not now');
});

const prefix = await started();
write('record/key-events.json', {
  comment: 'as verdicts.json: each case is the log of party 0: the leaves of `prefix`, then its own; of the other log the reader holds what `others` says',
  charter: on.channel.charter.text,
  cards: [...on.channel.parties, ...on.channel.hosts].map((one) => one.text),
  prefix: (prefix.logs[0] ?? []).map(leafJson),
  others: [{ party: 1, gen: on.channel.parties[1]?.gen, roots: (prefix.logs[1] ?? []).map((_, i) => toBase64url(prefix.rootAt(1, i + 1))) }],
  cases: verdicts,
});
if (card.threshold !== 2) throw new Error('the party of these vectors is one of two of three keys');
