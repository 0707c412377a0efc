import type { Machine } from './machines.ts';
import { CASES } from './of-cases.ts';
import { TALKS } from './of-talks.ts';

/** Every machine there is. */
export const MACHINES: readonly Machine[] = [...TALKS, ...CASES];
