import { deepEqual, equal, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { utf8 } from '../base/bytes.ts';
import type { Json, JsonObject } from '../base/json.ts';
import { clockBearingKinds, discharges, MAX_PACK_SIZE, type Pack, packHash, packText, parsePack, rolesOf, starts } from './pack.ts';

const FOLDER = new URL('../../procedures/', import.meta.url);
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.json') && name !== 'pack.schema.json');
const matchesSchema = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(new URL('pack.schema.json', FOLDER), 'utf8')));

function shipped(name: string): Pack {
  const parsed = parsePack(readFileSync(new URL(name, FOLDER)));
  if ('expected' in parsed) throw new Error(parsed.expected.join('\n'));
  return parsed.pack;
}

function clockOf(pack: Pack, id: string) {
  const clock = pack.clocks.find((one) => one.id === id);
  ok(clock);
  return clock;
}

/** What the law asks of whoever is under it; everything else shipped is voluntary. */
const REGULATORY = ['circia-reporting', 'cra-reporting', 'dora-reporting', 'nis2-reporting'];

test('the packs shipped are read, match the published schema, are named after their file, and every clock says where its rule stands and how far that was read', () => {
  for (const name of NAMES) {
    const pack = shipped(name);
    equal(`${pack.name}.json`, name);
    ok(matchesSchema(pack), JSON.stringify(matchesSchema.errors));
    for (const clock of pack.clocks) {
      ok((clock.source ?? '') !== '' && clock.basis !== undefined, `${pack.name} ${clock.id}`);
      equal(clock.voluntary, !REGULATORY.includes(pack.name), pack.name);
    }
    ok(pack.clocks.length > 0 || pack.sources !== undefined, `${pack.name} says what it follows`);
  }
});

test('stamps never bear a clock, so two nodes cannot stamp each other for ever', () => {
  const kinds = clockBearingKinds(NAMES.map(shipped));
  for (const kind of ['stamp', 'blob_held', 'gate']) ok(!kinds.has(kind));
  const first = ['accreditation', 'communication-check', 'incident-inquiry', 'incident-notification'].map((name) => shipped(`${name}.json`));
  deepEqual([...clockBearingKinds(first)].sort(), [
    'clarification',
    'communication_check',
    'communication_check_answer',
    'incident_notification',
    'reply',
    'request',
  ]);
});

test('a request starts the reply clock and only a final reply ends it', () => {
  const clock = clockOf(shipped('incident-inquiry.json'), 'reply');
  const request = { kind: 'request', fields: {} };
  ok(starts(clock, request, true));
  ok(!starts(clock, { ...request, kind: 'message' }, true));
  ok(discharges(clock, {}, { kind: 'reply', fields: { final: true } }));
  ok(!discharges(clock, {}, { kind: 'reply', fields: { final: false } }));
  ok(!discharges(clock, {}, { kind: 'message', fields: { final: true } }));
});

test('a communication check is answered by its own nonce alone', () => {
  const clock = clockOf(shipped('communication-check.json'), 'answer');
  ok(discharges(clock, { nonce: 'a' }, { kind: 'communication_check_answer', fields: { nonce: 'a' } }));
  ok(!discharges(clock, { nonce: 'a' }, { kind: 'communication_check_answer', fields: { nonce: 'b' } }));
  ok(!discharges(clock, {}, { kind: 'communication_check_answer', fields: {} }));
});

test('the stages of an incident start their clocks once: from awareness for the first, from the notification for the final report', () => {
  const pack = shipped('incident-notification.json');
  const stage = (value: string) => ({ kind: 'incident_notification', fields: { stage: value, aware_at: 1000 } });
  ok(starts(clockOf(pack, 'notification'), stage('early_warning'), true));
  ok(!starts(clockOf(pack, 'notification'), stage('progress'), false));
  ok(!starts(clockOf(pack, 'final'), stage('early_warning'), true));
  ok(starts(clockOf(pack, 'final'), stage('notification'), false));
  ok(discharges(clockOf(pack, 'early_warning'), {}, stage('early_warning')));
  ok(!discharges(clockOf(pack, 'notification'), {}, stage('early_warning')));
});

