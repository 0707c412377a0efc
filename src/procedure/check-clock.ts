import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { UNITS } from './calendar.ts';
import { MAX_PACK_KINDS, type Members } from './check-members.ts';

/**
 * What the start of a clock means, so that nobody confuses one with another. `receipt` and `prior-stage-submitted` are when the other side's node held
 * the document; the others are instants that its author wrote in it.
 */
export const ANCHORS = ['receipt', 'prior-stage-submitted', 'aware', 'classified', 'measure-available', 'event', 'contact-attempt'] as const;

/** Ten years, in each unit: longer is no clock. */
export const MAX_SPAN = { minutes: 5_256_000, hours: 87_600, days: 3650, working_days: 2600, months: 120 } as const;
/** Conditions of one guard. */
export const MAX_CONDITIONS = 4;

/** When the other side held it; what is not of these is an instant that its author wrote. */
const BY_RECEIPT: readonly string[] = ['receipt', 'prior-stage-submitted'];
/** Members of a condition. */
const CONDITION: readonly string[] = ['field', 'one_of'];
const DEBTORS: readonly Json[] = ['addressee', 'sender', 'each'];

/** What a JSON value lacks to be a clock of a pack with these kinds. */
export function checkClock(check: Members, at: string, value: Json, kinds: readonly string[]): void {
  if (!check.object(at, value, ['id', 'title', 'anchor', 'due', 'discharge', 'debtor', 'voluntary'], ['source', 'basis'])) return;
  check.id(`${at}.id`, value.id);
  check.line(`${at}.title`, value.title, 120);
  if (value.source !== undefined) check.line(`${at}.source`, value.source, 300);
  if (value.basis !== undefined) check.basis(`${at}.basis`, value.basis);
  check.need(value.basis === undefined || value.source !== undefined, `${at}.basis: only with a source`);
  check.need(DEBTORS.includes(value.debtor ?? null), `${at}.debtor: addressee, sender or each`);
  check.need(typeof value.voluntary === 'boolean', `${at}.voluntary: true or false`);
  const anchor = checkAnchor(check, `${at}.anchor`, value.anchor, kinds);
  checkDue(check, `${at}.due`, value.due, anchor);
  checkDischarge(check, `${at}.discharge`, value.discharge, kinds, anchor.kind);
  const every = isObject(value.due) && value.due.every !== undefined;
  const inChannel = isObject(value.discharge) && value.discharge.in === 'channel';
  check.need(!every || inChannel, `${at}.discharge.in: channel, where something is owed every so many months`);
  const latest = isObject(value.anchor) && value.anchor.latest !== undefined;
  check.need(!every || !latest, `${at}.anchor.latest: not where something is owed every so many months`);
}

type AnchorFound = { readonly kind: string; readonly by: Json | undefined };

function checkAnchor(check: Members, at: string, value: Json | undefined, kinds: readonly string[]): AnchorFound {
  if (!check.object(at, value, ['kind', 'at', 'by'], ['field', 'when', 'opens', 'latest'])) return { kind: '', by: undefined };
  const kind = typeof value.kind === 'string' ? value.kind : '';
  check.need(kinds.includes(kind), `${at}.kind: one of the pack's kinds`);
  check.need(value.by === 'receipt' || value.by === 'field', `${at}.by: receipt or field`);
  check.need(value.opens === undefined || value.opens === true, `${at}.opens: true, or left out`);
  check.need(value.latest === undefined || (value.latest === true && value.opens === undefined), `${at}.latest: true, or left out; not with opens`);
  if (value.by === 'field') check.instantField(`${at}.field`, kind, value.field);
  else check.need(value.field === undefined, `${at}.field: only with by field`);
  const names = ANCHORS.filter((name) => BY_RECEIPT.includes(name) === (value.by === 'receipt'));
  check.need((names as readonly (Json | undefined)[]).includes(value.at), `${at}.at: one of ${names.join(', ')}`);
  if (value.when !== undefined) checkGuard(check, `${at}.when`, value.when, [kind]);
  return { kind, by: value.by };
}

