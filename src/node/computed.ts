import type { Store } from '../store/store.ts';

/** The rules by which this program computes what it keeps of a channel beside the entries: raised whenever the same entries come to other rows. */
export const COMPUTED_BY = 4;

const COLLECTION = 'computed';

/**
 * Drops what was computed of a channel by other rules than {@link COMPUTED_BY}, so that it is computed anew as the channel opens: two nodes with the same heads
 * show the same, whichever versions they ran before. Idempotent: a crash between the two writes has it dropped again. `onDropped` is called where there was
 * something to drop: a long record takes minutes to compute.
 */
export async function dropOtherwiseComputed(store: Store, channel: string, onDropped: () => void = () => undefined): Promise<void> {
  const by = String(COMPUTED_BY);
  if ((await store.getLocal(COLLECTION, channel)) === by) return;
  if ((await store.tableBefore(channel, undefined, 1, [])).length > 0) onDropped();
  await store.resetProjection(channel);
  await store.putLocal(COLLECTION, channel, by);
}
