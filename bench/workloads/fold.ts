import { mixedChannel } from '../parley/mixed.ts';
import type { Refolded } from '../parley/refold.ts';
import { startNode } from '../parley/two-nodes.ts';
import type { Workload } from './workload.ts';

/**
 * A mixed record of two parties, from verified entries to the rows of what they come to - a verdict for each, its act in its matter, and what is said of
 * the matter - in the batches in which a node reads. Reading and verifying stand outside; keeping the rows stands beside.
 *
 * Its floor is the time to write the text of each act once, measured bare, batch by batch, in the same run: what comes to a matter is kept as that text,
 * and nothing that the matter already holds is read or written again. That of keeping the rows beside is to write them bare as well.
 */
export const fold: Workload = {
  name: 'fold',
  unit: '1/s',
  asked: 100_000,
  floor: () => null,
  peer: undefined,
  async run({ folder, records }) {
    const { channel, dirs } = await mixedChannel(folder, records);
    const node = startNode(dirs[0]);
    let folded: Refolded;
    try {
      folded = await node.ask<Refolded>({ do: 'refold', channel, dir: folder });
    } finally {
      await node.ask({ do: 'close' }).catch(() => process.kill(node.pid));
    }
    const { entries, fold: ms, kept, texts, bare, whole, processor, bareProcessor, before, after } = folded;
    return {
      value: (entries * 1000) / ms,
      floor: (entries * 1000) / texts,
      beside: [
        { name: 'fold/kept', value: (entries * 1000) / (ms + kept), unit: '1/s' },
        { name: 'fold/floor-kept', value: (entries * 1000) / (texts + bare), unit: '1/s' },
        { name: 'fold/processor', value: processor / entries, unit: 'us' },
        { name: 'fold/floor-processor', value: bareProcessor / entries, unit: 'us' },
        { name: 'fold/memory-at-a-fifth', value: before, unit: 'MB' },
        { name: 'fold/memory', value: after, unit: 'MB' },
        { name: 'fold/read-anew', value: whole / 1000, unit: 's' },
        { name: 'fold/restart', value: await restart(dirs[0], channel), unit: 's' },
      ],
    };
  },
};

/** Seconds from the start of a process until it has opened the folded store and its first inbox. */
async function restart(dir: string, channel: string): Promise<number> {
  const started = performance.now();
  const node = startNode(dir);
  try {
    await node.ask({ do: 'inbox', channel, times: 0 });
    return (performance.now() - started) / 1000;
  } finally {
    await node.ask({ do: 'close' }).catch(() => process.kill(node.pid));
  }
}
