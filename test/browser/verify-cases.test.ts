/** Of every shared case command line and page say what the rooms in Node say (src/verify/cases.test.ts), sentence for sentence. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { buildWeb } from '../../build.ts';
import { EXIT } from '../../src/base/errors.ts';
import { sayIn } from '../../src/base/phrases.ts';
import { run } from '../../src/cli/fixtures-streams.ts';
import { readCases } from '../../src/verify/fixtures-cases.ts';
import { failedFirst, sayVerdict } from '../../src/verify/say-verdict.ts';
import { launchChromium } from './chromium.ts';

const EXITS = { verified: EXIT.ok, 'not-verified': EXIT.notVerified, fork: EXIT.fork } as const;
const say = sayIn('en');
const cases = readCases();
const folder = mkdtempSync(join(tmpdir(), 'parley-cases-'));
let browser: Browser | undefined;
let impossible: string | undefined;

before(async () => {
  const [launched] = await Promise.all([launchChromium(), buildWeb()]);
  if ('impossible' in launched) impossible = launched.impossible;
  else browser = launched.browser;
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** What is said of a case by whoever has its expected verdict: mark and sentence. */
function expectedOf({ expected }: (typeof cases)[number], order: typeof failedFirst = (said) => said): readonly string[] {
  return [say(`verify_page.verdict.${expected.verdict}`), ...order(sayVerdict(say, expected)).map(({ ok, text }) => `${ok} ${text}`)];
}

test('the command line says of every case what the vectors say, and exits with its code', async () => {
  for (const one of cases) {
    const path = join(folder, 'case');
    writeFileSync(path, one.bytes);
    const { code, lines } = await run(['verify', path, '--json']);
    const line = lines[0] as { verdict: keyof typeof EXITS; sentences: string[]; facts: { ok: boolean | null }[] };
    assert.equal(code, EXITS[line.verdict], one.comment);
    const said = line.sentences.map((text, at) => `${line.facts[at]?.ok ?? null} ${text}`);
    assert.deepEqual([say(`verify_page.verdict.${line.verdict}`), ...said], expectedOf(one), one.comment);
  }
});

test('the page says of every case what the vectors say, what failed first, from disk and offline', async (t) => {
  if (browser === undefined) return t.skip(impossible);
  const context = await browser.newContext({ offline: true, locale: 'en-GB' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(pathToFileURL(fileURLToPath(new URL('../../dist/web/verifier.html', import.meta.url))).href);
  for (const [at, one] of cases.entries()) {
    await page.locator('#verify-file').setInputFiles({ name: `case-${at}`, mimeType: 'application/octet-stream', buffer: Buffer.from(one.bytes) });
    await page.locator('p', { hasText: new RegExp(`^case-${at}, `) }).waitFor();
    assert.deepEqual(await saidBy(page), expectedOf(one, failedFirst), one.comment);
  }
  assert.deepEqual(complaints, []);
  await context.close();
});

/** What stands on the page, without the marks that keep one value's direction from another's. */
async function saidBy(page: Page): Promise<readonly string[]> {
  const said = await page.evaluate(() => {
    const text = (selector: string) => [...document.querySelectorAll(selector)].map((one) => one.textContent ?? '');
    const marks = [...document.querySelectorAll('.said-list > li')].map((one) => one.getAttribute('data-ok'));
    return [
      text('.verdict')[0]?.trim() ?? '',
      ...text('.said-list > li > p').map((one, at) => `${marks[at]} ${one}`),
      `null ${text('.not-proved')[0]}`,
    ];
  });
  return said.map((one) => one.replaceAll(/[\u2068\u2069]/g, ''));
}
