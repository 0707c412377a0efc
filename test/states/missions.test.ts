/** Who speaks for a party, act by act: each counts where the mission stands, or is void, says why, and is refused by the log that would take it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testChannel, testPerson } from '../../src/node/fixtures-channel.ts';
import { accreditation, TestRecord } from '../../src/node/fixtures-record.ts';
import { refusalOf } from '../../src/sync/refusal.ts';

const ACTS = ['recall by a colleague', 'recall by the party', 'return by a colleague', 'return by the party', 'end', 'accredit'] as const;
type What = (typeof ACTS)[number];

/** By state, how the mission comes to it, and what each act makes of it, in the order of {@link ACTS}. */
const MISSIONS: Readonly<Record<string, readonly [before: readonly What[], after: readonly string[]]>> = {
  accredited: [[], ['recalled', 'recalled', 'no not_recalled', 'no not_recalled', 'ended', 'no accredited_already']],
  recalled: [['recall by a colleague'], ['no recalled', 'recalled', 'accredited', 'accredited', 'ended', 'accredited']],
  'recalled by the party': [['recall by the party'], ['no recalled', 'recalled', 'no recalled_higher', 'accredited', 'ended', 'accredited']],
  ended: [['end'], ['no nobody_there', 'no nobody_there', 'no nobody_there', 'no nobody_there', 'no nobody_there', 'accredited']],
};

const on = await testChannel();
const colleague = testPerson('Petrova');
const envoy = testPerson('Orlov');

class Play {
  readonly record = new TestRecord(on, 'missions');
  #matter = '';

  async begin(): Promise<this> {
    await this.record.accredit(0, colleague, { may_recall: true });
    this.#matter = (await this.record.accredit(0, envoy)).id;
    return this;
  }

  async do(what: What): Promise<void> {
    const [refs, { actor }] = [[this.#matter], envoy];
    const fields = { actor, marking: 'green' };
    if (what === 'recall by a colleague')
      await this.record.say(0, colleague, { kind: 'recall', refs, fields: { ...fields, for_consultations: true } });
    else if (what === 'return by a colleague') await this.record.say(0, colleague, { kind: 'return_to_post', refs, fields });
    else if (what === 'recall by the party')
      await this.record.identity(0, { act: 'recall', actor, for_consultations: true, reason: null, effective_at: null }, { refs });
    else if (what === 'return by the party') await this.record.identity(0, { act: 'return', actor, effective_at: null }, { refs });
    else if (what === 'end') await this.record.identity(0, { act: 'end', actor }, { refs });
    else await this.record.identity(0, accreditation(envoy));
  }
}

for (const [state, [before, cells]] of Object.entries(MISSIONS))
  test(`a representative who is ${state}: each act counts, or is void and refused`, async () => {
    for (const [i, what] of ACTS.entries()) {
      const play = await new Play().begin();
      for (const act of [...before, what]) await play.do(act);
      const { entries, state: read } = await play.record.read(0);
      const last = entries.at(-1) ?? assert.fail();
      const to = cells[i] ?? '';
      const where = `${what} while ${state}`;
      const now = read.people.get(envoy.actor)?.state;
      if (!to.startsWith('no ')) assert.deepEqual([last.valid, now], [true, to], where);
      else {
        assert.deepEqual([last.valid, last.findings[0]?.id, now], [false, `void.${to.slice(3)}`, state.split(' ')[0]], where);
        assert.match(refusalOf(last).detail, /^[^{}]{8,}$/, `${where}: it is refused in a sentence`);
      }
    }
  });
