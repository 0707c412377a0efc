import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import Fastify from 'fastify';
import { utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { isObject, type Json } from '../../base/json.ts';
import { MAX_PUSH_SIZE } from '../../base/limits.ts';
import { readBounded, replaceFile } from '../../node/durable-file.ts';
import { listenPeers, transportCertificate } from '../../node/peers-tls.ts';
import type { ChannelView } from '../../projection/views.ts';
import { channelPath } from '../client.ts';
import { untilNothing } from '../scenario/side.ts';
import { isAlive } from '../transport.ts';
import { addressesOf, setAddress, type Theatre } from './theatre.ts';

/** A door that takes everything and signs for nothing. */
export type Withholding = { readonly url: string; end(): Promise<void> };

/** What is to be undone, in `withheld.json` of the demonstration: whose node was told, about whom, where that one was looked for before and since. */
type Changed = { readonly side: number; readonly party: number; readonly before: string; readonly url: string; readonly pid: number };

const MAX_SIZE = 4096;

/**
 * Stands in for the cheat's peers' door, with its own transport key: what the other side pushes is taken, and no receipt is given.
 *
 * The other side's node is told to look for it here, and looks where it looked before once this ends; the cheat's real node goes on meanwhile.
 * `onPush` is called for every push withheld. Where it looked before is durable before it is changed: a process that is killed leaves that to
 * {@link undoWithholding}.
 */
export async function withhold(theatre: Theatre, onPush: () => void): Promise<Withholding> {
  const before = (await addressesOf(theatre, theatre.other))[theatre.us] ?? '';
  const { url, close } = await openWithholdingDoor(theatre.seed, onPush);
  const changed: Changed = { side: theatre.them, party: theatre.us, before, url, pid: process.pid };
  await replaceFile(fileOf(theatre), utf8(`${JSON.stringify({ v: 1, ...changed })}\n`));
  await setAddress(theatre, theatre.other, theatre.us, url);
  return {
    url,
    async end() {
      try {
        await undo(theatre, changed);
      } finally {
        await close();
      }
    },
  };
}

/** A peers' door with the transport key of a node's seed that takes what is pushed, calls `onPush`, and gives no receipt. */
export async function openWithholdingDoor(seed: Uint8Array, onPush: () => void): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = Fastify({ bodyLimit: MAX_PUSH_SIZE, routerOptions: { maxParamLength: 512 } });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/log/:hash/push', (_request, reply) => {
    onPush();
    // As if a text were still awaited: nothing is refused, and nothing is ever signed for.
    return reply.code(202).type('application/json').send('{"missing":[]}');
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('no such thing here\n'));
  await app.ready();
  const door = await listenPeers({ host: '127.0.0.1', port: 0, tls: await transportCertificate(seed) }, app.routing);
  return {
    url: `https://${door.host}:${door.port}`,
    async close() {
      await door.close();
      await app.close();
    },
  };
}

/**
 * Undoes what an earlier rehearsal that was killed left behind; says whether there was anything. Refuses `conflict` where that rehearsal is still at work
 * and `alone` is asked for, `unreachable` while the node that is to look elsewhere does not run.
 */
export async function undoWithholding(theatre: Theatre, alone: boolean): Promise<boolean> {
  const changed = await readChanged(theatre);
  if (changed === undefined) return false;
  if (isAlive(changed.pid) && (await listens(changed.url))) {
    if (alone) throw new ParleyError('conflict', `a rehearsal is at work there, process ${changed.pid}`);
    return false;
  }
  await undo(theatre, changed);
  return true;
}

/** Resolves once the other side has reached the cheat's real node and holds its signature over everything, or with `false` when patience ends. */
export async function isReachedAgain(theatre: Theatre): Promise<boolean> {
  const { other, channel, us } = theatre;
  const missing = await untilNothing(async () => {
    const view = await other.ask((client) => client.get<ChannelView>(channelPath(channel)));
    const log = view.logs.findLast(({ party }) => party === view.us);
    return view.parties[us]?.reachable === true && log !== undefined && log.heldSize >= log.size ? undefined : 'not held yet';
  });
  return missing === undefined;
}

/** Only where it still looks at the stand-in: an address that somebody set since is theirs. */
async function undo(theatre: Theatre, { side: index, party, before, url }: Changed): Promise<void> {
  const side = theatre.sides[index];
  if (side !== undefined && (await addressesOf(theatre, side))[party] === url) await setAddress(theatre, side, party, before);
  await rm(fileOf(theatre), { force: true });
}

async function readChanged(theatre: Theatre): Promise<Changed | undefined> {
  const bytes = await readBounded(fileOf(theatre), MAX_SIZE);
  const value = bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as Json);
  if (!isObject(value) || typeof value.side !== 'number' || typeof value.party !== 'number' || typeof value.pid !== 'number') return undefined;
  const { side, party, before, url, pid } = value;
  return typeof before === 'string' && typeof url === 'string' ? { side, party, before, url, pid } : undefined;
}

/** A process number may be another's by now; that its door listens too is no accident. */
function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function fileOf(theatre: Theatre): string {
  return join(theatre.dir, 'withheld.json');
}
