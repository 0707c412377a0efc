import { isObject, type Json, type JsonObject } from '../base/json.ts';
import type { Field } from '../document/kind.ts';
import { kindOf } from '../document/registry.ts';
import { isLine } from '../document/shape.ts';
import { hasBidiControl } from '../document/text.ts';

/** Clocks of one pack. */
export const MAX_CLOCKS = 16;
/** Kinds of one pack. */
export const MAX_PACK_KINDS = 64;
/** Ten years: longer is no clock. */
export const MAX_HOURS = 87_600;
export const MAX_MONTHS = 120;

const NAME = /^[a-z][a-z0-9-]{0,47}$/;
const ID = /^[a-z][a-z0-9_]{0,31}$/;

/** Everything a JSON object lacks to be a pack, as `<path>: <what was expected>`; empty when it is one. */
export function checkPack(value: JsonObject): string[] {
  const check = new PackCheck();
  check.pack(value);
  return check.expected;
}

class PackCheck {
  readonly expected: string[] = [];

  pack(value: JsonObject): void {
    this.members('pack', value, ['v', 'name', 'title', 'kinds', 'clocks'], []);
    this.need(value.v === 1, 'v: 1');
    this.need(typeof value.name === 'string' && NAME.test(value.name), 'name: lower-case letters, digits and hyphens');
    this.title('title', value.title);
    const kinds = this.ids('kinds', value.kinds, MAX_PACK_KINDS);
    for (const kind of kinds) this.need(kindOf(kind) !== undefined, `kinds: a kind of document known here, not ${kind}`);
    const clocks = isList(value.clocks) ? value.clocks : [];
    this.need(isList(value.clocks) && clocks.length <= MAX_CLOCKS, `clocks: a list of at most ${MAX_CLOCKS}`);
    const ids = new Set(clocks.map((clock) => (isObject(clock) ? clock.id : undefined)));
    this.need(ids.size === clocks.length, 'clocks: ids that differ');
    clocks.slice(0, MAX_CLOCKS).forEach((clock, i) => {
      this.clock(`clocks[${i}]`, clock, kinds);
    });
  }

  private clock(at: string, value: Json, kinds: readonly string[]): void {
    if (!this.object(at, value, ['id', 'title', 'anchor', 'due', 'discharge', 'debtor', 'voluntary'], [])) return;
    this.need(typeof value.id === 'string' && ID.test(value.id), `${at}.id: lower-case letters, digits and _`);
    this.title(`${at}.title`, value.title);
    this.need(value.debtor === 'addressee' || value.debtor === 'sender', `${at}.debtor: addressee or sender`);
    this.need(typeof value.voluntary === 'boolean', `${at}.voluntary: true or false`);
    const anchorKind = this.anchor(`${at}.anchor`, value.anchor, kinds);
    this.due(`${at}.due`, value.due, anchorKind);
    this.discharge(`${at}.discharge`, value.discharge, kinds, anchorKind);
  }

  private anchor(at: string, value: Json | undefined, kinds: readonly string[]): string {
    if (!this.object(at, value, ['kind', 'by'], ['field', 'when', 'opens'])) return '';
    const kind = typeof value.kind === 'string' ? value.kind : '';
    this.need(kinds.includes(kind), `${at}.kind: one of the pack's kinds`);
    this.need(value.by === 'receipt' || value.by === 'field', `${at}.by: receipt or field`);
    this.need(value.opens === undefined || value.opens === true, `${at}.opens: true, or left out`);
    if (value.by === 'field') this.instantField(`${at}.field`, kind, value.field);
    else this.need(value.field === undefined, `${at}.field: only with by field`);
    if (value.when !== undefined) this.condition(`${at}.when`, value.when, [kind]);
    return kind;
  }

