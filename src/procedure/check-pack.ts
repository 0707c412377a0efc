import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { kindOf } from '../document/registry.ts';
import { isDate } from './calendar.ts';
import { checkClock } from './check-clock.ts';
import { MAX_PACK_KINDS, Members } from './check-members.ts';

/** Clocks of one pack. */
export const MAX_CLOCKS = 16;
/** Holidays of one pack: ten years of them. */
export const MAX_HOLIDAYS = 200;
/** Names of roles in one pack. */
export const MAX_ROLES = 8;
/** Rules that one pack follows beside those of its clocks. */
export const MAX_SOURCES = 8;

const NAME = /^[a-z][a-z0-9-]{0,47}$/;

/** Everything a JSON object lacks to be a pack, as `<path>: <what was expected>`; empty when it is one. */
export function checkPack(value: JsonObject): string[] {
  const check = new Members();
  check.members('pack', value, ['v', 'name', 'title', 'kinds', 'clocks'], ['roles', 'sources', 'holidays']);
  check.need(value.v === 1, 'v: 1');
  check.need(typeof value.name === 'string' && NAME.test(value.name), 'name: lower-case letters, digits and hyphens');
  check.line('title', value.title, 120);
  const kinds = check.ids('kinds', value.kinds, MAX_PACK_KINDS);
  for (const kind of kinds) check.need(kindOf(kind) !== undefined, `kinds: a kind of document known here, not ${kind}`);
  if (value.roles !== undefined) {
    const roles = check.list('roles', value.roles, MAX_ROLES);
    roles.forEach((role, i) => {
      check.line(`roles[${i}]`, role, 60);
    });
  }
  if (value.sources !== undefined) checkSources(check, value.sources);
  if (value.holidays !== undefined) {
    const days = check.list('holidays', value.holidays, MAX_HOLIDAYS);
    check.need(
      days.every((day) => typeof day === 'string' && isDate(day)),
      'holidays: dates that exist, such as 2026-12-25',
    );
  }
  const clocks = isList(value.clocks) ? value.clocks : [];
  check.need(isList(value.clocks) && clocks.length <= MAX_CLOCKS, `clocks: a list of at most ${MAX_CLOCKS}`);
  const ids = new Set(clocks.map((clock) => (isObject(clock) ? clock.id : undefined)));
  check.need(ids.size === clocks.length, 'clocks: ids that differ');
  clocks.slice(0, MAX_CLOCKS).forEach((clock, i) => {
    checkClock(check, `clocks[${i}]`, clock, kinds);
  });
  return check.expected;
}

function checkSources(check: Members, value: Json): void {
  const sources = isList(value) ? value : [];
  check.need(isList(value) && sources.length > 0 && sources.length <= MAX_SOURCES, `sources: a list of 1 to ${MAX_SOURCES}`);
  sources.slice(0, MAX_SOURCES).forEach((source, i) => {
    const at = `sources[${i}]`;
    if (!check.object(at, source, ['title', 'basis'], [])) return;
    check.line(`${at}.title`, source.title, 300);
    check.basis(`${at}.basis`, source.basis);
  });
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
