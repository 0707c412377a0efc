import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChannelView } from '../projection/views.ts';
import { hostText, peerText } from './peer-text.ts';

const channel = (change: Partial<ChannelView> = {}): ChannelView =>
  ({
    us: 0,
    parties: [
      { name: 'Alpha', reachable: true },
      { name: 'Beta', reachable: true },
    ],
    logs: [0, 1].map((party) => ({ party, record: { size: 4, heldSize: 4, missing: 0 } })),
    forks: [],
    ...change,
  }) as unknown as ChannelView;
const fork = (party: number) => [{ party }] as unknown as ChannelView['forks'];

test('that a party holds everything of ours is said plainly only where no two histories stand in between', () => {
  assert.equal(peerText(channel(), 1, 0), 'Beta: answers; it holds everything of ours');
  assert.equal(
    peerText(channel({ alarm: { id: 'alarm.fork_own' }, forks: fork(0) }), 1, 0),
    'Beta: answers; it holds what of ours stands; two histories of our log exist, and it takes nothing more of it',
  );
  assert.equal(
    peerText(channel({ alarm: { id: 'alarm.fork', values: { name: 'Beta' } }, forks: fork(1) }), 1, 0),
    'Beta: answers; it acknowledged everything of ours; two histories of its own log exist',
  );
  assert.equal(peerText(channel({ forks: fork(1) }), 1, 0), 'Beta: answers; it holds everything of ours', 'what was taken up is over');
});

test('a host that does not answer is said not to, with how much waits for it', () => {
  assert.equal(hostText({ name: 'Palais', reachable: true, lastSeen: 60, waiting: 0 }, 120), 'Host Palais: last witnessed 1 min ago');
  assert.equal(
    hostText({ name: 'Palais', reachable: false, lastSeen: 60, waiting: 2 }, 120),
    'Host Palais: does not answer; last witnessed 1 min ago; 2 entries of ours not witnessed yet',
  );
  assert.equal(hostText({ name: 'Palais', reachable: null, waiting: 1 }, 0), 'Host Palais: not heard yet; 1 entry of ours not witnessed yet');
});
