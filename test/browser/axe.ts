/** The automatic checker of accessibility, in a page: put in once, asked as often as one likes. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** WCAG 2.2 AA, and what the checker's makers hold to be good besides. */
const ALL = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
/** In another theme only colours differ. */
const COLOURS = { type: 'rule', values: ['color-contrast'] };

/** What it finds wrong with what stands on a page now, a line each: `image-alt: <img src="x">`. Of our pages none has frames, and none is looked into. */
export async function violations(page: Page, { colours = false } = {}): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(
    async (runOnly) => {
      const checker = (window as unknown as { axe: typeof axe }).axe;
      // A selector of each node is most of the work, and what is told of a node is its beginning.
      const { violations } = await checker.run(document, {
        runOnly: runOnly as never,
        resultTypes: ['violations'],
        selectors: false,
        iframes: false,
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    },
    colours ? COLOURS : ALL,
  );
}
