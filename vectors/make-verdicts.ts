/**
 * Makes vectors/record/verdicts.json: what a reader of one log says of each entry, for every reason there is. Signatures of ML-DSA-44 differ from run to
 * run, equally good, so a file that exists is left alone. Run it with: node vectors/make-verdicts.ts
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fromHex, toBase64url, utf8 } from '../src/base/bytes.ts';
import type { Json, JsonObject } from '../src/base/json.ts';
import type { Signer } from '../src/base/ports.ts';
import { eraseFields } from '../src/entry/body.ts';
import { formatCheckpoint } from '../src/tlog/checkpoint.ts';
import { formatLines } from '../src/tlog/note.ts';
import { nodeSha256 as sha256 } from '../src/node/crypto.ts';
import { testChannel, testHost, testParty, testPerson, textOf } from '../src/node/fixtures-channel.ts';
import { accreditation, type TestLeaf, TestRecord } from '../src/node/fixtures-record.ts';

const file = new URL('record/verdicts.json', import.meta.url);
if (existsSync(file)) {
  console.log('verdicts.json: exists, left alone');
  process.exit();
}

const on = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 20)], [testHost('Host', 30)]);
const elsewhere = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 21)]);
const petrova = testPerson('Petrova');
const clerk = testPerson('Clerk');
const robot = testPerson('Robot');
const stranger = testPerson('Stranger');
const newcomer = testPerson('Newcomer');
const [first, second] = on.parties[0]?.identity as [Signer, Signer];

/** A log in which Petrova may do everything, Clerk may send green messages, and Robot is an automatic key. */
async function started(): Promise<TestRecord & { ids: readonly string[] }> {
  const record = new TestRecord(on, 'verdicts');
  const ids = [
    await record.accredit(0, petrova, { may_recall: true }),
    await record.accredit(0, clerk, { kinds: ['message'], marking: 'green' }),
    await record.accredit(0, robot, { automatic: true }),
  ].map(({ id }) => id);
  return Object.assign(record, { ids });
}

const prefix = await started();
const leafJson = ({ bytes, body }: TestLeaf): object => {
  const text = { entry: textOf(bytes), ...(body === undefined ? {} : { body: textOf(body) }) };
  return text;
};

type Play = (record: Awaited<ReturnType<typeof started>>) => Promise<unknown>;
const cases: object[] = [];

/** `expected` are the verdicts on the leaves that `play` adds: the reasons, with `void.` first where the entry is void; none: valid and unremarkable. */
async function verdict(comment: string, expected: readonly string[], play: Play): Promise<void> {
  const record = await started();
  const from = record.size(0);
  await play(record);
  const { entries } = await record.read(0);
  const leaves = record.logs[0]?.slice(from) ?? [];
  const verdicts = entries.slice(from).map(({ valid, automatic, type, findings, stamp }) => ({
    valid,
    findings: findings.map(({ id }) => id),
    type,
    automatic,
    ...(stamp === undefined ? {} : { stamp }),
  }));
  const said = verdicts.map(({ findings }) => findings.join(' '));
  if (said.join('|') !== expected.join('|')) throw new Error(`${comment}: expected ${expected.join('|')}, not ${said.join('|')}`);
  cases.push({ comment, leaves: leaves.map(leafJson), verdicts });
}

const fields = (more: Record<string, Json> = {}): Record<string, Json> => ({ subject: 'A word', text: 'Said.', marking: 'green', ...more });
const say = (more: Partial<Parameters<TestRecord['say']>[2]> = {}): Parameters<TestRecord['say']>[2] => ({
  kind: 'message',
  fields: fields(),
  ...more,
});
const about = (actor: string, more: Record<string, Json> = {}): Record<string, Json> => ({
  actor,
  for_consultations: true,
  marking: 'green',
  ...more,
});
const recallAct = (actor: string): JsonObject => ({ act: 'recall', actor, for_consultations: true, reason: null, effective_at: null });
const returnAct = (actor: string): JsonObject => ({ act: 'return', actor, effective_at: null });
const root = toBase64url(new Uint8Array(32).fill(9));

