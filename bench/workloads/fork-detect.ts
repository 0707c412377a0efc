import { alarmOf } from '../../src/node/views/forks.ts';
import { openMemoryStore } from '../../src/store/memory.ts';
import { copyStore } from '../../test/several-parties.ts';
import { memoryMark, openSide, TwoParties, until } from '../../test/two-parties.ts';
import type { Workload } from './workload.ts';

const TIMES = 10;

/**
 * A copy of a party's directory signs another history than the one that the other party holds, and is then let loose on it: how many requests show
 * something of it until that party has what proves both, over real doors. No floor: one is the least there is.
 */
export const forkDetect: Workload = {
  name: 'fork-detect',
  unit: 'exchanges',
  asked: 1,
  floor: () => null,
  peer: undefined,
  async run() {
    const exchanges: number[] = [];
    const times: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      const { requests, ms } = await detectOnce();
      exchanges.push(requests);
      times.push(ms);
    }
    return {
      value: Math.max(...exchanges),
      beside: [{ name: 'fork-detect/alarm', value: times.toSorted((a, b) => a - b)[TIMES >> 1] ?? 0, unit: 'ms' }],
    };
  },
};

async function detectOnce(): Promise<{ requests: number; ms: number }> {
  const two = await TwoParties.found();
  try {
    const petrova = await two.accredit(two.a, 'Petrova');
    const say = (side: typeof two.a, subject: string) => two.say({ ...petrova, side }, { kind: 'message', fields: { subject, text: `${subject}.` } });
    await say(two.a, 'before');
    await two.settled();
    const store = await copyStore(two.a.node.store, openMemoryStore({ sha256: two.crypto.sha256 }));
    const record = two.a.node.record(two.channel);
    const alone = { ...record, addresses: record.addresses.map(() => ''), hostAddresses: record.hostAddresses.map(() => '') };
    await store.putLocal('channel', two.channel, JSON.stringify(alone));
    const mark = memoryMark();
    await mark.write((await two.a.node.parts.mark.read()) ?? new Uint8Array());
    await say(two.a, 'what they hold');
    await two.settled();
    await two.a.hang();
    let requests = 0;
    let started = 0;
    const copy = await openSide('Alpha', store, two.crypto, two.now, two.a, mark, ({ method }) => {
      // Only what it posts shows anything of the other history.
      if (method !== 'POST') return;
      if (requests === 0) started = performance.now();
      requests++;
    });
    try {
      for (const subject of ['something else', 'and more of it']) await say(copy, subject);
      requests = 0;
      let made = 0;
      const stop = two.b.node.listen((event) => {
        // What the door has answered by then was asked for before.
        if (event.type === 'changed' && made === 0 && two.of(two.b).replica.generations.isForked(two.of(two.b).replica.generations.current(0).origin))
          made = requests;
      });
      await copy.node.updateRecord(two.channel, { addresses: ['', two.b.url] });
      await until([two.b.node], async () => (await alarmOf(two.of(two.b)))?.id === 'alarm.fork');
      const ms = performance.now() - started;
      stop();
      return { requests: made === 0 ? requests : made, ms };
    } finally {
      await copy.close();
    }
  } finally {
    await two.close();
  }
}
