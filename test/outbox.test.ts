/** What was signed and may not have arrived: it is never signed where it would be refused, never sent unseen, and can be discarded. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type BenchChannel, foundBenchChannel } from '../bench/parley/channel.ts';
import { fromHex } from '../src/base/bytes.ts';
import { ParleyError } from '../src/base/errors.ts';
import { Client, openClient } from '../src/cli/client.ts';
import { signDocument } from '../src/cli/compose.ts';
import { type Ran, run } from '../src/cli/fixtures-streams.ts';
import { headsFile } from '../src/cli/heads-file.ts';
import { sendOnce } from '../src/cli/outbox.ts';
import { ed25519Signer, nodeCrypto, nodeRandom, systemNow } from '../src/node/crypto.ts';
import { sealKey } from '../src/node/key-files.ts';

let folder: string;
let channel: BenchChannel;
let ours: string;
let seed: Uint8Array;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-outbox-'));
  channel = await foundBenchChannel(folder);
  [ours] = channel.dirs;
  seed = fromHex(channel.representatives[0]) ?? assert.fail();
  await writeFile(join(folder, 'pass'), 'correct horse\n');
});
after(() => rm(folder, { recursive: true, force: true }));

/** A copy of the representative's key file, without what the key remembers. */
async function copyOfKey(name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, await sealKey(seed, 'correct horse', 'representative', 10));
  return path;
}

function send(key: string, subject: string, ...more: readonly string[]): Promise<Ran> {
  const message = ['send', 'message', '--field', `subject=${subject}`, '--field', 'text=So.', '--field', 'marking=green'];
  return run([...message, '--key', key, '--passphrase-file', join(folder, 'pass'), '--dir', ours, '--json', ...more]);
}

const waiting = async (): Promise<readonly string[]> => readdir(join(ours, 'outbox')).catch(() => []);
const entries = async (): Promise<number> => (await run(['log', '--dir', ours, '--json'])).lines.length;

/** Signs a message and loses it on the way to the node, whose answer is never seen; `arrives`: the node has it all the same. */
async function signAndLose(subject: string, arrives: boolean): Promise<{ readonly id: string; readonly refusal: ParleyError }> {
  const client = await openClient(ours);
  const crypto = nodeCrypto();
  try {
    const lossy = new Client(ours, true, {
      async ask(request) {
        const isEntry = request.path.endsWith('/entries');
        if (isEntry && !arrives) throw new ParleyError('unreachable', 'the answer was lost');
        const body = request.body === undefined ? undefined : (JSON.parse(new TextDecoder().decode(request.body)) as unknown);
        const value: unknown = request.method === 'POST' ? await client.post(request.path, body) : await client.get(request.path);
        if (isEntry) throw new ParleyError('unreachable', 'the answer was lost');
        return { status: 200, body: new TextEncoder().encode(JSON.stringify(value)) };
      },
      stream: () => Promise.reject(new Error('not asked for here')),
      close: async () => undefined,
    });
    const fields = Object.entries({ subject, text: 'So.', marking: 'green' });
    const author = { signer: ed25519Signer(seed), heads: headsFile(join(folder, 'lost.key')) };
    const toSign = { channel: channel.channel, kind: 'message', refs: [], fields };
    const signed = await signDocument(lossy, author, { crypto, random: nodeRandom, now: systemNow }, toSign);
    const refusal = await sendOnce(lossy, channel.channel, signed).then(
      () => assert.fail('the answer was lost'),
      (error: unknown) => error,
    );
    assert.ok(refusal instanceof ParleyError);
    return { id: signed.id, refusal };
  } finally {
    await client.close();
    await crypto.close();
  }
}

