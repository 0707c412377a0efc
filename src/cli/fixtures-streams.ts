import { PassThrough } from 'node:stream';
import { main } from './main.ts';

/** What a command said and how it ended. */
export type Ran = { readonly code: number; readonly out: string; readonly err: string; readonly lines: readonly Record<string, unknown>[] };

/** Runs a command in this process; `input` is its standard input, `typed` makes that a terminal with these lines typed. A passphrase costs next to nothing. */
export async function run(argv: readonly string[], options: { readonly input?: string; readonly typed?: readonly string[] } = {}): Promise<Ran> {
  const stdin = Object.assign(new PassThrough(), options.typed === undefined ? {} : { isTTY: true, setRawMode: () => undefined });
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), options.typed === undefined ? {} : { isTTY: true });
  const typed = [...(options.typed ?? [])];
  // A person answers when asked: one line for every question that ends without a newline.
  stderr.on('data', (part: Buffer) => {
    if (options.typed !== undefined && /[:\]?>] $/.test(part.toString())) stdin.write(`${typed.shift() ?? ''}\n`);
  });
  if (options.typed === undefined) stdin.end(options.input ?? '');
  const err = collect(stderr);
  const out = collect(stdout);
  const code = await main(argv, { stdin, stdout, stderr, env: { NO_COLOR: '1', HOME: '/nowhere' }, workFactor: 10 });
  const text = out();
  return {
    code,
    out: text,
    err: err(),
    lines: argv.includes('--json')
      ? text
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
      : [],
  };
}

function collect(stream: PassThrough): () => string {
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  return () => {
    for (let rest = stream.read() as Buffer | null; rest !== null; rest = stream.read() as Buffer | null) parts.push(rest);
    return Buffer.concat(parts).toString('utf8');
  };
}
