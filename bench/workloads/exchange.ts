import { CORES } from '../floors.ts';
import { withTwoNodes } from '../parley/two-nodes.ts';
import { checkpointing, hashing, hybridSign, hybridVerify } from './parts.ts';
import type { Workload } from './workload.ts';

const BATCH = 1000;

/** Megabytes at most, and microseconds of processor time. */
type Taken = { readonly peak: number; readonly cpu: number };

/**
 * All records as documents from one process to another: composed, signed, admitted, committed, pushed, held, receipted, read and folded on both sides.
 *
 * Floor, everything on any core: the author's signature made once and verified twice (each party checks for itself), the hashes and the row on both
 * sides; and for each batch of 1,000 a checkpoint, a trip and a receipt.
 */
export const exchange: Workload = {
  name: 'exchange',
  unit: 's',
  asked: 1 / 0.6,
  floor: (floors, records) => {
    const each = floors.busy.ed25519Sign + 2 * (floors.busy.ed25519Verify + hashing(floors) + floors.insert);
    const batch = checkpointing(floors) + floors.trip + 2 * hybridVerify(floors) + hybridSign(floors) + 2 * floors.commit + floors.mark;
    return (records * (each + batch / BATCH)) / CORES / 1e6;
  },
  peer: 'exchange',
  run: ({ folder, records }) =>
    withTwoNodes(folder, { host: false }, async ([ours, theirs], channel) => {
      const order = { do: 'append', channel: channel.channel, seed: channel.representatives[0], together: BATCH, ahead: 2, held: true } as const;
      await ours.ask({ ...order, count: BATCH });
      const look = { do: 'read', channel: channel.channel } as const;
      const ownBefore = await ours.ask<Taken>(look);
      const theirsBefore = await theirs.ask<Taken>(look);
      const started = performance.now();
      await ours.ask({ ...order, count: records });
      // Held is receipted; what was received must be read there too before it counts.
      const read = await theirs.ask<Taken>(look);
      const value = (performance.now() - started) / 1000;
      const own = await ours.ask<Taken>(look);
      return {
        value,
        beside: [
          { name: 'exchange/author-memory', value: own.peak, unit: 'MB' },
          { name: 'exchange/receiver-memory', value: read.peak, unit: 'MB' },
          { name: 'exchange/author-processor', value: (own.cpu - ownBefore.cpu) / records, unit: 'us' },
          { name: 'exchange/receiver-processor', value: (read.cpu - theirsBefore.cpu) / records, unit: 'us' },
        ],
      };
    }),
};
