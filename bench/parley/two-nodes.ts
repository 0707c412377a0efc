/** Two nodes and a host, each in its own process, connected over their pinned TLS doors. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serveHost } from '../../src/node/serve.ts';
import { type BenchChannel, foundBenchChannel } from './channel.ts';
import type { Order } from './node.ts';

/** A node's process, asked one thing at a time. */
export type NodeProcess = { ask<T>(order: Order): Promise<T>; readonly pid: number };

/** Gives `work` one node in a process of its own, which talks to nobody; ends the process. */
export async function withNode<T>(dir: string, work: (node: NodeProcess) => Promise<T>): Promise<T> {
  const node = startNode(dir);
  try {
    return await work(node);
  } finally {
    await node.ask({ do: 'close' }).catch(() => process.kill(node.pid));
  }
}

/** Founds a channel in `folder`, starts both nodes, and gives them to `work`; ends the processes it started. */
export async function withTwoNodes<T>(
  folder: string,
  options: { readonly host: boolean },
  work: (nodes: readonly [NodeProcess, NodeProcess], channel: BenchChannel) => Promise<T>,
): Promise<T> {
  const channel = await foundBenchChannel(folder);
  const host = options.host ? await serveHost(channel.host, { tls: false }) : undefined;
  const nodes = [startNode(channel.dirs[0]), startNode(channel.dirs[1])] as const;
  try {
    const urls = await Promise.all(nodes.map((node) => node.ask<{ url: string }>({ do: 'serve' })));
    const addresses = urls.map(({ url }) => url);
    const hosts = [host?.url ?? ''];
    for (const node of nodes) await node.ask({ do: 'connect', channel: channel.channel, addresses, hosts });
    return await work(nodes, channel);
  } finally {
    for (const node of nodes) await node.ask({ do: 'close' }).catch(() => process.kill(node.pid));
    await host?.close();
  }
}

/** One node in a process of its own; close it whatever happens. */
export function startNode(dir: string): NodeProcess {
  const child: ChildProcess = fork(fileURLToPath(new URL('./node.ts', import.meta.url)), [dir]);
  return {
    pid: child.pid ?? 0,
    ask: <T>(order: Order) =>
      new Promise<T>((resolve, reject) => {
        const gone = (): void => (order.do === 'close' ? resolve(undefined as T) : reject(new Error('the node ended')));
        child.once('exit', gone);
        child.once('message', (message: { answer?: T; error?: string }) => {
          child.off('exit', gone);
          if (message.error === undefined) resolve(message.answer as T);
          else reject(new Error(message.error));
        });
        child.send(order);
      }),
  };
}
