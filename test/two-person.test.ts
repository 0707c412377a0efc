/** The two-person rule at the people's door: what a second person cleared, byte for byte, is sent; anything else is not. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { fromBase64url, toBase64, toBase64url } from '../src/base/bytes.ts';
import type { JsonObject } from '../src/base/json.ts';
import { leavesByName } from '../src/entry/body.ts';
import { type EntrySigner, prepareEntry, type UnsignedEntry } from '../src/entry/entry.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../src/node/crypto.ts';
import { citedHeads } from '../src/node/stamps.ts';
import { agreementText, clearanceText, signStatement } from '../src/node/statements.ts';
import type { ClearanceDetail, TwoPersonView } from '../src/projection/clearance-views.ts';
import type { ChannelView, DocumentView, TodayView } from '../src/projection/views.ts';
import { enrol, type Person } from './signed-in.ts';
import type { Representative } from './two-parties.ts';
import { Office } from './two-person-office.ts';

const office = await Office.open();
const { two, door, at, call, ok, refused, accredit, prepare, ask, clear, send } = office;
/** The administrator signs with a passkey, Vera with a key of her browser; both are accredited. Max is enrolled and nothing more. */
let dana: Person;
let vera: Person;
let max: Person;

const rule = (kinds: readonly string[], as: Person | 'operator' = dana) => office.rule(kinds, as);

const agree = '/api/settings/two-person/agree';

before(async () => {
  dana = await enrol(door, (await door.enrolment.inviteFirst()) ?? '', 'Dana Whitfield');
  vera = await enrol(door, (await door.enrolment.invite(false)).token, 'Vera Lind', ed25519Signer(nodeRandom(32)));
  max = await enrol(door, (await door.enrolment.invite(false)).token, 'Max Berg', ed25519Signer(nodeRandom(32)));
  await accredit(dana);
  await accredit(vera);
});
after(() => office.close());

beforeEach(async () => {
  // Every test begins with the rule over messages alone, whatever the one before proposed.
  const { kinds, proposal } = await ok<TwoPersonView>('GET', '/api/settings/two-person', dana);
  if (proposal === undefined && kinds.join() === 'message') return;
  await rule(['message']);
  if ((await ok<TwoPersonView>('GET', '/api/settings/two-person', dana)).proposal !== undefined)
    await ok('POST', '/api/settings/two-person/agree', vera, {});
});

test('a document of a kind under the rule is refused at the door until another person cleared exactly its bytes', async () => {
  const unsigned = await prepare(dana, 'Cleared');
  assert.equal(await send(dana, unsigned, dana), 'clearance_needed');
  const asked = await ask(dana, unsigned);
  assert.deepEqual([asked.id, asked.state, asked.signer.name, asked.asked.name], [unsigned.id, 'awaiting', 'Dana Whitfield', 'Dana Whitfield']);
  assert.equal(asked.text, unsigned.text);
  assert.equal(await send(dana, unsigned, dana), 'clearance_needed');
  assert.equal((await clear(vera, asked)).statusCode, 200);
  assert.equal(await send(dana, unsigned, dana), unsigned.id);
  // A retry is answered with its place, as ever.
  assert.equal(await send(dana, unsigned, dana), unsigned.id);
});

test('who cleared and when is shown here, and the other side learns nothing of it', async () => {
  const unsigned = await prepare(dana, 'Shown here alone');
  await clear(vera, await ask(dana, unsigned));
  assert.equal(await send(dana, unsigned), unsigned.id);
  await two.settled();
  const { clearance } = await ok<DocumentView>('GET', at(`/documents/${unsigned.id}`), vera);
  assert.deepEqual([clearance?.state, clearance?.cleared?.name, clearance?.asked.name], ['sent', 'Vera Lind', 'Dana Whitfield']);
  assert.ok((clearance?.cleared?.at ?? 0) > 0);
  // What was sent stands in the log: its text is kept there and nowhere else.
  assert.equal((await ok<ClearanceDetail>('GET', at(`/clearances/${unsigned.id}`), vera)).text, undefined);
  const theirs = two.b.node.store;
  assert.deepEqual([await theirs.listLocal('clearance'), await theirs.listLocal('settings')], [[], []]);
  const [place] = await theirs.findEntries(two.channel, [fromBase64url(unsigned.id, 32) ?? assert.fail()]);
  const [row] = await theirs.entriesAt(place === undefined ? [] : [place]);
  assert.ok(!new TextDecoder().decode(row?.bytes).includes('Vera') && !new TextDecoder().decode(row?.body).includes('Vera'));
});

