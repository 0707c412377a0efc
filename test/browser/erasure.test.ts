/** Correcting, withdrawing and erasing, in two browsers: what is said before it is signed, and what both sides see afterwards. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { entry, inaccessible, inChannel, mark, signAndSend } from './screen-acts.ts';
import { enrol, type Screen, TwoScreens } from './two-screens.ts';

const opened = await TwoScreens.open();
const skip = 'impossible' in opened ? opened.impossible : false;
after(() => ('impossible' in opened ? undefined : opened.close()));

let a: Screen;
let b: Screen;
/** Paths of what was said on the way. */
const said = { message: '', request: '' };

function journey(sentence: string, run: (screens: TwoScreens) => Promise<void>): void {
  test(sentence, { skip }, async () => {
    if (!('impossible' in opened)) await run(opened);
  });
}

const open = ({ page, door }: Screen, path: string) => page.goto(`${door.url}${path}`);

journey('two people are enrolled and accredited, and one of them says something', async (screens) => {
  a = await screens.screen(screens.a);
  b = await screens.screen(screens.b);
  const links = await Promise.all([screens.a, screens.b].map((door) => door.people.enrolment.inviteFirst()));
  await Promise.all([enrol(a, links[0] ?? '', 'Dana Whitfield', 'Duty officer'), enrol(b, links[1] ?? '', 'Nikolai Sorokin', 'Head of desk')]);
  await Promise.all([screens.accredit(screens.a), screens.accredit(screens.b)]);
  await screens.two.acknowledge();
  await a.page.goto(inChannel(screens, a, '/compose?kind=message'));
  await a.page.getByLabel('Subject').fill('The list of names');
  await a.page.getByLabel('Text', { exact: true }).fill('The operators were twelve people, among them a Mr Example.');
  await mark(a.page, 'AMBER');
  said.message = await signAndSend(a.page);
  await screens.two.settled();
});

journey('a correction shows old and new before it is signed, and on both sides afterwards', async (screens) => {
  await open(a, said.message);
  await a.page.getByRole('link', { name: 'Correct it' }).click();
  await a.page.getByRole('heading', { name: 'Correction' }).waitFor();
  await a.page.getByRole('button', { name: 'Sign and send' }).click();
  await a.page.getByText('Change at least one field.').first().waitFor();
  await a.page.getByLabel('Text', { exact: true }).fill('The operators were twenty-one people, among them a Mr Example.');
  await a.page.getByLabel('Reason').fill('A figure was mistyped.');
  await a.page.getByText('What you said first is not taken away, and can still be proved.').waitFor();
  const change = a.page.locator('.leaving .change');
  await change.locator('.change-before').getByText('twelve people').waitFor();
  await change.locator('.change-after').getByText('twenty-one people').waitFor();
  assert.deepEqual(await inaccessible(a.page), []);
  const correction = await signAndSend(a.page);
  await screens.two.settled();
  for (const screen of [a, b]) {
    await open(screen, said.message);
    await screen.page.getByRole('heading', { name: 'Its author corrected this document' }).waitFor();
    await screen.page.locator('.change-before').getByText('twelve people').waitFor();
    await screen.page.locator('.change-after').getByText('twenty-one people').waitFor();
    assert.equal(
      await screen.page.locator('.document-sheet').getByText('twelve people').count(),
      1,
      'the old words stand where they are marked as such',
    );
    await screen.page.getByRole('link', { name: 'Read the correction' }).click();
    await screen.page.waitForURL(`**${correction}`);
    await screen.page.getByText('A figure was mistyped.').first().waitFor();
    assert.equal(await screen.page.locator('.document-sheet').getByText('The list of names').count(), 1, 'what it is about is said once');
    await screen.page.goto(inChannel(screens, screen));
    await entry(screen.page, 'The list of names').getByRole('link', { name: 'Corrected by its author' }).waitFor();
  }
});

