import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toBase64url } from '../base/bytes.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { nodeCrypto, nodeRandom, systemNow } from './crypto.ts';
import { HostNode } from './host-node.ts';
import { markFile } from './mark-file.ts';
import { FILES, readHostFile, readPartyFile, seedOf, writeHostFile, writePartyFile } from './party-files.ts';
import { PartyNode } from './party-node.ts';
import { peerHttp } from './peer-http.ts';
import { peersDoor } from './peers-door.ts';
import { listenPeers, transportCertificate } from './peers-tls.ts';

/** A party's node without its people's door: what `serve` and one-off commands both open. Refuses `locked` when another process has the directory. */
export async function openParty(dir: string): Promise<{ node: PartyNode; close(): Promise<void> }> {
  const file = await readPartyFile(dir);
  const crypto = nodeCrypto();
  const http = peerHttp();
  const store = await openSqliteStore({ dir, sha256: crypto.sha256 });
  const node = await PartyNode.open({ file, seed: await seedOf(dir), store, crypto, now: systemNow, random: nodeRandom, http, mark: markFile(dir) });
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
export async function serveHost(dir: string, options: { tls: boolean }): Promise<{ host: HostNode; url: string; close(): Promise<void> }> {
  const file = await readHostFile(dir);
  const seed = await seedOf(dir);
  const crypto = nodeCrypto();
  const store = await openSqliteStore({ dir, sha256: crypto.sha256 });
  const host = await HostNode.open({ file, seed, store, crypto, now: systemNow, mark: markFile(dir) });
  const app = host.door();
  await app.ready();
  const door = options.tls
    ? await listenPeers({ ...file.door, tls: await transportCertificate(seed) }, app.routing)
    : await listenPlain(app, file.door);
  if (file.door.port !== door.port) await writeHostFile(dir, { ...file, door: { host: file.door.host, port: door.port } });
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

/** What a running node leaves for the command line of the same user: its address and a token, readable by that user alone. */
export async function writeRunFile(dir: string, facts: { readonly url: string; readonly peers?: string }): Promise<{ token: string }> {
  const token = toBase64url(nodeRandom(32));
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, FILES.run), `${JSON.stringify({ ...facts, token, pid: process.pid })}\n`, { mode: 0o600 });
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
