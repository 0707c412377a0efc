/** People and their keys in two browsers: passkeys that sign, on both sides, and four eyes on one. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { keySentence } from '../../src/entry/actor.ts';
import { parseEntry } from '../../src/entry/entry.ts';
import { nodeCrypto, nodeSha256 } from '../../src/node/crypto.ts';
import type { ChannelView, DocumentView } from '../../src/projection/views.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { readCalendar } from '../calendar-reader.ts';
import { configure, headerOf, mailReceiver } from '../receivers.ts';
import { type Representative, until } from '../two-parties.ts';
import { entry, inaccessible, inChannel, mark } from './screen-acts.ts';
import { ask, enrol, PATIENCE_MS, type Screen, TwoScreens } from './two-screens.ts';

const directory = await mkdtemp(join(tmpdir(), 'parley-screens-'));
const opened = await TwoScreens.open({ directory });
const skip = 'impossible' in opened ? opened.impossible : false;
after(async () => {
  if (!('impossible' in opened)) await opened.close();
  await rm(directory, { recursive: true, force: true });
});

let a: Screen;
let b: Screen;
let vera: Screen;
let signed = '';
let service: Representative | undefined;

function journey(sentence: string, run: (screens: TwoScreens) => Promise<void>): void {
  test(sentence, { skip }, async () => {
    if (!('impossible' in opened)) await run(opened);
  });
}

async function write(screen: Screen, screens: TwoScreens, subject: string): Promise<void> {
  const { page } = screen;
  await page.goto(inChannel(screens, screen, '/compose?kind=message'));
  await page.getByLabel('Subject').fill(subject);
  await page.getByLabel('Text', { exact: true }).fill('Said with a passkey.');
  await mark(page, 'GREEN');
}

/** Asks for the passkey; resolves with the path of the document's page. */
async function signWithPasskey({ page }: Screen): Promise<string> {
  await page.getByRole('button', { name: 'Sign with the passkey and send' }).click();
  const link = page.getByRole('link', { name: 'Open the document' });
  await link.waitFor();
  return new URL((await link.getAttribute('href')) ?? '', page.url()).pathname;
}

async function wordsOn({ page }: Screen): Promise<string> {
  return (await page.locator('.hash-words').textContent()) ?? '';
}

journey('a person on each side enrols to sign with the passkey itself, and is accredited with it', async (screens) => {
  const tokens = [(await screens.a.people.enrolment.inviteFirst()) ?? '', (await screens.b.people.enrolment.inviteFirst()) ?? ''];
  a = await screens.screen(screens.a);
  b = await screens.screen(screens.b);
  await a.page.goto(`${a.door.url}/enrol#${tokens[0]}`);
  await a.page.getByText('The passkey itself').click();
  assert.deepEqual(await inaccessible(a.page), []);
  await enrol(a, tokens[0] ?? '', 'Dana Whitfield', 'Duty officer', 'passkey');
  await a.page.getByRole('heading', { name: 'Your passkey, with which you sign' }).waitFor();
  await a.page.getByText(`It signs on ${new URL(a.door.url).origin} and nowhere else.`).waitFor();
  assert.deepEqual(await inaccessible(a.page), []);
  await enrol(b, tokens[1] ?? '', 'Nikolai Sorokin', 'Counsellor', 'passkey');
  for (const door of [screens.a, screens.b]) await screens.accredit(door);
  await screens.two.settled();
  const { people } = await ask<ChannelView>(screens.b, `/api/channels/${screens.two.channel}`);
  assert.deepEqual(people.map(({ name }) => name).sort(), ['Dana Whitfield', 'Nikolai Sorokin']);
});

journey('the screen says that the authenticator does not show the text, and shows the hash that is signed', async (screens) => {
  await write(a, screens, 'By passkey');
  await a.page.getByRole('button', { name: 'Sign and send' }).click();
  await a.page.getByRole('heading', { name: 'Your authenticator does not show the text' }).waitFor();
  assert.deepEqual(await inaccessible(a.page), []);
  const words = await wordsOn(a);
  // Changed after that: what was prepared is not what would be sent.
  await a.page.getByLabel('Subject').fill('By passkey, second thought');
  await a.page.getByRole('button', { name: 'Sign and send' }).click();
  await a.page.locator('.hash-words').waitFor();
  const again = await wordsOn(a);
  assert.notEqual(again, words);
  signed = await signWithPasskey(a);
  assert.equal(keySentence(signed.split('/').at(-1) ?? '', wordlist), again);
});

