/** A later log and two histories on the screens: the Table's boundary, the alarm with both histories, the proof as a file. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import type { MarkFile } from '../../src/base/ports.ts';
import type { ChannelRecord } from '../../src/node/party-node.ts';
import { openMemoryStore } from '../../src/store/memory.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { copyStore } from '../several-parties.ts';
import { openSide, type Representative, type Side, until } from '../two-parties.ts';
import { inaccessible, inChannel } from './screen-acts.ts';
import { enrol, type Screen, TwoScreens } from './two-screens.ts';

const opened = await TwoScreens.open();
const skip = 'impossible' in opened ? opened.impossible : false;
after(() => ('impossible' in opened ? undefined : opened.close()));

let b: Screen;
let petrova: Representative;

const message = (subject: string) => ({ kind: 'message', fields: { subject, text: `${subject}.` } });
const pictures = process.env.PARLEY_PICTURES;

/** Looks at a page in both sizes and both colours; pictures are kept where somebody asks for them. */
async function look({ page }: Screen, name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const)
    for (const width of [1440, 390]) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      assert.deepEqual(await inaccessible(page), [], `${name} at ${width}, ${scheme}`);
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}-${width}-${scheme}.png` });
    }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 900 });
}

function isForked(side: Side): boolean {
  const { generations } = ('impossible' in opened ? assert.fail() : opened.two).of(side).replica;
  return generations.all.some(({ origin }) => generations.isForked(origin));
}

test('where a later log begins the Table says which log it continues, and shows what does not count of that one', { skip }, async () => {
  if ('impossible' in opened) return;
  const { two } = opened;
  b = await opened.screen(opened.b);
  await enrol(b, (await opened.b.people.enrolment.inviteFirst()) ?? '', 'Nikolai Sorokin', 'Counsellor');
  petrova = await two.accredit(two.a, 'Petrova');
  for (const subject of ['First word', 'Second word']) await two.say(petrova, message(subject));
  await two.settled();
  await two.openGeneration(two.a);
  await two.say(petrova, message('Word in the next log'));
  await two.settled();
  await b.page.goto(inChannel(opened, b, ''));
  await b.page.getByText('A later log of Alpha begins here. It continues the one before at entry').waitFor();
  await b.page.getByText('Word in the next log').first().waitFor();
  const { generations, store } = two.of(two.b).replica;
  const sizes = await Promise.all(generations.sequence(0).map(async ({ origin }) => (await store.log(origin))?.size ?? 0));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(sizes.length === 2 && all > Math.max(...sizes));
  await b.page.getByText(`we hold all ${all} of theirs.`, { exact: false }).waitFor();
  await b.page.getByRole('button', { name: 'What was checked' }).click();
  await b.page.getByText(`The record of Alpha, ${all} entries, is whole here`, { exact: false }).waitFor();
  await b.page.keyboard.press('Escape');
  await look(b, 'table-later-log');
});

test('two histories fill the page: both side by side, what stands, and the proof as a file that anyone can check', { skip }, async () => {
  if ('impossible' in opened) return;
  const { two } = opened;
  const store = await copyStore(two.a.node.store, openMemoryStore({ sha256: two.crypto.sha256 }));
  // The copy asks nobody before it signs: it is dishonest, or its machine was rolled back alone.
  const record = JSON.parse((await store.getLocal('channel', two.channel)) ?? '') as ChannelRecord;
  await store.putLocal('channel', two.channel, JSON.stringify({ ...record, addresses: ['', ''], hostAddresses: [''] }));
  let held = await two.a.node.parts.mark.read();
  const mark: MarkFile = {
    read: async () => held,
    write: async (bytes) => {
      held = bytes;
    },
  };
  await two.say(petrova, message('What Beta was told'));
  await two.settled();
  const copy = await openSide('Alpha', store, two.crypto, two.now, two.a, mark);
  try {
    for (const subject of ['What others were told', 'And more of it']) await two.say({ ...petrova, side: copy }, message(subject));
    await copy.node.updateRecord(two.channel, { addresses: ['', two.b.url] });
    await until([two.b.node], async () => isForked(two.b));
  } finally {
    await copy.close();
  }
  await b.page.goto(inChannel(opened, b, '/alarm'));
  await b.page.getByRole('heading', { name: 'Two histories exist' }).waitFor();
  await b.page.getByRole('heading', { name: 'The other history' }).waitFor();
  await b.page.getByText('What Beta was told').waitFor();
  await b.page.getByText('And more of it').first().waitFor();
  await look(b, 'alarm');
  const [download] = await Promise.all([b.page.waitForEvent('download'), b.page.getByRole('button', { name: 'Save the proof' }).click()]);
  const { verdict } = await verifyFile(two.crypto, new Uint8Array(await readFile(await download.path())));
  assert.equal(verdict, 'fork');
  assert.deepEqual(b.complaints, []);
});

test('what a forked log says beyond what stands is shown in the Table of its own side, under the next log, and does not count', {
  skip,
}, async () => {
  if ('impossible' in opened) return;
  const { two } = opened;
  await until([two.a.node], async () => isForked(two.a));
  await two.openGeneration(two.a);
  await two.say(petrova, message('In the third log'));
  await until([two.b.node], async () => two.of(two.b).replica.generations.sequence(0).length === 3);
  await b.page.goto(inChannel(opened, b, ''));
  await b.page.getByText('In the third log').first().waitFor();
  await look(b, 'table-third-log');
  assert.deepEqual(b.complaints, []);
});

test('once the new log is acknowledged nothing is left to do: Today and the alarm page say so quietly, and the proof can still be saved', {
  skip,
}, async () => {
  if ('impossible' in opened) return;
  const { page } = b;
  await page.goto(inChannel(opened, b, '/alarm'));
  await page.getByText('The record of Alpha goes on in a new generation.', { exact: false }).waitFor();
  await page.getByText('It does not stand, beyond what both share.').waitFor();
  await page.goto(`${b.door.url}/`);
  const alarm = page.getByRole('alert').getByRole('heading', { name: 'Two histories exist in' });
  await alarm.waitFor();
  assert.deepEqual(await inaccessible(page, [390]), []);
  await page.getByRole('button', { name: /^Acknowledge all/ }).click();
  await alarm.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'two histories of an earlier generation exist; the record goes on', exact: false }).click();
  await page.getByRole('heading', { name: 'Two histories exist; the record goes on' }).waitFor();
  await page.getByText('Acknowledged here by Nikolai Sorokin,').waitFor();
  assert.deepEqual(await inaccessible(page), []);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the proof' }).click()]);
  assert.equal((await verifyFile(opened.two.crypto, new Uint8Array(await readFile(await download.path())))).verdict, 'fork');
  assert.deepEqual(b.complaints, []);
});
