/**
 * Commit and reveal as people at a command line do them: what was committed to is kept first, revealed exactly, and refused where it cannot be. And what is
 * refused of a translation there, since what has no words is at hand.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import { formatInstant } from '../src/base/instants.ts';
import { type Ran, run } from '../src/cli/fixtures-streams.ts';
import { digestOf, type KeptWords } from '../src/document/exchange.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../src/node/crypto.ts';
import { sealKey } from '../src/node/key-files.ts';
import { type PeopleApp, peopleApp } from '../src/node/people-door.ts';
import { documentView } from '../src/node/views/document.ts';
import { jointLines } from '../src/projection/joint/lines.ts';
import type { JointView } from '../src/projection/joint/words.ts';
import { type Representative, type Side, TwoParties } from './two-parties.ts';

const DAY = 86_400;
let two: TwoParties;
let dir = '';
const doors: PeopleApp[] = [];
const people: Representative[] = [];

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-exchange-'));
  two = await TwoParties.found({ shipped: ['accreditation', 'simultaneous-exchange'] });
  await writeFile(join(dir, 'pass'), 'correct horse\n');
  await writeFile(join(dir, 'ours.txt'), 'Reactor on the hill.\n');
  await writeFile(join(dir, 'map.txt'), 'A map.');
  await writeFile(join(dir, 'theirs.txt'), 'Reactor at the lake.\n');
  for (const side of [two.a, two.b]) await openDoor(side);
  await two.acknowledge();
});
after(async () => {
  for (const door of doors) await door.app.close();
  await two.close();
  await rm(dir, { recursive: true, force: true });
});

/** A node's people's door on a directory of its own, with the key of one representative: what a command finds there. */
async function openDoor(side: Side): Promise<void> {
  const home = join(dir, side.name);
  const door = await peopleApp(side.node);
  doors.push(door);
  const url = await door.app.listen({ host: '127.0.0.1', port: 0 });
  const seed = nodeRandom(32);
  const key = ed25519Signer(seed);
  people.push(await two.accreditKey(side, `Officer of ${side.name}`, key));
  await mkdir(home);
  await writeFile(join(home, 'run.json'), JSON.stringify({ url, token: door.operatorToken, pid: process.pid }));
  await writeFile(join(home, 'representative.key'), await sealKey(seed, 'correct horse', 'representative', 10));
}

const at = (side: Side, ...argv: readonly string[]): Promise<Ran> =>
  run([...argv, '--dir', join(dir, side.name), '--passphrase-file', join(dir, 'pass'), '--yes', '--json']);

/** An exchange whose moment has come, as all were agreed some days ago; or is still ahead. */
async function agree(moment: 'come' | 'ahead' = 'come'): Promise<string> {
  const [person] = people;
  assert.ok(person !== undefined);
  const time = two.now() - 2 * DAY;
  const fields = { title: 'Lists', exchange_at: moment === 'come' ? time + DAY : two.now() + DAY };
  const id = await two.say(person, { kind: 'simultaneous_exchange', fields, time });
  await two.settled();
  return id;
}

async function stateIn(side: Side, id: string): Promise<Extract<JointView, { kind: 'simultaneous_exchange' }>> {
  await two.settled();
  const [joint] = (await documentView(two.of(side), id)).joint;
  assert.ok(joint?.kind === 'simultaneous_exchange');
  return joint;
}

async function kept(side: Side, id: string): Promise<readonly KeptWords[]> {
  const door = doors[side === two.a ? 0 : 1];
  assert.ok(door !== undefined);
  const headers = { host: 'localhost', authorization: `Bearer ${door.operatorToken}` };
  return (await door.app.inject({ url: `/api/channels/${two.channel}/exchanges/${id}/kept`, headers })).json<readonly KeptWords[]>();
}

test('both sides commit, with a file too, and reveal exactly that; what was kept goes once it stands in the log', async () => {
  const id = await agree();
  const committed = await at(two.a, 'commit', id, '--text', join(dir, 'ours.txt'), '--file', join(dir, 'map.txt'));
  assert.equal(committed.code, 0, committed.err);
  assert.match(committed.err, new RegExp(`kept in ${join(dir, 'Alpha')}`));
  assert.ok(!committed.out.includes('hill'));
  assert.doesNotMatch(committed.err, /correct or withdraw/);
  assert.equal((await kept(two.a, id))[0]?.text, 'Reactor on the hill.');
  const early = await at(two.a, 'reveal', id);
  assert.deepEqual([early.code, early.lines[0]?.error], [1, 'not_committed'], early.err);
  assert.match(String(early.lines[0]?.detail), /Beta/);
  assert.equal((await at(two.b, 'commit', id, '--text', join(dir, 'theirs.txt'))).code, 0);
  await two.settled();
  const again = await at(two.a, 'commit', id, '--text', join(dir, 'theirs.txt'));
  assert.equal(again.lines[0]?.error, 'committed');
  for (const side of [two.a, two.b]) {
    const revealed = await at(side, 'reveal', id);
    assert.equal(revealed.code, 0, revealed.err);
  }
  for (const side of [two.a, two.b]) {
    const { state, revealed, findings } = await stateIn(side, id);
    assert.equal(state, 'revealed');
    assert.deepEqual(
      revealed.map(({ result, text }) => [result, text]),
      [
        ['as_committed', 'Reactor on the hill.'],
        ['as_committed', 'Reactor at the lake.'],
      ],
    );
    assert.deepEqual(findings, []);
    assert.deepEqual(await kept(side, id), []);
  }
  const more = await at(two.b, 'reveal', id);
  assert.equal(more.lines[0]?.error, 'committed');
});

