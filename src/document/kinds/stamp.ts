import { signedByNode } from '../envelope.ts';

/**
 * Writes a time into the log: the text of a checkpoint that covers `entry` (without the log's own lines) and cosignature lines over it.
 * A cosignature's time counts for clocks only once stamped.
 */
export const stamp = signedByNode({
  id: 'stamp',
  joins: [],
  opens: true,
  fields: [
    { name: 'entry', shape: 'bytes', size: 32, frame: true, required: true, hidden: true },
    { name: 'checkpoint', shape: 'opaque', max: 2_000, frame: true, required: true, hidden: true },
    { name: 'lines', shape: 'opaque', max: 60_000, frame: true, required: true, hidden: true },
  ],
  summary: () => ({ id: 'summary.stamp' }),
});
