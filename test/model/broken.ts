import type { Broken, Config } from './world.ts';

const small: Config = { parties: ['honest', 'liar'], hosts: [], quorum: 0, acts: [2, 1, 1], restores: 1, losses: 0, ticks: 0, founded: true };
const three: Config = { ...small, parties: ['honest', 'honest', 'liar'], restores: 0, acts: [0, 0, 2] };
const founding: Config = { ...small, parties: ['honest', 'honest'], acts: [1, 1], founded: false };

/** Each rule broken on purpose: the space in which the search must find it, and what it finds. */
export const BROKEN: Readonly<Record<Broken, { readonly config: Config; readonly finds: RegExp }>> = {
  'numbered generations': { config: { ...small, restores: 2, acts: [1, 0] }, finds: /signed two histories/ },
  'answers authorise': { config: small, finds: /signed two histories/ },
  'mark after publishing': { config: small, finds: /signed two histories/ },
  'no new generation alone': { config: small, finds: /never write again/ },
  'no resume from mark': { config: small, finds: /accuses 0a/ },
  'cosigning without a mark': { config: { ...small, losses: 1 }, finds: /accuses 0a/ },
  'any receipt counts': { config: { ...small, losses: 1 }, finds: /shrank/ },
  'receipt before durable': { config: { ...small, restores: 0 }, finds: /does not hold it/ },
  'common prefix counts': { config: three, finds: /does not count/ },
  'host decides standing': { config: { ...three, hosts: ['honest'], quorum: 1, acts: [0, 0, 1] }, finds: /does not count/ },
  'continues alone counts': { config: { ...small, parties: ['honest', 'honest'], acts: [1, 1] }, finds: /does not count/ },
  'generation stands alone': { config: { ...three, acts: [0, 0, 1] }, finds: /does not count/ },
  'later stamp moves start': { config: { ...small, restores: 0, ticks: 1, acts: [3, 0] }, finds: /start moved/ },
  'largest witness time': {
    config: { ...small, parties: ['honest', 'honest'], hosts: ['honest'], quorum: 1, restores: 0, ticks: 2, acts: [0, 3] },
    finds: /became late/,
  },
  'quorum no majority': {
    config: { ...small, parties: ['honest', 'honest'], hosts: ['honest', 'liar'], quorum: 1, restores: 0, ticks: 1, acts: [2, 2] },
    finds: /silence/,
  },
  'unopened tolerated': { config: { ...small, hosts: ['honest'], quorum: 1, restores: 0, ticks: 1 }, finds: /silence/ },
  'early silence': { config: { ...small, hosts: ['honest'], quorum: 1, restores: 0, ticks: 0, acts: [2, 2] }, finds: /silence/ },
  'last generation alone is silent': {
    config: { ...small, hosts: ['honest'], quorum: 1, restores: 0, ticks: 1, acts: [2, 1] },
    finds: /silence was undone/,
  },
  'late objection ignored': {
    config: { ...small, parties: ['honest', 'honest'], hosts: ['liar'], quorum: 1, restores: 0, losses: 1, faulty: [1], ticks: 1, acts: [2, 2] },
    finds: /silence/,
  },
  'index 1 before open': { config: { ...founding, parties: ['honest', 'honest'] }, finds: /died with acts/ },
  'decline forgotten': { config: { ...founding, parties: ['honest', 'honest', 'honest'], acts: [0, 0, 0] }, finds: /half-open/ },
  'own decline ignored': { config: { ...founding, acts: [0, 0] }, finds: /half-open/ },
};
