/** A host, asked over HTTP by a client that knows tlog-witness alone: every status, and what many requests at once can never bring about. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import { MAX_NEW_ORIGINS } from '../src/base/limits.ts';
import { nodeCrypto, nodeRandom, nodeSha256 } from '../src/node/crypto.ts';
import { HostNode } from '../src/node/host-node.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import { figuresFrom } from '../src/tlog/fixtures-tree.ts';
import { formatVerifierKey } from '../src/tlog/note.ts';
import { type Answer, addCheckpointBody, isSignedBy, OwnLog, parseNote, parseVkey, rawKey, send, type Vkey } from './public-reader.ts';
import { memoryMark } from './two-parties.ts';

const MOST = 300;
const crypto = nodeCrypto();
/** The host's clock: it can be set back, and what it signs must not follow. */
let clock = 1_800_000_000;
const host = await HostNode.open({
  file: { name: 'Host', nonce: nodeRandom(16), door: { host: '127.0.0.1', port: 0 } },
  seed: nodeRandom(32),
  store: openMemoryStore({ sha256: nodeSha256 }),
  crypto,
  now: () => clock,
  mark: memoryMark(),
});
const app = host.door();
const url = await app.listen({ host: '127.0.0.1', port: 0 });
after(async () => {
  await app.close();
  await host.close();
  await crypto.close();
});

const witnessKeys: readonly Vkey[] = [
  [0x04, host.card.witness.ed25519],
  [0x06, host.card.witness.mlDsa44],
].map(([type, key]) => parseVkey(formatVerifierKey(nodeSha256, host.witness.name, type as number, key as Uint8Array)));

