import { open, rm } from 'node:fs/promises';
import { utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import { readBounded, replaceFile } from '../node/durable-file.ts';
import { formatHeads, parseHeads, type RememberedHead } from '../verify/heads.ts';

/** Two notes of some 3.5 kB a channel; thousands of channels fit. */
const MAX_SIZE = 64 * 1024 * 1024;

/** Longer than any command holds it. */
const LOCK_MS = 5000;

/** What a signing key remembers of every log it has signed over, by channel id. */
export type HeadsMemory = {
  read(channel: string): Promise<readonly RememberedHead[]>;
  /** Durable when it resolves; never forgets a larger head. */
  remember(channel: string, heads: readonly RememberedHead[]): Promise<void>;
};

/**
 * The memory beside a key file, `<key file>.heads.json`: `{"v":1,"channels":{"<id>":[{"party","gen","size","root","note"}]}}`.
 * Refuses `invalid` where it is damaged: signing as if nothing were remembered is what it is there to prevent.
 */
export function headsFile(keyFile: string): HeadsMemory {
  const path = `${keyFile}.heads.json`;
  return {
    read: async (channel) => (await readAll(path)).get(channel) ?? [],
    remember: (channel, heads) =>
      alone(`${path}.lock`, async () => {
        const all = await readAll(path);
        const known = all.get(channel) ?? [];
        all.set(
          channel,
          heads.map((head) => largest(head, known)),
        );
        const channels = Object.fromEntries([...all].map(([id, list]) => [id, JSON.parse(formatHeads(list)) as Json]));
        await replaceFile(path, utf8(`${JSON.stringify({ v: 1, channels })}\n`));
      }),
  };
}

async function readAll(path: string): Promise<Map<string, readonly RememberedHead[]>> {
  const bytes = await readBounded(path, MAX_SIZE);
  if (bytes === undefined) return new Map();
  const out = new Map<string, readonly RememberedHead[]>();
  const damaged = new ParleyError('invalid', `what the key remembers is damaged: ${path}`);
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch {
    throw damaged;
  }
  if (!isObject(value) || value.v !== 1 || !isObject(value.channels)) throw damaged;
  for (const [channel, list] of Object.entries(value.channels)) {
    const heads = parseHeads(list);
    if (heads === undefined) throw damaged;
    out.set(channel, heads);
  }
  return out;
}

/** Runs a task while no other command does; a lock that a killed command left is broken after some seconds. */
async function alone(lock: string, task: () => Promise<void>): Promise<void> {
  for (const started = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 10))) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      break;
    } catch (fault) {
      if ((fault as { code?: unknown }).code !== 'EEXIST') throw fault;
      if (Date.now() - started > LOCK_MS) await rm(lock, { force: true });
    }
  }
  try {
    await task();
  } finally {
    await rm(lock, { force: true });
  }
}

function largest(head: RememberedHead, known: readonly RememberedHead[]): RememberedHead {
  const before = known.find(({ party, gen }) => party === head.party && gen === head.gen);
  return before !== undefined && before.size > head.size ? before : head;
}
