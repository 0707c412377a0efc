import { availableParallelism } from 'node:os';
import { EXIT, ParleyError } from '../../base/errors.ts';
import { MAX_CHECK_SIZE } from '../../base/limits.ts';
import { type CheckResult, checkFile } from '../../interop/check.ts';
import { nodeCrypto } from '../../node/crypto.ts';
import type { Command } from '../command.ts';
import { recordDetectors } from '../detectors.ts';
import { readInputFile } from '../read-input.ts';
import type { Terminal } from '../terminal.ts';

export const command: Command = {
  usage: 'FILE...',
  examples: [
    ['parley check bundle.json', 'a STIX bundle: its version, its objects, what is wrong with it'],
    ['parley check --json *.json *.xml', 'many files, a JSON line each'],
    ['curl -s https://example/feed | parley check -', 'what comes on standard input'],
  ],
  notes:
    'Files are known by their content, never by their name: STIX, MISP, CSAF and IODEF, and everything the record is made of.\n' +
    'Exit codes: 0 all are valid, 1 one is not.',
  options: [],
  words: [1, 10_000],
  async run({ args, terminal }) {
    const crypto = nodeCrypto(availableParallelism());
    const detectors = recordDetectors(crypto);
    const progress = terminal.progress('Checking');
    let allValid = true;
    try {
      for (const [i, file] of args.words.entries()) {
        progress.update(i, args.words.length);
        const result = await checkOne(file, terminal, (bytes) => checkFile(file, bytes, detectors));
        if (!result.valid) allValid = false;
        terminal.data(lineOf(result), textOf(terminal, result));
      }
    } finally {
      progress.end();
      await crypto.close();
    }
    return allValid ? EXIT.ok : EXIT.failure;
  },
};

/** A file that cannot be read is a line like another: one bad item never stops the next. */
async function checkOne(file: string, terminal: Terminal, check: (bytes: Uint8Array) => Promise<CheckResult>): Promise<CheckResult> {
  try {
    return await check(await readInputFile(file, terminal.streams.stdin, MAX_CHECK_SIZE));
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (!(error instanceof ParleyError) && typeof code !== 'string') throw error;
    const errors = [error instanceof ParleyError ? refusalText(error) : code === 'EISDIR' ? 'this is a directory' : 'the file cannot be read'];
    return { file, format: 'unknown', version: null, valid: false, errors, warnings: [], counts: {} };
  }
}

function refusalText(error: ParleyError): string {
  return error.code === 'not_found' ? 'there is no such file' : error.message;
}

/** The line in its documented order. */
function lineOf({ file, format, version, valid, errors, warnings, counts }: CheckResult): CheckResult {
  return { file, format, version, valid, errors, warnings, counts };
}

function textOf(terminal: Terminal, { file, format, version, valid, errors, warnings, counts }: CheckResult): string {
  const verdict = valid ? terminal.style('valid', 'good') : terminal.style('NOT valid', 'bad');
  const what = Object.entries(counts).map(([name, count]) => `${count} ${name.replaceAll('_', ' ')}`);
  return [
    `${file}: ${verdict}, ${format}${version === null ? '' : ` ${version}`}${what.length === 0 ? '' : ` (${what.join(', ')})`}`,
    ...errors.map((error) => `  ${terminal.style('✗', 'bad')} ${error}`),
    ...warnings.map((warning) => `  ${terminal.style('!', 'warn')} ${warning}`),
  ].join('\n');
}
