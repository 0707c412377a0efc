/** Scope and position, for each sort of key there is: what a signature counts for is said by the accreditation, whoever and whatever holds the key. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { JsonObject } from '../src/base/json.ts';
import { actorOf } from '../src/entry/actor.ts';
import { ed25519Signer, nodeSha256 } from '../src/node/crypto.ts';
import { type TestChannel, type TestSigner, testChannel, testPerson } from '../src/node/fixtures-channel.ts';
import { testPasskey } from '../src/node/fixtures-passkey.ts';
import { accreditation, TestRecord } from '../src/node/fixtures-record.ts';
import { type KeyKind, openKey, sealKey } from '../src/node/key-files.ts';
import { makeKey } from '../src/web/keys.ts';

type Sort = { readonly sort: string; readonly automatic: boolean; make(): Promise<TestSigner> };

async function fromFile(kind: KeyKind, byte: number): Promise<TestSigner> {
  const { seed } = await openKey(await sealKey(new Uint8Array(32).fill(byte), 'correct horse', kind, 8), 'correct horse');
  const key = ed25519Signer(seed);
  return { name: kind, key, actor: actorOf(nodeSha256, key.publicKey) };
}

/** As each is made in life. */
const SORTS: readonly Sort[] = [
  { sort: 'a passkey', automatic: false, make: async () => testPasskey('Dana') },
  { sort: 'an Ed25519 passkey', automatic: false, make: async () => testPasskey('Dana', 'webauthn-ed25519') },
  {
    sort: 'a browser key',
    automatic: false,
    make: async () => {
      const { key } = await makeKey();
      return { name: 'Dana', key, actor: key.actor };
    },
  },
  { sort: 'a key file', automatic: false, make: () => fromFile('representative', 41) },
  { sort: 'a service key', automatic: true, make: () => fromFile('service', 42) },
];

const MARKINGS = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;
const clerk = testPerson('Clerk');

let on: TestChannel;
before(async () => {
  on = await testChannel();
});

/** A log of party 0 in which this key is accredited, and a clerk for it to recall. */
class Play {
  readonly record = new TestRecord(on, 'scope');
  readonly signer: TestSigner;
  readonly scope: JsonObject;
  matter = '';
  clerk = '';

  constructor(signer: TestSigner, scope: JsonObject) {
    this.signer = signer;
    this.scope = scope;
  }

  async begin(): Promise<this> {
    this.matter = (await this.record.identity(0, accreditation(this.signer, this.scope))).id;
    this.clerk = (await this.record.accredit(0, clerk)).id;
    return this;
  }

  async message(marking = 'green'): Promise<void> {
    await this.record.say(0, this.signer, { kind: 'message', fields: { subject: 'A word', text: 'Said.', marking } });
  }

  async request(): Promise<void> {
    await this.record.say(0, this.signer, {
      kind: 'request',
      fields: { request_type: 'information', subject: 'Logs', text: 'Please send them.', marking: 'green' },
    });
  }

  async recall(): Promise<void> {
    await this.record.say(0, this.signer, {
      kind: 'recall',
      refs: [this.clerk],
      fields: { actor: clerk.actor, for_consultations: true, marking: 'green' },
    });
  }

  async act(act: JsonObject): Promise<void> {
    await this.record.identity(0, { actor: this.signer.actor, ...act }, { refs: [this.matter] });
  }

  /** The reasons of what this key signed, in order; `''` counts. */
  async verdicts(): Promise<readonly string[]> {
    const { entries } = await this.record.read(0);
    const own = entries.filter(({ entry }) => entry?.header.actor === this.signer.actor);
    return own.map(({ findings }) => findings.map(({ id }) => id).join(' '));
  }
}

const RECALL: JsonObject = { act: 'recall', for_consultations: true, reason: null, effective_at: null };
const RETURN: JsonObject = { act: 'return', effective_at: null };

for (const { sort, automatic, make } of SORTS) {
  const play = async (scope: JsonObject): Promise<Play> => new Play(await make(), { ...scope, automatic }).begin();

  test(`${sort}: kinds outside its scope are void, those inside count`, async () => {
    const one = await play({ kinds: ['message'] });
    await one.message();
    await one.request();
    const all = await play({ kinds: ['*'] });
    await all.message();
    await all.request();
    assert.deepEqual(
      [await one.verdicts(), await all.verdicts()],
      [
        ['', 'void.kind_out_of_scope'],
        ['', ''],
      ],
    );
  });

  test(`${sort}: every marking up to its highest counts, every higher one is void`, async () => {
    for (const [highest, marking] of MARKINGS.entries()) {
      const one = await play({ marking });
      for (const each of MARKINGS) await one.message(each);
      assert.deepEqual(
        await one.verdicts(),
        MARKINGS.map((_, rank) => (rank <= highest ? '' : 'void.marking_out_of_scope')),
      );
    }
  });

  test(`${sort}: it recalls others iff its scope says so`, async () => {
    const may = await play({ may_recall: true });
    await may.recall();
    const mayNot = await play({ may_recall: false });
    await mayNot.recall();
    // The right to recall is not opened by kinds, nor shut by them.
    const named = await play({ kinds: ['recall'], may_recall: false });
    await named.recall();
    const unnamed = await play({ kinds: ['message'], may_recall: true });
    await unnamed.recall();
    assert.deepEqual(await Promise.all([may, mayNot, named, unnamed].map((one) => one.verdicts())), [
      [''],
      ['void.may_not_recall'],
      ['void.may_not_recall'],
      [''],
    ]);
  });

  test(`${sort}: what it signs counts by its place: before, between and after recall, return and end`, async () => {
    const signer = await make();
    const record = new Play(signer, { automatic });
    await record.message(); // before anybody accredited it
    await record.begin();
    await record.message();
    await record.act(RECALL);
    await record.message();
    await record.act(RETURN);
    await record.message();
    await record.act({ act: 'end' });
    await record.message();
    assert.deepEqual(await record.verdicts(), ['void.not_accredited', '', 'void.recalled', '', 'void.ended']);
  });

  test(`${sort}: ${automatic ? 'its entries are labelled automatic' : 'its entries are a person’s'}`, async () => {
    const one = await play({});
    await one.message();
    const { entries, state } = await one.record.read(0);
    assert.equal(entries.at(-1)?.automatic, automatic);
    assert.equal(state.people.get(one.signer.actor)?.automatic, automatic);
  });
}