await verdict('a message by somebody accredited counts', [''], (log) => log.say(0, petrova, say()));
await verdict('an automatic key is labelled', [''], (log) => log.say(0, robot, say()));
await verdict('a kind nobody knows here is held, and counts', ['finding.kind_unknown'], (log) =>
  log.say(0, petrova, say({ kind: 'treaty_of_peace' })),
);

// Form.
await verdict('bytes that are no entry', ['void.not_an_entry', ''], async (log) => {
  log.append(0, { id: '', bytes: utf8('hello') });
  await log.say(0, petrova, say());
});
await verdict('two signature lines', ['void.not_an_entry'], async (log) => {
  const leaf = await log.sign(0, petrova.key, 'rep', say());
  log.append(0, { id: '', bytes: utf8(`${textOf(leaf.bytes)}${textOf(leaf.bytes).split('\n')[2]}\n`) });
});
await verdict('of another channel', ['void.wrong_channel'], (log) => log.say(0, petrova, say({ channel: elsewhere.channel.id })));
await verdict('of another party', ['void.wrong_party'], (log) => log.say(0, petrova, say({ inParty: 1 })));
await verdict('of another generation', ['void.wrong_generation'], (log) => log.say(0, petrova, say({ gen: toBase64url(new Uint8Array(16)) })));
await verdict('the same entry again', ['', 'void.repeated'], async (log) => log.append(0, await log.say(0, petrova, say())));
await verdict('a head left out', ['void.cited_heads'], (log) => log.say(0, petrova, say({ after: [log.cite(0)] })));
await verdict('a head of a third party', ['void.cited_heads'], (log) =>
  log.say(0, petrova, say({ after: [log.cite(0), { ...log.cite(1), party: 2 }] })),
);
await verdict('a head that the other log never had', ['finding.cited_false'], (log) =>
  log.say(0, petrova, say({ after: [log.cite(0), { ...log.cite(1), root }] })),
);
await verdict('a head of a generation that the other party has not', ['finding.cited_false'], (log) =>
  log.say(0, petrova, say({ after: [log.cite(0), { ...log.cite(1), gen: toBase64url(new Uint8Array(16)) }] })),
);
await verdict('a head of its own log that would cover itself', ['finding.cited_false'], (log) =>
  log.say(0, petrova, say({ after: [{ ...log.cite(0), size: log.size(0) + 1 }, log.cite(1)] })),
);
await verdict('a head beyond what is held is neither true nor false', [''], (log) =>
  log.say(0, petrova, say({ after: [log.cite(0), { ...log.cite(1), size: 1000, root }] })),
);
await verdict('claimed times of 1970 and of 2100', ['finding.time_absurd', 'finding.time_absurd'], async (log) => {
  await log.say(0, petrova, say({ time: 0 }));
  await log.say(0, petrova, say({ time: 4_133_980_800 }));
});

// Text.
await verdict('a text that is another one', ['void.body_not_opened'], async (log) => {
  const [leaf, other] = [await log.sign(0, petrova.key, 'rep', say()), await log.sign(0, petrova.key, 'rep', say())];
  log.append(0, { ...leaf, ...(other.body === undefined ? {} : { body: other.body }) });
});
await verdict('a decoy, two values under one name', ['void.body'], (log) =>
  log.say(0, petrova, say({ fields: [...Object.entries(fields()), ['text', 'Said otherwise.']] })),
);
await verdict('no marking: a frame field is missing', ['fault.missing'], (log) => log.say(0, petrova, say({ fields: { subject: 'a', text: 'b' } })));
await verdict('a marking that is none', ['fault.choice'], (log) => log.say(0, petrova, say({ fields: fields({ marking: 'white' }) })));
await verdict('a final reply without its disposition', ['fault.final_without_disposition'], (log) =>
  log.say(0, petrova, say({ kind: 'reply', fields: { final: true, text: 'a', marking: 'green' } })),
);
await verdict('a recall that is none for consultations', ['fault.only_for_consultations'], (log) =>
  log.say(0, petrova, say({ kind: 'recall', refs: [log.ids[1] ?? ''], fields: about(clerk.actor, { for_consultations: false }) })),
);
await verdict('no subject, and a field nobody knows: content, noticed', ['fault.missing fault.unknown'], (log) =>
  log.say(0, petrova, say({ fields: { text: 'b', marking: 'green', more: 1 } })),
);
await verdict('a content field erased', [''], async (log) => {
  const leaf = await log.sign(0, petrova.key, 'rep', say());
  log.append(0, { ...leaf, body: eraseFields(sha256, leaf.body ?? new Uint8Array(), ['text', 'subject']) });
});
await verdict('a frame field erased', ['fault.missing'], async (log) => {
  const leaf = await log.sign(0, petrova.key, 'rep', say());
  log.append(0, { ...leaf, body: eraseFields(sha256, leaf.body ?? new Uint8Array(), ['marking']) });
});

