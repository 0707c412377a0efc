import { append, appendBatch } from './append.ts';
import { exchange } from './exchange.ts';
import { fold } from './fold.ts';
import { forkDetect } from './fork-detect.ts';
import { inbox } from './inbox.ts';
import { proof } from './proof.ts';
import { refill } from './refill.ts';
import { roundtrip } from './roundtrip.ts';
import { start } from './start.ts';
import { verifyAuthors } from './verify-authors.ts';
import { verifyTrees } from './verify-tree.ts';
import type { Workload } from './workload.ts';

/** Every workload, in the order of the table. */
export const WORKLOADS: readonly Workload[] = [
  append,
  appendBatch,
  roundtrip,
  exchange,
  refill,
  verifyTrees,
  verifyAuthors,
  fold,
  inbox,
  proof,
  forkDetect,
  start,
];
