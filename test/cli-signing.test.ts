/** What the command line's signing client promises: its own node cannot roll it back, and what was signed is said once. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ParleyError } from '../src/base/errors.ts';
import { hashFile, storeFile } from '../src/cli/attach.ts';
import { type Ask, Client } from '../src/cli/client.ts';
import { type Author, postEntry, signDocument } from '../src/cli/compose.ts';
import { headsFile } from '../src/cli/heads-file.ts';
import { countUnsent, sendOnce, sendUnsent } from '../src/cli/outbox.ts';
import { ed25519Signer, nodeRandom, systemNow } from '../src/node/crypto.ts';
import { type PeopleApp, peopleApp } from '../src/node/people-door.ts';
import { type Representative, TwoParties } from './two-parties.ts';

let two: TwoParties;
let people: PeopleApp;
let person: Representative;
let dir = '';
/** What happens to requests on their way: the answer of a matching one is lost. */
let loses: (request: Ask) => boolean = () => false;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-signing-'));
  two = await TwoParties.found({ hosts: 0 });
  people = await peopleApp(two.a.node);
  person = await two.accredit(two.a, 'A. Petrova');
});
after(async () => {
  await people?.app.close();
  await two?.close();
  await rm(dir, { recursive: true, force: true });
});

function client(): Client {
  return new Client(dir, true, {
    async ask(request) {
      const response = await people.app.inject({
        method: request.method,
        url: request.path,
        headers: {
          host: 'localhost',
          authorization: `Bearer ${people.operatorToken}`,
          ...(request.type === undefined ? {} : { 'content-type': request.type }),
        },
        ...(request.body === undefined ? {} : { payload: Buffer.from(request.body) }),
      });
      if (loses(request)) throw new ParleyError('unreachable', 'the answer was lost');
      return { status: response.statusCode, body: new Uint8Array(response.rawPayload) };
    },
    stream: () => Promise.reject(new Error('not asked for here')),
    close: async () => undefined,
  });
}

const ports = () => ({ crypto: two.crypto, random: nodeRandom, now: systemNow });
const author = (name: string): Author => ({ signer: person.key, heads: headsFile(join(dir, name)) });
const message = () => ({
  channel: two.channel,
  kind: 'message',
  refs: [],
  fields: [
    ['subject', 'A'],
    ['text', 'One.'],
    ['marking', 'green'],
  ] as const,
});
const isRefused = (code: string) => (error: unknown) => error instanceof ParleyError && error.code === code;

test('a document cites heads that the key verified, and the key remembers them', async () => {
  const me = author('a.key');
  const first = await signDocument(client(), me, ports(), message());
  await postEntry(client(), two.channel, first);
  const before = await me.heads.read(two.channel);
  await signDocument(client(), me, ports(), message());
  const after = await me.heads.read(two.channel);
  assert.ok((after[0]?.size ?? 0) > (before[0]?.size ?? 0));
  assert.match(after[0]?.note ?? '', /^parley\.v1\//);
});

test('a node that shows less than the key remembers is refused before anything is signed', async () => {
  const me = author('b.key');
  await signDocument(client(), me, ports(), message());
  const heads = await me.heads.read(two.channel);
  await me.heads.remember(
    two.channel,
    heads.map((head) => ({ ...head, size: head.size + 7 })),
  );
  await assert.rejects(signDocument(client(), me, ports(), message()), isRefused('heads_unproved'));
});

test('a node that shows another history of the same size is refused as a fork', async () => {
  const me = author('c.key');
  const heads = await author('a.key').heads.read(two.channel);
  await two.settled();
  const sizes = await two.of(two.a).heads();
  const other = heads.map((head) => ({ ...head, size: sizes[head.party]?.size ?? 0, root: Buffer.alloc(32, 7).toString('base64url') }));
  await me.heads.remember(two.channel, other);
  await assert.rejects(signDocument(client(), me, ports(), message()), isRefused('fork'));
});

test('when an answer is lost the same bytes are sent again, and the document is said once', async () => {
  const signed = await signDocument(client(), author('a.key'), ports(), message());
  loses = ({ path }) => path.endsWith('/entries');
  await assert.rejects(sendOnce(client(), two.channel, signed), isRefused('unreachable'));
  loses = () => false;
  assert.equal(await countUnsent(dir), 1);
  const size = (await two.of(two.a).heads())[0]?.size;
  assert.deepEqual(await sendUnsent(client()), [{ id: signed.id }]);
  assert.equal(await countUnsent(dir), 0);
  assert.equal((await two.of(two.a).heads())[0]?.size, size, 'nothing was said twice');
});

test('what the node refuses for good does not stay in the outbox', async () => {
  const stranger = { signer: ed25519Signer(nodeRandom(32)), heads: headsFile(join(dir, 'stranger.key')) };
  const signed = await signDocument(client(), stranger, ports(), message());
  await assert.rejects(sendOnce(client(), two.channel, signed), isRefused('not_accredited'));
  assert.equal(await countUnsent(dir), 0);
});

test('a file that changes between reading and storing is refused', async () => {
  const path = join(dir, 'file.txt');
  await writeFile(path, 'one');
  const file = await hashFile(path, { sha256: two.crypto.sha256, random: nodeRandom });
  assert.equal(file.value.media, 'text/plain');
  await storeFile(client(), two.channel, file, two.crypto.sha256);
  await writeFile(path, 'two');
  await assert.rejects(storeFile(client(), two.channel, file, two.crypto.sha256), isRefused('conflict'));
});
