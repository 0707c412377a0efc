/** A counterparty that says very much: looking at what it fills stays cheap, and nothing that another said, or that is pressing, goes under in it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fromBase64url } from '../src/base/bytes.ts';
import type { Json } from '../src/base/json.ts';
import { SMALLEST } from '../src/document/fixtures-drafts.ts';
import { documentView } from '../src/node/views/document.ts';
import { turnsOf } from '../src/node/views/dossier-part.ts';
import { dossierList, dossierView } from '../src/node/views/dossiers.ts';
import { closedByHeldOut } from '../src/node/views/held-out-closed.ts';
import { inboxOf } from '../src/node/views/inbox.ts';
import { countedIn, jointViewsOf } from '../src/node/views/joint.ts';
import { channelState } from '../src/node/views/rows.ts';
import { todayView } from '../src/node/views/today.ts';
import { correctedFields } from '../src/projection/corrected.ts';
import { readAround } from '../src/projection/joint/around.ts';
import { jointsOf } from '../src/projection/joint/joint.ts';
import { parseMatter } from '../src/projection/matter.ts';
import type { DocumentView } from '../src/projection/views.ts';
import { type Representative, TwoParties } from './two-parties.ts';

const FLOOD = 60;

let two: TwoParties;
let anna: Representative;
let boris: Representative;
const ids: Record<string, string> = {};
before(async () => {
  two = await TwoParties.found({ store: 'sqlite' });
  [anna, boris] = [await two.accredit(two.a, 'Anna'), await two.accredit(two.b, 'Boris')];
  await two.acknowledge();
});
after(() => two.close());

const say = (person: Representative, kind: string, fields: Record<string, Json> = {}, ...refs: readonly string[]): Promise<string> =>
  two.say(person, { kind, fields: { ...SMALLEST[kind], ...fields }, refs });

test('a dossier shows the root and each party’s matters in turn, whatever one of them fills it with, and says what is elsewhere', async () => {
  const request = await say(anna, 'request');
  ids.request = request;
  await two.settled();
  const ours = [await say(anna, 'claim', { concerns: [request] }), await say(anna, 'session', { concerns: [request] })];
  await Promise.all(Array.from({ length: FLOOD }, (_, i) => say(boris, i % 2 === 0 ? 'claim' : 'statement', { concerns: [request] })));
  await two.settled();
  const channel = two.of(two.a);
  const parts = [];
  for (let part = 1, of = 1; part <= of; part++) {
    const view = await dossierView(channel, request, part, 20);
    of = view.parts;
    parts.push(view);
  }
  const [first] = parts;
  assert.ok(first !== undefined);
  const shown = parts.map(({ matters }) => matters.map(({ id }) => id));
  assert.deepEqual([first.total, first.parts, ...shown.map(({ length }) => length)], [FLOOD + 3, 4, 20, 20, 20, 3]);
  assert.equal(new Set(shown.flat()).size, FLOOD + 3, 'every matter stands in one part');
  for (const id of [request, ...ours]) assert.ok(shown[0]?.includes(id), 'what we opened is in the first');
  const theirs = first.matters.filter(({ opener }) => opener === 1);
  assert.deepEqual([theirs.length, new Set(theirs.map(({ kind }) => kind))], [17, new Set(['claim'])], 'what awaits something comes first');
  assert.deepEqual(first.elsewhere, [{ party: 1, count: FLOOD - 17 }]);
  assert.deepEqual([first.agreed, first.disputed, first.open], [0, 0, 18], 'the claims of this part');
  assert.equal(parts[3]?.title, first.title);
  await assert.rejects(dossierView(channel, request, 5, 20), { code: 'not_found' });
  const [item] = (await dossierList(channel)).filter(({ id }) => id === request);
  assert.deepEqual([item?.matters, item?.documents, item?.kind, item?.moreDocuments], [FLOOD + 3, FLOOD + 3, 'request', undefined]);
});

test('shares of a part are equal, and what one party does not need goes to the others', () => {
  const counts = new Map([
    [0, 3],
    [1, 100],
    [2, 40],
  ]);
  const sum = (part: number): number => turnsOf(counts, 1, part, 30).reduce((all, { count }) => all + count, 0);
  assert.deepEqual(
    turnsOf(counts, 1, 1, 30).map(({ opener, count }) => [opener, count]),
    [
      [0, 3],
      [2, 13],
      [1, 13],
    ],
  );
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(sum), [29, 30, 30, 30, 24, 0]);
});

test('joint states are what they would be if all of the affair were read', async () => {
  const about = ids.request ?? '';
  const check = await say(anna, 'communication_check');
  const report = await say(anna, 'vulnerability_report', { concerns: [about] });
  const consultation = await say(anna, 'consultation', { concerns: [about] });
  const instrument = await say(anna, 'instrument', { concerns: [about] });
  await two.settled();
  const powers = await say(anna, 'full_powers', { concerns: [instrument], capacity: 'sign' });
  await say(anna, 'demarche', { concerns: [about] });
  await say(anna, 'session', { concerns: [check] });
  await say(anna, 'note_verbale', { concerns: [about], subtype: 'protest' });
  await say(boris, 'demarche', { concerns: [about] });
  await say(boris, 'advisory', { concerns: [report] });
  await say(boris, 'session', { concerns: [consultation] });
  await two.settled();
  await say(anna, 'signature', { step: 'signed', concerns: [powers] }, instrument);
  await say(boris, 'signature', { step: 'signed' }, consultation);
  const statement = await say(anna, 'statement', { concerns: [about, instrument, consultation] });
  await two.settled();
  const channel = two.of(two.a);
  const state = await channelState(channel);
  let looked = 0;
  for (const id of [about, check, report, consultation, instrument, powers, statement]) {
    const [row] = await channel.store.matters(two.channel, { ids: [fromBase64url(id, 32) ?? new Uint8Array()] });
    assert.ok(row !== undefined, id);
    const matter = parseMatter(row.state);
    const all = (await channel.store.matters(two.channel, { dossier: row.dossier })).map((one) => parseMatter(one.state));
    const names = channel.replica.channel.parties.map(({ name }) => name);
    const around = readAround(all, 2);
    const context = { quorum: channel.rules.quorum, standing: state.standing, counted: await countedIn(channel), names };
    const whole = jointsOf(around.readings.get(id) ?? assert.fail(), around, context);
    const views = await jointViewsOf(channel, state, matter, row.dossier);
    for (const [i, joint] of whole.entries()) assert.deepEqual({ ...views[i], ...joint }, views[i], joint.kind);
    assert.equal(views.length, whole.length);
    looked += whole.length;
    const told = JSON.stringify(whole);
    const expected: Record<string, RegExp> = {
      [about]: /"escalated":\[.+,.+\]/,
      [check]: /"escalated":\[.+\]/,
      [report]: /"advisories":\[.+\]/,
      [consultation]: /"held":\[.+\]/,
      [instrument]: /"powers"/,
      [powers]: /"uses":\[.+\]/,
      [statement]: /"named":\[.+,.+\]/,
    };
    assert.match(told, expected[id] ?? /./, 'what stands around it matters');
  }
  assert.ok(looked >= 7);
});

test('a document is shown with what opened its matter, what it names and each party’s latest, and the rest is counted', async () => {
  const request = await say(anna, 'request');
  await two.settled();
  const replies = await Promise.all(Array.from({ length: FLOOD }, () => say(boris, 'reply', { final: false }, request)));
  await two.settled();
  const question = await say(anna, 'clarification', { clarifies: 'question' }, request);
  await two.settled();
  const early = await documentView(two.of(two.a), replies[0] ?? '', 10);
  const threadOf = ({ thread }: DocumentView): readonly string[] => thread.map(({ id }) => id);
  assert.deepEqual([early.thread.length, early.moreInThread], [10, FLOOD + 2 - 10]);
  for (const id of [request, replies[0] ?? '', question]) assert.ok(threadOf(early).includes(id));
  const later = await documentView(two.of(two.a), question, 10);
  assert.ok(threadOf(later).includes(request), 'what it answers');
  const whole = threadOf(await documentView(two.of(two.a), question));
  assert.deepEqual(
    threadOf(later),
    whole.filter((id) => threadOf(later).includes(id)),
    'in reading order',
  );
  assert.equal((await documentView(two.of(two.a), question)).moreInThread, 0);
});

test('of a document that its author corrects over and over those corrections are opened that decide what it says, and the newest', async () => {
  const claim = await say(anna, 'claim', { facet: 'fact', statement: 'None.', confidence: 'low' });
  const correct = (field: string, value: string) => say(anna, 'correction', { entry: claim, pointers: [`/${field}`], values: [value] }, claim);
  const all = [await correct('confidence', 'high')];
  for (let i = 1; i < FLOOD; i++) all.push(await correct('statement', `${i} sites.`));
  await two.settled();
  const view = await documentView(two.of(two.b), claim);
  assert.deepEqual([view.corrections.length, view.moreCorrections], [52, FLOOD - 52]);
  const { statement, confidence } = correctedFields(view);
  assert.deepEqual([statement, confidence], [`${FLOOD - 1} sites.`, 'high']);
  const last = await documentView(two.of(two.b), all.at(-1) ?? '');
  assert.deepEqual(last.changes, [{ field: 'statement', before: `${FLOOD - 2} sites.`, after: `${FLOOD - 1} sites.` }]);
  assert.equal((await documentView(two.of(two.b), all[0] ?? '')).changes?.[0]?.before, 'low');
});

test('the inbox counts all that awaits, and shows what is most pressing of each party in each channel, not of whoever asks most', async () => {
  const other = two.channel;
  await two.found();
  assert.notEqual(two.channel, other);
  const pavel = await two.accredit(two.b, 'Pavel');
  await two.acknowledge();
  const request = await say(pavel, 'request');
  await two.settled();
  two.channel = other;
  const flood = await Promise.all(
    Array.from({ length: FLOOD }, () => say(boris, 'request', { due_at: two.now() + 60, request_type: 'information' })),
  );
  await two.settled();
  const whole = await inboxOf(two.a.node, 1000);
  const inbox = await inboxOf(two.a.node, 10);
  assert.deepEqual(inbox.counts, whole.counts, 'what is not shown is counted');
  assert.deepEqual([whole.counts.awaitingUs, whole.placed.filter(({ list }) => list === 'awaitingUs').length], [FLOOD + 1, FLOOD + 1]);
  const shown = inbox.placed.filter(({ list }) => list === 'awaitingUs');
  const entries = shown.map(({ item }) => item.due.entry);
  assert.equal(shown.length, 10);
  assert.ok(entries.includes(request), 'the one thing that another channel asks');
  assert.ok(entries.every((id) => id === request || flood.includes(id)));
  assert.deepEqual(
    inbox.more.awaitingUs.map(({ channel, count }) => [channel.id, count]),
    [[other, FLOOD - 9]],
  );
  assert.ok(inbox.more.watch.length > 0, 'the claims above wait too');
  const today = await todayView(two.a.node);
  two.channel = other;
  for (const name of ['Vera', 'Yuri', 'Zoya']) await two.accredit(two.b, name);
  await two.settled();
  const looked = await todayView(two.a.node, 2);
  assert.deepEqual([looked.toAcknowledge.length, looked.moreToAcknowledge], [2, 1]);
  assert.deepEqual([today.counts.awaitingUs, today.awaitingUs.length, today.more.awaitingUs], [FLOOD + 1, FLOOD + 1, []]);
});

test('what one side asked stays in sight beside all that the other, which owes the answer, starts against itself and leaves late', async () => {
  const asked = await say(anna, 'request');
  await two.settled();
  const aware = two.now() - 90 * 86_400;
  const own = { stage: 'early_warning', title: 'Outage', description: 'It stands still.', aware_at: aware };
  await Promise.all(Array.from({ length: 12 }, () => say(boris, 'incident_notification', own)));
  await two.settled();
  for (const [side, list] of [
    [two.a, 'awaitingThem'],
    [two.b, 'awaitingUs'],
  ] as const) {
    const shown = (await inboxOf(side.node, 6)).placed.filter((one) => one.list === list);
    assert.equal(shown.length, 6);
    assert.ok(
      shown.some(({ item }) => item.due.entry === asked),
      list,
    );
  }
});

test('what somebody unacknowledged answered stays in sight, however much is said after it', async () => {
  const asked = await say(anna, 'request');
  await two.settled();
  const olga = await two.accredit(two.b, 'Olga');
  await say(olga, 'reply', { final: true }, asked);
  for (let i = 0; i < 7; i++) await say(boris, 'message');
  await two.settled();
  const channel = two.of(two.a);
  const { heldOut } = await channelState(channel);
  const seen = async (): Promise<boolean> => (await closedByHeldOut(channel, heldOut, [], 4)).some(({ id }) => id === asked);
  const looks: boolean[] = [];
  for (let i = 0; i < 60 && looks.at(-1) !== true; i++) looks.push(await seen());
  assert.deepEqual([looks.at(-1), await seen()], [true, true], 'found, and remembered');
});

test('a dossier opens the stance that counts here, where a later one is by somebody nobody here has acknowledged', async () => {
  const claim = await say(anna, 'claim');
  await two.settled();
  await say(boris, 'position', { value: 'contests', explanation: 'It ran.' }, claim);
  const zed = await two.accredit(two.b, 'Zed');
  await say(zed, 'position', { value: 'accepts', explanation: 'It stood.' }, claim);
  await two.settled();
  const { matters, disputed } = await dossierView(two.of(two.a), claim);
  const [, theirs] = matters[0]?.positions ?? [];
  assert.deepEqual([theirs?.value, theirs?.explanation, disputed], ['contests', 'It ran.', 1]);
});
