import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChannelView } from '../projection/views.ts';
import { clocksBeside, zonesOf } from './instants.ts';

const AT = Date.UTC(2021, 5, 17, 14, 0) / 1000;
const card = (party: number, zone?: string) => ({ party, zone }) as ChannelView['dutyCards'][number];
const channel = (us: number, dutyCards: ChannelView['dutyCards'], parties = 2) => ({
  us,
  parties: Array.from({ length: parties }, () => ({ name: '', reachable: true })),
  dutyCards,
});
const clocks = (zones: Parameters<typeof clocksBeside>[1], device: string) =>
  clocksBeside(AT, zones, 'en', device).map(({ id, when }) => `${id.slice('when.'.length)} ${when}`);

test('ours and theirs at a deadline are the clocks of the duty offices, whatever zone a screen is set to', () => {
  const cards = [card(0, 'Europe/Zurich'), card(1, 'Europe/Moscow')];
  for (const device of ['America/New_York', 'Asia/Tokyo']) {
    assert.deepEqual(clocks(zonesOf(channel(0, cards)), device), ['ours 16:00', 'theirs 17:00']);
    assert.deepEqual(clocks(zonesOf(channel(1, cards)), device), ['ours 17:00', 'theirs 16:00']);
  }
});

test('where no duty card of ours names a zone that is known, the clock of this device is said to be here, not ours', () => {
  assert.deepEqual(clocks(zonesOf(channel(0, [card(0), card(1, 'Europe/Moscow')])), 'Europe/Paris'), ['here 16:00', 'theirs 17:00']);
  assert.deepEqual(clocks(zonesOf(channel(0, [card(0, 'Nowhere/Town')])), 'Europe/Paris'), ['here 16:00']);
  assert.deepEqual(clocks({}, 'Asia/Tokyo'), ['here 23:00']);
});

test('another day than in UTC is said, and among several parties nobody is theirs', () => {
  const cards = [card(0, 'Pacific/Auckland'), card(1, 'Europe/Moscow')];
  assert.deepEqual(clocks(zonesOf(channel(0, cards, 3)), 'UTC'), ['ours 18 Jun 02:00']);
});