test('kinds outside the rule need nobody, and * is all of them', async () => {
  const request = await prepare(dana, 'Logs', 'request');
  assert.equal(await send(dana, request), request.id);
  await rule(['*']);
  assert.deepEqual((await ok<ChannelView>('GET', at(), dana)).clearance, ['*']);
  assert.equal(await send(dana, await prepare(dana, 'Logs', 'request')), 'clearance_needed');
});

test('an edited document is another one: what was cleared before it was edited clears nothing', async () => {
  const first = await prepare(dana, 'As cleared');
  await clear(vera, await ask(dana, first));
  const edited = await prepare(dana, 'As edited');
  assert.equal(await send(dana, edited), 'clearance_needed');
  // The same words again are other bytes too: a salt, a time and heads stand in them.
  const again = await prepare(dana, 'As cleared');
  assert.notEqual(again.id, first.id);
  assert.equal(await send(dana, again), 'clearance_needed');
  // A body that is not the one the text commits to is no document at all.
  assert.equal(await refused('POST', at('/clearances'), dana, { text: first.text, body: toBase64(edited.body) }), 'invalid');
  assert.equal(await send(dana, first), first.id);
});

test('nobody clears what they sign themselves: not in their session, not with their key, not with a second key under their name', async () => {
  const unsigned = await prepare(vera, 'My own word');
  const asked = await ask(vera, unsigned);
  assert.equal((await clear(vera, asked)).json().code, 'not_allowed');
  const statement = async (signer: EntrySigner): Promise<string> => {
    assert.ok('sign' in signer);
    return new TextDecoder().decode(await signStatement(nodeSha256, clearanceText(two.channel, unsigned.id), signer));
  };
  assert.equal((await clear('operator', asked, { statement: await statement(vera.signer) })).json().code, 'not_allowed');
  const key = ed25519Signer(nodeRandom(32));
  const second = await enrol(door, (await door.enrolment.invite(false)).token, 'Vera  LIND', key);
  await accredit(second);
  assert.equal((await clear(second, asked)).json().code, 'not_allowed');
  assert.equal((await clear('operator', asked, { statement: await statement(key) })).json().code, 'not_allowed');
  assert.equal(await send(vera, unsigned), 'clearance_needed');
});

test('an administrator alone cannot: neither the command line nor somebody they enrol clears anything', async () => {
  const unsigned = await prepare(dana, 'Administrator’s word');
  const asked = await ask(dana, unsigned);
  assert.equal((await clear('operator', asked)).json().code, 'not_allowed');
  // Enrolling takes an administrator; accrediting takes the party's identity keys, which are not on the node.
  assert.equal((await clear(max, asked)).json().code, 'not_accredited');
  const stranger = ed25519Signer(nodeRandom(32));
  const statement = new TextDecoder().decode(await signStatement(nodeSha256, clearanceText(two.channel, unsigned.id), stranger));
  assert.equal((await clear('operator', asked, { statement })).json().code, 'signature_invalid');
  assert.equal(await send(dana, unsigned), 'clearance_needed');
});

test('with a key file of their own a second person clears from the command line, this document and no other', async () => {
  const boris = { name: 'Boris Kent', signer: ed25519Signer(nodeRandom(32)) };
  const { actor } = await prepare(boris, '').then(({ text }) => JSON.parse(text) as { actor: string });
  await accredit({ ...boris, actor });
  const [one, other] = [await prepare(dana, 'One'), await prepare(dana, 'Other')];
  const asked = [await ask('operator', one), await ask('operator', other)] as const;
  const statement = new TextDecoder().decode(await signStatement(nodeSha256, clearanceText(two.channel, one.id), boris.signer));
  assert.equal((await clear('operator', asked[1], { statement })).json().code, 'signature_invalid');
  const cleared = (await clear('operator', asked[0], { statement })).json<ClearanceDetail>();
  assert.deepEqual([cleared.state, cleared.cleared?.name], ['cleared', 'Boris Kent']);
  assert.deepEqual([await send(dana, one), await send(dana, other)], [one.id, 'clearance_needed']);
});

