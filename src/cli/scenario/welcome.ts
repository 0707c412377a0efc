import { join, relative } from 'node:path';
import { program, shellWord } from '../program.ts';
import type { Scenario } from './scenario.ts';

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
  const near = (path: string): string => shellWord(/^\.\.(\/|$)/.test(relative('.', path)) ? path : relative('.', path));
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
