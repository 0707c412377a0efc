import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, ParleyError } from '../../base/errors.ts';
import { FILES, type PartyFile, readPartyFile, writePartyFile } from '../../node/party-files.ts';
import type { PartyNode } from '../../node/party-node.ts';
import { startPeople } from '../../node/people-door.ts';
import { openParty, servePeers } from '../../node/serve.ts';
import type { Command, Context } from '../command.ts';
import { program, shellWord } from '../program.ts';
import { stopSignal } from '../stop.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';

export const command: Command = {
  usage: '[--all] [--people-port PORT] [--peers-port PORT] [--peers-listen ADDRESS] [--public-origin URL]',
  examples: [
    ['parley serve', 'run the node of this directory: screens and API for its people, and the door for its peers'],
    [
      'parley serve --dir /srv/ours --people-port 8080 --peers-listen 0.0.0.0 --peers-port 7443',
      'with addresses that stay, reachable by other machines',
    ],
    ['parley serve --all --dir .parley/round/others', 'the nodes of all parties whose directories are in this one, in one process'],
    ['parley serve --public-origin https://parley.example', 'behind an ordinary reverse proxy, which brings TLS for people'],
  ],
  notes:
    'Ports that are given, or taken on the first start, are kept in party.json. Where nobody has enrolled yet, the one-time link of the first\n' +
    'administrator is printed; it is void once another start has printed a new one. SIGTERM or Ctrl-C stops the node in order.\n' +
    'After a restore the node first pulls back from the others what it had signed, and signs nothing meanwhile (RECOVERING). Exit code 7: it cannot\n' +
    'prove that its own history is the newest it signed, and goes on in a new generation alone; see docs/operation.md.',
  options: [
    { name: 'people-port', value: 'PORT', help: 'where people open the screens, on loopback' },
    { name: 'peers-port', value: 'PORT', help: 'where other nodes connect' },
    { name: 'peers-listen', value: 'ADDRESS', help: 'the address to listen on for other nodes (default: 127.0.0.1)' },
    { name: 'host', value: 'ADDRESS', help: 'the same as --peers-listen' },
    { name: 'public-origin', value: 'URL', help: 'where a reverse proxy shows the screens' },
    { name: 'all', help: 'run every party whose directory is in --dir, each with its own keys, store and doors: for exercises on one machine' },
    { name: 'demonstration', help: 'say on the screens that "parley demo", which started this node, accredits whoever enrols' },
  ],
  words: [0, 0],
  async run(context) {
    const signal = stopSignal();
    try {
      return await serve(context, signal.stopped);
    } finally {
      signal.dispose();
    }
  },
};

/** A node with both doors open. */
type Up = { readonly node: PartyNode; readonly facts: Facts; readonly unsafe: Promise<void>; close(): Promise<void> };

/** What a node says of itself once it is up. */
type Facts = {
  readonly url: string;
  readonly peers: string;
  readonly enrol: string | null;
  readonly party: string;
  readonly name: string;
  readonly dir: string;
  readonly pid: number;
};

async function serve(context: Context, stopped: Promise<undefined>): Promise<number> {
  const { terminal, args } = context;
  const up: Up[] = [];
  try {
    for (const dir of args.has('all') ? await partiesIn(context) : [context.dir]) up.push(await open(context, dir));
    const [first] = up;
    if (first === undefined) return EXIT.ok;
    terminal.data(args.has('all') ? { url: first.facts.url, nodes: up.map(({ facts }) => facts) } : first.facts, first.facts.url);
    for (const { node, facts } of up) sayUp(terminal, node, facts);
    if (webRoot() === undefined) terminal.say('The screens are not built here ("npm run build"); the API alone answers.');
    for (const { node } of up) sayRecovering(terminal, node);
    await Promise.race([stopped, ...up.map(({ unsafe }) => unsafe)]);
    for (const { node } of up) mustBeSafe(node);
    terminal.say('Stopping.');
  } finally {
    await Promise.all(up.map((one) => one.close()));
  }
  return EXIT.ok;
}