test('a clearance holds while whoever gave it may act: one recalled since clears nothing', async () => {
  const clerk = { name: 'Clara Moor', signer: ed25519Signer(nodeRandom(32)) };
  const { actor } = await prepare(clerk, '').then(({ text }) => JSON.parse(text) as { actor: string });
  const matter = await accredit({ ...clerk, actor });
  const unsigned = await prepare(dana, 'Cleared by somebody recalled');
  const asked = await ask(dana, unsigned);
  const statement = new TextDecoder().decode(await signStatement(nodeSha256, clearanceText(two.channel, unsigned.id), clerk.signer));
  assert.equal((await clear('operator', asked, { statement })).statusCode, 200);
  const recall = { act: 'recall', actor, for_consultations: true, reason: null, effective_at: null };
  await office.identity(recall, [matter]);
  assert.equal(await send(dana, unsigned), 'clearance_needed');
  assert.equal((await clear('operator', asked, { statement })).json().code, 'recalled');
  assert.equal((await clear(vera, asked)).statusCode, 200);
});

test('sent back or taken back: a clearance given before holds no longer, until somebody clears it anew', async () => {
  const unsigned = await prepare(dana, 'Sent back');
  const asked = await ask(dana, unsigned);
  await clear(vera, asked);
  const back = await ok<ClearanceDetail>('POST', at(`/clearances/${asked.id}/return`), vera, { remark: 'The date is wrong.' });
  assert.deepEqual([back.state, back.returned?.remark, back.cleared], ['returned', 'The date is wrong.', undefined]);
  assert.equal(await send(dana, unsigned), 'clearance_needed');
  await clear(vera, asked);
  assert.equal(await send(dana, unsigned), unsigned.id);
  assert.equal(await refused('POST', at(`/clearances/${asked.id}/return`), vera, { remark: '' }), 'conflict');
  // Its author takes it back: it awaits nobody any longer, whoever cleared it.
  const other = await prepare(dana, 'Taken back');
  await clear(vera, await ask(dana, other));
  await ok('POST', at(`/clearances/${other.id}/return`), dana, { remark: '' });
  assert.equal((await clear(vera, other)).json().code, 'conflict');
  assert.ok((await ok<TodayView>('GET', '/api/today', dana)).clearances.every(({ id }) => id !== other.id));
  assert.equal(await send(dana, other), 'clearance_needed');
  assert.equal((await clear(vera, asked)).json().code, 'conflict');
});

test('taking back and sending at one moment: either it stands in the log, or it was taken back, never both', async () => {
  for (let i = 0; i < 8; i++) {
    const unsigned = await prepare(dana, `Race ${i}`);
    const asked = await ask(dana, unsigned);
    await clear(vera, asked);
    const acts = [send(dana, unsigned), call('POST', at(`/clearances/${asked.id}/return`), vera, { remark: '' })] as const;
    const [sent, returned] = await Promise.all(i % 2 === 0 ? acts : ([...acts].reverse() as unknown as typeof acts)).then((done) =>
      i % 2 === 0 ? done : ([done[1], done[0]] as unknown as typeof done),
    );
    assert.ok(
      (sent === unsigned.id && returned.json().code === 'conflict') || (sent === 'clearance_needed' && returned.statusCode === 200),
      `${sent}`,
    );
  }
});

test('two who clear at one moment are one clearance; two sendings of it are one entry', async () => {
  const unsigned = await prepare(dana, 'At one moment');
  const asked = await ask(dana, unsigned);
  const [one, other] = await Promise.all([clear(vera, asked), clear(vera, asked)]);
  assert.deepEqual(one.json<ClearanceDetail>().cleared, other.json<ClearanceDetail>().cleared);
  assert.deepEqual(await Promise.all([send(dana, unsigned), send(dana, unsigned)]), [unsigned.id, unsigned.id]);
});

test('what a service signs waits for nobody; what its label says of it stands', async () => {
  const service = { name: 'Feed', signer: ed25519Signer(nodeRandom(32)) };
  const { actor } = await prepare(service, '').then(({ text }) => JSON.parse(text) as { actor: string });
  await accredit({ ...service, actor }, { automatic: true });
  const unsigned = await prepare(service, 'By a service');
  assert.equal(await send(service, unsigned), unsigned.id);
  assert.equal((await ok<DocumentView>('GET', at(`/documents/${unsigned.id}`), dana)).row.automatic, true);
  // Nor does a service clear: it reads nothing.
  const asked = await ask(dana, await prepare(dana, 'For a service to clear'));
  const statement = new TextDecoder().decode(await signStatement(nodeSha256, clearanceText(two.channel, asked.id), service.signer));
  assert.equal((await clear('operator', asked, { statement })).json().code, 'not_allowed');
});