/** Two histories of one log that the host knows by its keys: they part at leaf 0. */
async function newLog(known = true): Promise<{ readonly log: OwnLog; readonly other: OwnLog }> {
  const [ed, pq] = [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ml-dsa-44' as 'ed25519').privateKey];
  const keys = JSON.stringify({ ed25519: toBase64url(rawKey(ed, 32)), ml_dsa_44: toBase64url(rawKey(pq, 1312)) });
  const answer = known ? await send(`${url}/origins`, { method: 'POST', body: Buffer.from(keys) }) : undefined;
  const origin = answer === undefined ? `parley.v1/${'0'.repeat(40)}` : answer.body.toString().trim();
  return { log: new OwnLog(origin, ed, pq, 'entry', MOST), other: new OwnLog(origin, ed, pq, 'rewritten', MOST) };
}

const ask = (body: Uint8Array): Promise<Answer> => send(`${url}/add-checkpoint`, { method: 'POST', body });
/** Asks for a cosignature from one size to another, as an honest log does. */
const grow = (log: OwnLog, from: number, to: number): Promise<Answer> =>
  ask(addCheckpointBody(from, log.proof(from, to), log.note(log.checkpoint(to))));

/** The time of an answer whose every line is by the host, one of each of its keys. */
function timeOf(log: OwnLog, size: number, answer: Answer): bigint {
  const note = parseNote(Buffer.concat([Buffer.from(`${log.checkpoint(size)}\n`), answer.body]));
  assert.equal(note.lines.length, 2);
  for (const key of witnessKeys) assert.ok(isSignedBy(note, key), `a cosignature of type ${key.type}`);
  const [first, second] = note.lines.map(({ payload }) => payload.readBigUInt64BE(0));
  assert.equal(first, second, 'one time');
  return first ?? 0n;
}

function isConflict(answer: Answer, size: number): void {
  assert.deepEqual([answer.status, answer.type, answer.body.toString()], [409, 'text/x.tlog.size', `${size}\n`]);
}

test('200: it cosigns from nothing, what follows with a proof, and the same head again; its times never go back', async () => {
  const { log } = await newLog();
  const times: bigint[] = [];
  for (const [from, to, set] of [
    [0, 3, 0],
    [3, 3, -3600],
    [3, 4, 10],
    [4, 9, -20],
    [9, 300, 3600],
    [300, 300, -86_400],
  ] as const) {
    clock += set;
    const answer = await grow(log, from, to);
    assert.equal(answer.status, 200, `${from} to ${to}: ${answer.body}`);
    times.push(timeOf(log, to, answer));
  }
  clock = 1_800_000_000;
  assert.deepEqual(
    times,
    times.toSorted((a, b) => Number(a - b)),
  );
});

test('200: lines of keys it does not know are passed over, whatever is in them', async () => {
  const { log } = await newLog();
  const strange = [
    `\u2014 ${log.origin} ${Buffer.alloc(68, 7).toString('base64')}\n`,
    `\u2014 somebody ${Buffer.alloc(200, 1).toString('base64')}\n`,
  ];
  const note = log.note(log.checkpoint(5), (lines) => [strange[0] ?? '', ...lines, strange[1] ?? '']);
  const answer = await ask(addCheckpointBody(0, [], note));
  assert.equal(answer.status, 200);
  timeOf(log, 5, answer);
});

test('400: whatever is not in form', async () => {
  const { log } = await newLog();
  assert.equal((await grow(log, 0, 9)).status, 200);
  const note = log.note(log.checkpoint(20));
  const proof = log.proof(9, 20);
  const good = addCheckpointBody(9, proof, note);
  const withFirst = (line: string): Buffer => Buffer.concat([Buffer.from(line), good.subarray(good.indexOf(10))]);
  const malformed: readonly (readonly [string, Uint8Array])[] = [
    ['nothing', Buffer.alloc(0)],
    ['no old line', good.subarray(good.indexOf(10) + 1)],
    ['a size with a zero in front', withFirst('old 09')],
    ['a negative size', withFirst('old -9')],
    ['a size with a space', withFirst('old  9')],
    ['a size that is no number', withFirst('old nine')],
    ['a size above 2^53', withFirst('old 99999999999999999999')],
    ['another word', withFirst('new 9')],
    ['carriage returns', Buffer.from(good.toString().replaceAll('\n', '\r\n'))],
    [
      '64 proof lines',
      addCheckpointBody(
        9,
        Array.from({ length: 64 }, () => proof[0] ?? Buffer.alloc(32)),
        note,
      ),
    ],
    ['a proof line of 31 bytes', addCheckpointBody(9, [Buffer.alloc(31)], note)],
    ['a proof line that is no base64', Buffer.from(good.toString().replace(/\n[^\n]+=\n/, '\n!\n'))],
    ['no empty line', Buffer.from(good.toString().replace('\n\n', '\n'))],
    ['no checkpoint', good.subarray(0, good.indexOf('\n\n') + 2)],
    ['a checkpoint without signatures', addCheckpointBody(9, proof, Buffer.from(log.checkpoint(20)))],
    ['a root of 31 bytes', addCheckpointBody(9, proof, log.note(log.checkpoint(20)).subarray(0, 60))],
    ['bytes that are no text', Buffer.concat([good, Buffer.from([0xff])])],
    ['a proof from size 0', addCheckpointBody(0, proof, note)],
    ['an old size above the new one', addCheckpointBody(21, [], note)],
  ];
  for (const [what, body] of malformed) assert.equal((await ask(body)).status, 400, what);
  assert.equal((await ask(good)).status, 200, 'and the good one is cosigned after all of them');
});

test('403: no valid signature of the log; both of its keys are wanted, and one of another log is none', async () => {
  const { log } = await newLog();
  const { log: another } = await newLog();
  const text = log.checkpoint(9);
  const flip = (line: string): string => {
    const [, head = '', base64 = ''] = /^(.* )(.+)\n$/.exec(line) ?? [];
    const raw = Buffer.from(base64, 'base64');
    raw[40] = (raw[40] ?? 0) ^ 1;
    return `${head}${raw.toString('base64')}\n`;
  };
  const notes: readonly (readonly [string, Buffer])[] = [
    ['Ed25519 alone', log.note(text, ([ed]) => [ed])],
    ['ML-DSA-44 alone', log.note(text, ([, pq]) => [pq])],
    ['a forged Ed25519 line', log.note(text, ([ed, pq]) => [flip(ed), pq])],
    ['a forged ML-DSA-44 line', log.note(text, ([ed, pq]) => [ed, flip(pq)])],
    ['lines over another checkpoint', Buffer.from(log.note(log.checkpoint(8)).toString().replace(log.checkpoint(8), text))],
    ['lines of another log', Buffer.from(`${text}\n${another.note(another.checkpoint(9)).toString().split('\n\n')[1]}`)],
    ['lines of nobody known', Buffer.from(`${text}\n\u2014 somebody ${Buffer.alloc(68, 1).toString('base64')}\n`)],
    ['a line twice, one of them forged', log.note(text, ([ed, pq]) => [ed, pq, flip(ed)])],
  ];
  for (const [what, note] of notes) assert.equal((await ask(addCheckpointBody(0, [], note))).status, 403, what);
  // A forged checkpoint tells nothing of what was cosigned, whatever size it names.
  assert.equal(
    (
      await ask(
        addCheckpointBody(
          7,
          [],
          log.note(text, ([ed]) => [ed]),
        ),
      )
    ).status,
    403,
  );
  assert.equal((await grow(log, 0, 9)).status, 200);
});

test('404: an origin it was not told', async () => {
  const { log } = await newLog(false);
  assert.equal((await grow(log, 0, 9)).status, 404);
  assert.equal(
    (await ask(addCheckpointBody(0, [], Buffer.from(`example.com/log\n0\n${Buffer.alloc(32).toString('base64')}\n\n\u2014 x AAAAAAA=\n`)))).status,
    404,
  );
  assert.equal((await send(`${url}/log/${log.origin.slice(10)}/checkpoint`)).status, 404);
});

test('409: with the size last cosigned, where the old size is another; and where one size has two roots', async () => {
  const { log, other } = await newLog();
  isConflict(await grow(log, 3, 9), 0);
  assert.equal((await grow(log, 0, 9)).status, 200);
  isConflict(await grow(log, 0, 20), 9);
  isConflict(await grow(log, 8, 20), 9);
  isConflict(await grow(log, 10, 20), 9);
  // A smaller head, in every way it can be asked for.
  for (const old of [0, 5]) isConflict(await grow(log, old, 5), 9);
  isConflict(await ask(addCheckpointBody(9, [], other.note(other.checkpoint(9)))), 9);
  assert.equal((await grow(log, 9, 20)).status, 200, 'nothing of it moved the log');
});

test('422: a proof that does not verify, and the log stays where it was', async () => {
  const { log, other } = await newLog();
  const { log: empty } = await newLog();
  assert.equal((await grow(log, 0, 9)).status, 200);
  const proof = log.proof(9, 20);
  const flipped = proof.map((hash, i) => (i === 1 ? Buffer.from(hash.map((byte, at) => (at === 5 ? byte ^ 1 : byte))) : hash));
  for (const [what, path, note] of [
    ['none', [], log.note(log.checkpoint(20))],
    ['cut', proof.slice(1), log.note(log.checkpoint(20))],
    ['longer', [...proof, Buffer.alloc(32)], log.note(log.checkpoint(20))],
    ['63 lines', Array.from({ length: 63 }, () => Buffer.alloc(32)), log.note(log.checkpoint(20))],
    ['changed', flipped, log.note(log.checkpoint(20))],
    ['of another size', log.proof(9, 21), log.note(log.checkpoint(20))],
    ['of the other history', other.proof(9, 20), other.note(other.checkpoint(20))],
    ['where the size is the same', [Buffer.alloc(32)], log.note(log.checkpoint(9))],
  ] as const)
    assert.equal((await ask(addCheckpointBody(9, path, note))).status, 422, what);
  assert.equal((await grow(log, 9, 20)).status, 200);
  // The tree of nothing has one root: whoever signs another is not vouched for.
  assert.equal((await ask(addCheckpointBody(0, [], empty.note(empty.checkpoint(0, Buffer.alloc(32, 1)))))).status, 422);
  assert.equal((await grow(empty, 0, 0)).status, 200);
});

test('of 1,000 submissions at once, of mixed sizes and two histories, none rolls back, and times never go back', async () => {
  const { log, other } = await newLog();
  const figure = figuresFrom(7);
  const below = (n: number): number => Math.floor(figure() * n);
  // What was cosigned, in the order the host says it: the order of answers says nothing where many are under way.
  const cosigned: { size: number; time: bigint }[] = [];
  const statuses = new Map<number, number>();
  // Every head signed once, as logs do: what is asked of the host is not slowed down by signing.
  const notes = new Map<string, Buffer>();
  const noteOf = (by: OwnLog, size: number): Buffer => {
    const text = by.checkpoint(size);
    const note = notes.get(text) ?? by.note(text);
    notes.set(text, note);
    return note;
  };
  let last = 0;
  const submit = async (): Promise<void> => {
    const dishonest = below(10) === 0;
    const by = dishonest ? other : log;
    const from = below(4) === 0 ? below(MOST) : last;
    const to = Math.min(MOST, Math.max(1, from + below(4) - (below(8) === 0 ? 3 : 0)));
    clock += below(3) - 1;
    const answer = await ask(addCheckpointBody(from, from < to ? by.proof(from, to) : [], noteOf(by, to)));
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.status === 409) last = Number(answer.body.toString());
    if (answer.status !== 200) return;
    assert.equal(by, log, 'one history alone is cosigned');
    cosigned.push({ size: to, time: timeOf(log, to, answer) });
    last = Math.max(last, to);
  };
  // The first decides which history it is.
  assert.equal((await grow(log, 0, 1)).status, 200);
  last = 1;
  let left = 1000;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await submit();
  };
  await Promise.all(Array.from({ length: 25 }, worker));
  clock = 1_800_000_000;
  assert.equal(
    [...statuses.values()].reduce((a, b) => a + b),
    1000,
  );
  assert.ok(cosigned.length > 20, JSON.stringify([...statuses]));
  assert.ok([...statuses.keys()].every((status) => [200, 400, 409, 422].includes(status)));
  // By time and then size: whoever has two of them has no proof of a rollback.
  const inOrder = cosigned.toSorted((a, b) => Number(a.time - b.time) || a.size - b.size);
  for (const [i, one] of inOrder.entries())
    assert.ok(i === 0 || one.size >= (inOrder[i - 1]?.size ?? 0), `size ${one.size} after ${inOrder[i - 1]?.size}`);
  const newest = parseNote((await send(`${url}/log/${log.origin.slice(10)}/checkpoint`)).body);
  assert.equal(Number(newest.text.split('\n')[1]), Math.max(...cosigned.map(({ size }) => size)));
});

test('an address that tells of ever more logs is told to wait, and the logs that are known go on', async () => {
  const { log } = await newLog();
  assert.equal((await grow(log, 0, 3)).status, 200);
  const told = async (): Promise<number> => {
    const keys = JSON.stringify({ ed25519: toBase64url(nodeRandom(32)), ml_dsa_44: toBase64url(nodeRandom(1312)) });
    return (await send(`${url}/origins`, { method: 'POST', body: Buffer.from(keys) })).status;
  };
  const answers: number[] = [];
  for (let i = 0; i <= MAX_NEW_ORIGINS; i++) answers.push(await told());
  assert.deepEqual([answers[0], answers.at(-1)], [201, 429]);
  assert.equal((await grow(log, 3, 5)).status, 200);
  clock += 3600;
  assert.equal(await told(), 201);
});
