/** What the runners share: two processes, one that writes and serves and one that fetches, and one line of JSON at the end. */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes of one record; about what an entry of the record weighs. */
export const RECORD_SIZE = 440;

/** Record number `i`: bytes that no compressor can shorten and that are the same on every run. */
export function record(i, size = RECORD_SIZE) {
  const parts = [];
  for (let at = 0; at * 32 < size; at++) parts.push(createHash('sha256').update(`${i}/${at}`).digest());
  return Buffer.concat(parts).subarray(0, size);
}

/** The same as text of `size` characters, for peers that hold JSON. */
export function recordText(i, size) {
  return record(i, size).toString('base64').slice(0, size);
}

/**
 * Runs a peer: without arguments both sides, each in a process of its own; prints
 * `{"name","records","append","replicate"}`, seconds.
 */
export async function peerMain(name, { serve, fetch }) {
  const [role, folder, count = '100000', at] = process.argv.slice(2);
  if (role === 'serve' || role === 'fetch') {
    const done = await (role === 'serve' ? serve(folder, Number(count)) : fetch(folder, Number(count), JSON.parse(at)));
    const { close, ...result } = done;
    process.send(result);
    process.once('disconnect', () => process.exit(1));
    process.once('message', async () => {
      await close();
      process.exit(0);
    });
    return;
  }
  const records = Number(role ?? count);
  const base = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const children = [];
  const part = (which, extra) => {
    mkdirSync(join(base, which));
    const child = fork(process.argv[1], [which, join(base, which), String(records), ...extra], { stdio: ['ignore', 2, 2, 'ipc'] });
    children.push(child);
    return new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`${name}: ${which} ended with ${code}`)));
    });
  };
  try {
    const writer = await part('serve', []);
    const reader = await part('fetch', [JSON.stringify(writer.at)]);
    process.stdout.write(`${JSON.stringify({ name, records, append: writer.append, replicate: reader.replicate })}\n`);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(base, { recursive: true, force: true });
  }
}
