import { append, appendBatch } from './append.ts';
import { exchange } from './exchange.ts';
import { roundtrip } from './roundtrip.ts';
import type { Workload } from './workload.ts';

/** Every workload, in the order of the table. */
export const WORKLOADS: readonly Workload[] = [append, appendBatch, roundtrip, exchange];
