import { join, relative } from 'node:path';
import { program, shellWord } from '../program.ts';
import type { Scenario } from './scenario.ts';
import type { Setting } from './setting.ts';

/** Where a demonstration can be looked at. */
export type Up = {
  readonly channel: string;
  readonly parties: readonly { readonly name: string; readonly url: string }[];
  readonly host: { readonly name: string; readonly url: string };
};

/** What somebody needs who has never seen it: where to look, with which keys to sign at the command line, and how it ends. */
export function welcomeText(scenario: Scenario, dir: string, facts: Up, links: readonly string[]): string {
  const width = Math.max(...facts.parties.map(({ name }) => name.length), facts.host.name.length);
  const lines = facts.parties.flatMap(({ name, url }, i) => [
    `  ${name.padEnd(width)}  ${url}`,
    `  ${''.padEnd(width)}  sign in once with ${links[i] ?? ''}`,
  ]);
  const [first] = scenario.people.filter(({ party }) => party === 0);
  const side = scenario.parties[0]?.slug ?? '';
  const again = near(dir) === join('.parley', 'demo') ? 'npm start' : `${program()} demo --dir ${near(dir)}`;
  return [
    'Both sides are up. Open them side by side; whoever signs in may sign a few seconds later:',
    '',
    ...lines,
    `  ${facts.host.name.padEnd(width)}  ${facts.host.url} (the neutral host: sizes and roots, no content)`,
    '',
    `The channel is "${scenario.channel}", ${facts.channel}.`,
    `Its people have their keys in ${near(join(dir, 'keys'))}, all under the passphrase in ${near(join(dir, 'passphrase'))}. One of them writes:`,
    `  ${program()} send message --dir ${near(join(dir, side))} --key ${near(join(dir, 'keys', side, `${first?.slug ?? ''}.key`))} \\`,
    `    --passphrase-file ${near(join(dir, 'passphrase'))}`,
    '',
    `Everything is in ${near(dir)}; demo.json there says which process is which (kill stops one, and its log is in logs/).`,
    `Ctrl-C stops all three; "${again}" goes on; without the directory it begins anew.`,
  ].join('\n');
}

/** The same for a round, of the party that has all its channels; the others are looked at from the command line, which finds each by its directory. */
export function roundWelcomeText(
  scenario: Scenario,
  dir: string,
  setting: Setting,
  nodes: readonly { readonly name: string; readonly url: string }[],
  link: string,
): string {
  const width = Math.max(...nodes.map(({ name }) => name.length));
  const [hub = '', other = ''] = setting.parties.map(near);
  return [
    `All are up. ${scenario.parties[0]?.name ?? ''} has a channel with each of ${scenario.parties.length - 1} others; sign in there once with`,
    `  ${link}`,
    '',
    ...nodes.map(({ name, url }) => `  ${name.padEnd(width)}  ${url}`),
    '',
    `  ${program()} report --dir ${hub}    # who answered, and when, over all channels`,
    `  ${program()} duties --dir ${hub}    # whom it awaits`,
    `  ${program()} duties --dir ${other}    # what is asked of one of the others`,
    '',
    `Everything is in ${near(dir)}; demo.json there says which process is which. Ctrl-C stops all of them.`,
  ].join('\n');
}

/** A path as it is typed here. */
function near(path: string): string {
  return shellWord(/^\.\.(\/|$)/.test(relative('.', path)) ? path : relative('.', path));
}
