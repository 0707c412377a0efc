/** The edge cases of Ed25519 and ML-DSA-44 in a real Chromium: WebCrypto, and the libraries a page falls back to, say what the node says. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build, type Rollup } from 'vite';
import { edgeCases, mlDsaCases, wycheproofCases } from '../edge-signatures.ts';
import { launchChromium } from './chromium.ts';

/** What `signature-page.ts` puts into the page. */
type InPage = {
  readonly signatures: {
    verdicts(asked: unknown): Promise<{ browser: boolean; noble: boolean }>;
    takes(bytes: number[]): Promise<boolean>;
    own(): Promise<string[]>;
  };
};

const launched = await launchChromium();
const skip = 'impossible' in launched ? launched.impossible : false;
const page = 'impossible' in launched ? undefined : await open(launched.browser.newPage());
after(() => ('impossible' in launched ? undefined : launched.browser.close()));

/** A page of this machine, where WebCrypto is to be had, with the verifiers in it. */
async function open(opening: Promise<Page>): Promise<Page> {
  const entry = fileURLToPath(new URL('signature-page.ts', import.meta.url));
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'es2023', lib: { entry, formats: ['iife'], name: 'signaturePage' } },
  })) as Rollup.RollupOutput[];
  const code = built[0]?.output[0].code ?? assert.fail('a script');
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Signatures</title>'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const opened = await opening;
  await opened.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await opened.addScriptTag({ content: code });
  server.closeAllConnections();
  server.close();
  return opened;
}

type Case = ReturnType<typeof wycheproofCases>[number];

async function agree(cases: readonly Case[]): Promise<void> {
  assert.ok(page !== undefined);
  const asked = cases.map(({ check: { algorithm, key, message, signature } }) => ({
    algorithm,
    key: [...key],
    message: [...message],
    signature: [...signature],
  }));
  const verdicts = await page.evaluate(async (all) => {
    const { signatures } = globalThis as unknown as InPage;
    return Promise.all(all.map((one) => signatures.verdicts(one)));
  }, asked);
  const wrong = cases.flatMap(({ name, valid }, i) => {
    const { browser, noble } = verdicts[i] ?? { browser: !valid, noble: !valid };
    return browser === valid && noble === valid ? [] : [{ name, valid, browser, noble }];
  });
  assert.deepEqual(wrong, []);
}

test('WebCrypto of this browser has Ed25519, so that not everything is asked of the libraries', { skip }, async () => {
  const own = await page?.evaluate(() => (globalThis as unknown as InPage).signatures.own());
  assert.ok(own?.includes('Ed25519'), `${own}`);
});

test('every Ed25519 edge case has one verdict in WebCrypto and in the libraries', { skip }, () => agree(edgeCases()));

test('an invitation signed so is taken or refused by a page as by a node', { skip }, async () => {
  const cases = edgeCases();
  const taken = await page?.evaluate(
    async (invites) => {
      const { signatures } = globalThis as unknown as InPage;
      return Promise.all(invites.map((invite) => signatures.takes(invite)));
    },
    cases.map(({ invite }) => [...invite]),
  );
  assert.deepEqual(
    cases.map(({ name }, i) => [name, taken?.[i]]),
    cases.map(({ name, valid }) => [name, valid]),
  );
});

test('every ML-DSA-44 case has one verdict in WebCrypto, where it has it, and in the libraries', { skip }, async () => agree(await mlDsaCases()));

const wycheproof = wycheproofCases();
test(
  'every Ed25519 case of Wycheproof has its verdict in WebCrypto and in the libraries',
  { skip: skip || (wycheproof.length > 0 ? false : 'the file is not beside the checkout') },
  () => agree(wycheproof),
);
