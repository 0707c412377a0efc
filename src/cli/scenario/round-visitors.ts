import { peopleOf } from './people.ts';
import type { Round } from './round-player.ts';
import { inTurns } from './round-player.ts';
import { visitors } from './visitors.ts';

/**
 * Accredits whoever enrolled at the first party's node of a round and waits, in all its channels, each time it is called. One channel says whether somebody
 * waits: to ask all of them every second would keep the node busy with nothing.
 */
export function roundVisitors({ hub, stages, say }: Round): () => Promise<void> {
  const looks = [...stages.values()].map((stage, i) => visitors({ ...stage, sides: [hub], say: i === 0 ? say : () => undefined }));
  const [first] = stages.values();
  return async () => {
    if (first === undefined || (await peopleOf(hub, first.channel)).pending.length === 0) return;
    // The first last: it is the one that is asked, so nobody stays accredited in some channels only.
    await inTurns([...looks.slice(1), ...looks.slice(0, 1)], (look) => look());
  };
}