/** Opens a node and its doors; what fails closes what was opened before it. */
async function open(context: Context, dir: string): Promise<Up> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const anew = (title: string): void =>
      context.terminal.say(`"${title}" is computed anew, by the rules of this version: nothing of the record changes.`);
    const { node, close: closeNode } = await openParty(dir, (file) => withDoors(context, file), anew);
    closers.push(closeNode);
    mustBeSafe(node);
    const unsafe = untilUnsafe(node);
    const peers = await servePeers(dir, node);
    closers.push(() => peers.close());
    const people = await openPeople(context, dir, node, peers.url);
    closers.push(() => people.close());
    const facts = { url: people.url, peers: peers.url, enrol: people.enrolUrl ?? null, party: node.partyId, name: node.name, dir, pid: process.pid };
    return { node, facts, unsafe, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPeople({ args }: Context, dir: string, node: PartyNode, peersUrl: string): Promise<Awaited<ReturnType<typeof startPeople>>> {
  const publicOrigin = originOf(args.text('public-origin'));
  const people = await startPeople(dir, node, {
    ...(await readPartyFile(dir)).people,
    peersUrl,
    version: version(),
    accreditation: args.has('demonstration') ? 'by_itself' : { add: [`${program()} representative add`, `--dir ${shellWord(dir)}`] },
    ...(publicOrigin === undefined ? {} : { publicOrigin }),
    ...(webRoot() === undefined ? {} : { webRoot: webRoot() }),
  });
  try {
    await keepPeoplePort(dir, people.url, publicOrigin);
  } catch (error) {
    await people.close();
    throw error;
  }
  return people;
}

/** The directories of parties in a directory, by name. Refuses `not_found` where there is none, and `usage` with what one node alone can have. */
async function partiesIn({ args, dir }: Context): Promise<readonly string[]> {
  const ofOne = ['people-port', 'peers-port', 'public-origin'].find((name) => args.has(name));
  if (ofOne !== undefined) throw new ParleyError('usage', `--${ofOne} is for one node; with --all each has its own in its party.json`);
  const folders = (await readdir(dir, { withFileTypes: true }).catch(() => [])).filter((one) => one.isDirectory()).map(({ name }) => join(dir, name));
  const parties = folders.filter((folder) => existsSync(join(folder, FILES.party))).sort();
  if (parties.length === 0) throw new ParleyError('not_found', `no directory of a party in ${dir}`);
  return parties;
}

function sayUp(terminal: Terminal, node: PartyNode, facts: Facts): void {
  terminal.say(`${node.name} is up for its people at ${facts.url}, for its peers at ${facts.peers}.`);
  if (facts.enrol !== null) terminal.say(`Nobody has enrolled yet. The first administrator opens this link once:\n  ${facts.enrol}`);
}

/** The settings of the party with the ports and addresses that were given. */
function withDoors({ args }: Context, file: PartyFile): PartyFile {
  const peersHost = args.text('peers-listen') ?? args.text('host') ?? file.peers.host;
  const people = { host: file.people.host, port: args.whole('people-port', 0, 65_535) ?? file.people.port };
  const peers = { host: peersHost, port: args.whole('peers-port', 0, 65_535) ?? file.peers.port };
  const same = (a: { host: string; port: number }, b: { host: string; port: number }): boolean => a.host === b.host && a.port === b.port;
  return same(people, file.people) && same(peers, file.peers) ? file : { ...file, people, peers };
}

/** Keeps the port that was free at the first start: passkeys, bookmarks and stored drafts belong to an address. */
async function keepPeoplePort(dir: string, url: string, publicOrigin: string | undefined): Promise<void> {
  const file = await readPartyFile(dir);
  const port = publicOrigin === undefined ? Number(new URL(url).port) : 0;
  if (file.people.port === 0 && port !== 0) await writePartyFile(dir, { ...file, people: { host: file.people.host, port } });
}

/** Refuses `unsafe_state` where a channel's own log goes on in a new generation alone; one that still recovers needs the node to be up. */
function mustBeSafe(node: PartyNode): void {
  for (const { own } of node.channels) if (own.gate !== 'recovering' && own.stopped?.code === 'unsafe_state') throw own.stopped;
}

/** Resolves when that happens while the node runs. */
function untilUnsafe(node: PartyNode): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  node.listen((event) => {
    if (event.type === 'alarm' && node.channels.some(({ own }) => own.gate === 'ended')) resolve();
  });
  return promise;
}

/** Says which own logs are being pulled back, and when they sign again. */
function sayRecovering(terminal: Terminal, node: PartyNode): void {
  const name = (id: string): string => node.record(id).title;
  const recovering = new Set(node.channels.filter(({ own }) => own.gate === 'recovering').map(({ id }) => id));
  for (const { id, own } of node.channels)
    if (own.gate === 'recovering')
      terminal.say(`${name(id)}: RECOVERING, nothing is signed (${own.stopped?.detail ?? ''}). The others are asked for what is missing.`);
  node.listen((event) => {
    const channel = event.type === 'changed' ? node.channels.find(({ id }) => id === event.channel) : undefined;
    if (channel === undefined || channel.own.gate !== 'open' || !recovering.delete(channel.id)) return;
    terminal.say(`${name(channel.id)}: everything of ours is here again; it signs again.`);
  });
}

function originOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || url.pathname !== '/' || url.search !== '' || url.username !== '' || !/^https?:$/.test(url.protocol))
    throw new ParleyError('usage', '--public-origin is an address such as https://parley.example');
  return url.origin;
}

function webRoot(): string | undefined {
  const path = fileURLToPath(new URL('../../../dist/web/', import.meta.url));
  return existsSync(path) ? path : undefined;
}