test('the other side’s documents and recalls, and acts of our identity keys, are held and count without anybody clearing them', async () => {
  await rule(['*']);
  const boss: Representative = await two.accredit(two.b, 'Boss', { may_recall: true });
  const clerk: Representative = await two.accredit(two.b, 'Clerk');
  const said = await two.say(boss, { kind: 'message', fields: { subject: 'Theirs', text: 'Said.' } });
  const recall = await two.say(boss, { kind: 'recall', refs: [clerk.matter], fields: { actor: clerk.actor, for_consultations: true } });
  await two.settled();
  for (const id of [said, recall]) assert.equal((await ok<DocumentView>('GET', at(`/documents/${id}`), dana)).row.valid, true);
  const theirs = (await ok<ChannelView>('GET', at(), dana)).people.find(({ actor }) => actor === clerk.actor);
  assert.equal(theirs?.state, 'recalled_for_consultations');
  assert.ok((await accredit({ name: 'Newcomer', actor: await newActor(), signer: last })).length > 0);
});

let last: EntrySigner;
async function newActor(): Promise<string> {
  last = ed25519Signer(nodeRandom(32));
  return (JSON.parse((await prepare({ signer: last }, '')).text) as { actor: string }).actor;
}

test('the rule is widened at once, and narrowed when a second person agrees: an administrator alone cannot turn it off', async () => {
  assert.deepEqual((await rule(['message', 'request'])).kinds, ['message', 'request']);
  const proposed = await rule([]);
  assert.deepEqual([proposed.kinds, proposed.proposal?.kinds, proposed.proposal?.by], [['message', 'request'], [], 'Dana Whitfield']);
  assert.equal(await send(dana, await prepare(dana, 'Meanwhile')), 'clearance_needed');
  assert.equal(await refused('POST', agree, dana, {}), 'not_allowed');
  assert.equal(await refused('POST', agree, 'operator', {}), 'not_allowed');
  assert.equal(await refused('POST', agree, max, {}), 'not_accredited');
  assert.equal(await refused('POST', '/api/settings/two-person', vera, { kinds: [] }), 'not_allowed', 'an administrator sets it');
  const agreed = await ok<TwoPersonView>('POST', agree, vera, {});
  assert.deepEqual([agreed.kinds, agreed.proposal, agreed.by], [[], undefined, 'Dana Whitfield, Vera Lind']);
  const unsigned = await prepare(dana, 'Without the rule');
  assert.equal(await send(dana, unsigned), unsigned.id);
  assert.equal(await refused('POST', agree, vera, {}), 'not_found');
  assert.equal(await refused('POST', '/api/settings/two-person', dana, { kinds: ['stamp'] }), 'invalid');
  assert.equal(await refused('POST', '/api/settings/two-person', dana, { kinds: ['*', 'message'] }), 'invalid');
});

test('from the command line a proposal is agreed to with a key file, for what was proposed and when', async () => {
  const { proposal } = await rule([], 'operator');
  assert.ok('sign' in vera.signer && proposal !== undefined);
  const signed = async (kinds: readonly string[], when: number): Promise<{ statement: string }> => ({
    statement: new TextDecoder().decode(
      await signStatement(nodeSha256, agreementText(two.a.node.partyId, kinds, when), vera.signer as Parameters<typeof signStatement>[2]),
    ),
  });
  assert.equal(await refused('POST', agree, 'operator', await signed(['message'], proposal.at)), 'signature_invalid');
  assert.equal(await refused('POST', agree, 'operator', await signed([], proposal.at - 1)), 'signature_invalid');
  assert.equal((await ok<TwoPersonView>('POST', agree, 'operator', await signed([], proposal.at))).proposal?.agreed, 'Vera Lind');
  assert.deepEqual((await ok<TwoPersonView>('POST', agree, dana, {})).kinds, []);
});

