/** Visitors of a demonstration: whoever enrols by a link may sign, whichever key they chose. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client } from '../src/cli/client.ts';
import { Ledger } from '../src/cli/scenario/ledger.ts';
import { peopleOf } from '../src/cli/scenario/people.ts';
import { Side } from '../src/cli/scenario/side.ts';
import type { Stage } from '../src/cli/scenario/stage.ts';
import { visitors } from '../src/cli/scenario/visitors.ts';
import { ed25519Signer, nodeRandom } from '../src/node/crypto.ts';
import { type PeopleApp, peopleApp } from '../src/node/people-door.ts';
import { enrol } from './signed-in.ts';
import { TwoParties } from './two-parties.ts';

/** A side whose door answers in this process. */
class DoorSide extends Side {
  readonly #client: Client;

  constructor(door: PeopleApp, two: TwoParties) {
    super({ name: 'Alpha', dir: '', keys: { author: () => assert.fail(), identity: async () => two.a.identity } });
    const headers = { host: 'localhost', authorization: `Bearer ${door.operatorToken}` };
    this.#client = new Client('', true, {
      async ask({ method, path, body, type }) {
        const typed = type === undefined ? headers : { ...headers, 'content-type': type };
        const payload = body === undefined ? {} : { payload: Buffer.from(body) };
        const answer = await door.app.inject({ method, url: path, headers: typed, ...payload });
        return { status: answer.statusCode, body: new Uint8Array(answer.rawPayload) };
      },
      stream: () => assert.fail(),
      close: async () => undefined,
    });
  }

  override ask<T>(task: (client: Client) => Promise<T>): Promise<T> {
    return task(this.#client);
  }
}

test('a visitor may sign with a passkey as with a key of the browser; one who cannot be accredited is said once and holds nobody up', async () => {
  const two = await TwoParties.found();
  const door = await peopleApp(two.a.node);
  const dir = await mkdtemp(join(tmpdir(), 'parley-visitors-'));
  try {
    const side = new DoorSide(door, two);
    const said: string[] = [];
    const ports = { crypto: two.crypto, random: nodeRandom, now: two.now };
    const rest = {
      channel: two.channel,
      ledger: await Ledger.open(dir),
      ports,
      folder: dir,
      pass: async () => undefined,
      say: (text: string) => void said.push(text),
    };
    const look = visitors({ scenario: {} as Stage['scenario'], sides: [side], ...rest });
    const odd = { user: 'odd', name: 'Odd', post: 'Officer', admin: false, key: 'AAAA', actor: 'O'.repeat(43), createdAt: 0, passkey: { id: 'x' } };
    await two.a.node.parts.store.putLocal('user', 'odd', JSON.stringify(odd));
    const passkey = await enrol(door, (await door.enrolment.invite(true)).token, 'Ada');
    const browser = await enrol(door, (await door.enrolment.invite(true)).token, 'Vera', ed25519Signer(nodeRandom(32)));
    await look();
    await look();
    await look();
    const { people, pending } = await peopleOf(side, two.channel);
    for (const { actor } of [passkey, browser]) assert.equal(people.find((one) => one.actor === actor)?.state, 'accredited');
    assert.deepEqual(
      pending.map(({ name }) => name),
      ['Odd'],
    );
    assert.equal(said.filter((text) => text.startsWith('Odd, Alpha (OOOOOOOO), is not accredited: ')).length, 1, said.join('\n'));
    assert.equal(said.length, 3, said.join('\n'));
  } finally {
    await door.app.close();
    await two.close();
    await rm(dir, { recursive: true, force: true });
  }
});
