import { ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { utf8 } from '../base/bytes.ts';
import type { JsonObject } from '../base/json.ts';
import { packText, parsePack } from './pack.ts';

const FOLDER = new URL('../../procedures/', import.meta.url);
const matchesSchema = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(new URL('pack.schema.json', FOLDER), 'utf8')));
const INQUIRY = JSON.parse(readFileSync(new URL('incident-inquiry.json', FOLDER), 'utf8')) as JsonObject;
const [REPLY = {}] = INQUIRY.clocks as readonly JsonObject[];
const FINAL = { field: 'final', one_of: [true] };

const NO_ORDER = 'a condition on one document alone: between logs there is no order, and each side would come to a state of its own';

/** The pack with its reply clock changed so. */
const withClock = (change: JsonObject): JsonObject => ({ ...INQUIRY, clocks: [{ ...REPLY, ...change }] });
const withEnd = (more: JsonObject): JsonObject => withClock({ discharge: { kinds: ['reply'], ...more } });
const withStart = (more: JsonObject): JsonObject => withClock({ anchor: { kind: 'request', at: 'receipt', by: 'receipt', ...more } });

/** What somebody might ask of a procedure that an order between two logs would have to answer. */
const GUARDS: readonly (readonly [what: string, pack: JsonObject, expected: string])[] = [
  [
    'what the other side has done',
    withEnd({ when: { ...FINAL, party: 'other' } }),
    'clocks[0].discharge.when: no members but field, one_of, not party',
  ],
  ['what the other side has not done', withStart({ when: { not: { kind: 'position' } } }), `clocks[0].anchor.when: ${NO_ORDER}`],
  ['what came before', withEnd({ when: { ...FINAL, after: 'clarification' } }), `clocks[0].discharge.when: ${NO_ORDER}`],
  ['who was first', withEnd({ when: [FINAL, { ...FINAL, first: true }] }), `clocks[0].discharge.when[1]: ${NO_ORDER}`],
  ['who was last', withEnd({ when: { latest: 'position', one_of: ['accepts'] } }), `clocks[0].discharge.when: ${NO_ORDER}`],
  ['how many have answered', withEnd({ when: { ...FINAL, count: 2 } }), `clocks[0].discharge.when: ${NO_ORDER}`],
  ['a joint state', withStart({ when: { state: 'agreed' } }), `clocks[0].anchor.when: ${NO_ORDER}`],
  ['either of two', withEnd({ when: { any: [FINAL, FINAL] } }), `clocks[0].discharge.when: ${NO_ORDER}`],
  ['a program', withEnd({ when: 'theirs.index < ours.index' }), 'clocks[0].discharge.when: an object'],
  ...['party', 'index', 'after', 'refs', 'time', 'gen', 'level', 'position'].map(
    (field) =>
      [
        `the ${field} of an entry`,
        withEnd({ when: { field, one_of: ['0'] } }),
        'clocks[0].discharge.when.field: a field of reply that is never erased',
      ] as const,
  ),
  [
    'what may be erased',
    withEnd({ when: { field: 'text', one_of: ['Yes.'] } }),
    'clocks[0].discharge.when.field: a field of reply that is never erased',
  ],
  [
    'whether an instant is past',
    withStart({ when: { field: 'reply_by', one_of: ['past'] } }),
    'clocks[0].anchor.when.one_of: values that request.reply_by can have',
  ],
  ['one that follows another', withEnd({ after: 'request' }), 'clocks[0].discharge: no members but kinds, in, when, matches, not after'],
  ['the first of several', withEnd({ first: true }), 'clocks[0].discharge: no members but kinds, in, when, matches, not first'],
  ['what is after the anchor', withEnd({ in: 'after' }), 'clocks[0].discharge.in: concerning or channel, or left out'],
  [
    'a start with the other side’s leave',
    withStart({ unless: { kind: 'position' } }),
    'clocks[0].anchor: no members but kind, at, by, field, when, opens, latest, not unless',
  ],
  ['a start when somebody reads', withStart({ by: 'read' }), 'clocks[0].anchor.by: receipt or field'],
  ['whoever speaks last', withClock({ debtor: 'last' }), 'clocks[0].debtor: addressee, sender or each'],
  ['a debtor by what was said', withClock({ debtor: { when: FINAL } }), 'clocks[0].debtor: addressee, sender or each'],
  [
    'a clock that another stops',
    withClock({ stops: 'acknowledgement' }),
    'clocks[0]: no members but id, title, anchor, due, discharge, debtor, voluntary, source, basis, not stops',
  ],
  [
    'states that follow each other',
    { ...INQUIRY, states: ['sent', 'answered'] },
    'pack: no members but v, name, title, kinds, clocks, roles, sources, holidays, not states',
  ],
  [
    'steps between states',
    { ...INQUIRY, transitions: [] },
    'pack: no members but v, name, title, kinds, clocks, roles, sources, holidays, not transitions',
  ],
];

test('every guard that would ask for an order between logs is refused, with a sentence that says where, and the published schema refuses its form', () => {
  for (const [what, pack, expected] of GUARDS) {
    const parsed = parsePack(utf8(packText(pack)));
    ok('expected' in parsed && parsed.expected.includes(expected), `${what}: ${JSON.stringify(parsed)}`);
    // What kinds and fields there are is beyond a schema.
    if (!/never erased|can have/.test(expected)) ok(!matchesSchema(pack), what);
  }
});
