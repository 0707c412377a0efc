import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ParleyError } from '../base/errors.ts';
import { readArguments } from './arguments.ts';
import { closest } from './closest.ts';
import { exitOf, sayFailure } from './failure.ts';
import { commandHelp, GLOBAL, mainHelp } from './help.ts';
import { COMMANDS } from './table.ts';
import { type Streams, Terminal } from './terminal.ts';

/** Runs the command in `argv` (without program names) and resolves with its exit code; nothing is thrown but bugs. */
export async function main(argv: readonly string[], streams: Streams): Promise<number> {
  const plain = (name: string): boolean => argv.includes(name);
  const terminal = new Terminal(streams, { json: plain('--json'), noInput: plain('--no-input'), noColour: plain('--no-color') });
  try {
    return await dispatch(argv, terminal);
  } catch (error) {
    sayFailure(terminal, error);
    return exitOf(error);
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  if (argv.length === 0 || argv[0] === 'help' || argv[0] === '--help' || argv[0] === '-h') return help(argv.slice(1), terminal);
  if (argv[0] === '--version') {
    const { version } = await import('./version.ts');
    terminal.data({ version: version() }, `parley ${version()}`);
    return 0;
  }
  const { row, rest } = find(argv);
  const { command } = await row.load();
  const args = readArguments(rest, [...command.options, ...GLOBAL], command.words, command);
  if (args.has('help')) {
    terminal.data({ help: commandHelp(row, command) }, commandHelp(row, command));
    return 0;
  }
  const dir = resolve(args.text('dir') ?? defaultDir(terminal.streams.env, row.name === 'host' ? 'parley-host' : 'parley'));
  return (await command.run({ args, terminal, dir })) ?? 0;
}

async function help(words: readonly string[], terminal: Terminal): Promise<number> {
  if (words[0] === '--markdown') {
    const page = await (await import('./commands-page.ts')).commandsPage();
    terminal.data({ help: page }, page.trimEnd());
    return 0;
  }
  if (words.length > 0 && words[0]?.startsWith('-') === false) {
    const { row } = find(words);
    const text = commandHelp(row, (await row.load()).command);
    terminal.data({ help: text }, text);
  } else terminal.data({ help: mainHelp(COMMANDS) }, mainHelp(COMMANDS));
  return 0;
}

/** The command that the first one or two words name; refuses `usage` with the nearest name. */
function find(argv: readonly string[]): { row: (typeof COMMANDS)[number]; rest: readonly string[] } {
  const [first = '', second = ''] = argv;
  const two = COMMANDS.find(({ name }) => name === `${first} ${second}`);
  if (two !== undefined) return { row: two, rest: argv.slice(2) };
  const one = COMMANDS.find(({ name }) => name === first);
  if (one !== undefined) return { row: one, rest: argv.slice(1) };
  const names = COMMANDS.map(({ name }) => name);
  const group = names.filter((name) => name.startsWith(`${first} `));
  const near = closest(`${first} ${second}`, names) ?? closest(first, names);
  if (group.length > 0)
    throw new ParleyError('usage', near === undefined || second === '' ? `one of: ${group.join(', ')}` : `did you mean "parley ${near}"?`);
  throw new ParleyError('usage', `"${first.slice(0, 40)}" is not a command${near === undefined ? '' : `; did you mean "parley ${near}"?`}`);
}

/** `$XDG_DATA_HOME/parley`, which is `~/.local/share/parley`; on Windows below the user's local application data. */
function defaultDir(env: Streams['env'], name: string): string {
  const xdg = env.XDG_DATA_HOME;
  // The XDG specification: a relative path is to be ignored.
  if (xdg?.startsWith('/')) return join(xdg, name);
  const local = process.platform === 'win32' ? env.LOCALAPPDATA : undefined;
  return local === undefined || local === '' ? join(homedir(), '.local', 'share', name) : join(local, name);
}

if (import.meta.main) {
  // A reader that has seen enough (`parley log | head`) is no failure.
  process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
    if (fault.code === 'EPIPE') process.exit(0);
    throw fault;
  });
  process.exitCode = await main(process.argv.slice(2), process);
}