// Signer and scope.
await verdict('signed by somebody nobody accredited', ['void.not_accredited'], (log) => log.say(0, stranger, say()));
await verdict('a signature over another text', ['void.signature'], async (log) => {
  const [leaf, other] = [await log.sign(0, petrova.key, 'rep', say()), await log.sign(0, petrova.key, 'rep', say())];
  const [header, , , line] = [...textOf(leaf.bytes).split('\n').slice(0, 2), '', textOf(other.bytes).split('\n')[2]];
  log.append(0, { ...leaf, bytes: utf8(`${header}\n\n${line}\n`) });
});
await verdict('a representative’s line under the node’s name', ['void.signature'], async (log) =>
  log.append(0, await log.sign(0, petrova.key, 'node', say())),
);
await verdict('a kind out of scope', ['void.kind_out_of_scope'], (log) =>
  log.say(0, clerk, say({ kind: 'claim', fields: { facet: 'fact', statement: 'It was so.', marking: 'green' } })),
);
await verdict('a marking out of scope', ['void.marking_out_of_scope', ''], async (log) => {
  await log.say(0, clerk, say({ fields: fields({ marking: 'amber' }) }));
  await log.say(0, clerk, say({ fields: fields({ marking: 'clear' }) }));
});
await verdict('a kind of the node signed by a representative', ['void.not_the_node'], (log) =>
  log.say(0, petrova, say({ kind: 'gate', fields: { answers: 'none' } })),
);
await verdict('a kind of the node signed by another key', ['void.not_the_node'], async (log) =>
  log.append(0, await log.sign(0, stranger.key, 'node', say({ kind: 'gate', fields: { answers: 'none' } }))),
);
await verdict('a kind of the node signed by the node', [''], (log) => log.sayAsNode(0, say({ kind: 'gate', fields: { answers: 'none' } })));

// Recall and return.
await verdict('recalled by the identity, returned by the identity', ['', 'void.recalled', '', ''], async (log) => {
  const refs = [log.ids[1] ?? ''];
  await log.identity(0, recallAct(clerk.actor), { n: 4, refs });
  await log.say(0, clerk, say());
  await log.identity(0, returnAct(clerk.actor), { n: 5, refs });
  await log.say(0, clerk, say());
});
await verdict('recalled by a representative who may, and returned', ['', 'void.recalled', 'void.recalled', '', ''], async (log) => {
  const refs = [log.ids[1] ?? ''];
  await log.say(0, petrova, say({ kind: 'recall', refs, fields: about(clerk.actor) }));
  await log.say(0, clerk, say());
  await log.say(0, petrova, say({ kind: 'recall', refs, fields: about(clerk.actor) }));
  await log.say(0, petrova, say({ kind: 'return_to_post', refs, fields: { actor: clerk.actor, marking: 'green' } }));
  await log.say(0, clerk, say());
});
await verdict('recalled by the identity, and no representative returns them', ['', 'void.recalled_higher', 'void.recalled'], async (log) => {
  const refs = [log.ids[1] ?? ''];
  await log.identity(0, recallAct(clerk.actor), { n: 4, refs });
  await log.say(0, petrova, say({ kind: 'return_to_post', refs, fields: { actor: clerk.actor, marking: 'green' } }));
  await log.say(0, clerk, say());
});
await verdict('returned without having been recalled', ['void.not_recalled', 'void.not_recalled'], async (log) => {
  const refs = [log.ids[1] ?? ''];
  await log.say(0, petrova, say({ kind: 'return_to_post', refs, fields: { actor: clerk.actor, marking: 'green' } }));
  await log.identity(0, returnAct(clerk.actor), { n: 4, refs });
});
await verdict('recalled by somebody who may not', ['void.may_not_recall'], (log) =>
  log.say(0, robot, say({ kind: 'recall', refs: [log.ids[1] ?? ''], fields: about(clerk.actor) })),
);
await verdict('a recall of nobody, and one that names another accreditation', ['void.nobody_there', 'void.other_accreditation'], async (log) => {
  await log.say(0, petrova, say({ kind: 'recall', refs: [log.ids[1] ?? ''], fields: about(stranger.actor) }));
  await log.say(0, petrova, say({ kind: 'recall', refs: [log.ids[0] ?? ''], fields: about(clerk.actor) }));
});
await verdict('a mission that has ended', ['', 'void.ended', 'void.nobody_there', '', ''], async (log) => {
  await log.identity(0, { act: 'end', actor: clerk.actor }, { n: 4, refs: [log.ids[1] ?? ''] });
  await log.say(0, clerk, say());
  await log.identity(0, returnAct(clerk.actor), { n: 5, refs: [log.ids[1] ?? ''] });
  await log.identity(0, accreditation(clerk), { n: 5 });
  await log.say(0, clerk, say());
});