test('a commitment whose secret is not kept here cannot be revealed, and one revealed by hand as something else is a finding', async () => {
  const id = await agree();
  const [ours, theirs] = people;
  assert.ok(ours !== undefined && theirs !== undefined);
  const side = { channel: two.channel, party: 0, matter: id };
  const words = { text: 'Elsewhere.', secret: toBase64url(nodeRandom(16)), attachments: [] };
  await two.say(ours, { kind: 'commitment', refs: [id], fields: { digest: digestOf(nodeSha256, side, words) ?? '' } });
  assert.equal((await at(two.b, 'commit', id, '--text', join(dir, 'theirs.txt'))).code, 0);
  await two.settled();
  const refused = await at(two.a, 'reveal', id);
  assert.deepEqual([refused.code, refused.lines[0]?.error], [1, 'not_kept'], refused.err);
  await two.say(ours, { kind: 'reveal', refs: [id], fields: { text: 'Another list.', secret: words.secret } });
  const { revealed, findings } = await stateIn(two.b, id);
  assert.equal(revealed[0]?.result, 'differs');
  assert.deepEqual(
    findings.map(({ phrase }) => phrase.id),
    ['joint.finding.reveal_differs'],
  );
});

test('a command broken off after keeping has said nothing, and the next one commits; one that never reveals is said to have not', async () => {
  const id = await agree();
  const door = doors[0];
  assert.ok(door !== undefined);
  // The node keeps the words, and answers nothing any more.
  let cut = false;
  const cutting = (request: IncomingMessage): void => {
    if (cut) request.socket.destroy();
    cut ||= request.method === 'POST' && request.url?.endsWith('/kept') === true;
  };
  door.app.server.on('request', cutting);
  const broken = await at(two.a, 'commit', id, '--text', join(dir, 'ours.txt'));
  assert.equal(broken.code, 6, broken.err);
  assert.equal((await kept(two.a, id)).length, 1);
  assert.equal((await stateIn(two.a, id)).sides[0]?.commitment, undefined);
  door.app.server.off('request', cutting);
  assert.equal((await at(two.a, 'commit', id, '--text', join(dir, 'ours.txt'))).code, 0);
  assert.equal((await at(two.b, 'commit', id, '--text', join(dir, 'theirs.txt'))).code, 0);
  await two.settled();
  assert.equal((await at(two.a, 'reveal', id)).code, 0);
  const joint = await stateIn(two.b, id);
  const said = jointLines(joint, { names: ['Alpha', 'Beta'], now: two.now() + 2 * DAY }).map(({ phrase }) => phrase.id);
  assert.deepEqual(
    joint.revealed.map(({ result }) => result),
    ['as_committed', 'waiting'],
  );
  assert.ok(said.includes('joint.finding.reveal_missing'));
});

test('whoever clears a commitment reads the words that it binds to, and another try is kept beside it', async () => {
  const id = await agree();
  const asked = await at(two.a, 'commit', id, '--text', join(dir, 'ours.txt'), '--for-clearance');
  assert.equal(asked.code, 0, asked.err);
  const read = await run(['clear', String(asked.lines[0]?.id), '--dir', join(dir, 'Alpha'), '--yes']);
  assert.match(read.err, /What it commits to, kept by this node:\n {2}Reactor on the hill\./);
  // Another try is kept beside it, and takes nothing from what was handed over.
  assert.equal((await at(two.a, 'commit', id, '--text', join(dir, 'theirs.txt'), '--for-clearance')).code, 0);
  assert.deepEqual((await kept(two.a, id)).map(({ text }) => text).sort(), ['Reactor at the lake.', 'Reactor on the hill.']);
});

test('a reveal before the other side is committed is made by whoever insists, and counts once it is', async () => {
  const id = await agree();
  assert.equal((await at(two.a, 'commit', id, '--text', join(dir, 'ours.txt'))).code, 0);
  const revealed = await at(two.a, 'reveal', id, '--early');
  assert.equal(revealed.code, 0, revealed.err);
  assert.match(revealed.err, /can still choose its own words/);
  assert.equal((await stateIn(two.b, id)).findings[0]?.phrase.id, 'joint.finding.reveal_early');
  assert.equal((await at(two.b, 'commit', id, '--text', join(dir, 'theirs.txt'))).code, 0);
  assert.equal((await stateIn(two.a, id)).revealed[0]?.result, 'as_committed');
});