journey('the other side holds it, verifies it, and answers with its own passkey; both are told apart from nothing', async (screens) => {
  await b.page.goto(b.door.url + signed);
  await b.page.getByText('Signed by Dana Whitfield, Duty officer.').waitFor();
  assert.equal(await b.page.getByText('Held, not accepted').count(), 0);
  await write(b, screens, 'Theirs by passkey');
  await b.page.getByRole('button', { name: 'Sign and send' }).click();
  const theirs = await signWithPasskey(b);
  await screens.two.settled();
  for (const [door, path] of [
    [screens.b, signed],
    [screens.a, theirs],
  ] as const) {
    const document = await ask<DocumentView>(door, `/api/channels/${screens.two.channel}/documents/${path.split('/').at(-1) ?? ''}`);
    assert.deepEqual([document.row.valid, document.row.findings, document.row.automatic], [true, [], undefined]);
    const parsed = parseEntry(nodeSha256, new Uint8Array(Buffer.from(document.entry, 'base64')));
    assert.ok('entry' in parsed && Buffer.from(parsed.entry.line.signature).includes(Buffer.from('"type":"webauthn.get"')));
  }
});

journey('a record and a proof of what passkeys signed are taken away and verified without a network, in Node and in the browser', async (screens) => {
  await a.page.goto(inChannel(screens, a));
  await a.page.getByRole('button', { name: 'Export the record' }).click();
  const record = await download(a, () => a.page.getByRole('link', { name: 'The record', exact: true }).click());
  await a.page.goto(a.door.url + signed);
  await a.page.getByRole('link', { name: 'Choose what to show' }).click();
  await a.page.getByRole('button', { name: 'Show all fields' }).click();
  const proof = await download(a, () => a.page.getByRole('button', { name: 'Download proof' }).click());
  const crypto = nodeCrypto();
  for (const bytes of [record, proof]) assert.equal((await verifyFile(crypto, new Uint8Array(bytes))).verdict, 'verified');
  // One byte of the assertion in it: refused, wherever it is checked.
  const spoiled = Buffer.from(record);
  const at = spoiled.indexOf('— rep/') + 100;
  spoiled.writeUInt8(spoiled.readUInt8(at) === 65 ? 66 : 65, at);
  assert.equal((await verifyFile(crypto, new Uint8Array(spoiled))).verdict, 'not-verified');
  await crypto.close();
  await b.page.goto(`${b.door.url}/verify`);
  await b.page.getByRole('heading', { name: 'Verify' }).waitFor();
  await b.context.setOffline(true);
  for (const [name, bytes, verdict] of [
    ['record.parley', record, 'Verified here'],
    ['message.proof', proof, 'Verified here'],
    ['spoiled.parley', spoiled, 'Not verified'],
  ] as const) {
    await b.page.locator('#verify-file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
    await b.page.getByText(name).first().waitFor();
    await b.page.getByRole('heading', { name: verdict }).waitFor();
  }
  await b.context.setOffline(false);
  b.complaints.splice(0, b.complaints.length, ...b.complaints.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED')));
});

journey('whoever names a point of contact presses a word of the channel’s procedures, or writes another one', async (screens) => {
  const { page } = a;
  await page.goto(inChannel(screens, a, '/compose?kind=contact_nomination'));
  const role = page.getByLabel('Role (optional)');
  const word = page.getByRole('button', { name: 'Technical', exact: true });
  await word.click();
  assert.deepEqual([await role.inputValue(), await word.getAttribute('aria-pressed')], ['Technical', 'true']);
  assert.deepEqual(await inaccessible(page, [390]), []);
  await role.fill('Legal desk');
  assert.equal(await word.getAttribute('aria-pressed'), 'false');
  await page.goto(inChannel(screens, a, '/compose?kind=communication_check'));
  const roles = page.getByLabel('Who should answer (optional)');
  await roles.fill('Legal desk');
  for (const name of ['Policy', 'Technical', 'Policy']) await page.getByRole('button', { name, exact: true }).click();
  assert.equal(await roles.inputValue(), 'Legal desk\nTechnical');
});

journey('an administrator sets the two-person rule; a draft is handed over, and cannot be signed meanwhile', async (screens) => {
  vera = await screens.screen(screens.a);
  await enrol(vera, (await screens.a.people.enrolment.invite(false)).token, 'Vera Lind', 'Adviser');
  await screens.accredit(screens.a);
  await a.page.goto(`${a.door.url}/rules`);
  await a.page.getByText('Documents of these kinds').click();
  await a.page.getByLabel('Message').check();
  assert.deepEqual(await inaccessible(a.page), []);
  await a.page.getByRole('button', { name: 'Set the rule' }).click();
  await a.page.getByText('A second person clears documents of these kinds:').waitFor();
  await write(a, screens, 'For four eyes');
  assert.equal(await a.page.getByRole('button', { name: 'Sign and send' }).count(), 0);
  await a.page.getByRole('button', { name: 'Hand over for clearance' }).click();
  await a.page.getByRole('heading', { name: 'Awaits clearance' }).waitFor();
  assert.equal(await a.page.getByRole('button', { name: 'Sign and send' }).count(), 0);
  assert.deepEqual(await inaccessible(a.page), []);
});

journey('a second person finds it under Today, reads the same words, and clears it; its signer signs exactly that', async (screens) => {
  await vera.page.goto(`${vera.door.url}/`);
  await vera.page.getByRole('heading', { name: 'Awaits your clearance 1' }).waitFor();
  assert.deepEqual(await inaccessible(vera.page), []);
  await vera.page.getByRole('link', { name: 'For four eyes' }).click();
  await vera.page.getByRole('heading', { name: 'To be cleared' }).waitFor();
  await vera.page.getByText('Said with a passkey.').waitFor();
  const words = await wordsOn(vera);
  assert.equal(words, await wordsOn(a));
  assert.deepEqual(await inaccessible(vera.page), []);
  await vera.page.getByRole('button', { name: 'Clear exactly this' }).click();
  await vera.page.getByRole('heading', { name: 'Cleared by Vera Lind' }).waitFor();

  await a.page.getByRole('heading', { name: 'Cleared by Vera Lind' }).waitFor();
  await a.page.getByRole('button', { name: 'Sign and send' }).click();
  const link = a.page.getByRole('link', { name: 'Open the document' });
  await link.waitFor();
  const path = new URL((await link.getAttribute('href')) ?? '', a.page.url()).pathname;
  assert.equal(keySentence(path.split('/').at(-1) ?? '', wordlist), words);
  await a.page.goto(a.door.url + path);
  await a.page.getByText('Cleared before it was signed by Vera Lind, known here alone:').waitFor();
  await screens.two.settled();
  await b.page.goto(b.door.url + path);
  await b.page.getByText('Signed by Dana Whitfield').waitFor();
  assert.equal(await b.page.getByText('Vera Lind').count(), 0);
});

journey('sent back, the author reads why; an edited draft is handed over anew', async (screens) => {
  await write(a, screens, 'With a wrong date');
  await a.page.getByRole('button', { name: 'Hand over for clearance' }).click();
  await a.page.getByRole('heading', { name: 'Awaits clearance' }).waitFor();
  await vera.page.goto(`${vera.door.url}/`);
  await vera.page.getByRole('link', { name: 'With a wrong date' }).click();
  await vera.page.getByText('Send it back').first().click();
  await vera.page.getByLabel('What is to be changed (optional)').fill('The date is wrong.');
  await vera.page.getByRole('button', { name: 'Send it back' }).click();
  await a.page.getByText('The date is wrong.').waitFor();
  await a.page.getByLabel('Subject').fill('With the right date');
  await a.page.getByText('You changed it since you handed it over.').waitFor();
  await a.page.getByRole('button', { name: 'Hand over for clearance' }).click();
  await a.page.getByRole('heading', { name: 'Awaits clearance' }).waitFor();
  await a.page.goto(`${a.door.url}/`);
  await a.page.getByRole('heading', { name: /^Handed over for clearance/ }).waitFor();
});

journey('what a service signed is labelled on the Table, on Today and on its own page', async (screens) => {
  const feed = await screens.two.accredit(screens.two.b, 'Incident feed', { automatic: true });
  service = feed;
  const id = await screens.two.say(feed, { kind: 'message', fields: { subject: 'By a service', text: 'Counted.' } });
  await screens.two.settled();
  for (const path of [`/c/${screens.two.channel}`, '/']) {
    await a.page.goto(a.door.url + path);
    await entry(a.page, 'By a service').getByText('automatic', { exact: true }).waitFor();
    assert.equal(await entry(a.page, 'Theirs by passkey').getByText('automatic', { exact: true }).count(), 0);
  }
  await a.page.goto(inChannel(screens, a, `/documents/${id}`));
  await a.page.getByText('Signed by the automatic key Incident feed, Duty officer.').waitFor();
  assert.deepEqual(await inaccessible(a.page), []);
});

journey('a person has notices sent to an address, tries it, is told of a document, and turns it off', async (screens) => {
  await vera.page.goto(`${vera.door.url}/notices`);
  await vera.page.getByText('This node hands out no mail').waitFor();
  const mail = await mailReceiver();
  await configure(directory, { smtp: { host: '127.0.0.1', port: mail.port, tls: 'none', from: 'parley@alpha.example' } });
  screens.a.people.notices.start(vera.door.url);
  try {
    await vera.page.reload();
    await vera.page.getByRole('button', { name: 'Tell me' }).click();
    await vera.page.getByRole('link', { name: 'Give the address to tell.' }).waitFor();
    await vera.page.getByLabel('Mail address').fill('vera@alpha.example');
    await vera.page.getByLabel('What is late').uncheck();
    await vera.page.getByText('These', { exact: true }).click();
    await vera.page.getByLabel('Test-1').check();
    assert.deepEqual(await inaccessible(vera.page), []);
    await vera.page.getByRole('button', { name: 'Tell me' }).click();
    await vera.page.getByText('In Test-1 · As it happens').waitFor();
    await vera.page.getByRole('button', { name: 'Send a test: vera@alpha.example' }).click();
    await vera.page.getByText('The mail server took the test.').waitFor();
    assert.equal(headerOf(mail.taken[0] ?? assert.fail('a mail'), 'Subject'), 'Parley: Test');
    assert.deepEqual(await inaccessible(vera.page), []);

    await screens.two.say(service ?? assert.fail('the feed signs'), { kind: 'message', fields: { subject: 'Not in the mail', text: 'Nor this.' } });
    await until([screens.two.a.node], async () => mail.taken.length > 1, 'the mail');
    assert.equal(headerOf(mail.taken[1] ?? assert.fail('a mail'), 'Subject'), 'Parley: New document, Test-1');
    assert.ok(!mail.taken[1]?.raw.includes('Not in the mail'));
    await vera.page.getByRole('button', { name: 'Turn off: vera@alpha.example' }).click();
    await vera.page.getByText('Nobody tells you of anything yet.').waitFor();
  } finally {
    await mail.close();
  }
});

journey('a person makes the address of a calendar, which a program without a login reads, and ends it', async () => {
  await vera.page.getByRole('button', { name: 'Make the address' }).click();
  const address = (await vera.page.getByText(/^https:\/\/parley\.example\/calendar\//).textContent()) ?? '';
  assert.deepEqual(await inaccessible(vera.page), []);
  const path = new URL(address).pathname;
  const answer = await fetch(vera.door.url + path);
  assert.deepEqual([answer.status, readCalendar(await answer.text())], [200, []]);
  await vera.page.getByRole('button', { name: 'End the address' }).click();
  await vera.page.getByRole('button', { name: 'Make the address' }).waitFor();
  assert.equal((await fetch(vera.door.url + path)).status, 404);
});

journey('no page complained: no script failed, nothing broke the content security policy', async () => {
  // A browser would have every site offer RSA; what signs a document cannot be RSA.
  const ours = [a, b, vera].flatMap(({ complaints }) => complaints).filter((text) => !text.includes('pubKeyCredParams is missing'));
  assert.deepEqual(ours, []);
});

async function download({ page }: Screen, act: () => Promise<void>): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download', { timeout: PATIENCE_MS }), act()]);
  return readFile(await file.path());
}