/** A pack with every member that a pack can have. */
const WHOLE: JsonObject = {
  v: 1,
  name: 'whole',
  title: 'Everything a pack can say',
  kinds: ['incident_notification', 'request', 'reply'],
  roles: ['Policy', 'Technical'],
  sources: [
    { title: 'A convention, article 2', basis: 'text' },
    { title: 'Practice', basis: 'own' },
  ],
  holidays: ['2026-12-25', '2028-02-29'],
  clocks: [
    {
      id: 'bounded',
      title: 'Bounded',
      source: 'Article 1',
      basis: 'secondary',
      anchor: { kind: 'incident_notification', at: 'classified', by: 'field', field: 'classified_at', opens: true },
      due: { hours: 4, at_most: { field: 'aware_at', days: 1, unless_over: true } },
      discharge: { kinds: ['incident_notification'] },
      debtor: 'sender',
      voluntary: false,
    },
    {
      id: 'before',
      title: 'Before',
      anchor: { kind: 'incident_notification', at: 'event', by: 'field', field: 'handled_at' },
      due: { minutes: 30, before: true },
      discharge: { kinds: ['incident_notification'], matches: ['handled_at'] },
      debtor: 'sender',
      voluntary: true,
    },
    {
      id: 'cadence',
      title: 'Cadence',
      anchor: { kind: 'request', at: 'receipt', by: 'receipt', opens: true },
      due: { working_days: 5, every: { months: 6, calendar: true } },
      discharge: { kinds: ['request'], in: 'channel', when: { field: 'request_type', one_of: ['information'] } },
      debtor: 'each',
      voluntary: true,
    },
    {
      id: 'guarded',
      title: 'Guarded',
      anchor: {
        kind: 'incident_notification',
        at: 'prior-stage-submitted',
        by: 'receipt',
        when: [
          { field: 'stage', one_of: ['notification'] },
          { field: 'about', one_of: ['incident'] },
        ],
      },
      due: { months: 1 },
      discharge: { kinds: ['incident_notification'], in: 'concerning' },
      debtor: 'sender',
      voluntary: true,
    },
    {
      id: 'months',
      title: 'From the next month',
      anchor: { kind: 'request', at: 'receipt', by: 'receipt' },
      due: { every: { months: 5, next_month: true } },
      discharge: { kinds: ['request'], in: 'channel' },
      debtor: 'each',
      voluntary: true,
    },
    {
      id: 'newest',
      title: 'After the newest',
      anchor: { kind: 'request', at: 'receipt', by: 'receipt', latest: true },
      due: { hours: 1 },
      discharge: { kinds: ['reply'] },
      debtor: 'addressee',
      voluntary: true,
    },
  ],
};

test('every member removed, added or changed is refused, and so is every other way to write the same', () => {
  ok('pack' in parsePack(utf8(packText(WHOLE))), JSON.stringify(parsePack(utf8(packText(WHOLE)))));
  for (const [name, pack] of [...NAMES.map((one) => [one, shipped(one) as unknown as JsonObject] as const), ['whole', WHOLE] as const]) {
    const paths = pathsOf(pack);
    for (const path of paths) {
      for (const change of [remove, (value: Json) => change2(value), (value: Json) => add(value)]) {
        const changed = edited(pack, path, change);
        if (packText(changed) === packText(pack)) continue;
        const parsed = parsePack(utf8(packText(changed)));
        // Optional members may go; whatever is still read must match the schema.
        if ('pack' in parsed) ok(matchesSchema(changed), `${name} ${path.join('.')} ${JSON.stringify(matchesSchema.errors)}`);
        if (!matchesSchema(changed)) ok('expected' in parsed, `${name} ${path.join('.')}`);
      }
    }
    for (const text of [JSON.stringify(pack), packText(pack).trimEnd(), `\ufeff${packText(pack)}`, packText(pack).replace('{', '{\n  "v": 1,')]) {
      ok('expected' in parsePack(utf8(text)), text.slice(0, 20));
    }
  }
});

