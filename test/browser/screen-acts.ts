/** What people do on the screens, as the browser tests do it: by the words they see. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { openWithholdingDoor } from '../../src/cli/rehearsal/withhold.ts';
import { violations } from './axe.ts';
import type { Screen, TwoScreens } from './two-screens.ts';

/** A channel's address on a party's screens. */
export function inChannel(screens: TwoScreens, screen: Screen, rest = ''): string {
  return `${screen.door.url}/c/${screens.two.channel}${rest}`;
}

/** Presses "Sign and send" and waits until the node holds the document; resolves with the path of its page. */
export async function signAndSend(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Sign and send' }).click();
  const link = page.getByRole('link', { name: 'Open the document' });
  await link.waitFor();
  return new URL((await link.getAttribute('href')) ?? '', page.url()).pathname;
}

/** Chooses a marking on a form. */
export async function mark(page: Page, marking: string): Promise<void> {
  await page.getByRole('radiogroup', { name: 'Marking (TLP)' }).getByText(`TLP:${marking}`, { exact: true }).click();
}

/** The entry of a list whose own words are these. */
export function entry(page: Page, words: string): Locator {
  return page.locator('.entry', { has: page.getByRole('link', { name: words, exact: true }) });
}

/** Where an element stands: on the side that begins a line, or on the other one. */
export async function sideOf(page: Page, element: Locator): Promise<'start' | 'end'> {
  const box = await element.boundingBox();
  const width = page.viewportSize()?.width ?? 0;
  assert.ok(box !== null, 'an element that is drawn');
  return box.x + box.width / 2 < width / 2 ? 'start' : 'end';
}

/** Marks a page so that {@link isSamePage} tells whether it was loaded anew. */
export async function rememberPage(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { remembered: true }));
}

export async function isSamePage(page: Page): Promise<boolean> {
  return page.evaluate(() => 'remembered' in window);
}

/** Presses Tab until what has the focus is this; at most as often as a page has things to focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement || element.contains(document.activeElement))) return;
    await page.keyboard.press('Tab');
  }
  assert.fail('the keyboard reaches it');
}

/** What an automatic checker finds wrong with a page for people who see, hear or move otherwise, at these widths and in both themes. */
export async function inaccessible(page: Page, widths: readonly number[] = [1440, 390]): Promise<readonly string[]> {
  const found: string[] = [];
  const before = page.viewportSize();
  for (const width of widths) {
    await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) found.push(`${width}: scrolls sideways by ${over} px`);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const line of await violations(page, { colours: colorScheme === 'dark' })) found.push(`${width} ${colorScheme} ${line}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (before !== null) await page.setViewportSize(before);
  return found;
}

/** A door that takes everything and signs for nothing stands where Alpha's node looks for Beta's. */
export async function whileNothingIsSigned({ two }: TwoScreens, see: () => Promise<void>): Promise<void> {
  const { addresses } = two.a.node.record(two.channel);
  const door = await openWithholdingDoor(two.b.node.parts.seed, () => undefined);
  try {
    await two.a.node.updateRecord(two.channel, { addresses: addresses.with(1, door.url) });
    two.a.node.exchange.resubmit();
    await see();
  } finally {
    await two.a.node.updateRecord(two.channel, { addresses });
    await door.close();
  }
}