test('a document whose answer was lost: the refusal says what is signed and waits, and the next send shows it and asks before it sends it', async () => {
  const key = await copyOfKey('a.key');
  const { id, refusal } = await signAndLose('Pipeline', false);
  assert.equal(refusal.code, 'unreachable');
  assert.match(refusal.safe, /is signed and waits.*a message "Pipeline" \(/);
  assert.ok(refusal.next.includes(`parley send --discard ${id.slice(0, 8)}`), refusal.next);
  const status = await run(['status', '--dir', ours, '--json']);
  assert.equal(status.lines.find(({ what }) => what === 'unsent')?.id, id);
  assert.match((await run(['status', '--dir', ours])).out, /a message "Pipeline"/);

  const before = await entries();
  const unasked = await send(key, 'Another', '--no-input');
  assert.equal(unasked.code, 2, unasked.err);
  assert.match(unasked.err, /a message "Pipeline" \(.*--yes is needed/s);
  const refused = await run(
    [...['send', 'message', '--field', 'subject=Another', '--field', 'text=So.', '--field', 'marking=green'], '--key', key, '--dir', ours],
    {
      typed: ['n'],
    },
  );
  assert.equal(refused.code, 2, refused.err);
  assert.match(refused.err, /The answer was no\. \(it still waits, and nothing else was sent/);
  assert.ok(!refused.err.includes('not complete or not known'), refused.err);
  assert.deepEqual([await waiting(), await entries()], [[`${id}.json`], before]);

  const sent = await send(key, 'Another', '--yes');
  assert.equal(sent.code, 0, sent.err);
  assert.match(sent.err, /a message "Pipeline".*was sent now/s);
  assert.deepEqual([await waiting(), await entries()], [[], before + 2]);
});

test('a script goes on where a list ended: the last line says from where', async () => {
  const [newest, ...more] = (await run(['log', '--dir', ours, '--json', '--limit', '1'])).lines;
  assert.deepEqual(more, []);
  const next = await run(['log', '--dir', ours, '--json', '--limit', '1000', '--before', String(newest?.before)]);
  assert.equal(next.lines.length, (await entries()) - 1, next.err);
  assert.ok(next.lines.every((line) => line.before === undefined && line.id !== newest?.id));
});

test('what never reached the node is discarded and never sent; what had reached it is not taken back', async () => {
  const { id } = await signAndLose('Never mind', false);
  const before = await entries();
  const discarded = await run(['send', '--discard', id.slice(0, 8), '--dir', ours, '--json']);
  assert.deepEqual([discarded.code, discarded.lines[0]?.discarded], [0, id], discarded.err);
  assert.deepEqual([await waiting(), await entries()], [[], before]);
  assert.equal((await run(['send', '--discard', id, '--dir', ours])).code, 1, 'nothing waits');

  const arrived = await signAndLose('Said', true);
  const kept = await run(['send', '--discard', arrived.id, '--dir', ours, '--json']);
  assert.deepEqual([kept.code, kept.lines[0]?.error], [1, 'conflict'], kept.err);
  assert.match(kept.err, /had reached the node and is sent/);
  assert.deepEqual([await waiting(), await entries()], [[], before + 1]);
});

test('a node restored to an older copy, asked with a key that remembers nothing: the refusal comes before anything is signed', async () => {
  const file = join(folder, 'ours.backup');
  assert.equal((await run(['backup', '--dir', ours, '--out', file])).code, 0);
  assert.equal((await send(await copyOfKey('b.key'), 'After the backup', '--yes')).code, 0);
  await rm(ours, { recursive: true });
  assert.equal((await run(['restore', file, '--dir', ours])).code, 0);
  const status = await run(['status', '--dir', ours]);
  assert.equal(status.code, 0, status.err);
  assert.match(status.out, /ALARM: Nothing is signed now, and no node runs here/);
  assert.doesNotMatch(status.out, /holds everything of ours|being fetched/);
  const refused = await send(await copyOfKey('c.key'), 'Into the gap', '--yes');
  assert.deepEqual([refused.code, refused.lines.at(-1)?.error], [7, 'unsafe_state'], refused.err);
  assert.match(refused.err, /Nothing was signed/);
  assert.doesNotMatch(refused.err, /What leaves/);
  assert.deepEqual(await waiting(), []);
});
