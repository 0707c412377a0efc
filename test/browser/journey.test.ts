/** The main journey, in two browsers against two nodes and a host: what the people of two parties do on their first day. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { entry, inaccessible, inChannel, isSamePage, mark, rememberPage, sideOf, signAndSend, tabTo, whileNothingIsSigned } from './screen-acts.ts';
import { bundle } from './stix-bundle.ts';
import { enrol, PATIENCE_MS, type Screen, TwoScreens } from './two-screens.ts';

const opened = await TwoScreens.open();
const skip = 'impossible' in opened ? opened.impossible : false;
after(() => ('impossible' in opened ? undefined : opened.close()));

let a: Screen;
let b: Screen;
/** Paths of what was said on the way. */
const said = { message: '', incident: '', dossier: '' };

function journey(sentence: string, run: (screens: TwoScreens) => Promise<void>): void {
  test(sentence, { skip }, async () => {
    if (!('impossible' in opened)) await run(opened);
  });
}

journey('a person enrols through a link that works once, with a passkey and a signing key made in the browser', async (screens) => {
  a = await screens.screen(screens.a);
  b = await screens.screen(screens.b);
  const links = await Promise.all([screens.a, screens.b].map((door) => door.people.enrolment.inviteFirst()));
  await Promise.all([enrol(a, links[0] ?? '', 'Dana Whitfield', 'Duty officer'), enrol(b, links[1] ?? '', 'Nikolai Sorokin', 'Head of desk')]);
  assert.equal(new URL(a.page.url()).hash, '', 'the token left the address');
  assert.match((await a.page.locator('.key-sentence').textContent()) ?? '', /^([a-z]+ ){9}[a-z]+$/);
  assert.match((await a.page.locator('.copy-line code').textContent()) ?? '', /^parley representative add [A-Za-z0-9_-]{43}$/);
  const again = await screens.screen(screens.a);
  await again.page.goto(`${screens.a.url}/enrol#${links[0]}`);
  await again.page.getByText('You enrol for Alpha.').waitFor();
  await again.page.getByLabel('Your name').fill('Somebody else');
  await again.page.getByLabel('Your post').fill('Visitor');
  await again.page.getByRole('button', { name: 'Make both keys' }).click();
  await again.page.getByText('Code: not_allowed').waitFor();
  await again.context.close();
});

journey('a key signs once its party accredited it, and the open page says so by itself', async (screens) => {
  await a.page.goto(inChannel(screens, a, '/compose?kind=message'));
  await a.page.getByText('Your key is not accredited in this channel yet.', { exact: false }).waitFor();
  await rememberPage(a.page);
  await b.page.getByRole('heading', { name: 'Until then' }).waitFor();
  await Promise.all([screens.accredit(screens.a), screens.accredit(screens.b)]);
  await b.page.getByRole('heading', { name: 'What you can do now' }).waitFor();
  await a.page.getByRole('button', { name: 'Sign and send' }).waitFor();
  assert.ok(await isSamePage(a.page));
  await screens.two.settled();
});

journey('a message is sent, and the row says held as soon as the other side signed for it', async (screens) => {
  await screens.two.b.hang();
  await a.page.getByLabel('Subject').fill('Consultations on cybersecurity');
  await a.page.getByLabel('Text', { exact: true }).fill('We propose a first round in Geneva.\n\nPlease name your delegation.');
  await mark(a.page, 'GREEN');
  said.message = await signAndSend(a.page);
  await a.page.getByRole('heading', { name: 'Sent. Not yet held.' }).waitFor();
  await a.page.getByRole('link', { name: 'Table', exact: true }).first().click();
  const row = entry(a.page, 'Consultations on cybersecurity');
  await row.getByText('Sent, not yet held').waitFor();
  await a.page.getByText('Their node does not answer now.').waitFor();
  await a.page.getByText('One document of ours is kept here and is sent again by itself.').waitFor();
  await whileNothingIsSigned(screens, async () => {
    await a.page.getByText('Their node answers, and does not sign for what it is given.').waitFor();
    await a.page.getByText('Their node does not answer now.').waitFor({ state: 'detached' });
    await a.page.goto(`${screens.a.url}${said.message}`);
    await a.page.getByText('Their node answers, and does not sign for it. The document is kept here and is offered again by itself.').waitFor();
    await a.page.goto(inChannel(screens, a));
  });
  await rememberPage(a.page);
  await b.page.goto(inChannel(screens, b));
  await b.page.getByRole('feed').waitFor();
  await rememberPage(b.page);
  await screens.two.b.answer();
  await row.getByText('They hold it').waitFor();
  await entry(b.page, 'Consultations on cybersecurity').getByText('We hold it').waitFor();
  assert.ok((await isSamePage(a.page)) && (await isSamePage(b.page)));
});