test('a reveal before the moment of the exchange is refused, and made by whoever insists, who reads first what it means', async () => {
  const id = await agree('ahead');
  for (const [side, file] of [
    [two.a, 'ours.txt'],
    [two.b, 'theirs.txt'],
  ] as const)
    assert.equal((await at(side, 'commit', id, '--text', join(dir, file))).code, 0);
  await two.settled();
  const refused = await at(two.a, 'reveal', id);
  assert.deepEqual([refused.code, refused.lines[0]?.error], [1, 'before_moment'], refused.err);
  assert.match(refused.err, /The moment of the exchange has not come: whoever reveals now is read before it/);
  const { exchangeAt = assert.fail() } = await stateIn(two.a, id);
  assert.ok(String(refused.lines[0]?.detail).includes(formatInstant(exchangeAt).slice(0, 10)));
  assert.deepEqual((await stateIn(two.b, id)).sides[0]?.reveals, []);
  const revealed = await at(two.a, 'reveal', id, '--early');
  assert.equal(revealed.code, 0, revealed.err);
  const warned = revealed.err.indexOf('whoever reveals now is read before it');
  assert.ok(warned >= 0 && warned < revealed.err.indexOf('It is exactly what this side committed to'), revealed.err);
});

test('a commitment and a reveal are neither withdrawn nor corrected here, and where the other side does so it changes nothing and is marked', async () => {
  const id = await agree();
  assert.equal((await at(two.a, 'commit', id, '--text', join(dir, 'ours.txt'))).code, 0);
  assert.equal((await at(two.b, 'commit', id, '--text', join(dir, 'theirs.txt'))).code, 0);
  await two.settled();
  assert.equal((await at(two.a, 'reveal', id)).code, 0);
  const before = await stateIn(two.a, id);
  const [side = assert.fail()] = before.sides;
  const [reveal = assert.fail()] = side.reveals;
  const commitment = side.commitment?.entry ?? assert.fail();
  const tries = [
    await at(two.a, 'withdraw', commitment),
    await at(two.a, 'withdraw', reveal.entry),
    await at(two.a, 'correct', reveal.entry, '--field', 'text=Another list.'),
  ];
  for (const { code, lines, err } of tries) {
    assert.deepEqual([code, lines[0]?.error], [1, 'does_not_fit'], err);
    assert.match(String(lines[0]?.detail), /a commitment binds, and what was revealed is held against it: neither is taken back or put right/);
    assert.doesNotMatch(err, /owed no more/);
  }
  const [person = assert.fail()] = people;
  await two.say(person, { kind: 'withdrawal', fields: { entry: commitment }, refs: [commitment] });
  const { sides, state, revealed, findings } = await stateIn(two.b, id);
  assert.deepEqual([sides, state, revealed], [before.sides, before.state, before.revealed]);
  assert.deepEqual(
    findings.map(({ phrase }) => phrase.id),
    ['joint.finding.exchange_stands'],
  );
});

test('what cannot be revealed is not committed to, and no form asks for a digest', async () => {
  const id = await agree();
  await writeFile(join(dir, 'empty.txt'), ' \n');
  assert.equal((await at(two.a, 'commit', id, '--text', join(dir, 'empty.txt'))).lines[0]?.error, 'invalid');
  await writeFile(join(dir, 'long.txt'), 'x'.repeat(30_000));
  assert.equal((await at(two.a, 'commit', id, '--text', join(dir, 'long.txt'))).lines[0]?.error, 'invalid');
  const sent = await at(two.a, 'send', 'commitment', '--in-reply-to', id);
  assert.match(String(sent.lines[0]?.detail), /parley commit/);
  assert.deepEqual(await kept(two.a, id), []);
});

test('a translation of what has no words, or word for word, is refused in a sentence before anything is signed', async () => {
  const id = await agree();
  const translate = async (text: string, of: string): Promise<string> => {
    const fields = ['language=fr', `text=${text}`, 'marking=green'].flatMap((field) => ['--field', field]);
    const { lines } = await at(two.a, 'send', 'translation', '--in-reply-to', of, ...fields);
    return String(lines[0]?.detail ?? lines[0]?.delivery);
  };
  assert.match(await translate('Lists', id), /repeats the original word for word/);
  assert.equal((await at(two.a, 'commit', id, '--text', join(dir, 'ours.txt'))).code, 0);
  const [side] = (await stateIn(two.a, id)).sides;
  assert.match(await translate('Engagé.', side?.commitment?.entry ?? ''), /no words to translate/);
  assert.equal(await translate('Listes', id), 'sent');
});