test('Today names what awaits a second person, and what was cleared and awaits its signer', async () => {
  const [waiting, cleared] = [await prepare(dana, 'Waiting'), await prepare(dana, 'Ready')];
  await ask(dana, waiting);
  await clear(vera, await ask(dana, cleared));
  const { clearances } = await ok<TodayView>('GET', '/api/today', vera);
  const states = new Map(clearances.map(({ id, state }) => [id, state]));
  assert.deepEqual([states.get(waiting.id), states.get(cleared.id)], ['awaiting', 'cleared']);
  assert.equal(clearances.find(({ id }) => id === waiting.id)?.summary.values?.title, 'Waiting');
  assert.equal(await send(dana, cleared), cleared.id);
  assert.ok((await ok<TodayView>('GET', '/api/today', vera)).clearances.every(({ id }) => id !== cleared.id));
});

test('what cannot be sent cannot be handed over for clearance: another channel’s, a node’s kind, a hidden field, somebody not accredited', async () => {
  const good = await prepare(dana, 'Good');
  const post = (text: string, body = good.body) => refused('POST', at('/clearances'), dana, { text, body: toBase64(body) });
  assert.equal(await post(good.text.replace(two.channel, toBase64url(new Uint8Array(32)))), 'invalid');
  assert.equal(await post(good.text.replace('"type":"message"', '"type":"stamp"')), 'invalid');
  assert.equal(await post(`${good.text}more\n`), 'invalid');
  assert.equal(await post((await prepare(max, 'By somebody not accredited')).text), 'invalid', 'its body is another one');
  const stranger = await prepare(max, 'By somebody not accredited');
  assert.equal(await post(stranger.text, stranger.body), 'not_accredited');
  const channel = two.of(two.a);
  const draft = JSON.parse(good.text) as { gen: string };
  const hidden = prepareEntry(
    nodeSha256,
    nodeRandom,
    {
      ...{ channel: two.channel, party: 0, gen: draft.gen, type: 'message', time: two.now(), after: await citedHeads(channel), refs: [] },
      fields: [
        ['subject', 'Seen'],
        ['text', 'Seen.'],
        ['marking', 'green'],
        ['promise', 'Not seen by whoever clears.'],
      ],
    },
    dana.signer.publicKey,
  );
  assert.equal(await post(hidden.text, hidden.body), 'invalid');
});

test('what a document of a kind under the rule says is not corrected, withdrawn or erased by one person alone either', async () => {
  const unsigned = await prepare(dana, 'Said by two');
  await clear(vera, await ask(dana, unsigned));
  const entry = await send(dana, unsigned);
  const channel = two.of(two.a);
  const about = async (kind: string, fields: JsonObject, of = entry): Promise<UnsignedEntry> => {
    const gen = channel.replica.channel.parties[0]?.gen ?? '';
    const all = Object.entries({ entry: of, ...fields, marking: 'green' });
    const draft = { channel: two.channel, party: 0, gen, type: kind, time: two.now(), after: await citedHeads(channel), refs: [of], fields: all };
    return prepareEntry(nodeSha256, nodeRandom, draft, dana.signer.publicKey);
  };
  const leaf = leavesByName(nodeSha256, unsigned.body).get('text') ?? assert.fail();
  for (const [kind, fields] of [
    ['correction', { pointers: ['/text'], values: ['The opposite.'] }],
    ['body_erased', { pointers: ['/text'], leaves: [leaf], basis: 'A name.' }],
    ['withdrawal', {}],
  ] as const) {
    const act = await about(kind, fields);
    assert.equal(await send(dana, act, dana), 'clearance_needed', kind);
    assert.equal((await clear(vera, await ask(dana, act))).statusCode, 200);
    assert.equal(await send(dana, act, dana), act.id, kind);
  }
  // The rule is over messages: what it says of other documents, one person takes back.
  const request = await prepare(dana, 'Asked by one', 'request');
  assert.equal(await send(dana, request), request.id);
  const act = await about('withdrawal', {}, request.id);
  assert.equal(await send(dana, act), act.id);
  await rule(['message', 'withdrawal']);
  const other = await prepare(dana, 'Asked again', 'request');
  assert.equal(await send(dana, other), other.id);
  assert.equal(await send(dana, await about('withdrawal', {}, other.id)), 'clearance_needed', 'and where the rule names the act itself, nothing is');
});
