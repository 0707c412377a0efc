import { isObject, type JsonObject } from '../base/json.ts';
import { CATALOGUES, valuesIn } from '../base/phrases.ts';
import { MAX_FIRST, menuOf } from '../document/menu.ts';
import { Members, objectIn } from './check-members.ts';

/**
 * For whom a channel is, as data: which packs an invitation proposes, which acts stand first in the menu, and what things are called. It is a local
 * setting of a channel, never sent and never signed: the other side may use another one.
 */
export type Profile = {
  readonly v: 1;
  /** Also the file's name: `cert-cert` is in `profiles/cert-cert.json`. */
  readonly name: string;
  readonly title: string;
  /** Names of packs that ship. */
  readonly packs: readonly string[];
  /** The kinds of the first menu, in its order. */
  readonly menu: readonly string[];
  /** Other words for ids of the catalogue. */
  readonly words: { readonly [id: string]: string };
};

const MAX_PROFILE_SIZE = 64 * 1024;
const NAME = /^[a-z][a-z0-9-]{0,47}$/;

/** The profile in a file's bytes, or everything that was expected of it. The form is published as `profiles/profile.schema.json`. Total: never throws. */
export function parseProfile(bytes: Uint8Array): { readonly profile: Profile } | { readonly expected: readonly string[] } {
  const read = objectIn(bytes, MAX_PROFILE_SIZE);
  if ('expected' in read) return read;
  const { value } = read;
  const expected = checkProfile(value);
  return expected.length === 0 ? { profile: value as unknown as Profile } : { expected };
}

function checkProfile(value: JsonObject): readonly string[] {
  const check = new Members();
  check.members('profile', value, ['v', 'name', 'title', 'packs', 'menu', 'words'], []);
  check.need(value.v === 1, 'v: 1');
  check.need(typeof value.name === 'string' && NAME.test(value.name), 'name: lower-case letters, digits and hyphens');
  check.line('title', value.title, 120);
  const packs = check.list('packs', value.packs ?? null, 64);
  check.need(
    packs.every((name) => typeof name === 'string' && NAME.test(name)),
    'packs: names of packs',
  );
  const menu = check.ids('menu', value.menu, MAX_FIRST);
  check.need(menu.length === MAX_FIRST, `menu: ${MAX_FIRST} kinds`);
  const known = menuOf(menu).first;
  for (const id of menu)
    check.need(
      known.some((kind) => kind.id === id),
      `menu: a kind that people open a matter with, not ${id}`,
    );
  const words = isObject(value.words) ? value.words : {};
  check.need(isObject(value.words), 'words: an object');
  for (const [id, word] of Object.entries(words)) {
    check.line(`words.${id}`, word, 400);
    const own = CATALOGUES.en?.[id];
    check.need(own !== undefined, `words.${id}: an id of the catalogue`);
    const known = valuesIn(own ?? '');
    const named = valuesIn(typeof word === 'string' ? word : '');
    check.need(named !== undefined && [...named].every((name) => known?.has(name)), `words.${id}: no values but those of the catalogue's own words`);
  }
  return check.expected;
}
