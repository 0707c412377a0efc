import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { ParleyError } from '../base/errors.ts';
import { visible } from '../document/visible.ts';
import { readPassphrase } from '../node/passphrase.ts';
import { readLine } from './read-line.ts';

/** The three streams of a process, and what of its environment the command line looks at. */
export type Streams = {
  readonly stdin: Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  readonly stdout: Writable & { isTTY?: boolean };
  readonly stderr: Writable & { isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How dear a passphrase of a new key file is to guess (base-2 logarithm of scrypt's N), where another than ours; our own process never says so. */
  readonly workFactor?: number;
};

/** How text is set off; nothing is said by colour alone. */
export type Style = 'bold' | 'dim' | 'good' | 'bad' | 'warn';

const SGR: Readonly<Record<Style, string>> = { bold: '1', dim: '2', good: '32', bad: '31', warn: '33' };
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;
/** Marks where our own styles begin and end: drawn anew in every process, so that nothing written elsewhere can hold it. */
const MARK = `\u001b${randomUUID()}`;
/** What JSON leaves as it is although a terminal moves, hides or reorders for it. */
const UNESCAPED = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;
/** Long work says nothing before this. */
const QUIET_MS = 1000;
/** Where lines cannot be rewritten, progress is said this often. */
const LINE_EVERY_MS = 5000;

/** Data on stdout, messages on stderr: JSON lines or text, colour only where somebody looks. */
export class Terminal {
  readonly streams: Streams;
  readonly json: boolean;
  /** Whether questions may be asked: a terminal is there and `--no-input` was not given. */
  readonly asks: boolean;
  readonly #noInput: boolean;
  readonly #colour: boolean;

  constructor(streams: Streams, options: { readonly json: boolean; readonly noInput: boolean; readonly noColour: boolean }) {
    this.streams = streams;
    this.json = options.json;
    this.#noInput = options.noInput;
    this.asks = !options.noInput && streams.stdin.isTTY === true && streams.stderr.isTTY === true;
    this.#colour = !options.noColour && (streams.env.NO_COLOR ?? '') === '' && streams.env.TERM !== 'dumb';
  }

  /** A piece of the answer on stdout: one JSON line with `--json`, else its text (nothing where that is empty). */
  data(value: unknown, text: string): void {
    const shown = this.json ? JSON.stringify(value).replace(UNESCAPED, escaped) : this.#clean(text, this.streams.stdout);
    if (shown !== '') this.streams.stdout.write(`${shown}\n`);
  }

  /** Bytes on stdout as they are, for `-`. */
  bytes(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => this.streams.stdout.write(bytes, (fault) => (fault ? reject(fault) : resolve())));
  }

  /** A message on stderr. */
  say(text: string): void {
    this.streams.stderr.write(`${this.#clean(text, this.streams.stderr)}\n`);
  }

  /** Text in a style; it is dropped on the way out where nobody would see it. */
  style(text: string, style: Style): string {
    return `${MARK}${SGR[style]};${text}${MARK}0;`;
  }

  /** One line typed by a person; refuses `usage` where nobody can be asked, saying which option would answer. */
  async ask(question: string, instead: string): Promise<string> {
    if (!this.asks) throw new ParleyError('usage', instead);
    this.streams.stderr.write(`${this.#clean(question, this.streams.stderr)} `);
    return (await readLine(this.streams.stdin)).trim();
  }

  /** A yes or a no; anything else is a no, since what is asked about cannot be undone. */
  async confirm(question: string, instead: string): Promise<boolean> {
    return /^(y|yes)$/i.test(await this.ask(`${question} [y/N]`, instead));
  }

  /** A passphrase: from `--passphrase-file`, typed without echo, or the first line of standard input. */
  passphrase(prompt: string, file: string | undefined): Promise<string> {
    const { stdin, stderr } = this.streams;
    if (file !== undefined && file !== '-') return readPassphrase({ file });
    if (file === undefined && this.#noInput) throw new ParleyError('usage', '--passphrase-file is needed with --no-input');
    return readPassphrase({ prompt, input: stdin, output: stderr });
  }

  /** Says how far long work is, from its second second on: one line rewritten on a terminal, else a line now and then. */
  progress(what: string): { update(done: number, of: number): void; end(): void } {
    const { stderr } = this.streams;
    const started = performance.now();
    let last = started + QUIET_MS - LINE_EVERY_MS;
    let drawn = false;
    return {
      update: (done, of) => {
        const now = performance.now();
        if (now - started < QUIET_MS || (stderr.isTTY !== true && now - last < LINE_EVERY_MS) || now - last < 100) return;
        last = now;
        const text = `${what}: ${done} of ${of}`;
        if (stderr.isTTY === true) stderr.write(`\r${this.#clean(text, stderr)}\u001b[K`);
        else this.say(text);
        drawn = stderr.isTTY === true;
      },
      end: () => {
        if (drawn) stderr.write('\r\u001b[K');
      },
    };
  }

  /**
   * Without control characters, and with those that hide or reorder as their numbers: what a peer wrote must not move the cursor, rewrite what stands
   * above, or pass for a style of ours.
   */
  #clean(text: string, stream: { isTTY?: boolean }): string {
    const styled = this.#colour && stream.isTTY === true;
    const [first = '', ...parts] = text.split(MARK);
    const shown = parts.map((part) => {
      const [code = ''] = part.split(';', 1);
      return `${styled ? `\u001b[${code}m` : ''}${plain(part.slice(code.length + 1))}`;
    });
    return `${plain(first)}${shown.join('')}`;
  }
}

function plain(text: string): string {
  return visible(text).replace(CONTROLS, '\ufffd');
}

/** A character as JSON escapes it, unit by unit. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