function checkDue(check: Members, at: string, value: Json | undefined, anchor: AnchorFound): void {
  if (!check.object(at, value, [], ['field', ...UNITS, 'before', 'at_most', 'every'])) return;
  const units = checkSpan(check, at, value);
  const { field, before, at_most: most, every } = value;
  check.need(field !== undefined || units > 0 || every !== undefined, `${at}: a field, a span of time, or every`);
  if (field !== undefined) check.instantField(`${at}.field`, anchor.kind, field);
  check.need(before === undefined || before === true, `${at}.before: true, or left out`);
  const alone = [field, before, most, every].filter((one) => one !== undefined).length <= 1;
  check.need(alone, `${at}: only one of field, before, at_most, every`);
  const needsInstant = before !== undefined || most !== undefined;
  check.need(!needsInstant || (units > 0 && anchor.by === 'field'), `${at}: a span of time and an anchor by field, with before or at_most`);
  if (most !== undefined && check.object(`${at}.at_most`, most, ['field'], [...UNITS, 'unless_over'])) {
    check.need(checkSpan(check, `${at}.at_most`, most) > 0, `${at}.at_most: a span of time`);
    check.instantField(`${at}.at_most.field`, anchor.kind, most.field);
    check.need(most.unless_over === undefined || most.unless_over === true, `${at}.at_most.unless_over: true, or left out`);
  }
  if (every !== undefined && check.object(`${at}.every`, every, ['months'], ['calendar', 'next_month'])) {
    check.whole(`${at}.every.months`, every.months, 12);
    check.need(every.calendar === undefined || every.calendar === true, `${at}.every.calendar: true, or left out`);
    check.need(
      every.next_month === undefined || (every.next_month === true && every.calendar === undefined),
      `${at}.every.next_month: true, or left out; not with calendar`,
    );
    check.need(
      every.calendar === undefined || [1, 2, 3, 4, 6, 12].includes(every.months as number),
      `${at}.every.months: a part of a year, in calendar periods`,
    );
  }
}

/** How many units an object names: one at most. */
function checkSpan(check: Members, at: string, value: JsonObject): number {
  const units = UNITS.filter((unit) => value[unit] !== undefined);
  for (const unit of units) check.whole(`${at}.${unit}`, value[unit], MAX_SPAN[unit]);
  check.need(units.length <= 1, `${at}: ${UNITS.slice(0, -1).join(', ')} or ${UNITS.at(-1)}, one of them`);
  return units.length;
}

function checkDischarge(check: Members, at: string, value: Json | undefined, kinds: readonly string[], anchorKind: string): void {
  if (!check.object(at, value, ['kinds'], ['in', 'when', 'matches'])) return;
  const own = check.ids(`${at}.kinds`, value.kinds, MAX_PACK_KINDS);
  for (const kind of own) check.need(kinds.includes(kind), `${at}.kinds: one of the pack's kinds, not ${kind}`);
  check.need(value.in === undefined || value.in === 'concerning' || value.in === 'channel', `${at}.in: concerning or channel, or left out`);
  if (value.when !== undefined) checkGuard(check, `${at}.when`, value.when, own);
  if (value.matches === undefined) return;
  for (const name of check.ids(`${at}.matches`, value.matches, 8)) {
    for (const kind of [anchorKind, ...own]) check.frameField(`${at}.matches`, kind, name);
  }
}

function checkGuard(check: Members, at: string, value: Json, kinds: readonly string[]): void {
  if (!Array.isArray(value)) {
    checkCondition(check, at, value, kinds);
    return;
  }
  const list = value as readonly Json[];
  check.need(list.length > 1 && list.length <= MAX_CONDITIONS, `${at}: a condition, or 2 to ${MAX_CONDITIONS} that hold together`);
  list.slice(0, MAX_CONDITIONS).forEach((condition, i) => {
    checkCondition(check, `${at}[${i}]`, condition, kinds);
  });
}

function checkCondition(check: Members, at: string, value: Json, kinds: readonly string[]): void {
  if (!check.object(at, value, CONDITION, [])) return;
  // Whoever writes more than that wants to know what another side said, or what came first; they are told why there is no such thing.
  check.need(
    Object.keys(value).every((name) => CONDITION.includes(name)),
    `${at}: a condition on one document alone: between logs there is no order, and each side would come to a state of its own`,
  );
  const values: readonly Json[] = Array.isArray(value.one_of) ? value.one_of : [];
  const scalar = values.every((item) => typeof item === 'boolean' || (typeof item === 'string' && item !== ''));
  check.need(
    values.length > 0 && values.length <= 16 && scalar && new Set(values).size === values.length,
    `${at}.one_of: 1 to 16 words, true or false`,
  );
  for (const kind of kinds) {
    const field = check.frameField(`${at}.field`, kind, value.field);
    if (field === undefined || !scalar) continue;
    const allowed: readonly Json[] = field.shape === 'choice' ? field.of : field.shape === 'flag' ? [true, false] : [];
    check.need(
      values.every((item) => allowed.includes(item)),
      `${at}.one_of: values that ${kind}.${field.name} can have`,
    );
  }
}
