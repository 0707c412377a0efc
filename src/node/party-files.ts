import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import type { Random, Sha256 } from '../base/ports.ts';
import { type IdentityKeys, identityJson, parseIdentityKeys, partyId } from '../entry/card.ts';
import { Mark } from '../sync/mark.ts';
import { ed25519Signer } from './crypto.ts';
import { replaceFile } from './durable-file.ts';
import { createNodeSeed, readNodeSeed, sealKey, writeKeyFile } from './key-files.ts';
import { markFile } from './mark-file.ts';
import { recoveryWords } from './recovery.ts';

/** Where a door listens. Port 0 takes any free one; the port taken is written back, so that addresses stay. */
export type Door = { readonly host: string; readonly port: number };

/** What stands in `party.json`: public facts and local settings of one party's node. */
export type PartyFile = {
  readonly name: string;
  readonly identity: IdentityKeys;
  readonly people: Door;
  readonly peers: Door;
};

/** Names of the files of a data directory. */
export const FILES = { party: 'party.json', host: 'host.json', seed: 'node.seed', identity: 'identity.key', run: 'run.json' } as const;

/**
 * Makes a party in `dir`: a node seed, one sealed identity key, and the digest of the next one, whose 24 words are the recovery to print.
 * Refuses `conflict` where a party or host already lives. A crash before the last file leaves a directory that `init` refuses to touch again.
 */
export async function createParty(
  dir: string,
  options: { name: string; passphrase: string; random: Random; sha256: Sha256; people?: Door; peers?: Door; workFactor?: number | undefined },
): Promise<{ file: PartyFile; recovery: readonly string[]; id: string }> {
  const identitySeed = options.random(32);
  const nextSeed = options.random(32);
  // First, since it refuses a passphrase: what it left behind would keep the directory from being used.
  const sealed = await sealKey(identitySeed, options.passphrase, 'identity', options.workFactor);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await createNodeSeed(join(dir, FILES.seed), options.random);
  await writeKeyFile(join(dir, FILES.identity), sealed);
  const identity: IdentityKeys = {
    threshold: 1,
    keys: [ed25519Signer(identitySeed).publicKey],
    nextThreshold: 1,
    nextDigests: [options.sha256(ed25519Signer(nextSeed).publicKey)],
  };
  const file: PartyFile = {
    name: options.name,
    identity,
    people: options.people ?? { host: '127.0.0.1', port: 0 },
    peers: options.peers ?? { host: '127.0.0.1', port: 0 },
  };
  await writePartyFile(dir, file);
  return { file, recovery: recoveryWords(nextSeed), id: partyId(options.sha256, identity) };
}

/** Writes `party.json`, whole or not at all: a node killed while it keeps its port must find its identity again. */
export async function writePartyFile(dir: string, file: PartyFile): Promise<void> {
  const json = { v: 1, name: file.name, identity: identityJson(file.identity), people: file.people, peers: file.peers };
  await replaceFile(join(dir, FILES.party), utf8(`${JSON.stringify(json, null, 2)}\n`));
}

/** Reads `party.json`; refuses `not_found` where there is no party, `invalid` where the file is not in form. */
export async function readPartyFile(dir: string): Promise<PartyFile> {
  const value = await readJson(join(dir, FILES.party));
  const identity = parseIdentityKeys(value.identity);
  if (typeof value.name !== 'string' || identity === undefined) throw new ParleyError('invalid', `${FILES.party} has lost its form`);
  return { name: value.name, identity, people: door(value.people), peers: door(value.peers) };
}

/** What stands in `host.json`: a neutral host's public facts. */
export type HostFile = { readonly name: string; readonly nonce: Uint8Array; readonly door: Door };

/** Makes a neutral host in `dir`. */
export async function createHost(dir: string, options: { name: string; random: Random; door?: Door }): Promise<HostFile> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await createNodeSeed(join(dir, FILES.seed), options.random);
  const file: HostFile = { name: options.name, nonce: options.random(16), door: options.door ?? { host: '127.0.0.1', port: 0 } };
  // From the first moment on: a host whose mark is missing later has lost it.
  await Mark.create(markFile(dir));
  await writeHostFile(dir, file);
  return file;
}

/** Writes `host.json`, whole or not at all. */
export async function writeHostFile(dir: string, file: HostFile): Promise<void> {
  const json = { v: 1, name: file.name, nonce: toBase64url(file.nonce), door: file.door };
  await replaceFile(join(dir, FILES.host), utf8(`${JSON.stringify(json, null, 2)}\n`));
}

/** Reads `host.json`. */
export async function readHostFile(dir: string): Promise<HostFile> {
  const value = await readJson(join(dir, FILES.host));
  const nonce = typeof value.nonce === 'string' ? fromBase64url(value.nonce, 16) : undefined;
  if (typeof value.name !== 'string' || nonce === undefined) throw new ParleyError('invalid', `${FILES.host} has lost its form`);
  return { name: value.name, nonce, door: door(value.door) };
}

/** The node seed of a data directory. */
export function seedOf(dir: string): Promise<Uint8Array> {
  return readNodeSeed(join(dir, FILES.seed));
}

async function readJson(path: string): Promise<{ readonly [key: string]: Json }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new ParleyError('not_found', `no ${path.split('/').at(-1)} in this directory; "parley init" makes a party, "parley host" a host`);
  }
  try {
    const value = JSON.parse(text) as Json;
    if (isObject(value)) return value;
  } catch {
    // Falls through to the one refusal below.
  }
  throw new ParleyError('invalid', `${path.split('/').at(-1)} has lost its form`);
}

function door(value: Json | undefined): Door {
  const host = isObject(value) && typeof value.host === 'string' ? value.host : '127.0.0.1';
  const port = isObject(value) && typeof value.port === 'number' ? value.port : 0;
  return { host, port };
}
