import type { Command } from './command.ts';
import { GLOBAL } from './help.ts';
import { COMMANDS } from './table.ts';

/** The page `docs/commands.md`: every command as its own help says it, so that the page cannot be wrong. */
export async function commandsPage(): Promise<string> {
  const commands = await Promise.all(COMMANDS.map(async ({ name, summary, load }) => ({ name, summary, command: (await load()).command })));
  return [
    '# Commands',
    '',
    'This page is what the commands say of themselves with `--help`; `parley help --markdown` prints it.',
    '',
    ...INTRODUCTION,
    '',
    '| command | |',
    '|---|---|',
    ...commands.map(({ name, summary }) => `| [\`${name}\`](#parley-${name.replaceAll(' ', '-')}) | ${summary} |`),
    '',
    '## Options of every command',
    '',
    ...optionRows(GLOBAL),
    ...commands.flatMap(({ name, summary, command }) => ['', `## parley ${name}`, '', summary, '', ...section(name, command)]),
    '',
  ].join('\n');
}

const INTRODUCTION: readonly string[] = [
  'What a command answers is on stdout, everything else on stderr. With `--json` the answer is lines of JSON, and a refusal is a line',
  '`{"error":"not_found","detail":"...","exit":1}`. Instants in JSON are whole seconds since 1970 in UTC. `-` is standard input, or output for `--out`.',
  '',
  'Commands that look at or change a party speak to its node where one runs on the directory, and open the directory themselves where none does.',
  'What is said without a node is durable and leaves when `parley serve` runs.',
  '',
  'Secrets never stand in options or variables: a passphrase is typed, or comes from the first line of `--passphrase-file` or of standard input.',
  '',
  '| exit code | meaning |',
  '|---|---|',
  '| 0 | done, valid, verified, held |',
  '| 1 | failed, or not valid |',
  '| 2 | the command is not complete or not known, or a question was answered with no; nothing was done |',
  '| 3 | not verified |',
  '| 4 | two histories exist |',
  '| 5 | refused: rights, accreditation, passphrase, sentence |',
  '| 6 | the other node, or the own one, cannot be reached; or a wait ended without what it waited for |',
  '| 7 | unsafe: the node cannot prove that its history is the newest it signed, a disk is full or damaged, a directory is in use |',
];

function section(name: string, command: Command): readonly string[] {
  return [
    '```',
    `parley ${name}${command.usage === '' ? '' : ` ${command.usage}`}`,
    '```',
    '',
    ...command.examples.flatMap(([line, what]) => [`- ${what}:`, `  \`${line}\``]),
    ...(command.notes === undefined ? [] : ['', ...command.notes.split('\n').flatMap((line, i) => (i === 0 ? [line] : [`<br>${line}`]))]),
    ...(command.options.length === 0 ? [] : ['', ...optionRows(command.options)]),
  ];
}

function optionRows(options: Command['options']): readonly string[] {
  return [
    '| option | |',
    '|---|---|',
    ...options.map(({ name, value, help }) => `| \`--${name}${value === undefined ? '' : ` ${value}`}\` | ${help.replaceAll('|', '\\|')} |`),
  ];
}
