/** Whose word counts under the two-person rule: whoever clears, lets go of the rule or undoes a clearance may sign what it is about. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import { CHUNK_SIZE, MAX_UNNAMED_AGE, MAX_UNNAMED_CHUNKS } from '../src/base/limits.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import type { ClearanceDetail, TwoPersonView } from '../src/projection/clearance-views.ts';
import { enrol, ORIGIN, type Person } from './signed-in.ts';
import { Office } from './two-person-office.ts';

const office = await Office.open();
const { two, door, at, ok, refused, accredit, prepare, ask, clear, send } = office;
/** The administrator may sign everything, Vera communication checks marked clear and nothing else, Max nothing at all. */
let dana: Person;
let vera: Person;
let max: Person;

const rule = (kinds: readonly string[], as: Person | 'operator' = dana) => office.rule(kinds, as);

/** Accredited for messages up to green, in this matter. */
let nora: Person;
let matter: string;

async function accreditAnew(person: Person, marking: string): Promise<void> {
  await office.identity({ act: 'end', actor: person.actor }, [matter]);
  matter = await accredit(person, { kinds: ['message'], marking, may_recall: false });
}

before(async () => {
  const invited = async (name: string): Promise<Person> =>
    enrol(door, (await door.enrolment.invite(false)).token, name, ed25519Signer(nodeRandom(32)));
  dana = await enrol(door, (await door.enrolment.inviteFirst()) ?? '', 'Dana Whitfield');
  [vera, max, nora] = [await invited('Vera Lind'), await invited('Max Berg'), await invited('Nora Falk')];
  await accredit(dana);
  await accredit(vera, { kinds: ['communication_check'], marking: 'clear', may_recall: false });
  matter = await accredit(nora, { kinds: ['message'], marking: 'green', may_recall: false });
  await rule(['message']);
});
after(() => office.close());

test('whoever may not sign a document of that kind and marking clears it for nobody', async () => {
  const unsigned = await prepare(dana, 'Beyond her scope');
  const asked = await ask(dana, unsigned);
  assert.equal((await clear(vera, asked)).json().code, 'out_of_scope');
  assert.equal(await send(dana, unsigned, dana), 'clearance_needed');
  const red = await prepare(dana, 'Red', 'message', 'red');
  assert.equal((await clear(nora, await ask(dana, red))).json().code, 'out_of_scope');
  assert.equal((await clear(nora, asked)).statusCode, 200);
  assert.equal(await send(dana, unsigned, dana), unsigned.id);
});

test('a clearance of somebody whose scope was narrowed since clears nothing', async () => {
  const unsigned = await prepare(dana, 'Narrowed since');
  await clear(nora, await ask(dana, unsigned));
  await accreditAnew(nora, 'clear');
  assert.equal(await send(dana, unsigned, dana), 'clearance_needed');
  await accreditAnew(nora, 'green');
  assert.equal(await send(dana, unsigned, dana), unsigned.id);
});

test('a colleague’s clearance is undone by who gave it, its author or an administrator, and by nobody else', async () => {
  const unsigned = await prepare(dana, 'Cleared');
  const asked = await ask(dana, unsigned);
  await clear(nora, asked);
  const back = at(`/clearances/${asked.id}/return`);
  for (const other of [max, vera]) assert.equal(await refused('POST', back, other, { remark: 'No.' }), 'not_allowed');
  assert.equal((await ok<ClearanceDetail>('GET', at(`/clearances/${asked.id}`), dana)).state, 'cleared');
  for (const one of [nora, 'operator'] as const) {
    assert.equal((await ok<ClearanceDetail>('POST', back, one, { remark: '' })).state, 'returned');
    assert.equal((await clear(nora, asked)).statusCode, 200);
  }
  assert.equal((await ok<ClearanceDetail>('POST', back, dana, { remark: '' })).state, 'taken_back');
});

test('the rule is narrowed by two whose scope holds the kinds that it takes out', async () => {
  const agree = '/api/settings/two-person/agree';
  await rule([]);
  assert.equal(await refused('POST', agree, vera, {}), 'out_of_scope');
  assert.deepEqual((await ok<TwoPersonView>('POST', agree, nora, {})).kinds, []);
  // Of every kind only those who may sign every kind let go.
  await rule(['*']);
  await rule([]);
  assert.equal(await refused('POST', agree, nora, {}), 'out_of_scope');
});

test('whoever is enrolled keeps here no more of files that no document names than their share, and what is old makes room', async () => {
  const { store } = two.of(two.a);
  const file = (fill: number): string => toBase64url(new Uint8Array(32).fill(fill));
  const put = async (fill: number, as: Person): Promise<number> => {
    const url = at(`/attachments/${file(fill)}/0?size=${64 * 1024 ** 3}&salt=${toBase64url(new Uint8Array(16))}`);
    const headers = { host: 'localhost:8080', origin: ORIGIN, cookie: as.cookie, 'content-type': 'application/octet-stream' };
    return (await door.app.inject({ method: 'POST', url, headers, payload: Buffer.alloc(CHUNK_SIZE) })).statusCode;
  };
  const key = (fill: number): string => `${two.channel}/${file(fill)}`;
  assert.equal(await put(1, max), 200);
  const handed = JSON.parse((await store.getLocal('handed', key(1))) ?? '{}') as { at: number; chunks: number };
  assert.equal(handed.chunks, 1);
  // The same chunk again takes no more room.
  assert.equal(await put(1, max), 200);
  await store.putLocal('handed', key(1), JSON.stringify({ ...handed, chunks: MAX_UNNAMED_CHUNKS }));
  assert.equal(await put(2, max), 429);
  assert.equal(await put(2, dana), 200, 'another person has a share of their own');
  await store.putLocal('handed', key(1), JSON.stringify({ ...handed, chunks: MAX_UNNAMED_CHUNKS, at: two.now() - MAX_UNNAMED_AGE - 1 }));
  assert.equal(await put(3, max), 200);
  assert.deepEqual([await store.getLocal('handed', key(1)), await store.getLocal('blob', key(1))], [undefined, undefined]);
});
