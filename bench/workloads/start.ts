import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Workload } from './workload.ts';

const BOOT = fileURLToPath(new URL('../../boot.mjs', import.meta.url));
const LONGEST_MS = 180_000;

/**
 * `npm start` where everything is installed, built and played already, until the first page answers: three nodes, each a process of its own.
 * No floor: what is asked is three seconds.
 */
export const start: Workload = {
  name: 'start',
  unit: 's',
  asked: 3,
  floor: () => null,
  peer: undefined,
  async run({ folder }) {
    const dir = join(folder, 'demo');
    const first = spawn(process.execPath, [BOOT, 'start', '--dir', dir, '--once'], { stdio: 'ignore' });
    const [code] = await once(first, 'exit');
    if (code !== 0) throw new Error(`the demonstration ended with ${code}`);
    return { value: (await untilFirstPage(dir)) / 1000 };
  },
};

/** Milliseconds from the command to the first answer 200 of the first address it prints. */
async function untilFirstPage(dir: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [BOOT, 'start', '--dir', dir], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  try {
    const url = await firstAddress(child.stdout, child.stderr);
    for (;;) {
      const answer = await fetch(url).catch(() => undefined);
      if (answer?.status === 200 && (await answer.text()).includes('<html')) return performance.now() - started;
      if (performance.now() - started > LONGEST_MS) throw new Error('no page in three minutes');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/** The first `http://` address in what a process says. */
function firstAddress(...streams: readonly NodeJS.ReadableStream[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => reject(new Error('no address in three minutes')), LONGEST_MS);
  let said = '';
  for (const stream of streams) {
    stream.on('data', (part: Buffer) => {
      said += part.toString();
      const found = /https?:\/\/[^\s]+(?=\s)/.exec(said)?.[0];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
  }
  return promise;
}