journey('an erasure says what it does and does not do; the field then goes from both screens, and each says who holds it', async (screens) => {
  await open(a, said.message);
  await a.page.getByRole('link', { name: 'Erase fields' }).click();
  await a.page.getByRole('button', { name: 'Sign and send' }).click();
  await a.page.getByText('Choose what is to go.').first().waitFor();
  await a.page.getByRole('checkbox', { name: 'Text' }).check();
  await a.page.getByLabel('Why it is erased').fill('A private person is named.');
  await a.page.getByText('It cannot be enforced', { exact: false }).waitFor();
  await a.page.getByText('When Beta reads this and has acknowledged who signs it, its node erases its copy too.', { exact: false }).waitFor();
  assert.deepEqual(await inaccessible(a.page), []);
  await signAndSend(a.page);
  await screens.two.settled();
  for (const screen of [a, b]) {
    await open(screen, said.message);
    await screen.page.getByRole('heading', { name: 'What is erased, and who holds it' }).waitFor();
    await screen.page.locator('.document-fields .erased').waitFor();
    await screen.page.getByText('Erased by Dana Whitfield for Alpha', { exact: false }).waitFor();
    // The correction named the same field: its new words are a text of their own, and still there.
    assert.equal(await screen.page.locator('.document-sheet').getByText('twelve people').count(), 0);
    assert.deepEqual(await inaccessible(screen.page), []);
    await screen.page.goto(inChannel(screens, screen));
    await entry(screen.page, 'The list of names').getByRole('link', { name: '1 field erased by its author' }).waitFor();
  }
  await open(a, said.message);
  await a.page.getByText('Beta’s node holds the erasure, and has signed nothing about its copy', { exact: false }).waitFor();
  await open(b, said.message);
  await b.page.getByText('Erased here. We have not said so to anybody.', { exact: false }).waitFor();
});

journey('the other side says that it holds the field no more, and the author sees who said so', async (screens) => {
  await b.page.getByRole('link', { name: 'Say that we hold a field no more' }).click();
  await b.page.getByRole('checkbox', { name: 'Text' }).check();
  await b.page.getByLabel('Why it is erased').fill('You asked for it.');
  await b.page.getByText('It says nothing about Alpha', { exact: false }).waitFor();
  await signAndSend(b.page);
  await screens.two.settled();
  await open(a, said.message);
  await a.page.getByText('Beta says that it holds it no more', { exact: false }).waitFor();
});

journey('what is erased is not offered to be disclosed, and a proof says what its author says became of it', async (screens) => {
  const { page } = a;
  await page.goto(inChannel(screens, a, `/disclose?document=${said.message.split('/').at(-1) ?? ''}`));
  await page.getByText('Erased, so that nobody can show it: Text.').waitFor();
  const chosen = page.locator('.disclosable').first();
  assert.equal(await chosen.getByLabel('Text', { exact: true }).count(), 0);
  await chosen.getByLabel('Subject', { exact: true }).check();
  await page.getByLabel('Add all entries from the charter on: accredited then and now, not corrected').check();
  const view = page.locator('.reader-view');
  await view.getByText('of its log that fields of this are erased; whether that counts is not proved by this file', { exact: false }).waitFor();
  await view.getByText('of its log that this is corrected; whether that counts is not proved by this file', { exact: false }).waitFor();
  assert.ok(!((await view.textContent()) ?? '').includes('twelve people'));
  assert.deepEqual(await inaccessible(page), []);
});

