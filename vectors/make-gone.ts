/**
 * Makes vectors/sync/gone.json: texts that their author erased or lost before the other party held them, as they are pushed, and what becomes of each.
 * Signatures of ML-DSA-44 differ from run to run, equally good, so a file that exists is left alone. Run it with: node vectors/make-gone.ts
 */
import { existsSync, writeFileSync } from 'node:fs';
import { toBase64url, utf8 } from '../src/base/bytes.ts';
import type { Json } from '../src/base/json.ts';
import { eraseFields, leavesByName } from '../src/entry/body.ts';
import { formatBundle } from '../src/entry/bundle.ts';
import { testChannel, testCrypto as crypto, testParty, testPerson } from '../src/node/fixtures-channel.ts';
import { type TestLeaf, TestRecord } from '../src/node/fixtures-record.ts';
import { testReplica, testRuntime } from '../src/node/fixtures-replica.ts';
import { formatEntryBundle } from '../src/tlog/tile.ts';
import { shareBytes } from '../src/verify/fixtures-shared.ts';

const file = new URL('sync/gone.json', import.meta.url);
if (existsSync(file)) {
  console.log('sync/gone.json: exists, left alone');
  process.exit();
}

const on = await testChannel([testParty('Alpha', 10), testParty('Beta', 20)], []);
const petrova = testPerson('Petrova');
const { sha256 } = crypto;

type Fields = Readonly<Record<string, Json>>;
/** A log in which Petrova is accredited (1) and has said something (2). */
class Story {
  readonly record: TestRecord;
  readonly pushes: { readonly from: number; readonly to: number; readonly given: ReadonlyMap<string, Uint8Array | undefined> }[] = [];
  readonly leaf: TestLeaf;

  private constructor(record: TestRecord, leaf: TestLeaf) {
    this.record = record;
    this.leaf = leaf;
  }

  static async begin(): Promise<Story> {
    const record = new TestRecord(on, 'gone');
    await record.accredit(0, petrova);
    return new Story(record, await record.message(0, petrova, 'A word'));
  }

  /** Members of an act that names fields of the message by the leaves they have. */
  naming(...names: string[]): Fields {
    const leaves = leavesByName(sha256, this.leaf.body ?? new Uint8Array());
    return { pointers: names.map((name) => `/${name}`), leaves: names.map((name) => leaves.get(name) ?? '') };
  }

  erase(fields: Fields, by = petrova): Promise<TestLeaf> {
    return this.#act('body_erased', { ...fields, basis: 'Sent by mistake.' }, by);
  }

  lose(fields: Fields = {}): Promise<TestLeaf> {
    return this.#act('lost', fields, petrova);
  }

  #act(kind: string, fields: Fields, by: typeof petrova): Promise<TestLeaf> {
    return this.record.say(0, by, { kind, refs: [this.leaf.id], fields: { entry: this.leaf.id, marking: 'green', ...fields } });
  }

  /** Pushes all that is new, the message's text with hashes for the fields named, or whole, or not at all. */
  push(without: readonly string[] | 'text'): this {
    const from = this.pushes.at(-1)?.to ?? 0;
    const body = this.leaf.body ?? new Uint8Array();
    const text = without === 'text' ? undefined : without.length === 0 ? body : eraseFields(sha256, body, without);
    this.pushes.push({ from, to: this.record.size(0), given: new Map([[this.leaf.id, text]]) });
    return this;
  }

  async bytes(): Promise<readonly Uint8Array[]> {
    return Promise.all(
      this.pushes.map(async ({ from, to, given }) => {
        const leaves = (this.record.logs[0] ?? []).slice(from, to);
        // The message's text goes with every push: where it was missing it is given again.
        const texts = [...(leaves.includes(this.leaf) ? [] : [this.leaf]), ...leaves].flatMap(({ id, body }) => {
          const text = given.has(id) ? given.get(id) : body;
          return text === undefined ? [] : [{ name: `bodies/${id}`, bytes: text }];
        });
        return formatBundle([
          { name: 'old', bytes: utf8(String(from)) },
          { name: 'checkpoint', bytes: await this.record.head(0, to) },
          { name: 'entries', bytes: formatEntryBundle(leaves.map(({ bytes }) => bytes)) },
          ...texts,
        ]);
      }),
    );
  }
}

type Answer = { readonly status: number; readonly missing?: readonly string[] };
const cases: { readonly comment: string; readonly answers: readonly Answer[]; readonly verdict: object | null }[] = [];
const pushed: (readonly Uint8Array[])[] = [];