  private due(at: string, value: Json | undefined, anchorKind: string): void {
    if (!this.object(at, value, [], ['field', 'hours', 'months'])) return;
    const { field, hours, months } = value;
    this.need(hours === undefined || isWhole(hours, MAX_HOURS), `${at}.hours: a whole number from 1 to ${MAX_HOURS}`);
    this.need(months === undefined || isWhole(months, MAX_MONTHS), `${at}.months: a whole number from 1 to ${MAX_MONTHS}`);
    this.need(hours === undefined || months === undefined, `${at}: hours or months, not both`);
    this.need(field !== undefined || hours !== undefined || months !== undefined, `${at}: a field, hours or months`);
    if (field !== undefined) this.instantField(`${at}.field`, anchorKind, field);
  }

  private discharge(at: string, value: Json | undefined, kinds: readonly string[], anchorKind: string): void {
    if (!this.object(at, value, ['kinds'], ['when', 'matches'])) return;
    const own = this.ids(`${at}.kinds`, value.kinds, MAX_PACK_KINDS);
    for (const kind of own) this.need(kinds.includes(kind), `${at}.kinds: one of the pack's kinds, not ${kind}`);
    if (value.when !== undefined) this.condition(`${at}.when`, value.when, own);
    if (value.matches === undefined) return;
    for (const name of this.ids(`${at}.matches`, value.matches, 8)) {
      for (const kind of [anchorKind, ...own]) this.frameField(`${at}.matches`, kind, name);
    }
  }

  private condition(at: string, value: Json, kinds: readonly string[]): void {
    if (!this.object(at, value, ['field', 'one_of'], [])) return;
    const values = isList(value.one_of) ? value.one_of : [];
    const scalar = values.every((item) => typeof item === 'boolean' || (typeof item === 'string' && item !== ''));
    this.need(
      values.length > 0 && values.length <= 16 && scalar && new Set(values).size === values.length,
      `${at}.one_of: 1 to 16 words, true or false`,
    );
    for (const kind of kinds) {
      const field = this.frameField(`${at}.field`, kind, value.field);
      if (field === undefined || !scalar) continue;
      const allowed: readonly Json[] = field.shape === 'choice' ? field.of : field.shape === 'flag' ? [true, false] : [];
      this.need(
        values.every((item) => allowed.includes(item)),
        `${at}.one_of: values that ${kind}.${field.name} can have`,
      );
    }
  }

  private instantField(at: string, kind: string, name: Json | undefined): void {
    const field = this.frameField(at, kind, name);
    if (field !== undefined) this.need(field.shape === 'instant', `${at}: a field of ${kind} that is a date and time`);
  }

  /** Clocks read frame fields alone: erasing content must not move one. */
  private frameField(at: string, kind: string, name: Json | undefined): Field | undefined {
    const field = kindOf(kind)?.fields.find((one) => one.name === name && one.frame);
    this.need(field !== undefined, `${at}: a field of ${kind === '' ? 'the kind' : kind} that is never erased`);
    return field;
  }

  private ids(at: string, value: Json | undefined, max: number): readonly string[] {
    const ids = isList(value) ? value.filter((item): item is string => typeof item === 'string' && ID.test(item)) : [];
    const whole = isList(value) && ids.length === value.length && new Set(ids).size === ids.length;
    this.need(whole && ids.length > 0 && ids.length <= max, `${at}: 1 to ${max} different ids`);
    return ids.slice(0, max);
  }

  private title(at: string, value: Json | undefined): void {
    this.need(isLine(value, 120) && !hasBidiControl(value), `${at}: one line of 1 to 120 characters`);
  }

  private object(at: string, value: Json | undefined, required: readonly string[], optional: readonly string[]): value is JsonObject {
    if (!isObject(value)) {
      this.need(false, `${at}: an object`);
      return false;
    }
    this.members(at, value, required, optional);
    return true;
  }

  private members(at: string, value: JsonObject, required: readonly string[], optional: readonly string[]): void {
    for (const name of required) this.need(Object.hasOwn(value, name), `${at}: a member ${name}`);
    const known = Object.keys(value).every((name) => required.includes(name) || optional.includes(name));
    this.need(known, `${at}: no members but ${[...required, ...optional].join(', ')}`);
  }

  private need(condition: boolean, expected: string): void {
    if (!condition) this.expected.push(expected);
  }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isWhole(value: Json, max: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= max;
}
