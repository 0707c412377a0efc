import { EXIT, ParleyError } from '../base/errors.ts';
import type { Terminal } from './terminal.ts';

/** Faults of the system that are no bug, as what they mean to whoever typed the command. */
const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'this may not be read or written by you',
  EPERM: 'this may not be read or written by you',
  EISDIR: 'this is a directory, a file was expected',
  ENOTDIR: 'this is a file, a directory was expected',
  EADDRINUSE: 'another process listens on this port',
  EADDRNOTAVAIL: 'this machine has no such address',
  EROFS: 'this can only be read',
};

/** The exit code of what a command threw; 1 where it is no refusal. */
export function exitOf(error: unknown): number {
  if (error instanceof ParleyError) return error.exit;
  return systemSentence(error) !== undefined && codeOf(error) === 'ENOSPC' ? EXIT.unsafe : EXIT.failure;
}

/** Says on stderr what happened, what is safe and what to do next; with `--json` also a line on stdout, `{"error":"not_found","detail":"..."}`. */
export function sayFailure(terminal: Terminal, error: unknown): void {
  if (error instanceof ParleyError) {
    terminal.say(`${terminal.style('parley:', 'bad')} ${error.message}`);
    if (error.code !== 'usage') terminal.say(error.safe);
    terminal.say(error.next);
    if (terminal.json) terminal.data({ error: error.code, detail: error.detail, exit: error.exit, ...facts(error) }, '');
    return;
  }
  const sentence = systemSentence(error);
  if (sentence === undefined) {
    // A bug: its place is worth more than a polite sentence.
    terminal.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    terminal.say('This is a fault of the program. What was acknowledged before is kept.');
  } else terminal.say(`${terminal.style('parley:', 'bad')} ${sentence}`);
  if (terminal.json) terminal.data({ error: 'failure', detail: sentence ?? 'a fault of the program', exit: exitOf(error) }, '');
}

function facts(error: ParleyError): object {
  return Object.keys(error.facts).length === 0 ? {} : { facts: error.facts };
}

function systemSentence(error: unknown): string | undefined {
  const code = codeOf(error);
  const sentence = typeof code === 'string' ? (code === 'ENOSPC' ? 'the disk is full' : SYSTEM[code]) : undefined;
  const path = (error as { path?: unknown }).path;
  return sentence === undefined ? undefined : typeof path === 'string' ? `${path}: ${sentence}` : sentence;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
}