// Identity notes.
await verdict('an accreditation, and what the person then signs', ['', ''], async (log) => {
  await log.identity(0, accreditation(newcomer), { n: 4 });
  await log.say(0, newcomer, say());
});
await verdict('an accreditation replayed after a recall', ['', 'void.identity_number', 'void.recalled'], async (log) => {
  await log.identity(0, recallAct(clerk.actor), { n: 4, refs: [log.ids[1] ?? ''] });
  await log.identity(0, accreditation(clerk, { kinds: ['message'], marking: 'green' }), { n: 2 });
  await log.say(0, clerk, say());
});
await verdict('a number skipped', ['void.identity_number', ''], async (log) => {
  await log.identity(0, accreditation(newcomer), { n: 5 });
  await log.identity(0, accreditation(newcomer), { n: 4 });
});
await verdict('one signature of a threshold of two', ['void.identity_threshold'], (log) =>
  log.identity(0, accreditation(newcomer), { n: 4, signers: [first] }),
);
await verdict('a stranger’s signature beside the threshold', ['void.identity_threshold'], (log) =>
  log.identity(0, accreditation(newcomer), { n: 4, signers: [first, second, stranger.key] }),
);
await verdict('one of two signatures wrong', ['void.signature'], async (log) => {
  const [good, other] = [
    await log.identityNote(0, accreditation(newcomer), { n: 4, signers: [first, second] }),
    await log.identityNote(0, returnAct(clerk.actor), { n: 4, signers: [first, second] }),
  ];
  const note = `${good.split('\n').slice(0, 3).join('\n')}\n${other.split('\n')[3]}\n`;
  await log.sayAsNode(0, { kind: 'identity', fields: { note } });
});
await verdict('an identity note of another channel', ['void.identity_elsewhere'], (log) =>
  log.identity(0, accreditation(newcomer), { n: 4, channel: elsewhere.channel.id }),
);
await verdict('what is carried is no identity note', ['void.identity_note'], (log) =>
  log.sayAsNode(0, { kind: 'identity', fields: { note: 'hello' } }),
);
await verdict('an act that nobody knows', ['void.identity_act'], (log) => log.identity(0, { act: 'promote', actor: clerk.actor }, { n: 4 }));
await verdict('somebody accredited already', ['void.accredited_already'], (log) => log.identity(0, accreditation(clerk), { n: 4 }));
await verdict('a key that is not the actor’s', ['void.key_unacceptable'], (log) =>
  log.identity(0, { ...accreditation(newcomer), actor: stranger.actor }, { n: 4 }),
);
await verdict('a key of small order', ['void.key_unacceptable'], (log) =>
  log.identity(0, { ...accreditation(newcomer), key: toBase64url(fromHex(`01${'00'.repeat(31)}`) ?? new Uint8Array()) }, { n: 4 }),
);

