/** Disclosing in a real Chromium: documents of both sides, fields one by one, and the reader's own view before anything is written. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fromUtf8 } from '../../src/base/bytes.ts';
import { sayIn } from '../../src/base/phrases.ts';
import { sayVerdict } from '../../src/verify/say-verdict.ts';
import { showDocuments } from '../../src/verify/shown-document.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { inaccessible } from './screen-acts.ts';
import { enrol, PATIENCE_MS, type Screen, TwoScreens } from './two-screens.ts';

let screens: TwoScreens | undefined;
let impossible: string | undefined;
let a: Screen;
const say = sayIn('en');
const plain = (text: string): string => text.replaceAll(/[\u2068\u2069]/g, '');

before(async () => {
  const opened = await TwoScreens.open();
  if ('impossible' in opened) impossible = opened.impossible;
  else {
    screens = opened;
    const { two } = opened;
    const anna = await two.accredit(two.a, 'Anna');
    const boris = await two.accredit(two.b, 'Boris');
    const fields = { request_type: 'information', subject: 'Pipeline', text: 'A sentence that stays hidden.', marking: 'amber' };
    const id = await two.say(anna, { kind: 'request', fields });
    await two.settled();
    await two.say(boris, {
      kind: 'reply',
      refs: [id],
      fields: { disposition: 'declined', final: true, text: 'Nothing to do with it.', marking: 'green' },
    });
    await two.settled();
    a = await opened.screen(opened.a);
    await enrol(a, (await opened.a.people.enrolment.invite(false)).token, 'Dana Whitfield', 'Counsellor');
  }
});
after(() => screens?.close());

function journey(name: string, run: (screens: TwoScreens) => Promise<void>): void {
  test(name, async (t) => (screens === undefined ? t.skip(impossible) : run(screens)));
}

journey('fields of documents of both sides go into one file, and what is saved is what was previewed, byte for byte', async ({ two }) => {
  const { page } = a;
  await page.goto(`${a.door.url}/c/${two.channel}`);
  await page.getByRole('link', { name: 'Disclose' }).click();
  await page.getByRole('heading', { name: 'Disclose', level: 1 }).waitFor();
  await page.getByText('Choose a document. What its reader will see stands here').waitFor();
  await page.getByRole('checkbox', { name: /^Request for information/ }).check();
  await page.getByLabel('Subject', { exact: true }).check();
  await page.getByRole('checkbox', { name: /^Reply/ }).check();
  const reply = page.locator('.disclosable', { hasText: 'Reply' });
  await reply.getByRole('button', { name: 'Show all fields' }).click();
  await page.getByLabel('Add all entries from the charter on: accredited then and now, not corrected').check();
  const view = page.locator('.reader-view');
  await view.getByText('Anna, Duty officer, was accredited by Alpha where this stands').waitFor();
  await page.getByText('A proof also publishes the charter, the cards with names and keys').waitFor();
  const seen = plain((await view.textContent()) ?? '');
  assert.ok(!seen.includes('stays hidden') && seen.includes('Nothing to do with it.'), seen);

  const [file] = await Promise.all([
    page.waitForEvent('download', { timeout: PATIENCE_MS }),
    page.getByRole('button', { name: 'Download proof' }).click(),
  ]);
  const bytes = new Uint8Array(await readFile(await file.path()));
  assert.match(file.suggestedFilename(), /\.proof$/);
  const extra = Buffer.from(/^extra (.+)$/m.exec(fromUtf8(bytes) ?? '')?.[1] ?? '', 'base64').toString('latin1');
  assert.ok(extra.includes('Pipeline') && !extra.includes('stays hidden'));
  const found = await verifyFile(two.crypto, bytes);
  assert.equal(found.verdict, 'verified');
  for (const { text } of sayVerdict(say, found)) assert.ok(seen.includes(text), text);
  for (const { fields } of showDocuments(say, found.proved ?? assert.fail())) for (const { text } of fields) assert.ok(seen.includes(text), text);
  assert.deepEqual(
    found.proved?.documents.map(({ party, fields }) => [party, [...fields.keys()].sort()]),
    [
      [0, ['subject']],
      [1, ['disposition', 'final', 'marking', 'text']],
    ],
  );
});

journey('the address /verify is the one file: it opens for whoever is not signed in, and can be kept', async ({ browser }) => {
  const context = await browser.newContext({ acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(`${a.door.url}/verify`);
  await page.getByRole('heading', { name: 'Verify', level: 1 }).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download', { timeout: PATIENCE_MS }),
    page.getByRole('link', { name: 'Keep this page as one file' }).click(),
  ]);
  assert.match(await readFile(await file.path(), 'utf8'), /^<!doctype html>[\s\S]*<script id="verify-worker">/);
  assert.equal(file.suggestedFilename(), 'parley-verifier.html');
  await context.close();
});

journey('an automatic checker finds nothing wrong with the page, and it fits a narrow screen', async ({ two }) => {
  for (const width of [1440, 390]) {
    await a.page.setViewportSize({ width, height: 900 });
    await a.page.goto(`${a.door.url}/c/${two.channel}/disclose`);
    await a.page.getByRole('checkbox', { name: /^Reply/ }).check();
    await a.page.getByRole('button', { name: 'Download proof' }).waitFor();
    assert.deepEqual(await inaccessible(a.page, [width]), []);
    assert.ok(await a.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  }
  assert.deepEqual(a.complaints, []);
});

journey('what is looked for is found where nobody opened it before, a reference before those that begin with it', async ({ two }) => {
  const nora = await two.accredit(two.a, 'Nora');
  for (const ref of ['A-5', 'A-50']) await two.say(nora, { kind: 'message', fields: { subject: `About ${ref}`, text: 'Said.', ref } });
  await two.settled();
  const { page } = a;
  await page.goto(`${a.door.url}/`);
  await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('A-5');
  await page.getByRole('menuitem', { name: /^A-5 About A-5/ }).waitFor();
  const found = await page.getByRole('menuitem', { name: /^A-5/ }).allTextContents();
  assert.deepEqual(
    found.map((text) => text.split(' ')[0]),
    ['A-5', 'A-50'],
  );
  await page.keyboard.press('Escape');
});