test('a pack that reads what can be erased, what is not there, or the wrong shape is refused, saying where', () => {
  const inquiry = shipped('incident-inquiry.json') as unknown as JsonObject;
  const expectedOf = (path: readonly (string | number)[], value: Json): string => {
    const parsed = parsePack(utf8(packText(edited(inquiry, path, () => value))));
    return 'expected' in parsed ? (parsed.expected[0] ?? '') : 'nothing';
  };
  equal(expectedOf(['clocks', 0, 'due', 'field'], 'subject'), 'clocks[0].due.field: a field of request that is never erased');
  equal(expectedOf(['clocks', 0, 'due', 'field'], 'urgency'), 'clocks[0].due.field: a field of request that is a date and time');
  equal(expectedOf(['clocks', 0, 'due'], {}), 'clocks[0].due: a field, a span of time, or every');
  equal(expectedOf(['clocks', 0, 'due'], { hours: 0 }), 'clocks[0].due.hours: a whole number from 1 to 87600');
  equal(expectedOf(['clocks', 0, 'due'], { hours: 1, months: 1 }), 'clocks[0].due: minutes, hours, days, working_days or months, one of them');
  equal(expectedOf(['clocks', 0, 'anchor', 'kind'], 'stamp'), "clocks[0].anchor.kind: one of the pack's kinds");
  equal(expectedOf(['clocks', 0, 'anchor', 'by'], 'field'), 'clocks[0].anchor.field: a field of request that is never erased');
  equal(expectedOf(['clocks', 0, 'discharge', 'when', 'one_of'], ['yes']), 'clocks[0].discharge.when.one_of: values that reply.final can have');
  equal(expectedOf(['kinds', 0], 'treaty_of_peace'), 'kinds: a kind of document known here, not treaty_of_peace');
  equal(expectedOf(['title'], 'a\u202eb'), 'title: one line of 1 to 120 characters');
  equal(expectedOf(['clocks'], [1]), 'clocks[0]: an object');
});

test('what a clock cannot mean is refused, and the published schema refuses it too', () => {
  const clock = (i: number, path: Path, value: Json): JsonObject => edited(WHOLE, ['clocks', i, ...path], () => value);
  for (const [changed, expected] of [
    [clock(0, ['anchor', 'at'], 'receipt'), 'clocks[0].anchor.at: one of aware, classified, measure-available, event, contact-attempt'],
    [clock(3, ['anchor', 'at'], 'aware'), 'clocks[3].anchor.at: one of receipt, prior-stage-submitted'],
    [clock(0, ['due', 'before'], true), 'clocks[0].due: only one of field, before, at_most, every'],
    [clock(1, ['due'], { before: true }), 'clocks[1].due: a field, a span of time, or every'],
    [clock(1, ['due'], { field: 'aware_at', days: 1, before: true }), 'clocks[1].due: only one of field, before, at_most, every'],
    [clock(3, ['due', 'before'], true), 'clocks[3].due: a span of time and an anchor by field, with before or at_most'],
    [clock(0, ['due', 'at_most'], { field: 'aware_at' }), 'clocks[0].due.at_most: a span of time'],
    [clock(2, ['due', 'every', 'months'], 5), 'clocks[2].due.every.months: a part of a year, in calendar periods'],
    [clock(2, ['discharge', 'in'], 'concerning'), 'clocks[2].discharge.in: channel, where something is owed every so many months'],
    [clock(0, ['due'], { days: 1, minutes: 5 }), 'clocks[0].due: minutes, hours, days, working_days or months, one of them'],
    [clock(3, ['anchor', 'when'], [{ field: 'stage', one_of: ['final'] }]), 'clocks[3].anchor.when: a condition, or 2 to 4 that hold together'],
    [clock(3, ['anchor', 'when', 0, 'party'], 1), 'clocks[3].anchor.when[0]: no members but field, one_of, not party'],
    [clock(0, ['anchor', 'latest'], true), 'clocks[0].anchor.latest: true, or left out; not with opens'],
    [clock(4, ['anchor', 'latest'], true), 'clocks[4].anchor.latest: not where something is owed every so many months'],
    [clock(4, ['due', 'every', 'calendar'], true), 'clocks[4].due.every.next_month: true, or left out; not with calendar'],
    [clock(0, ['due', 'at_most', 'unless_over'], false), 'clocks[0].due.at_most.unless_over: true, or left out'],
    [clock(0, ['basis'], 'hearsay'), 'clocks[0].basis: one of text, secondary, own'],
    [clock(1, ['basis'], 'own'), 'clocks[1].basis: only with a source'],
    [edited(WHOLE, ['sources', 1, 'basis'], () => ''), 'sources[1].basis: one of text, secondary, own'],
    [edited(WHOLE, ['sources'], () => []), 'sources: a list of 1 to 8'],
    [clock(2, ['debtor'], 'other'), 'clocks[2].debtor: addressee, sender or each'],
  ] as const) {
    const parsed = parsePack(utf8(packText(changed)));
    deepEqual('expected' in parsed ? parsed.expected[0] : 'nothing', expected);
    ok(!matchesSchema(changed), expected);
  }
  // What needs a calendar is beyond a schema.
  const never = parsePack(utf8(packText(edited(WHOLE, ['holidays', 0], () => '2026-02-29'))));
  deepEqual('expected' in never ? never.expected : [], ['holidays: dates that exist, such as 2026-12-25']);
});

