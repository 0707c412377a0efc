import { readdirSync, readFileSync } from 'node:fs';
import { assert } from '../base/errors.ts';
import type { NamedHash } from '../entry/charter.ts';
import { clockBearingKinds, type Pack, packHash, parsePack } from '../procedure/pack.ts';
import { nodeSha256 } from './crypto.ts';

const FOLDER = new URL('../../procedures/', import.meta.url);

let shipped: ReadonlyMap<string, { pack: Pack; bytes: Uint8Array }> | undefined;

/** The packs that ship, by hash. */
export function shippedPacks(): ReadonlyMap<string, { pack: Pack; bytes: Uint8Array }> {
  if (shipped !== undefined) return shipped;
  const packs = new Map<string, { pack: Pack; bytes: Uint8Array }>();
  for (const name of readdirSync(FOLDER).sort()) {
    if (!name.endsWith('.json') || name.endsWith('.schema.json')) continue;
    const bytes = new Uint8Array(readFileSync(new URL(name, FOLDER)));
    const parsed = parsePack(bytes);
    assert('pack' in parsed, `the shipped pack ${name} is in form`);
    packs.set(packHash(nodeSha256, bytes), { pack: parsed.pack, bytes });
  }
  shipped = packs;
  return packs;
}

/** Names and hashes of the shipped packs, as an invitation proposes them. */
export function shippedPackNames(): readonly NamedHash[] {
  return [...shippedPacks()].map(([hash, { pack }]) => ({ name: pack.name, hash }));
}

/** The packs a charter names that are known here; unknown ones run no clock. */
export function packsOf(named: readonly NamedHash[]): readonly Pack[] {
  return named.flatMap(({ hash }) => shippedPacks().get(hash)?.pack ?? []);
}

/** Kinds that a charter's packs name as anchor or discharge of a clock: their entries are stamped. */
export function clockBearing(named: readonly NamedHash[]): ReadonlySet<string> {
  const kinds = bearing.get(named) ?? clockBearingKinds(packsOf(named));
  bearing.set(named, kinds);
  return kinds;
}

// A charter never changes, and every push of a channel asks.
const bearing = new WeakMap<readonly NamedHash[], ReadonlySet<string>>();
