/** git: one commit a record by fast-import (nothing is signed), cloned over its own protocol, then checked by fsck. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECORD_SIZE, record } from './peer.mjs';

const records = Number(process.argv[2] ?? '100000');
const base = mkdtempSync(join(tmpdir(), 'parley-bench-'));
// Nobody's own settings: a hook, a signing key or a template would change what is measured.
const env = { PATH: process.env.PATH, HOME: base, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
try {
  const origin = join(base, 'origin.git');
  await timed('git', ['init', '--quiet', '--bare', '--initial-branch=main', origin]);
  const append = await timed('git', ['-C', origin, 'fast-import', '--quiet'], stream);
  const replicate = await timed('git', ['clone', '--quiet', '--bare', `file://${origin}`, join(base, 'copy.git')]);
  const verify = await timed('git', ['-C', join(base, 'copy.git'), 'fsck', '--full', '--no-progress']);
  process.stdout.write(`${JSON.stringify({ name: 'git', records, append, replicate, verify })}\n`);
} finally {
  rmSync(base, { recursive: true, force: true });
}

function* stream() {
  for (let i = 0; i < records; i++) {
    const head = `commit refs/heads/main\ncommitter a <a@example> ${1_700_000_000 + i} +0000\ndata 0\nM 100644 inline record\ndata ${RECORD_SIZE}\n`;
    yield Buffer.concat([Buffer.from(head), record(i), Buffer.from('\n')]);
  }
}

async function timed(command, args, input) {
  const started = performance.now();
  const child = spawn(command, args, { env, stdio: [input === undefined ? 'ignore' : 'pipe', 2, 2] });
  const ended = once(child, 'exit');
  if (input !== undefined) {
    for (const chunk of input()) if (!child.stdin.write(chunk)) await once(child.stdin, 'drain');
    child.stdin.end();
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`git ${args.at(0)} ended with ${code}`);
  return (performance.now() - started) / 1000;
}
