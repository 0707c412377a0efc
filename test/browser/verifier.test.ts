/** The verifier: one file from disk in a real Chromium without a network, from a check of a proof to a record of ten thousand entries. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildWeb } from '../../build.ts';
import { run } from '../../src/cli/fixtures-streams.ts';
import { testChannel, testHost, testParty, testPerson } from '../../src/node/fixtures-channel.ts';
import { TestRecord } from '../../src/node/fixtures-record.ts';
import { violations } from './axe.ts';
import { launchChromium } from './chromium.ts';

/** Bytes, compressed, that the one file may have. */
const MAX_SIZE = 350_000;
const FILE = fileURLToPath(new URL('../../dist/web/verifier.html', import.meta.url));
const PATIENCE_MS = 60_000;

let browser: Browser | undefined;
let impossible: string | undefined;
let record: TestRecord;
const petrova = testPerson('Petrova');

before(async () => {
  const [launched] = await Promise.all([launchChromium(), buildWeb()]);
  if ('impossible' in launched) impossible = launched.impossible;
  else browser = launched.browser;
  record = new TestRecord(await testChannel([testParty('Alpha', 10), testParty('Beta', 20)], [testHost('Host', 30)]), 'verifier');
  await record.accredit(0, petrova);
  await record.message(0, petrova, 'A word');
});
after(() => browser?.close());

type Opened = { readonly context: BrowserContext; readonly page: Page; readonly complaints: string[]; readonly asked: string[] };

/** The page from disk, without a network; everything it asks for or complains of is noted. */
async function open(width = 1440, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const context = await (browser ?? assert.fail()).newContext({ offline: true, viewport: { width, height: 900 }, colorScheme, bypassCSP: false });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(FILE).href);
  await page.getByRole('heading', { name: 'Verify', level: 1 }).waitFor();
  return { context, page, complaints, asked };
}

const give = (page: Page, name: string, bytes: Uint8Array): Promise<void> =>
  page.locator('#verify-file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });

function journey(name: string, run: () => Promise<void>): void {
  test(name, async (t) => {
    if (impossible !== undefined) return t.skip(impossible);
    await run();
  });
}

test('the verifier is one file of at most 350 kB compressed, and it names nothing to fetch', async () => {
  await buildWeb();
  const page = readFileSync(FILE, 'utf8');
  assert.ok(gzipSync(page, { level: 9 }).length <= MAX_SIZE, `${gzipSync(page, { level: 9 }).length} bytes`);
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(page)?.[1] ?? '';
  assert.match(policy, /^default-src 'none'; script-src( 'sha256-[A-Za-z0-9+/]{43}='){2}; /);
  assert.ok(!policy.includes('connect-src') && !policy.includes('unsafe'));
  const markup = page.replaceAll(/(<(script|style)\b[^>]*>)[\s\S]*?<\/\2>/g, '$1');
  assert.ok(!/\b(?:src|href|srcset|action)=/.test(markup), markup);
});

test('the command writes the same page, and never over another file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-verifier-'));
  const out = join(folder, 'verifier.html');
  assert.equal((await run(['verifier', '--out', out])).code, 0);
  assert.deepEqual(readFileSync(out), readFileSync(FILE));
  assert.notEqual((await run(['verifier', '--out', out])).code, 0);
  rmSync(folder, { recursive: true });
});

journey('from disk and offline it verifies a proof, shows what it discloses, refuses an altered one, and asks for nothing', async () => {
  const { context, page, complaints, asked } = await open();
  await page.getByText('NOT proved: that the content is true').waitFor();
  const proof = await record.proofOf([{ party: 0, index: 2, key: petrova.key.publicKey, withhold: ['text'] }], new Map([[0, { from: 0 }]]));
  await give(page, 'word.proof', proof);
  await page.getByRole('heading', { name: 'Verified here' }).waitFor();
  await page.getByText('Petrova, Duty officer, was accredited by Alpha where this stands').waitFor();
  const shown = (await page.locator('.shown-document').textContent()) ?? '';
  assert.ok(shown.includes('A word') && shown.includes('1 field is withheld') && !shown.includes('A word.'), shown);
  await page.getByText('NOT proved: that the content is true').waitFor();
  await give(page, 'altered.proof', proof.with(proof.length - 40, (proof.at(-40) ?? 0) ^ 1));
  await page.getByText('altered.proof').first().waitFor();
  await give(page, 'no.proof', Buffer.from('hello'));
  await page.getByRole('heading', { name: 'Not verified' }).waitFor();
  await page.getByText('NOT proved: that the content is true').waitFor();
  await page.getByLabel('Or paste its text').fill(Buffer.from(proof).toString('utf8'));
  await page.getByRole('button', { name: 'Check the text' }).click();
  await page.getByRole('heading', { name: 'Verified here' }).waitFor();
  assert.deepEqual(complaints, []);
  const [own, ...more] = asked;
  assert.ok(own === pathToFileURL(FILE).href && more.every((url) => url.startsWith('blob:')), asked.join('\n'));
  // Whatever might run in it, its policy lets nothing out.
  assert.equal(
    await page.evaluate(() =>
      fetch('http://127.0.0.1:9/').then(
        () => 'out',
        () => 'held',
      ),
    ),
    'held',
  );
  await context.close();
});

journey('a record of 10,000 entries is checked with its step and count said, can be stopped, and ends in a verdict', async () => {
  const large = new TestRecord(record.on, 'large');
  await large.accredit(0, petrova);
  const after = [large.cite(0), large.cite(1)];
  for (let i = 0; i < 9_998; i++) await large.message(0, petrova, `Word ${i}`, { after });
  const { context, page, complaints } = await open();
  const bytes = await large.export();
  await give(page, 'large.parley', bytes);
  await page
    .getByText(/^(Hashing the record|Checking signatures): [\d,]+ of 10,00[01]/)
    .first()
    .waitFor();
  await page.getByRole('progressbar').waitFor();
  await page.getByRole('button', { name: 'Stop the check' }).click();
  await page.getByText('What was checked, and what was not, will stand here').waitFor();
  await give(page, 'large.parley', bytes);
  await page
    .getByText(/^Checking signatures: [\d,]+ of 10,001/)
    .first()
    .waitFor();
  await page.getByRole('heading', { name: 'Verified here' }).waitFor();
  await page.getByText('Alpha’s log: 10,000 entries under both of its signatures, none altered, added or left out').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

journey('an automatic checker finds nothing wrong with it, wide and narrow, light and dark', async () => {
  const proof = await record.proof(0, 2, petrova.key.publicKey, ['text']);
  for (const [width, scheme] of [
    [1440, 'light'],
    [390, 'dark'],
  ] as const) {
    const { context, page } = await open(width, scheme);
    await give(page, 'word.proof', proof);
    await page.getByRole('heading', { name: 'Verified here' }).waitFor();
    assert.deepEqual(await violations(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await context.close();
  }
});
