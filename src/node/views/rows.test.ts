import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parsePack } from '../../procedure/pack.ts';
import { type Duty, dutiesOf } from '../../projection/duties.ts';
import { act, matterOf } from '../../projection/joint/fixtures-acts.ts';
import { asUsable } from './rows.ts';

test('a duty of which something is held out is itself, and not one towards another party or under another procedure whose clock has the same name', () => {
  const packs = ['incident-notification', 'nis2-reporting'].map((name) => {
    const parsed = parsePack(readFileSync(new URL(`../../../procedures/${name}.json`, import.meta.url)));
    return 'pack' in parsed ? parsed.pack : assert.fail(name);
  });
  const matter = matterOf(act('a1', 'incident_notification', { stage: 'notification', aware_at: 0 }));
  const withdrawn = matterOf(...Object.values(matter.components).flat(), act('a5', 'withdrawal', { entry: 'a1' }, 'a1'));
  const [used, whole] = [matter, withdrawn].map((one) => dutiesOf(one, { packs, parties: 3, quorum: 0, standing: new Map() })) as [
    readonly Duty[],
    readonly Duty[],
  ];
  const nameOf = ({ pack, clock, creditor }: Duty): string => `${pack} ${clock.id} ${creditor}`;
  const usable = asUsable(whole, used);
  assert.equal(new Set(whole.map(nameOf)).size, whole.length);
  assert.deepEqual(
    usable.map(({ duty }) => nameOf(duty)),
    whole.map(nameOf),
  );
  assert.deepEqual(
    usable.map(({ duty, heldOut }) => [duty.withdrawn, heldOut]),
    whole.map(() => [undefined, true]),
  );
  assert.deepEqual(
    asUsable(whole, []).map(({ heldOut }) => heldOut),
    whole.map(() => true),
  );
});
