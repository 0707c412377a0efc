import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { nodeCrypto, nodeRandom, systemNow } from './crypto.ts';
import { replaceFile } from './durable-file.ts';
import { HostNode, lostMark } from './host-node.ts';
import { markFile } from './mark-file.ts';
import { type Door, FILES, type PartyFile, readHostFile, readPartyFile, seedOf, writeHostFile, writePartyFile } from './party-files.ts';
import { PartyNode } from './party-node.ts';
import { peerHttp } from './peer-http.ts';
import { peersDoor } from './peers-door.ts';
import { listenPeers, transportCertificate } from './peers-tls.ts';

/**
 * A party's node without its people's door: what `serve` and one-off commands both open. `settle` may change where its doors listen, once the
 * directory is this process's; `onComputedAnew` hears of channels whose computing takes a while. Refuses `locked` when another process has it, and names that
 * one where it said who it is.
 */
export async function openParty(
  dir: string,
  settle: (file: PartyFile) => PartyFile = (file) => file,
  onComputedAnew: (title: string) => void = () => undefined,
): Promise<{ node: PartyNode; close(): Promise<void> }> {
  const found = await readPartyFile(dir);
  const crypto = nodeCrypto();
  const store = await openSqliteStore({ dir, sha256: crypto.sha256 }).catch(async (error: unknown) => {
    await crypto.close();
    throw await whoHasIt(dir, error);
  });
  const file = settle(found);
  if (file !== found) await writePartyFile(dir, file);
  const http = peerHttp();
  const seed = await seedOf(dir);
  const mark = markFile(dir);
  const node = await PartyNode.open({ file, seed, store, crypto, now: systemNow, random: nodeRandom, http, mark, onComputedAnew });
  return {
    node,
    async close() {
      await node.close();
      http.close();
      await crypto.close();
    },
  };
}

/** A party's node with its peers' door open; the port taken is written back, so that the address stays. */
export async function servePeers(dir: string, node: PartyNode): Promise<{ url: string; close(): Promise<void> }> {
  const { file, seed } = node.parts;
  const app = peersDoor(node);
  await app.ready();
  const door = await listenPeers({ ...file.peers, tls: await transportCertificate(seed) }, app.routing);
  if (file.peers.port !== door.port) await writePartyFile(dir, { ...(await readPartyFile(dir)), peers: { host: file.peers.host, port: door.port } });
  node.exchange.start();
  return {
    url: `https://${door.host}:${door.port}`,
    async close() {
      await door.close();
      await app.close();
    },
  };
}

/** A neutral host with its door open: TLS with its pinned key, or plain HTTP on loopback. */
export async function serveHost(
  dir: string,
  options: { tls: boolean; door?: Door },
): Promise<{ host: HostNode; url: string; close(): Promise<void> }> {
  const found = await readHostFile(dir);
  const file = { ...found, door: options.door ?? found.door };
  const seed = await seedOf(dir);
  const mark = markFile(dir);
  // It was made with the directory: without it nothing is known of what was cosigned, whether or not there is a store.
  if ((await mark.read()) === undefined) throw lostMark();
  const crypto = nodeCrypto();
  const store = await openSqliteStore({ dir, sha256: crypto.sha256 }).catch(async (error: unknown) => {
    await crypto.close();
    throw error;
  });
  const host = await HostNode.open({ file, seed, store, crypto, now: systemNow, mark });
  const app = host.door();
  await app.ready();
  const door = options.tls
    ? await listenPeers({ ...file.door, tls: await transportCertificate(seed) }, app.routing)
    : await listenPlain(app, file.door);
  if (found.door.port !== door.port || found.door.host !== file.door.host)
    await writeHostFile(dir, { ...file, door: { host: file.door.host, port: door.port } });
  return {
    host,
    url: `${options.tls ? 'https' : 'http'}://${door.host}:${door.port}`,
    async close() {
      await door.close();
      await app.close();
      await host.close();
      await crypto.close();
    },
  };
}

/** A refusal `locked` with the process that has the directory, where it left its run file; any other error as it is. */
export async function whoHasIt(dir: string, error: unknown): Promise<unknown> {
  if (!(error instanceof ParleyError) || error.code !== 'locked') return error;
  try {
    const run = JSON.parse(await readFile(join(dir, FILES.run), 'utf8')) as { pid?: unknown; url?: unknown };
    return new ParleyError('locked', `process ${Number(run.pid)} runs its node, at ${String(run.url).slice(0, 100)}`, {}, error);
  } catch {
    return error;
  }
}

/** What a running node leaves for the command line of the same user: its address and a token, readable by that user alone. */
export async function writeRunFile(dir: string, facts: { readonly url: string; readonly peers?: string }): Promise<{ token: string }> {
  const token = toBase64url(nodeRandom(32));
  await mkdir(dir, { recursive: true });
  // Whole or not at all: whoever looks for the node just then must not read half of it.
  await replaceFile(join(dir, FILES.run), utf8(`${JSON.stringify({ ...facts, token, pid: process.pid })}\n`));
  return { token };
}

/** Takes that file away when the node stops. */
export async function removeRunFile(dir: string): Promise<void> {
  await rm(join(dir, FILES.run), { force: true });
}

type Listener = { readonly host: string; readonly port: number; close(): Promise<void> };

async function listenPlain(app: Awaited<ReturnType<HostNode['door']>>, door: { host: string; port: number }): Promise<Listener> {
  const address = new URL(await app.listen(door));
  return { host: address.hostname, port: Number(address.port), close: async () => undefined };
}
