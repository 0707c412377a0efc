import { withTwoNodes } from '../parley/two-nodes.ts';
import { checkpointing, hybridSign, hybridVerify, median } from './parts.ts';
import type { Workload } from './workload.ts';

const COUNT = 300;
const WARM_UP = 50;

/**
 * One document from its signature to the durable receipt, two processes, TLS between them; the median. Floor, one after another: the author's signature
 * made and verified; the commit of a checkpoint; one HTTP trip; there the head verified, one commit, the mark, the receipt signed; here the receipt
 * verified and committed.
 */
export const roundtrip: Workload = {
  name: 'roundtrip',
  unit: 'us',
  asked: 2.5,
  floor: (floors) =>
    floors.ed25519Sign +
    floors.ed25519Verify +
    checkpointing(floors) +
    floors.trip +
    (hybridVerify(floors) + floors.commit + floors.mark + hybridSign(floors)) +
    (hybridVerify(floors) + floors.commit),
  peer: undefined,
  run: ({ folder }) =>
    withTwoNodes(folder, { host: false }, async ([node], channel) => {
      const order = { do: 'append', channel: channel.channel, seed: channel.representatives[0], together: 1, ahead: 1, held: true } as const;
      await node.ask({ ...order, count: WARM_UP });
      const { times } = await node.ask<{ times: number[] }>({ ...order, count: COUNT });
      return { value: median(times) * 1000 };
    }),
};
