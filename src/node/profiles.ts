import { readdirSync, readFileSync } from 'node:fs';
import { assert, ParleyError } from '../base/errors.ts';
import { type Profile, parseProfile } from '../procedure/profile.ts';

const FOLDER = new URL('../../profiles/', import.meta.url);

let shipped: ReadonlyMap<string, Profile> | undefined;

/** The profiles that ship, by name. */
export function shippedProfiles(): ReadonlyMap<string, Profile> {
  if (shipped !== undefined) return shipped;
  const profiles = new Map<string, Profile>();
  for (const name of readdirSync(FOLDER).sort()) {
    if (!name.endsWith('.json') || name.endsWith('.schema.json')) continue;
    const parsed = parseProfile(new Uint8Array(readFileSync(new URL(name, FOLDER))));
    assert('profile' in parsed, `the shipped profile ${name} is in form`);
    profiles.set(parsed.profile.name, parsed.profile);
  }
  shipped = profiles;
  return profiles;
}

/** The profile of a name; refuses `invalid` with those there are. */
export function profileNamed(name: string): Profile {
  const profile = shippedProfiles().get(name);
  if (profile === undefined) throw new ParleyError('invalid', `expected a profile: ${[...shippedProfiles().keys()].join(', ')}`);
  return profile;
}
