import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { actorOf } from '../entry/actor.ts';
import { ed25519Signer, nodeSha256 } from '../node/crypto.ts';
import { sealKey } from '../node/key-files.ts';
import type { ChannelView } from '../projection/views.ts';
import { accreditAct, findCandidate } from './accredit.ts';
import { readArguments } from './arguments.ts';
import { command } from './commands/representative-add.ts';
import { findPerson, mustSign } from './signers.ts';

const seed = new Uint8Array(32).fill(3);
const { publicKey } = ed25519Signer(seed);
const key = toBase64url(publicKey);
const actor = actorOf(nodeSha256, publicKey);
const refused =
  (code: string, said = /./) =>
  (error: unknown) =>
    error instanceof ParleyError && error.code === code && said.test(error.message);
let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-accredit-'));
  await writeFile(join(dir, 'a.key'), await sealKey(seed, 'correct horse', 'representative', 8));
  await writeFile(join(dir, 'identity.key'), await sealKey(seed, 'correct horse', 'identity', 8));
});
after(() => rm(dir, { recursive: true, force: true }));

test('somebody is named by a key file, a public key, or as they enrolled', async () => {
  const pending = [{ user: 'u', name: 'Daniel Ruiz', post: 'Duty officer', actor: 'x', key: 'y' }];
  assert.equal((await findCandidate(join(dir, 'a.key'), [])).actor, actor);
  assert.equal((await findCandidate(key, [])).actor, actor);
  assert.equal((await findCandidate('daniel ruiz', pending)).post, 'Duty officer');
  await assert.rejects(findCandidate('nobody', pending), refused('not_found', /waiting: "Daniel Ruiz"/));
  await assert.rejects(findCandidate('Daniel Ruiz', [...pending, ...pending]), refused('usage'));
  await assert.rejects(findCandidate(join(dir, 'identity.key'), []), refused('invalid', /representative/));
});

test('an accreditation says what it allows, and a kind that does not exist is refused', () => {
  const act = (...argv: string[]) => accreditAct(readArguments(['who', ...argv], command.options, command.words), { key, actor });
  const whole = act('--name', 'A. Petrova', '--post', 'Duty officer', '--kinds', 'Request,Note verbale', '--marking', 'TLP:AMBER', '--may-recall');
  assert.deepEqual(whole.scope, { kinds: ['request', 'note_verbale'], marking: 'amber', may_recall: true, automatic: false });
  assert.deepEqual((act('--name', 'A', '--post', 'B').scope as { kinds: unknown }).kinds, ['*']);
  assert.throws(() => act('--post', 'B'), refused('usage', /--name/));
  assert.throws(() => act('--name', 'A', '--post', 'B', '--kinds', 'requst'), refused('usage', /did you mean request\?/));
  assert.throws(() => act('--name', 'A', '--post', 'B', '--marking', 'purple'), refused('usage'));
  assert.throws(() => act('--name', 'A', '--post', 'B', '--kinds', 'stamp'), refused('usage'));
  assert.throws(() => act('--name', 'A\u202e', '--post', 'B'), refused('invalid'));
});

test('whoever may not sign is told so before a passphrase is asked for', () => {
  const scope = { kinds: ['request'], marking: 'amber', mayRecall: false };
  const person = { actor, party: 0, name: 'A', post: 'B', automatic: false, state: 'accredited', scope, matter: 'M', since: 0 } as const;
  const channel = (change: object = {}, open = true) => ({ open, us: 0, people: [{ ...person, ...change }] }) as unknown as ChannelView;
  assert.equal(mustSign(channel(), actor, 'request', 'amber').name, 'A');
  assert.throws(() => mustSign(channel({}, false), actor, 'request', 'green'), refused('not_open'));
  assert.throws(() => mustSign(channel({ party: 1 }), actor, 'request', 'green'), refused('not_accredited'));
  assert.throws(() => mustSign(channel({ state: 'ended' }), actor, 'request', 'green'), refused('not_accredited'));
  assert.throws(() => mustSign(channel({ state: 'recalled_for_consultations' }), actor, 'request', 'green'), refused('recalled'));
  assert.throws(() => mustSign(channel(), actor, 'message', 'green'), refused('out_of_scope'));
  assert.throws(() => mustSign(channel(), actor, 'request', 'red'), refused('out_of_scope'));
  assert.throws(() => mustSign(channel(), actor, 'recall', 'green'), refused('out_of_scope'));
  assert.equal(findPerson(channel(), 'a').actor, actor);
  assert.throws(() => findPerson(channel(), 'B'), refused('not_found', /there is A/));
});
