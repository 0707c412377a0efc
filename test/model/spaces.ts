import type { Config } from './world.ts';

/** A space to search, and what it is about. */
export type Space = { readonly about: string; readonly config: Config };

const two: Config = { parties: ['honest', 'honest'], hosts: [], quorum: 0, acts: [1, 1], restores: 0, losses: 0, ticks: 0, founded: true };
const liar: Config = { ...two, parties: ['honest', 'liar'] };
const three: Config = { ...two, parties: ['honest', 'honest', 'liar'], acts: [0, 0, 1] };
const founding: Config = { ...two, founded: false, acts: [0, 0] };

/** Small enough for every run: all rules in each, and each with more of one thing. */
export const SMALL: readonly Space[] = [
  { about: 'founding, with a backup restored', config: { ...founding, restores: 1 } },
  { about: 'founding under a host, with a mark lost', config: { ...founding, hosts: ['honest'], quorum: 1, losses: 1 } },
  { about: 'founding with a liar', config: { ...founding, parties: ['honest', 'liar'], acts: [1, 0], restores: 1 } },
  { about: 'a liar at the gate', config: { ...liar, restores: 1 } },
  { about: 'a liar at the gate, twice', config: { ...liar, acts: [1, 0], restores: 2 } },
  { about: 'a liar and a lost mark', config: { ...liar, acts: [1, 1], losses: 1 } },
  { about: 'a lying host at the gate', config: { ...liar, acts: [1, 0], hosts: ['liar'], quorum: 1, restores: 1 } },
  { about: 'two honest parties, one restored', config: { ...two, acts: [2, 1], restores: 1 } },
  { about: 'time and silence between two honest parties', config: { ...two, acts: [2, 1], hosts: ['honest'], quorum: 1, ticks: 1 } },
  { about: 'time and silence against a liar', config: { ...liar, acts: [2, 1], hosts: ['liar'], quorum: 1, ticks: 1 } },
  { about: 'standing among three', config: { ...three, acts: [1, 0, 2], oneLog: true } },
  { about: 'silence among three', config: { ...three, acts: [3, 0, 0], hosts: ['liar'], quorum: 1, ticks: 1, oneLog: true } },
];

/** The long version: up to four acts a side, two restores, two hosts, three parties. */
export const LARGE: readonly Space[] = [
  { about: 'founding of two, restored twice', config: { ...founding, acts: [1, 1], hosts: ['honest'], quorum: 1, restores: 2 } },
  { about: 'founding of two, restored and a mark lost', config: { ...founding, acts: [1, 1], restores: 1, losses: 1 } },
  { about: 'founding of three, restored', config: { ...founding, parties: ['honest', 'honest', 'honest'], acts: [0, 0, 0], restores: 1 } },
  { about: 'founding of three, one a liar', config: { ...founding, parties: ['honest', 'honest', 'liar'], acts: [0, 0, 0], restores: 1 } },
  { about: 'four acts against a liar, restored twice', config: { ...liar, acts: [4, 1], restores: 2 } },
  { about: 'four acts of a liar', config: { ...liar, acts: [1, 4], restores: 1 } },
  { about: 'a liar and a lying host, restored twice', config: { ...liar, acts: [2, 1], hosts: ['liar'], quorum: 1, restores: 2 } },
  {
    about: 'a liar, a host, a restored backup and a lost mark',
    config: { ...liar, acts: [2, 1], hosts: ['honest'], quorum: 1, restores: 1, losses: 1 },
  },
  { about: 'two honest parties, restored twice', config: { ...two, acts: [2, 2], restores: 2 } },
  { about: 'two honest parties, four acts each', config: { ...two, acts: [4, 4], ticks: 1 } },
  { about: 'time and silence under two hosts', config: { ...two, acts: [3, 3], hosts: ['honest', 'honest'], quorum: 2, ticks: 2 } },
  { about: 'time and silence under two hosts, one a liar', config: { ...two, acts: [3, 3], hosts: ['honest', 'liar'], quorum: 2, ticks: 1 } },
  {
    about: 'time and silence, the debtor restored',
    config: { ...two, acts: [3, 3], hosts: ['honest'], quorum: 1, restores: 1, faulty: [1], ticks: 1 },
  },
  { about: 'time and silence against a liar under a host', config: { ...liar, acts: [3, 2], hosts: ['honest'], quorum: 1, ticks: 1 } },
  { about: 'time and silence against a liar, restored', config: { ...liar, acts: [3, 1], hosts: ['honest'], quorum: 1, restores: 1, ticks: 1 } },
  { about: 'a liar, a restored backup and a lost mark', config: { ...liar, restores: 1, losses: 1 } },
  { about: 'standing among three', config: three },
  { about: 'standing among three, the liar says more', config: { ...three, acts: [0, 0, 2] } },
  { about: 'standing among three, one restored', config: { ...three, acts: [1, 0, 1], restores: 1, faulty: [0] } },
  { about: 'silence among three', config: { ...three, acts: [3, 1, 1], hosts: ['honest'], quorum: 1, ticks: 1 } },
];