journey('a second person who clears a correction sees what it is about, what stood there and what is going to', async (screens) => {
  const { url, people } = screens.a;
  const headers = { authorization: `Bearer ${people.operatorToken}`, 'content-type': 'application/json' };
  const rule = (kinds: readonly string[]) => fetch(`${url}/api/settings/two-person`, { method: 'POST', headers, body: JSON.stringify({ kinds }) });
  // The rule names messages alone: what a message says is not said anew by one person either.
  assert.equal((await rule(['message'])).status, 200);
  await open(a, said.message);
  await a.page.getByRole('link', { name: 'Correct it' }).click();
  await a.page.getByLabel('Subject', { exact: true }).fill('A list of names');
  await a.page.getByRole('button', { name: 'Hand over for clearance' }).click();
  await a.page.getByRole('heading', { name: 'Awaits clearance' }).waitFor();
  const list = (await (await fetch(`${url}/api/channels/${screens.two.channel}/clearances`, { headers })).json()) as { id: string }[];
  await a.page.goto(inChannel(screens, a, `/clearances/${list[0]?.id ?? ''}`));
  await a.page.getByRole('link', { name: 'The list of names' }).waitFor();
  await a.page.locator('.change-before').getByText('The list of names').waitFor();
  await a.page.locator('.change-after').getByText('A list of names').waitFor();
  await a.page.getByText('What you said first is not taken away, and can still be proved.').waitFor();
  assert.deepEqual(await inaccessible(a.page), []);
});

journey('a position is on the words that stood on its page, and not on what the author says anew while it is written', async (screens) => {
  const { two } = screens;
  const pavel = await two.accredit(two.a, 'Pavel');
  await two.settled();
  await two.acknowledge();
  const claim = await two.say(pavel, { kind: 'claim', fields: { facet: 'fact', statement: 'The valve stood open.' } });
  await two.settled();
  const path = inChannel(screens, b, `/compose?kind=position&to=${claim}`);
  await b.page.goto(path);
  await b.page.getByRole('radiogroup', { name: 'Position' }).getByText('Accepts', { exact: true }).click();
  const correct = (text: string) =>
    two.say(pavel, { kind: 'correction', fields: { entry: claim, pointers: ['/statement'], leaves: [claim], values: [text] }, refs: [claim] });
  await correct('We paid for the valve.');
  await two.settled();
  await b.page.getByText('Its author has said words of it anew since this page was opened.', { exact: false }).waitFor();
  await signAndSend(b.page);
  await two.settled();
  await b.page.goto(inChannel(screens, b, `/dossiers/${claim}`));
  await b.page.getByText('Corrected since; our position is on the earlier wording').first().waitFor();
  await b.page.goto(path);
  await b.page.locator('.leaving .change-after').getByText('We paid for the valve.').waitFor();
  assert.deepEqual(await inaccessible(b.page, [390]), []);
});

journey('a request that is withdrawn is owed no answer any more, on both sides, and stays to be read', async (screens) => {
  await a.page.goto(inChannel(screens, a, '/compose?kind=request'));
  await a.page.getByText('Information', { exact: true }).click();
  await a.page.getByLabel('Subject').fill('Where the servers stood');
  await a.page.getByLabel('Text', { exact: true }).fill('Please name the operator.');
  await mark(a.page, 'AMBER');
  said.request = await signAndSend(a.page);
  await screens.two.settled();
  await b.page.goto(screens.b.url);
  await b.page.getByRole('link', { name: 'Where the servers stood' }).first().waitFor();
  await open(a, said.request);
  await a.page.getByRole('link', { name: 'Withdraw it' }).click();
  await a.page.getByText('What it asked for is owed no more', { exact: false }).waitFor();
  await a.page.getByLabel('Reason').fill('Overtaken by events.');
  assert.deepEqual(await inaccessible(a.page), []);
  await signAndSend(a.page);
  await screens.two.settled();
  for (const screen of [a, b]) {
    await open(screen, said.request);
    await screen.page.getByRole('heading', { name: 'Its author withdrew this document' }).waitFor();
    await screen.page.getByText('Nothing is owed any more', { exact: false }).first().waitFor();
    await screen.page.getByText('Please name the operator.').waitFor();
    assert.deepEqual(await inaccessible(screen.page), []);
    assert.equal(await screen.page.getByRole('link', { name: 'Withdraw it' }).count(), 0);
  }
  assert.deepEqual([...a.complaints, ...b.complaints], []);
});