journey('whom the other side accredited is not used before somebody here has looked, and one press acknowledges them', async (screens) => {
  const { page } = b;
  await entry(page, 'Consultations on cybersecurity').getByText('Not used yet').waitFor();
  await page.getByRole('link', { name: 'Consultations on cybersecurity' }).click();
  await page.getByRole('heading', { name: 'Dana Whitfield is not acknowledged here yet' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Message in this matter' }).count(), 0, 'nothing is offered that would be refused');
  await page.goto(`${page.url().replace(/documents\/.*/, 'compose?kind=message&to=')}${said.message.split('/').at(-1)}`);
  await page.getByText('An answer would use what they signed.', { exact: false }).waitFor();
  await page.goto(screens.b.url);
  await page.getByRole('heading', { name: 'To acknowledge 1' }).waitFor();
  assert.deepEqual(await inaccessible(page), []);
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await page.getByRole('heading', { name: 'To acknowledge 1' }).waitFor({ state: 'detached' });
  await page.goto(inChannel(screens, b, '/people'));
  await page.getByText('Acknowledged here by Nikolai Sorokin,').waitFor();
  assert.deepEqual(await inaccessible(page), []);

  await a.page.goto(inChannel(screens, a, '/people'));
  await a.page.getByRole('button', { name: 'Acknowledge Nikolai Sorokin' }).click();
  await a.page.getByText('Acknowledged here by Dana Whitfield,').waitFor();
  await a.page.getByRole('link', { name: 'Answer the accreditation' }).click();
  await a.page.getByText('Agrément granted', { exact: true }).click();
  await mark(a.page, 'GREEN');
  await signAndSend(a.page);
  await a.page.goto(inChannel(screens, a, '/people'));
  await a.page.getByText('granted agrément.', { exact: false }).waitFor();
  await page.getByText('granted agrément.', { exact: false }).waitFor();
  await a.page.getByRole('link', { name: 'Table', exact: true }).first().click();
  await page.goto(inChannel(screens, b));
});

journey('the other side answers, and both see their own words on the side where a line begins', async (screens) => {
  await b.page.getByRole('link', { name: 'Consultations on cybersecurity' }).click();
  await b.page.getByRole('link', { name: 'Message in this matter' }).click();
  await b.page.getByLabel('Subject').fill('Re: Consultations on cybersecurity');
  await b.page.getByLabel('Text', { exact: true }).fill('Agreed. Our delegation arrives on Monday.');
  await signAndSend(b.page);
  const here = entry(a.page, 'Re: Consultations on cybersecurity');
  await here.waitFor();
  await b.page.goto(inChannel(screens, b));
  await entry(b.page, 'Re: Consultations on cybersecurity').getByText('They hold it').waitFor();
  const sides = async ({ page }: Screen): Promise<readonly string[]> =>
    Promise.all(
      ['Consultations on cybersecurity', 'Re: Consultations on cybersecurity'].map((words) =>
        sideOf(page, entry(page, words).locator('.entry-body')),
      ),
    );
  assert.deepEqual(
    [await sides(a), await sides(b)],
    [
      ['start', 'end'],
      ['end', 'start'],
    ],
  );
});

journey('a claim and its denial stand side by side on both screens; the denial is made with the keyboard alone', async (screens) => {
  await a.page.goto(inChannel(screens, a, '/compose?kind=claim'));
  await a.page.getByText('A fact', { exact: true }).click();
  await a.page.getByLabel('Statement').fill('The pipeline attack was run from servers on your territory.');
  await mark(a.page, 'AMBER');
  await signAndSend(a.page);
  const words = 'The pipeline attack was run from servers on your territory.';
  await entry(b.page, words).getByText('We hold it').waitFor();

  const { page } = b;
  await page.keyboard.press('k');
  for (
    let i = 0;
    i < 10 &&
    !(await entry(page, words)
      .getByRole('link')
      .first()
      .evaluate((link) => link === document.activeElement));
    i++
  )
    await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/documents\//);
  await tabTo(page, page.getByRole('link', { name: 'Take a position' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('radiogroup', { name: 'Position' }));
  await page.keyboard.press('Space');
  const denies = page.getByRole('radio', { name: 'Denies' });
  for (let i = 0; i < 8 && !(await denies.isChecked()); i++) await page.keyboard.press('ArrowRight');
  assert.ok(await denies.isChecked());
  await page.locator('.leaving').getByText('In answer to:').waitFor();
  await tabTo(page, page.getByLabel('Explanation'));
  await page.keyboard.type('No request reached us.');
  const sign = page.getByRole('button', { name: 'Sign and send' });
  await tabTo(page, sign);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'They hold it.' }).waitFor();

  for (const screen of [a, b]) {
    await screen.page.goto(inChannel(screens, screen, '/dossiers'));
    await screen.page.getByRole('link', { name: words }).click();
    const claim = screen.page.getByRole('article', { name: 'Disputed' });
    await claim.waitFor();
    const ours = screen === a ? ['Asserts', 'Denies'] : ['Denies', 'Asserts'];
    const found = await Promise.all(ours.map((value) => sideOf(screen.page, claim.locator('.stance', { hasText: value }))));
    assert.deepEqual(found, ['start', 'end']);
    await screen.page.getByText('No request reached us.').waitFor();
    said.dossier = new URL(screen.page.url()).pathname;
  }
});

journey('a STIX bundle sent with an incident is counted on both sides once the file is there', async (screens) => {
  await a.page.goto(inChannel(screens, a, '/compose?kind=incident_notification'));
  await a.page.getByText('Early warning', { exact: true }).click();
  await a.page.getByLabel('Title', { exact: true }).fill('Pipeline control system');
  await a.page.getByLabel('What happened').fill('Pumps were stopped after a breach of the office network.');
  await a.page.getByLabel('Aware since').fill('2026-01-12T08:15');
  await mark(a.page, 'AMBER');
  await a.page
    .locator('input[type=file]')
    .setInputFiles({ name: 'pipeline.stix.json', mimeType: 'application/stix+json', buffer: Buffer.from(bundle()) });
  await a.page
    .getByRole('button', { name: /^Remove/ })
    .first()
    .waitFor();
  said.incident = await signAndSend(a.page);
  await Promise.all([a, b].map(({ page, door }) => page.goto(door.url + said.incident)));
  await b.page.getByText('We hold the file.').waitFor();
  await a.page.getByText('Beta holds the file.').waitFor();
  for (const { page } of [a, b]) {
    await page.getByText('A STIX 2.1 bundle; every object checks.').waitFor();
    assert.deepEqual((await page.locator('.stix-counts li').allTextContents()).sort(), ['1 incident', '1 relationship', '2 indicator']);
  }
});

journey('Today says what awaits each side', async (screens) => {
  const fields = {
    request_type: 'information',
    subject: 'Logs of the pipeline operator',
    text: 'Please preserve them.',
    reply_by: screens.two.now() + 7200,
  };
  const anna = await screens.two.accredit(screens.two.a, 'Anna Keller');
  await screens.two.say(anna, { kind: 'request', fields });
  await screens.two.settled();
  await Promise.all([a.page.goto(`${a.door.url}/`), b.page.goto(`${b.door.url}/`)]);
  const duty = ({ page }: Screen, list: string) =>
    page.locator('.duties', { hasText: list }).getByRole('link', { name: 'Logs of the pipeline operator' });
  await duty(a, 'Awaiting them').waitFor();
  await duty(b, 'Awaiting us').waitFor();
  assert.equal(await b.page.getByRole('link', { name: 'Reply', exact: true }).count(), 0, 'who asks is not acknowledged yet');
  await b.page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await b.page.getByRole('link', { name: 'Reply', exact: true }).waitFor();
  for (const screen of [a, b]) {
    await screen.page.goto(inChannel(screens, screen, '/procedures'));
    const owed = screen.page.locator('.duty-item', { hasText: 'Beta owes Alpha: Final reply to the request' });
    await owed.getByRole('link', { name: 'Request for information: Logs of the pipeline operator' }).waitFor();
    await screen.page.getByText('the addressee owes the sender a reply marked “Final reply”').waitFor();
    await screen.page.getByText('1 asked: 0 in time, 1 open', { exact: false }).first().waitFor();
  }
});

journey('a draft that is left at once is found again as it was, and a form of another kind begins without its marking', async (screens) => {
  const { page } = a;
  const marked = () => page.getByRole('radio', { checked: true }).and(page.locator('[value=amber]')).count();
  const write = async (kind: string): Promise<void> => {
    await page.getByRole('link', { name: 'Table', exact: true }).first().click();
    await page.getByRole('link', { name: 'Write a document' }).click();
    await page.getByRole('link', { name: kind, exact: true }).click();
    await page.getByLabel('Subject').waitFor();
  };
  await page.goto(inChannel(screens, a));
  await write('Message');
  await page.getByLabel('Subject').fill('Left at once');
  await mark(page, 'AMBER');
  await write('Request');
  assert.equal(await marked(), 0);
  await write('Message');
  assert.deepEqual([await page.getByLabel('Subject').inputValue(), await marked()], ['Left at once', 1]);
});

journey('a record and a proof are taken away and verified without a network; an altered one is refused', async (screens) => {
  await a.page.goto(inChannel(screens, a));
  await a.page.getByRole('button', { name: 'Export the record' }).click();
  const record = await download(a, () => a.page.getByRole('link', { name: 'The record', exact: true }).click());
  await a.page.goto(a.door.url + said.message);
  await a.page.getByRole('link', { name: 'Choose what to show' }).click();
  await a.page.getByRole('heading', { name: 'Disclose', level: 1 }).waitFor();
  await a.page.getByRole('button', { name: 'Show all fields' }).click();
  await a.page.getByLabel('Text', { exact: true }).uncheck();
  const preview = a.page.locator('.reader-view');
  await preview.getByText('1 field is withheld', { exact: true }).waitFor();
  const seen = (await preview.textContent()) ?? '';
  assert.ok(seen.includes('Consultations on cybersecurity') && !seen.includes('name your delegation'), seen);
  const proof = await download(a, () => a.page.getByRole('button', { name: 'Download proof' }).click());
  const shown = Buffer.from(/^extra (.+)$/m.exec(proof.toString('latin1'))?.[1] ?? '', 'base64').toString('utf8');
  assert.ok(shown.includes('Consultations on cybersecurity') && !shown.includes('name your delegation'));

  await a.page.goto(`${a.door.url}/verify`);
  await a.page.getByRole('heading', { name: 'Verify' }).waitFor();
  await a.context.setOffline(true);
  const altered = Buffer.from(record);
  const at = altered.indexOf('"type":"message"');
  altered.set(Buffer.from('"type":"massage"'), at);
  for (const [name, bytes, verdict] of [
    ['geneva.parley', record, 'Verified here'],
    ['message.proof', proof, 'Verified here'],
    ['altered.parley', altered, 'Not verified'],
  ] as const) {
    await a.page.locator('#verify-file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
    await a.page.getByText(name).first().waitFor();
    await a.page.getByRole('heading', { name: verdict }).waitFor();
  }
  await a.context.setOffline(false);
  // What the browser said of its own lost network is no complaint about us.
  a.complaints.splice(0, a.complaints.length, ...a.complaints.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED')));
});

journey('a person signs out, and in again with the passkey; nothing of the other party on this machine is touched', async (screens) => {
  await b.page.goto(`${b.door.url}/`);
  await b.page.getByRole('button', { name: 'Signed in as Nikolai Sorokin' }).click();
  await b.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await b.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.deepEqual(await inaccessible(b.page), []);
  await b.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await b.page.getByRole('heading', { name: 'Today' }).waitFor();

  // Both parties in one browser: cookies do not keep ports apart, so names must.
  const other = await screens.screen(screens.b, a.context);
  await enrol(other, (await screens.b.people.enrolment.invite(false)).token, 'Vera Lind', 'Adviser');
  const cookies = await a.context.cookies();
  assert.deepEqual(
    cookies.map(({ name }) => name).sort(),
    [screens.a, screens.b].map(({ side }) => `parley_${side.node.partyId.slice(0, 8)}`).sort(),
  );
  assert.ok(cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite === 'Strict'));
  await a.page.goto(`${a.door.url}/`);
  await a.page.getByRole('button', { name: 'Signed in as Dana Whitfield, Alpha' }).waitFor();
  await a.page.getByText('Ours Alpha').waitFor();
  const stores = await Promise.all([a, other].map(({ page }) => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))));
  assert.deepEqual(
    stores.map((names) => names.length),
    [1, 1],
  );
  assert.notEqual(stores[0]?.[0], stores[1]?.[0]);
  await other.page.goto(`${other.door.url}/`);
  await other.page.getByRole('button', { name: 'Signed in as Vera Lind' }).click();
  await other.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await a.page.reload();
  await a.page.getByRole('button', { name: 'Signed in as Dana Whitfield' }).waitFor();
  assert.deepEqual(other.complaints, []);
  await other.page.close();
});

journey('seven kinds stand first, and any other is found by a word and opened from the keyboard', async (screens) => {
  const { page } = a;
  await page.goto(inChannel(screens, a, '/compose'));
  const first = page.getByRole('list').filter({ has: page.getByRole('link', { name: 'Message', exact: true }) });
  await first.waitFor();
  assert.equal(await first.getByRole('link').count(), 7);
  await page.getByLabel('Find a kind of document').fill('NOTE verb');
  await page.getByText('One kind of document.').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Note verbale', level: 1 }).waitFor();
});

journey('an automatic checker finds nothing wrong with any page, narrow or wide, light or dark', async (screens) => {
  const claim = 'The pipeline attack was run from servers on your territory.';
  const pages: readonly (readonly [path: string, heading: string])[] = [
    ['/', 'Today'],
    [`/c/${screens.two.channel}`, 'Test-1: the record of both sides'],
    [`/c/${screens.two.channel}/dossiers`, 'Dossiers'],
    [`/c/${screens.two.channel}/procedures`, 'Procedures'],
    [said.dossier, claim],
    [said.incident, 'Pipeline control system'],
    [`/c/${screens.two.channel}/compose`, 'What do you want to say?'],
    [`/c/${screens.two.channel}/compose?kind=request`, 'Request'],
    ['/verify', 'Verify'],
    [`/c/${screens.two.channel}/disclose`, 'Disclose'],
    ['/device', 'This device'],
  ];
  // One side wide and the other narrow, at once: two pages have two processes.
  const check = async ({ page, door }: Screen, width: number): Promise<void> => {
    await page.goto(door.url);
    for (const [path, heading] of pages) {
      // As a link in the page does: what the checker and the page are made of is then read and compiled once.
      await page.evaluate((to) => history.pushState(null, '', to), path);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      assert.deepEqual(await inaccessible(page, [width]), [], heading);
      if (width === 390 && heading.startsWith('Test-1')) await nothingLost(page);
    }
  };
  await Promise.all([check(a, 1440), check(b, 390)]);
});

journey('no page complained: no script failed, nothing broke the content security policy', async () => {
  assert.deepEqual([...a.complaints, ...b.complaints], []);
});

/** What a wide Table shows is there on a narrow one: every page, both duty officers, the zone of the times, and what the marks mean. */
async function nothingLost(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const name of ['Today', 'Table', 'Dossiers', 'People', 'Procedures']) {
    const box = await page.getByRole('link', { name, exact: true }).first().boundingBox();
    assert.ok(box !== null && box.x >= 0 && box.x + box.width <= 390, name);
  }
  for (const side of ['.on-ours', '.on-theirs']) assert.ok(await page.locator(`${side} > .party-head > .duty`).isVisible(), side);
  assert.ok(await page.locator('.side-time', { hasText: 'UTC' }).first().isVisible(), 'the zone');
  await page.getByRole('button', { name: 'What the marks mean' }).click();
  await page.getByRole('dialog').getByText('held, not accepted').waitFor();
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function download({ page }: Screen, act: () => Promise<void>): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download', { timeout: PATIENCE_MS }), act()]);
  return readFile(await file.path());
}
