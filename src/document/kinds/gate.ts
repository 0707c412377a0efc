import { signedByNode } from '../envelope.ts';

/** Keeps what the others answered when this node asked, after a start, whether its history is the newest. */
export const gate = signedByNode({
  id: 'gate',
  joins: [],
  opens: true,
  fields: [{ name: 'answers', shape: 'opaque', max: 60_000, frame: true, required: true, hidden: true }],
  summary: () => ({ id: 'summary.gate' }),
});
