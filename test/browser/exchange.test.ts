/** Two people exchange lists on their screens: each commits, then reveals; nothing of a list leaves before, and a page that is loaded anew loses nothing. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Json } from '../../src/base/json.ts';
import { inaccessible, inChannel, mark, sideOf, signAndSend } from './screen-acts.ts';
import { ask, type Door, enrol, type Screen, TwoScreens } from './two-screens.ts';

const opened = await TwoScreens.open({ shipped: ['accreditation', 'simultaneous-exchange'] });
const skip = 'impossible' in opened ? opened.impossible : false;
after(() => ('impossible' in opened ? undefined : opened.close()));

let a: Screen;

async function person(screens: TwoScreens, door: Door, name: string): Promise<Screen> {
  const screen = await screens.screen(door);
  await enrol(screen, (await door.people.enrolment.inviteFirst()) ?? '', name, 'Counsellor');
  await screens.accredit(door);
  return screen;
}

async function commit(page: Page, words: string, file?: string): Promise<void> {
  await page.getByRole('link', { name: 'Commit', exact: true }).click();
  await page.getByLabel('What your side gives').fill(words);
  if (file !== undefined) {
    await page.locator('input[type=file]').setInputFiles({ name: file, mimeType: 'text/plain', buffer: Buffer.from('19.8, 72.7') });
    await page.getByRole('button', { name: `Remove ${file}` }).waitFor();
  }
  await mark(page, 'AMBER');
}

test('both commit and reveal on their screens, and each page says that it was what had been committed to', { skip }, async () => {
  if ('impossible' in opened) return;
  const screens = opened;
  a = await person(screens, screens.a, 'Asha Rao');
  const b = await person(screens, screens.b, 'Imran Shah');
  await screens.two.acknowledge();
  await a.page.goto(inChannel(screens, a, '/compose?kind=simultaneous_exchange'));
  await a.page.getByLabel('Title').fill('Lists of installations');
  await a.page.getByLabel('Exchange at').fill('2031-01-01 05:00');
  await mark(a.page, 'AMBER');
  const exchange = await signAndSend(a.page);
  await a.page.goto(`${screens.a.url}${exchange}`);
  assert.equal(await a.page.getByRole('link', { name: 'Reveal', exact: true }).count(), 0);
  await commit(a.page, 'Reactor on the hill.', 'coordinates.txt');
  // What is written is a draft of this device, and is there again after the page was loaded anew.
  await a.page.getByText('Kept on this device', { exact: false }).waitFor();
  await a.page.reload();
  await a.page.getByLabel('What your side gives').waitFor();
  assert.equal(await a.page.getByLabel('What your side gives').inputValue(), 'Reactor on the hill.');
  assert.deepEqual(await inaccessible(a.page, [390]), []);
  assert.equal(await a.page.locator('.leaving').getByText('Reactor on the hill.').count(), 0, 'the words are not among what leaves');
  await signAndSend(a.page);
  const path = `/api/channels/${screens.two.channel}/exchanges/${exchange.split('/').at(-1)}/kept`;
  assert.equal((await ask<readonly { text: string }[]>(screens.a, path))[0]?.text, 'Reactor on the hill.');

  await a.page.goto(`${screens.a.url}${exchange}`);
  await a.page.getByRole('link', { name: 'Reveal', exact: true }).click();
  await a.page.getByRole('heading', { name: 'Not every side is committed', exact: false }).waitFor();
  await a.page.getByRole('button', { name: 'Reveal all the same' }).waitFor();
  // A link written by hand offers no form that our own node would refuse.
  await b.page.goto(inChannel(screens, b, `/compose?kind=withdrawal&to=${exchange.split('/').at(-1)}`));
  await b.page.getByText('Its author alone can withdraw or correct it.').waitFor();
  await b.page.goto(`${screens.b.url}${exchange}`);
  await commit(b.page, 'Reactor at the lake.');
  await signAndSend(b.page);

  for (const { page, door } of [a, b]) {
    await page.goto(`${door.url}${exchange}`);
    // Where it stands is said at the top of its page, beside what was agreed on.
    await page.getByRole('complementary').getByText('Every side is committed', { exact: false }).waitFor();
    await page.getByRole('link', { name: 'Reveal', exact: true }).click();
    await page.getByRole('heading', { name: 'The moment of the exchange has not come', exact: false }).waitFor();
    await page.getByRole('button', { name: 'Reveal all the same' }).click();
    await page.getByText('It is exactly what this side committed to.').waitFor();
    await mark(page, 'AMBER');
    await signAndSend(page);
  }
  for (const { page, door } of [a, b]) {
    await page.goto(`${door.url}${exchange}`);
    await page.getByRole('complementary').getByText('Every side has revealed', { exact: false }).waitFor();
    assert.equal(await page.getByText('revealed what it had committed to').count(), 2);
    const given = page.locator('.joint .party-text');
    const [ours, theirs] = page === a.page ? ['hill', 'lake'] : ['lake', 'hill'];
    assert.equal(await sideOf(page, given.filter({ hasText: ours })), 'start');
    assert.equal(await sideOf(page, given.filter({ hasText: theirs })), 'end');
  }
  assert.match(await a.page.title(), /Lists.* - Test-1 - Parley$/);
  assert.deepEqual(await inaccessible(a.page, [1440]), []);
  await a.page.setViewportSize({ width: 390, height: 844 });
  for (const name of ['Find', 'Shortcuts']) await a.page.getByRole('button', { name, exact: true }).waitFor();
  await a.page.setViewportSize({ width: 1440, height: 900 });
  assert.deepEqual(await ask(screens.a, path), []);
  assert.deepEqual([...a.complaints, ...b.complaints], []);
});

test('where people compare, more than a sentence is shown: who has signed, two languages, a translation’s figures, whose a bracket is', {
  skip,
}, async () => {
  if ('impossible' in opened) return;
  const { two } = opened;
  const { page, door, complaints } = a;
  const anna = await two.accredit(two.a, 'Anna Lind');
  const see = async (kind: string, fields: Record<string, Json>, ...refs: readonly string[]): Promise<string> => {
    const id = await two.say(anna, { kind, fields, refs });
    await page.goto(`${door.url}/c/${two.channel}/documents/${id}`);
    await page.locator('.joint').first().waitFor();
    return id;
  };
  const versions = [
    { language: 'en', authentic: true, text: 'Twenty days.' },
    { language: 'ru', authentic: true, text: 'Двадцать дней.' },
  ];
  await see('instrument', { title: 'Agreement', versions, in_force_rule: 'on-signature' });
  const columns = page.locator('.side-by-side > section');
  assert.deepEqual([await columns.nth(0).getByText('Twenty').isVisible(), await columns.nth(1).getAttribute('aria-label')], [true, 'ru']);
  assert.deepEqual(await page.getByRole('table', { name: 'Who has signed' }).locator('td').allTextContents(), ['not yet', 'not yet']);
  assert.deepEqual(await inaccessible(page, [1440]), []);
  const note = await see('text', { title: 'Draft', articles: [{ number: '1', text: 'Notice of [Alpha: thirty] [Beta: ten] days.' }] });
  assert.deepEqual(await page.locator('.bracket.ours .bracket-owner, .bracket.theirs .bracket-owner').allTextContents(), ['Alpha', 'Beta']);
  await see('translation', { language: 'de', text: 'Entwurf. 30 Tage.' }, note);
  assert.ok((await page.locator('.side-by-side mark').allTextContents()).includes('30'));
  assert.deepEqual(await inaccessible(page, [390]), []);
  assert.deepEqual(complaints, []);
});

test('what things are called in a channel is chosen on its page of procedures, for this side alone, and counts at once', { skip }, async () => {
  if ('impossible' in opened) return;
  const { page } = a;
  await page.goto(inChannel(opened, a, '/procedures'));
  await page.getByText('request for agrément', { exact: false }).waitFor();
  await page.getByLabel('Profile').selectOption('cert-cert');
  await page.getByText('proposal of a contact', { exact: false }).waitFor();
  assert.deepEqual(await inaccessible(page, [390]), []);
  await page.getByLabel('Profile').selectOption('');
  await page.getByText('request for agrément', { exact: false }).waitFor();
});