// Stamps.
const origin = prefix.checkpoint(0).origin;
await verdict('a stamp with a receipt and a host’s pair', ['', ''], async (log) => {
  const { id } = await log.say(0, petrova, say());
  const head = log.checkpoint(0);
  await log.stamp(0, id, 0, log.size(0), [...(await log.receipt(1, head, 1_700_000_100)), ...(await log.witness(0, head, 1_700_000_099))]);
});
await verdict('a stamp of which one pair verifies', ['', ''], async (log) => {
  const { id } = await log.say(0, petrova, say());
  const head = log.checkpoint(0);
  const wrong = await log.receipt(1, { ...head, size: head.size - 1 }, 1_700_000_100);
  await log.stamp(0, id, 0, log.size(0), [...wrong, ...(await log.witness(0, head, 1_700_000_099))]);
});
await verdict('a stamp of which no pair verifies, one of half a pair', ['', 'void.stamp_unsigned', 'void.stamp_unsigned'], async (log) => {
  const { id } = await log.say(0, petrova, say());
  const size = log.size(0);
  const head = log.checkpoint(0, size);
  await log.stamp(0, id, 0, size, await log.receipt(1, { ...head, size: size - 1 }, 1_700_000_100));
  await log.stamp(0, id, 0, size, (await log.receipt(1, head, 1_700_000_100)).slice(0, 1));
});
await verdict('a stamp over a head that this log never had', ['', 'void.stamp_root'], async (log) => {
  const { id } = await log.say(0, petrova, say());
  const head = { ...log.checkpoint(0), root: new Uint8Array(32).fill(9) };
  const lines = textOf(formatLines(await log.receipt(1, head, 1_700_000_100)));
  await log.sayAsNode(0, { kind: 'stamp', refs: [id], fields: { entry: id, checkpoint: formatCheckpoint(head), lines } });
});
await verdict('a stamp over a head of its own log that would cover itself', ['', 'void.stamp_root'], async (log) => {
  const { id } = await log.say(0, petrova, say());
  const head = { ...log.checkpoint(0), size: log.size(0) + 5 };
  const lines = textOf(formatLines(await log.receipt(1, head, 1_700_000_100)));
  await log.sayAsNode(0, { kind: 'stamp', refs: [id], fields: { entry: id, checkpoint: formatCheckpoint(head), lines } });
});
await verdict(
  'a stamp over a log that is not of this channel, and one that is no checkpoint',
  ['', 'void.stamp_other_log', 'void.stamp_form'],
  async (log) => {
    const { id } = await log.say(0, petrova, say());
    const head = { ...log.checkpoint(0), origin: `${origin.slice(0, -4)}0000` };
    const lines = textOf(formatLines(await log.witness(0, log.checkpoint(0), 1_700_000_100)));
    await log.sayAsNode(0, { kind: 'stamp', refs: [id], fields: { entry: id, checkpoint: formatCheckpoint(head), lines } });
    await log.sayAsNode(0, { kind: 'stamp', refs: [id], fields: { entry: id, checkpoint: 'hello', lines } });
  },
);

// Dates.
await verdict('a reply due before it was asked for, what happened after it was said', ['finding.due_before_sent', 'finding.happened_after_sent'], async (log) => {
  const request = { request_type: 'information', subject: 'a', text: 'b', reply_by: 1_650_000_000, marking: 'green' };
  await log.say(0, petrova, { kind: 'request', fields: request });
  const memoire = { conversation_at: 4_000_000_000, subject: 'a', text: 'b', initials: 'AB', marking: 'green' };
  await log.say(0, petrova, { kind: 'aide_memoire', fields: memoire });
});

mkdirSync(new URL('.', file), { recursive: true });
const other = prefix.logs[1] ?? [];
writeFileSync(
  file,
  `${JSON.stringify(
    {
      comment:
        'each case is the log of party 0: the leaves of `prefix`, then its own; of the other log the reader holds the sizes whose roots are in `others`',
      charter: on.channel.charter.text,
      cards: [...on.channel.parties, ...on.channel.hosts].map((card) => card.text),
      prefix: (prefix.logs[0] ?? []).map(leafJson),
      others: [{ party: 1, gen: on.channel.parties[1]?.gen, roots: other.map((_, i) => toBase64url(prefix.rootAt(1, i + 1))) }],
      cases,
    },
    undefined,
    1,
  )}\n`,
);