test('reading a pack is total', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('kinds', 'clocks', 'name'), (json, member) => {
      ok('expected' in parsePack(utf8(packText({ [member]: json as Json }))));
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => 'expected' in parsePack(bytes)));
  ok('expected' in parsePack(new Uint8Array(MAX_PACK_SIZE + 1)));
  ok('expected' in parsePack(utf8('['.repeat(60_000))));
  ok('expected' in parsePack(utf8(`{"v":${'['.repeat(30_000)}${']'.repeat(30_000)}}`)));
});

test('roles of several packs are each named once, first those of packs in which contacts are nominated', () => {
  const packs = ['incident-inquiry', 'treaty-notification', 'communication-check'].map((name) => shipped(`${name}.json`));
  deepEqual(rolesOf(packs), ['Policy', 'Technical', 'Diplomatic', 'Nuclear Risk Reduction Centre']);
  deepEqual(rolesOf([shipped('nis2-reporting.json')]), []);
});

test('a pack is named in a charter by the hash of its exact bytes', () => {
  const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());
  equal(packHash(sha256, utf8('abc')), 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
});

type Path = readonly (string | number)[];
const GONE = Symbol('gone');
const remove = (): typeof GONE => GONE;
const change2 = (value: Json): Json =>
  typeof value === 'number' ? -value : typeof value === 'boolean' ? 'true' : typeof value === 'string' ? `${value}!` : null;
const add = (value: Json): Json =>
  Array.isArray(value) ? [...value, ...value.slice(0, 1)] : typeof value === 'object' && value !== null ? { ...value, more: 1 } : [value];

function pathsOf(value: Json, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((item, i) => [i, item] as const)
    : Object.entries(value);
  return [at, ...inner.flatMap(([key, item]) => pathsOf(item, [...at, key]))];
}

function edited(root: JsonObject, path: Path, change: (value: Json) => Json | typeof GONE): JsonObject {
  const copy = structuredClone(root) as Record<string, unknown>;
  const last = path.at(-1);
  if (last === undefined) return { ...root, more: 1 };
  let parent: Record<string | number, unknown> = copy;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>;
  const next = change(parent[last] as Json);
  if (next !== GONE) parent[last] = next;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy as JsonObject;
}