/** `held`: whether the last push is answered by a receipt. */
async function add(comment: string, held: boolean, tell: (story: Story) => Promise<unknown>): Promise<void> {
  const story = await Story.begin();
  await tell(story);
  const bytes = await story.bytes();
  const runtime = testRuntime(await testReplica(on, 1));
  const answers: Answer[] = [];
  for (const one of bytes) {
    const answer = await runtime.receive(0, one);
    await runtime.reader.idle();
    answers.push({ status: answer.status, ...('missing' in answer ? { missing: answer.missing } : {}) });
  }
  if ((answers.at(-1)?.status === 200) !== held) throw new Error(`${comment}: ${JSON.stringify(answers)}`);
  const [verdict] = await runtime.store.verdicts(runtime.id, [Buffer.from(story.leaf.id, 'base64url')]);
  const found = verdict === undefined ? null : { valid: verdict.valid, findings: (JSON.parse(verdict.findings) as { id: string }[]).map(({ id }) => id) };
  cases.push({ comment, answers, verdict: found });
  pushed.push(bytes);
}

await add('a field erased, and the act above that says so', true, async (story) => {
  await story.erase(story.naming('text'));
  story.push(['text']);
});
await add('two fields erased by two acts', true, async (story) => {
  await story.erase(story.naming('text'));
  await story.erase(story.naming('subject'));
  story.push(['text', 'subject']);
});
await add('a field that was lost', true, async (story) => {
  await story.lose(story.naming('text'));
  story.push(['text']);
});
await add('a text that was lost whole: nothing of it comes, the entry is void, and the log goes on', true, async (story) => {
  await story.lose();
  await story.record.message(0, petrova, 'Afterwards');
  story.push('text');
});
await add('a whole text that an act above erases is held like any other', true, async (story) => {
  await story.erase(story.naming('text'));
  story.push([]);
});
await add('a text that does not come, and an act that accounts for it later', true, async (story) => {
  story.push('text');
  await story.lose();
  story.push('text');
});
await add('a field that is missing, and an act that accounts for it later', true, async (story) => {
  story.push(['text']);
  await story.erase(story.naming('text'));
  story.push(['text']);
});
await add('a field that was not shown is shown after all', true, async (story) => {
  story.push(['text']).push([]);
});
await add('not receipted: a field missing, and no act', false, async (story) => story.push(['text']));
await add('not receipted: an act that names another field', false, async (story) => {
  await story.erase(story.naming('subject'));
  story.push(['text']);
});
await add('not receipted: a field missing beside the one that is accounted for', false, async (story) => {
  await story.erase(story.naming('text'));
  story.push(['text', 'subject']);
});
await add('not receipted: a field of the frame', false, async (story) => {
  await story.erase(story.naming('marking'));
  story.push(['marking']);
});
await add('not receipted: an act that names another leaf under the name of the field', false, async (story) => {
  await story.erase({ pointers: ['/text'], leaves: [toBase64url(new Uint8Array(32))] });
  story.push(['text']);
});
await add('not receipted: an act signed by nobody who is accredited', false, async (story) => {
  await story.erase(story.naming('text'), testPerson('Stranger'));
  story.push(['text']);
});
await add('not receipted: an erasure does not account for a text of which nothing comes', false, async (story) => {
  await story.erase(story.naming('text'));
  story.push('text');
});
await add('not receipted: the loss of a whole text does not account for a part of it', false, async (story) => {
  await story.lose();
  story.push(['text']);
});
await add('not receipted: an act whose own text does not come accounts for nothing', false, async (story) => {
  const act = await story.erase(story.naming('text'));
  story.push(['text']);
  (story.pushes.at(-1)?.given as Map<string, Uint8Array | undefined>).set(act.id, undefined);
});

const { parts, values } = shareBytes(pushed.flat());
const left = values.values();
writeFileSync(
  file,
  `${JSON.stringify(
    {
      comment:
        'pushes (values of shared parts, as spec/proof.md says) of party 0 to party 1, which holds nothing at the beginning of each case; `answers` to one after the other, and at the end the verdict on the entry at index 2, `null` while it is not read',
      charter: on.channel.charter.text,
      cards: on.channel.parties.map(({ text }) => text),
      parts,
      cases: cases.map(({ answers, ...one }) => ({ ...one, answers: answers.map((answer) => ({ push: left.next().value, ...answer })) })),
    },
    undefined,
    1,
  )}\n`,
);
