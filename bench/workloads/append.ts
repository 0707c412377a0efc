import { CORES } from '../floors.ts';
import { foundBenchChannel } from '../parley/channel.ts';
import { withNode } from '../parley/two-nodes.ts';
import { checkpointing, hashing, median } from './parts.ts';
import type { Workload } from './workload.ts';

const SINGLE = 500;
const WARM_UP = 50;
const BATCH = 1000;

/**
 * One document at a time, each under a checkpoint of its own; the median. Floor: two commits, the mark, one hybrid signing.
 * Not in the floor: the author's signature (made and verified), the check of the own signatures, reading back, the projection.
 */
export const append: Workload = {
  name: 'append',
  unit: 'us',
  asked: 2,
  floor: checkpointing,
  peer: undefined,
  async run({ folder }) {
    const channel = await foundBenchChannel(folder);
    return withNode(channel.dirs[0], async (node) => {
      const order = { do: 'append', channel: channel.channel, seed: channel.representatives[0], together: 1, ahead: 1, held: false } as const;
      await node.ask({ ...order, count: WARM_UP });
      const { times } = await node.ask<{ times: number[] }>({ ...order, count: SINGLE });
      return { value: median(times) * 1000 };
    });
  },
};

/**
 * Documents in batches of 1,000, two batches under way, one checkpoint a batch; per document. Floor: the author's signature made and verified, the
 * hashes, the row, each on any core, and a thousandth of the commits, the mark and the hybrid signing.
 */
export const appendBatch: Workload = {
  name: 'append-batch',
  unit: 'us',
  asked: 2.5,
  floor: (floors) => (floors.busy.ed25519Sign + floors.busy.ed25519Verify + hashing(floors) + floors.insert) / CORES + checkpointing(floors) / BATCH,
  peer: undefined,
  async run({ folder, records }) {
    const count = Math.max(BATCH, Math.round(records / 5 / BATCH) * BATCH);
    const channel = await foundBenchChannel(folder);
    return withNode(channel.dirs[0], async (node) => {
      const order = { do: 'append', channel: channel.channel, seed: channel.representatives[0], together: BATCH, ahead: 2, held: false } as const;
      await node.ask({ ...order, count: BATCH });
      const started = performance.now();
      await node.ask({ ...order, count });
      return { value: ((performance.now() - started) * 1000) / count };
    });
  },
};
