import { cp, rm } from 'node:fs/promises';
import { foundBenchChannel } from '../parley/channel.ts';
import { startNode } from '../parley/two-nodes.ts';
import type { Workload } from './workload.ts';

const BATCH = 1000;

/**
 * All records said to the other party and receipted, the disk lost, a backup from before the first of them put in its place, and all of them pulled
 * back from the other party's node: verified, held, read and folded, until the log may be signed again.
 *
 * Its floor is the time that the same records took in the same run to be exchanged.
 */
export const refill: Workload = {
  name: 'refill',
  unit: 's',
  asked: 1 / 0.7,
  floor: () => null,
  peer: undefined,
  async run({ folder, records }) {
    const channel = await foundBenchChannel(folder);
    const [ours, theirs] = channel.dirs;
    await cp(ours, `${ours}.backup`, { recursive: true });
    let node = startNode(ours);
    const other = startNode(theirs);
    try {
      const urls = await Promise.all([node, other].map((one) => one.ask<{ url: string }>({ do: 'serve' })));
      const connect = { do: 'connect', channel: channel.channel, addresses: urls.map(({ url }) => url), hosts: [''] } as const;
      for (const one of [node, other]) await one.ask(connect);
      const order = { do: 'append', channel: channel.channel, seed: channel.representatives[0], together: BATCH, ahead: 2, held: true } as const;
      await node.ask({ ...order, count: BATCH });
      const said = performance.now();
      await node.ask({ ...order, count: records });
      await other.ask({ do: 'read', channel: channel.channel });
      const exchanged = (performance.now() - said) / 1000;
      await node.ask({ do: 'close' });
      // The mark stays where it is: it lies beside the directory.
      await rm(ours, { recursive: true });
      await cp(`${ours}.backup`, ours, { recursive: true });
      node = startNode(ours);
      await node.ask({ do: 'serve' });
      const started = performance.now();
      await node.ask(connect);
      const { size } = await node.ask<{ size: number }>({ do: 'refill', channel: channel.channel });
      const value = (performance.now() - started) / 1000;
      if (size < records + BATCH) throw new Error(`${size} entries came back of ${records + BATCH}`);
      const { peak } = await node.ask<{ peak: number }>({ do: 'read', channel: channel.channel });
      return { value, floor: exchanged, beside: [{ name: 'refill/memory', value: peak, unit: 'MB' }] };
    } finally {
      for (const one of [node, other]) await one.ask({ do: 'close' }).catch(() => process.kill(one.pid));
    }
  },
};
