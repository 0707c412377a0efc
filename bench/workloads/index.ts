import type { Workload } from './workload.ts';

/** Every workload, in the order of the table. */
export const WORKLOADS: readonly Workload[] = [];
