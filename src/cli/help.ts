import type { Command, Option } from './command.ts';

/** A row of the table of commands. */
export type Row = { readonly name: string; readonly summary: string };

/** Options that every command takes. */
export const GLOBAL: readonly Option[] = [
  { name: 'dir', value: 'DIR', help: 'the data directory (default: "parley" in the XDG data directory)' },
  { name: 'json', help: 'machine-readable lines on stdout; messages stay on stderr' },
  { name: 'no-input', help: 'never ask; refuse where something is missing' },
  { name: 'no-color', help: 'no colour; the variable NO_COLOR does the same' },
  { name: 'help', help: 'show this help' },
];

/** Help for the whole program. */
export function mainHelp(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return [
    'Examples:',
    ...pairs([
      ['parley init --name "Republic of Alderney"', 'make a party on this machine'],
      ['parley serve', 'run its node'],
      ['parley send message --channel Geneva-1', 'write to the other side, asked field by field'],
      ['parley log --channel Geneva-1', 'read what both sides said, and how far it came'],
      ['parley verify record.parley', 'check a record with nothing but the file'],
    ]),
    '',
    'Usage: parley COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...rows.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Every command shows its own examples with --help, and takes --json, --dir and --no-input.',
    'Exit codes: 0 ok, 1 failure or not valid, 2 usage, 3 not verified, 4 two histories exist, 5 refused, 6 unreachable, 7 unsafe.',
  ].join('\n');
}

/** Help for one command: examples first. */
export function commandHelp(row: Row, command: Command): string {
  return [
    row.summary,
    '',
    'Examples:',
    ...pairs(command.examples),
    '',
    `Usage: parley ${row.name}${command.usage === '' ? '' : ` ${command.usage}`}`,
    ...(command.notes === undefined ? [] : ['', command.notes]),
    '',
    'Options:',
    ...optionLines([...command.options, ...GLOBAL]),
  ].join('\n');
}

function optionLines(options: readonly Option[]): readonly string[] {
  const names = options.map(({ name, value }) => `--${name}${value === undefined ? '' : ` ${value}`}`);
  const width = Math.max(...names.map((name) => name.length));
  return options.map(({ help }, i) => `  ${(names[i] ?? '').padEnd(width)}  ${help}`);
}

function pairs(examples: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.min(64, Math.max(...examples.map(([line]) => line.length)));
  return examples.map(([line, what]) => (line.length > width ? `  ${line}\n  ${' '.repeat(width)}  ${what}` : `  ${line.padEnd(width)}  ${what}`));
}
