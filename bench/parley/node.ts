/** One party's node in a process of its own, told what to do by messages from the workload. */
import { fromHex } from '../../src/base/bytes.ts';
import type { Json } from '../../src/base/json.ts';
import type { Signer } from '../../src/base/ports.ts';
import { composeEntry } from '../../src/entry/entry.ts';
import { acknowledge, heldOutOf } from '../../src/node/acknowledgements.ts';
import type { ChannelRuntime } from '../../src/node/channel-runtime.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../../src/node/crypto.ts';
import { openParty, servePeers } from '../../src/node/serve.ts';
import { citedHeads } from '../../src/node/stamps.ts';
import { inboxOf } from '../../src/node/views/inbox.ts';
import type { OwnEntry } from '../../src/sync/own-log.ts';
import { receiptedSize } from '../../src/sync/push.ts';
import { logIn } from '../../src/sync/replica.ts';
import { until } from './channel.ts';
import type { Saying } from './mixed.ts';
import { refold } from './refold.ts';

/** What a workload may ask of a node. */
export type Order =
  | { readonly do: 'serve' }
  | { readonly do: 'connect'; readonly channel: string; readonly addresses: readonly string[]; readonly hosts: readonly string[] }
  | {
      readonly do: 'append';
      readonly channel: string;
      readonly seed: string;
      readonly count: number;
      /** Documents of one group, and how many groups may be under way at once. */
      readonly together: number;
      readonly ahead: number;
      readonly held: boolean;
    }
  /** Whoever the other party named is one whose words may be used here: waits until somebody is. */
  | { readonly do: 'acknowledge'; readonly channel: string }
  /** Resolves with the ids once all is held there. */
  | { readonly do: 'say'; readonly channel: string; readonly seed: string; readonly sayings: readonly Saying[] }
  | { readonly do: 'size'; readonly channel: string }
  | { readonly do: 'inbox'; readonly channel: string; readonly times: number }
  /** Everything computed of the channel is dropped and folded again; `dir` is free for what is written beside. */
  | { readonly do: 'refold'; readonly channel: string; readonly dir: string }
  | { readonly do: 'read'; readonly channel: string }
  /** Resolves once the own log has been pulled back whole and read. */
  | { readonly do: 'refill'; readonly channel: string }
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
  if (order.do === 'acknowledge') return acknowledgeAll(opened.node.channel(order.channel));
  if (order.do === 'say') return say(order);
  if (order.do === 'size')
    return { size: (await logIn(opened.node.channel(order.channel).replica, opened.node.channel(order.channel).replica.us)).size };
  if (order.do === 'inbox') return openInbox(opened.node.channel(order.channel), order.times);
  if (order.do === 'refold') return refold(opened.node.channel(order.channel), order.dir);
  if (order.do === 'read') {
    await opened.node.channel(order.channel).reader.idle();
    // The most this process ever held (`maxRSS` is in kilobytes), and the microseconds of processor time it took, threads included.
    const { user, system } = process.cpuUsage();
    return { peak: process.resourceUsage().maxRSS / 1000, cpu: user + system };
  }
  if (order.do === 'refill') return refilled(opened.node.channel(order.channel));
  await door?.close();
  await opened.close();
  process.disconnect?.();
  return undefined;
}

type Append = Extract<Order, { do: 'append' }>;

/** Composes, signs and appends group after group; resolves with the milliseconds each group took from its composition on. */
async function append(order: Append): Promise<{ times: number[] }> {
  const channel = opened.node.channel(order.channel);
  const signer = ed25519Signer(fromHex(order.seed) ?? new Uint8Array());
  const times: number[] = [];
  const underWay: Promise<void>[] = [];
  const stands = async (group: readonly Promise<number>[], started: number): Promise<void> => {
    await Promise.all(group);
    if (order.held && order.together === 1) await whenHeld(channel);
    times.push(performance.now() - started);
  };
  for (let done = 0; done < order.count; done += order.together) {
    const started = performance.now();
    underWay.push(stands(await appendGroup(channel, signer, done, Math.min(order.together, order.count - done)), started));
    if (underWay.length >= order.ahead) await underWay.shift();
  }
  await Promise.all(underWay);
  if (order.held) await whenHeld(channel);
  return { times };
}

async function acknowledgeAll(channel: ChannelRuntime): Promise<void> {
  await until(async () => (await heldOutOf(channel)).pending.length > 0);
  const { pending } = await heldOutOf(channel);
  const entries = pending.map(({ entry }) => entry);
  await acknowledge(opened.node, channel, entries, 'Bench');
}

/** Says what it is told in one group. */
async function say(order: Extract<Order, { do: 'say' }>): Promise<readonly string[]> {
  const channel = opened.node.channel(order.channel);
  const { replica } = channel;
  const signer = ed25519Signer(fromHex(order.seed) ?? new Uint8Array());
  const gen = replica.channel.parties[replica.us]?.gen ?? '';
  const after = await citedHeads(channel);
  const base = { channel: channel.id, party: replica.us, gen, after };
  const group = await Promise.all(
    order.sayings.map(({ kind, fields, refs }) => {
      const draft = { ...base, type: kind, time: replica.now(), refs, fields: Object.entries(fields) as [string, Json][] };
      return composeEntry(nodeSha256, nodeRandom, draft, signer, 'rep');
    }),
  );
  await Promise.all(group.map(({ bytes, body }) => channel.append({ bytes, body })));
  if (group.length > 0) await whenHeld(channel);
  return group.map(({ id }) => id);
}

/**
 * Milliseconds of the first opening, and of openings each after something changed, so that nothing computed before may be used; and how many things
 * stood in the inbox.
 */
async function openInbox(channel: ChannelRuntime, times: number): Promise<{ first: number; each: number[]; placed: number; size: number }> {
  const each: number[] = [];
  let placed = 0;
  for (let i = 0; i <= times; i++) {
    channel.changedHere();
    const started = performance.now();
    placed = (await inboxOf(opened.node)).placed.length;
    each.push(performance.now() - started);
  }
  const size = (await channel.heads()).reduce((sum, head) => sum + head.size, 0);
  return { first: each[0] ?? 0, each: each.slice(1), placed, size };
}

/** Composes and hands over a group; its promises resolve when the entries stand. */
async function appendGroup(channel: ChannelRuntime, signer: Signer, from: number, count: number): Promise<readonly Promise<number>[]> {
  const { replica } = channel;
  const gen = replica.channel.parties[replica.us]?.gen ?? '';
  const after = await citedHeads(channel);
  const group: OwnEntry[] = [];
  for (let i = 0; i < count; i++) {
    const fields = [
      ['subject', `Document ${from + i}`],
      ['text', TEXT],
      ['marking', 'green'],
    ] as const;
    const draft = { channel: channel.id, party: replica.us, gen, type: 'message', time: replica.now(), after, refs: [], fields };
    const entry = await composeEntry(nodeSha256, nodeRandom, draft, signer, 'rep');
    group.push({ bytes: entry.bytes, body: entry.body });
    // Authors sign on machines of their own: sockets and threads get their turn here meanwhile.
    if (i % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
  }
  return group.map((entry) => channel.append(entry));
}

async function refilled(channel: ChannelRuntime): Promise<{ size: number }> {
  while (channel.own.gate !== 'open') {
    if (channel.own.gate !== 'recovering') throw new Error(`the log is ${channel.own.gate}: ${channel.own.stopped?.message}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await channel.reader.idle();
  return { size: (await channel.reader.state(channel.replica.us)).size };
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
