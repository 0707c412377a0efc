/** One party's node in a process of its own, told what to do by messages from the workload. */
import { fromHex } from '../../src/base/bytes.ts';
import { composeEntry } from '../../src/entry/entry.ts';
import type { ChannelRuntime } from '../../src/node/channel-runtime.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../../src/node/crypto.ts';
import { openParty, servePeers } from '../../src/node/serve.ts';
import { citedHeads } from '../../src/node/stamps.ts';
import { receiptedSize } from '../../src/sync/push.ts';
import { logIn } from '../../src/sync/replica.ts';

/** What a workload may ask of a node. */
export type Order =
  | { readonly do: 'serve' }
  | { readonly do: 'connect'; readonly channel: string; readonly addresses: readonly string[]; readonly hosts: readonly string[] }
  | {
      readonly do: 'append';
      readonly channel: string;
      readonly seed: string;
      readonly count: number;
      readonly together: number;
      readonly held: boolean;
    }
  | { readonly do: 'close' };

/** Bytes of text in one document of the workloads: with salts, header and signature a record of about the peers' 440 bytes of content. */
const TEXT = 'x'.repeat(440);

const dir = process.argv[2] ?? '';
const opened = await openParty(dir);
let door: Awaited<ReturnType<typeof servePeers>> | undefined;

process.on('message', (order: Order) => {
  obey(order).then(
    (answer) => order.do !== 'close' && process.send?.({ answer }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  );
});

async function obey(order: Order): Promise<unknown> {
  if (order.do === 'serve') {
    door = await servePeers(dir, opened.node);
    return { url: door.url };
  }
  if (order.do === 'connect') return opened.node.updateRecord(order.channel, { addresses: order.addresses, hostAddresses: order.hosts });
  if (order.do === 'append') return append(order);
  await door?.close();
  await opened.close();
  process.disconnect?.();
  return undefined;
}

/** Composes, signs and appends; resolves with the milliseconds each document took (or each group, divided), and the memory used. */
async function append({ channel: id, seed, count, together, held }: Extract<Order, { do: 'append' }>): Promise<{ times: number[]; rss: number }> {
  const channel = opened.node.channel(id);
  const { replica } = channel;
  const signer = ed25519Signer(fromHex(seed) ?? new Uint8Array());
  const gen = replica.channel.parties[replica.us]?.gen ?? '';
  const times: number[] = [];
  for (let done = 0; done < count; done += together) {
    const started = performance.now();
    const after = await citedHeads(channel);
    const group = [];
    for (let i = 0; i < Math.min(together, count - done); i++) {
      const fields = [
        ['subject', `Document ${done + i}`],
        ['text', TEXT],
        ['marking', 'green'],
      ] as const;
      const draft = { channel: id, party: replica.us, gen, type: 'message', time: replica.now(), after, refs: [], fields };
      const entry = await composeEntry(nodeSha256, nodeRandom, draft, signer, 'rep');
      group.push(channel.append({ bytes: entry.bytes, body: entry.body }));
    }
    await Promise.all(group);
    if (held && together === 1) await whenHeld(channel);
    times.push((performance.now() - started) / group.length);
  }
  if (held) await whenHeld(channel);
  return { times, rss: process.memoryUsage().rss };
}

async function whenHeld(channel: ChannelRuntime): Promise<void> {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const stop: () => void = opened.node.listen(() => {
        stop();
        resolve();
      });
    });
    const log = await logIn(channel.replica, channel.replica.us);
    const [other] = channel.replica.channel.parties.keys().filter((party) => party !== channel.replica.us);
    if ((await receiptedSize(channel.replica, other ?? 0)) >= log.size) return;
    await changed;
  }
}
