import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ParleyError } from '../../base/errors.ts';
import { isObject, type Json } from '../../base/json.ts';
import type { Crypto, HttpRequest, HttpResponse } from '../../base/ports.ts';
import type { PartyCard } from '../../entry/card.ts';
import { nodeRandom, systemNow } from '../../node/crypto.ts';
import { signRequest } from '../../node/http-signature.ts';
import { seedOf } from '../../node/party-files.ts';
import { peerHttp } from '../../node/peer-http.ts';
import { type RoleKeys, roleKeys } from '../../node/role-keys.ts';
import { parseRecord, type RecordFile, type RecordLog } from '../../verify/record-file.ts';
import { channelPath } from '../client.ts';
import { exists } from '../read-input.ts';
import { demoKeys, demoPassphrase } from '../scenario/keys.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { settingOf } from '../scenario/setting.ts';
import { patiently, Side } from '../scenario/side.ts';

/** Longest wait for the other side's door. */
const TIMEOUT_MS = 15_000;
const MAX_ANSWER = 1024 * 1024;

/** Where the other parties of a channel listen, as a side has it. */
type Addresses = { readonly addresses: readonly string[] };

/** A demonstration on which cheating is rehearsed: who cheats, whom, and on which channel. */
export type Theatre = {
  readonly dir: string;
  readonly scenario: Scenario;
  readonly crypto: Crypto;
  readonly channel: string;
  /** All parties' sides, in their order. */
  readonly sides: readonly Side[];
  /** The side that cheats, its index among the parties, and where its keys are. */
  readonly cheat: Side;
  readonly us: number;
  readonly slug: string;
  readonly seed: Uint8Array;
  /** The side that is to notice. */
  readonly other: Side;
  readonly them: number;
};

/**
 * Opens a demonstration's directory for a rehearsal by the party called `as` (its name, or the name of its directory).
 *
 * Cheating takes a party's own secrets; a demonstration's lie openly in its directory, and no other directory is taken. Refuses `not_found` where no
 * demonstration runs there or no party has that name.
 */
export async function openTheatre(options: {
  readonly dir: string;
  readonly scenario: Scenario;
  readonly as: string;
  readonly crypto: Crypto;
}): Promise<Theatre> {
  const { dir, scenario, as, crypto } = options;
  if (!(await isDemonstration(dir)))
    throw new ParleyError('not_found', `no demonstration in ${dir}; "npm start" makes one, and rehearsals are for it alone`);
  if (scenario.round !== undefined) throw new ParleyError('invalid', 'a scenario of two parties: a rehearsal is between them');
  const us = scenario.parties.findIndex(({ name, slug }) => [name.toLowerCase(), slug].includes(as.toLowerCase()));
  const party = scenario.parties[us];
  if (party === undefined)
    throw new ParleyError('not_found', `no party "${as.slice(0, 60)}" there; there is ${scenario.parties.map(({ slug }) => slug).join(', ')}`);
  const passphrase = await demoPassphrase(dir);
  const setting = settingOf(dir, scenario);
  const sides = scenario.parties.map(({ name, slug }, i) => {
    const home = setting.parties[i] ?? '';
    const keys = demoKeys({ dir, party: slug, home, random: nodeRandom, passphrase });
    return new Side({ name, dir: home, keys });
  });
  const them = us === 0 ? 1 : 0;
  const [cheat, other] = [sides[us], sides[them]];
  const [channel] = (await cheat?.channels()) ?? [];
  if (cheat === undefined || other === undefined || channel === undefined) throw new ParleyError('not_found', 'the demonstration has no channel yet');
  return { dir, scenario, crypto, channel: channel.id, sides, cheat, us, slug: party.slug, seed: await seedOf(cheat.dir), other, them };
}

/** Whether a directory is one that `npm start` made: it says which processes its nodes are, and its keys' passphrase is said openly. */
export async function isDemonstration(dir: string): Promise<boolean> {
  return (await exists(join(dir, 'demo.json'))) && (await exists(join(dir, 'passphrase')));
}

/** The process of a demonstration's node. */
export async function pidOf(theatre: Theatre, side: Side): Promise<number> {
  const value = JSON.parse(await readFile(join(theatre.dir, 'demo.json'), 'utf8')) as Json;
  const nodes = isObject(value) && Array.isArray(value.nodes) ? (value.nodes as readonly Json[]) : [];
  const node = nodes.find((one) => isObject(one) && one.name === side.name);
  const pid = isObject(node) && typeof node.pid === 'number' ? node.pid : 0;
  if (pid <= 0) throw new ParleyError('not_found', `no node of ${side.name} runs`);
  return pid;
}

/** The channel's record as a side would export it. */
export async function recordOf(theatre: Theatre, side: Side): Promise<RecordFile> {
  const bytes = await side.ask(async (client) => {
    const parts: Uint8Array[] = [];
    for await (const part of client.parts(channelPath(theatre.channel, '/export'))) parts.push(part);
    return new Uint8Array(Buffer.concat(parts));
  });
  const parsed = await parseRecord(theatre.crypto, bytes);
  if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
  return parsed.record;
}

/** The cheat's own log in a record, and its card. */
export function ownLog(theatre: Theatre, record: RecordFile): { readonly log: RecordLog; readonly card: PartyCard } {
  const log = record.logs.findLast(({ party }) => party === theatre.us);
  const card = record.channel.parties[theatre.us];
  if (log === undefined || card === undefined) throw new ParleyError('not_found', 'nothing was said there yet');
  return { log, card };
}

/** The keys of the cheat's node in one log. */
export function keysOf(theatre: Theatre, card: PartyCard): RoleKeys {
  return roleKeys(theatre.seed, card.nonce, card.gen);
}

/** Where a side has its counterpart's door. */
export async function addressesOf(theatre: Theatre, side: Side): Promise<readonly string[]> {
  return (await side.ask((client) => client.get<Addresses>(channelPath(theatre.channel, '/people')))).addresses;
}

/** Changes where a side looks for a counterpart. */
export async function setAddress(theatre: Theatre, side: Side, party: number, url: string): Promise<void> {
  const addresses = (await addressesOf(theatre, side)).with(party, url);
  await side.ask((client) => client.post(channelPath(theatre.channel, '/addresses'), { addresses }));
}

/** Sends what only the cheat's node could send to the other side's peers' door, signed as that node signs. */
export async function sendAsCheat(theatre: Theatre, record: RecordFile, card: PartyCard, request: HttpRequest): Promise<HttpResponse> {
  const url = (await addressesOf(theatre, theatre.cheat))[theatre.them] ?? '';
  const spki = record.channel.parties[theatre.them]?.transport ?? new Uint8Array();
  const http = peerHttp();
  try {
    return await patiently(async () => {
      const headers = await signRequest(keysOf(theatre, card).node, request, systemNow(), nodeRandom);
      return http({ url, spki }, { ...request, timeoutMs: TIMEOUT_MS, headers: { ...request.headers, ...headers } }, MAX_ANSWER);
    });
  } finally {
    http.close();
  }
}
