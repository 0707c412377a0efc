/** Two parties with their people's doors open and a browser for each: what the browser tests start from. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { buildWeb } from '../../build.ts';
import { fromBase64url } from '../../src/base/bytes.ts';
import { formatIdentityNote, signAsIdentity } from '../../src/entry/identity-note.ts';
import { keyMembers } from '../../src/entry/signing-key.ts';
import { type PeopleApp, peopleApp } from '../../src/node/people-door.ts';
import { type Options, type Side, TwoParties } from '../two-parties.ts';
import { launchChromium } from './chromium.ts';

/** Milliseconds a page has to show what a test waits for; nothing is slept, this only says when a test has failed. */
export const PATIENCE_MS = 10_000;

/** A party's people's door, listening. */
export type Door = { readonly side: Side; readonly url: string; readonly people: PeopleApp; close(): Promise<void> };

/** A page of a party's screens with whatever it complained of. */
export type Screen = { readonly door: Door; readonly context: BrowserContext; readonly page: Page; readonly complaints: string[] };

/** What somebody waits for: their key, in the channel whose administrator accredits it. */
type Pending = {
  readonly us: number;
  readonly next: number;
  readonly pending: readonly { actor: string; key: string; name: string; post: string }[];
};

const WEB_ROOT = fileURLToPath(new URL('../../dist/web', import.meta.url));
/** As a person's machine has it, the same on every machine that runs the tests. */
const PERSON: BrowserContextOptions = {
  viewport: { width: 1440, height: 900 },
  locale: 'en-GB',
  timezoneId: 'Europe/Zurich',
  colorScheme: 'light',
  acceptDownloads: true,
  reducedMotion: 'reduce',
};

/** Two founded parties with their screens. */
export class TwoScreens {
  readonly two: TwoParties;
  readonly browser: Browser;
  readonly a: Door;
  readonly b: Door;

  private constructor(two: TwoParties, browser: Browser, a: Door, b: Door) {
    this.two = two;
    this.browser = browser;
    this.a = a;
    this.b = b;
  }

  /** Builds the screens where they changed, starts everything; says why where there is no browser. `directory`: of party A's local configuration. */
  static async open(options: Options & { readonly directory?: string } = {}): Promise<TwoScreens | { readonly impossible: string }> {
    const [launched] = await Promise.all([launchChromium(), buildWeb()]);
    if ('impossible' in launched) return launched;
    const { browser } = launched;
    try {
      const two = await TwoParties.found(options);
      return new TwoScreens(two, browser, await openDoor(two.a, options.directory), await openDoor(two.b));
    } catch (fault) {
      await browser.close();
      throw fault;
    }
  }

  /** A fresh browser context with a page on a party's door and an authenticator for passkeys. */
  async screen(door: Door, context?: BrowserContext): Promise<Screen> {
    const into = context ?? (await this.browser.newContext(PERSON));
    into.setDefaultTimeout(PATIENCE_MS);
    const page = await into.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()}: ${message.text()}`);
    });
    await page.addInitScript(() => {
      // A violation that a script swallowed still counts.
      addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
    });
    await addAuthenticator(into, page);
    return { door, context: into, page, complaints };
  }

  /** Accredits whoever enrolled at a door and waits, as `parley representative add` does: through the people's door, with the party's identity key. */
  async accredit(door: Door): Promise<string> {
    const { channel } = this.two;
    const { us, next, pending } = await ask<Pending>(door, `/api/channels/${channel}/people`);
    const [person] = pending;
    assert.ok(person !== undefined, 'somebody waits for accreditation');
    const { actor, key, name, post } = person;
    const scope = { kinds: ['*'], marking: 'red', may_recall: false, automatic: false };
    const act = { act: 'accredit', actor, ...keyMembers(fromBase64url(key) ?? assert.fail('a key')), name, post, scope, effective_at: null };
    const text = formatIdentityNote({ channel, party: us, n: next, act });
    const note = new TextDecoder().decode(await signAsIdentity(this.two.crypto.sha256, text, [door.side.identity]));
    return (await ask<{ id: string }>(door, `/api/channels/${channel}/identity`, { note })).id;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await Promise.all([this.a.close(), this.b.close()]);
    await this.two.close();
  }
}

/** What a door answers to the operator of its machine. */
export async function ask<T>(door: Door, path: string, body?: unknown): Promise<T> {
  const answer = await door.people.app.inject({
    method: body === undefined ? 'GET' : 'POST',
    url: path,
    headers: { host: new URL(door.url).host, authorization: `Bearer ${door.people.operatorToken}` },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  assert.ok(answer.statusCode < 300, `${path}: ${answer.statusCode} ${answer.body}`);
  return answer.json() as T;
}

/** Enrols a person through a one-time link: a passkey, and a signing key made in the browser unless the passkey is to sign. */
export async function enrol(screen: Screen, token: string, name: string, post: string, signWith: 'browser' | 'passkey' = 'browser'): Promise<void> {
  const { page, door } = screen;
  await page.goto(`${door.url}/enrol#${token}`);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Your post').fill(post);
  if (signWith === 'passkey') await page.getByText('The passkey itself').click();
  await page.getByRole('button', { name: signWith === 'passkey' ? 'Make the passkey' : 'Make both keys' }).click();
  await page.getByRole('heading', { name: 'You are enrolled' }).waitFor();
}

async function openDoor(side: Side, dir?: string): Promise<Door> {
  const people = await peopleApp(side.node, { webRoot: WEB_ROOT, dir });
  const { port } = new URL(await people.app.listen({ host: '127.0.0.1', port: 0 }));
  return { side, url: `http://localhost:${port}`, people, close: () => people.app.close() };
}

/** A passkey in this page without a finger: it says yes by itself. */
async function addAuthenticator(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
