import type { Readable, Writable } from 'node:stream';
import { ParleyError } from '../base/errors.ts';
import { readBounded } from './durable-file.ts';
import { afterPause, moreOf } from './input.ts';

/** Where a passphrase comes from. There is no flag and no variable for one: both show in process lists and shell histories. */
export type PassphraseSource = {
  /** A file whose first line is the passphrase; asked for by name, it comes before the terminal. */
  readonly file?: string;
  /** What is asked on a terminal, such as `Passphrase of the identity key`. */
  readonly prompt?: string;
  readonly input?: Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  readonly output?: Writable;
};

/** Twice the longest passphrase in UTF-8. */
const MAX_LINE_SIZE = 4096;

/**
 * One passphrase: the first line of a file, else typed on the terminal without echo, else the first line of standard input (the rest stays there).
 *
 * Refuses with `usage` when there is none or it was broken off, `not_found` when the file is missing, `too_large` when a line does not end.
 */
export async function readPassphrase(source: PassphraseSource = {}): Promise<string> {
  const line = source.file === undefined ? await fromInput(source) : await fromFile(source.file);
  const text = new TextDecoder('utf-8', { fatal: false }).decode(line);
  if (text === '')
    throw new ParleyError(
      'usage',
      source.file === undefined ? 'a passphrase; --passphrase-file names a file with one' : 'a passphrase in the first line of its file',
    );
  return text;
}

async function fromFile(path: string): Promise<Uint8Array> {
  const bytes = await readBounded(path, MAX_LINE_SIZE);
  if (bytes === undefined) throw new ParleyError('not_found', 'the passphrase file');
  const end = bytes.indexOf(0x0a);
  return withoutReturn(end < 0 ? bytes : bytes.subarray(0, end));
}

async function fromInput({ prompt = 'Passphrase', input = process.stdin, output = process.stderr }: PassphraseSource): Promise<Uint8Array> {
  const typed = input.isTTY === true && input.setRawMode !== undefined;
  if (typed) {
    // Echo off first: whoever answers the prompt at once must not be shown either.
    input.setRawMode?.(true);
    output.write(`${prompt}: `);
  }
  try {
    await afterPause();
    return typed ? await readLine(input, edit) : withoutReturn(await readLine(input, (line, byte) => line.push(byte)));
  } finally {
    if (typed) {
      input.setRawMode?.(false);
      output.write('\n');
    }
    // An input left waiting would keep the process alive; whoever wants the rest reads on.
    input.pause();
  }
}

/** One key on a raw terminal, where nothing is edited or interrupted for us. */
function edit(line: number[], byte: number): void {
  if (byte === 0x03 || byte === 0x04) throw new ParleyError('usage', 'a passphrase; it was broken off');
  if (byte === 0x15) line.length = 0;
  else if (byte === 0x7f || byte === 0x08) {
    // Back over one character: its continuation bytes (10xxxxxx), then its first.
    while (line.length > 0 && ((line.at(-1) ?? 0) & 0xc0) === 0x80) line.pop();
    line.pop();
  } else if (byte >= 0x20) line.push(byte);
}

async function readLine(input: PassphraseSource['input'] & Readable, take: (line: number[], byte: number) => void): Promise<Uint8Array> {
  const line: number[] = [];
  for (;;) {
    const chunk = (input.read() as Buffer | string | null) ?? undefined;
    if (chunk === undefined) {
      if (input.readableEnded || input.destroyed || !(await moreOf(input))) return Uint8Array.from(line);
      continue;
    }
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (const [i, byte] of bytes.entries()) {
      if (byte === 0x0a || (byte === 0x0d && input.isTTY === true)) {
        if (i + 1 < bytes.length) input.unshift(bytes.subarray(i + 1));
        return Uint8Array.from(line);
      }
      take(line, byte);
    }
    if (line.length > MAX_LINE_SIZE) throw new ParleyError('too_large', 'a passphrase that ends');
  }
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}
