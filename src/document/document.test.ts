import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { toBase64url } from '../base/bytes.ts';
import { kinds as english } from '../base/catalogue/en/kinds.ts';
import { ParleyError } from '../base/errors.ts';
import { type Json, strictJson } from '../base/json.ts';
import { MAX_BODY_SIZE } from '../base/limits.ts';
import { sayIn } from '../base/phrases.ts';
import { cellLabelOf, formOf, labelOf, readInput, sayFault, showInput } from './form.ts';
import type { Cell, Field, Kind } from './kind.ts';
import { checkDraft, parseFields } from './parse.ts';
import { KINDS, kindOf, kindToDraft, summaryOf } from './registry.ts';
import { LAST_INSTANT } from './shape.ts';

const say = sayIn('en');
const idBytes = (fill: number, size = 32): string => toBase64url(new Uint8Array(size).fill(fill));

const anyJson: fc.Arbitrary<Json> = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('red', 'fact', 'yes', '__proto__', idBytes(1), idBytes(2, 16), '\u202e', '\ud800'),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('root', 'salt', 'size', 'media', 'name', 'toString'), tie('json'), { maxKeys: 5 }),
  ),
})).json as fc.Arbitrary<Json>;
const anyKind = fc.constantFrom(...KINDS);

/** Values a field allows, for round trips. */
function valid(field: Field | Cell): fc.Arbitrary<Json> {
  const word = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZéЖ語'), minLength: 1, maxLength: 12 });
  const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size }).map(toBase64url);
  const forms = {
    language: fc.constantFrom('en', 'fr', 'zh-Hant'),
    email: fc.constant('duty@example.org'),
    telephone: fc.constant('+41 22 555 01 23'),
    time_zone: fc.constant('Europe/Zurich'),
    pointer: word.map((text) => `/x${text.length}`),
  };
  switch (field.shape) {
    case 'line':
      return field.as === undefined ? word : forms[field.as];
    case 'text':
      return fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('\n'));
    case 'choice':
      return fc.constantFrom(...field.of);
    case 'choices':
      return fc.subarray([...field.of], { minLength: 1 });
    case 'lines':
      return fc.uniqueArray(field.as === undefined ? word : forms[field.as], { minLength: 1, maxLength: 3 });
    case 'instant':
      return fc.integer({ min: 0, max: LAST_INSTANT });
    case 'whole':
      return fc.integer({ min: field.min, max: field.max });
    case 'flag':
      return fc.boolean();
    case 'bytes':
      return bytes(field.size);
    case 'entries':
      return fc.uniqueArray(bytes(32), { minLength: 1, maxLength: Math.min(3, field.max) });
    case 'attachments':
      return fc
        .record({ root: bytes(32), salt: bytes(16), size: fc.nat(), media: fc.constant('application/json'), name: word }, { noNullPrototype: true })
        .map((file) => [file]);
    case 'rows':
      return fc.array(
        fc.record(Object.fromEntries(field.of.map((cell) => [cell.name, valid(cell)])), {
          requiredKeys: field.of.filter(({ required }) => required).map(({ name }) => name),
          noNullPrototype: true,
        }),
        { minLength: 1, maxLength: 3 },
      );
    case 'opaque':
      return word;
  }
}

const validFields = (kind: Kind): fc.Arbitrary<ReadonlyMap<string, Json>> =>
  fc.tuple(...kind.fields.map((field) => valid(field).map((value): [string, Json] => [field.name, value]))).map((pairs) => paired(new Map(pairs)));

/** As many leaves and values as there are pointers, where a kind has them, and nothing that ends before it begins. */
function paired(fields: Map<string, Json>): ReadonlyMap<string, Json> {
  const pointers = fields.get('pointers');
  const count = Array.isArray(pointers) ? pointers.length : 0;
  const ids = Array.from({ length: count }, (_, i) => idBytes(i));
  if (fields.has('leaves')) fields.set('leaves', ids);
  if (fields.has('values')) fields.set('values', ids);
  for (const [from, until] of PERIODS) {
    const [a, b] = [fields.get(from), fields.get(until)];
    if (typeof a !== 'number' || typeof b !== 'number') continue;
    fields.set(from, Math.min(a, b));
    fields.set(until, Math.max(a, b));
  }
  return fields;
}

const PERIODS = [
  ['from', 'until'],
  ['planned_start', 'planned_end'],
  ['event_at', 'event_until'],
] as const;

function minimal(id: string, more: Record<string, Json> = {}): ReadonlyMap<string, Json> {
  const drafts: Record<string, Record<string, Json>> = {
    message: { subject: 'Pipeline', text: 'We write about the pipeline.' },
    request: { request_type: 'information', subject: 'Pipeline', text: 'What do you know?' },
    reply: { final: true, disposition: 'met', text: 'This is what we know.' },
    incident_notification: { stage: 'early_warning', title: 'Pipeline stopped', description: 'Billing encrypted.', aware_at: 1_620_000_000 },
    claim: { facet: 'attribution', statement: 'It was ordered.', actor: 'A group' },
    contact_nomination: { person: 'A. Petrova', office: 'Duty desk', telephone: '+7 495 555 01 23' },
    recall: { actor: idBytes(3), for_consultations: true },
  };
  return new Map(Object.entries({ ...drafts[id], marking: 'amber', ...more }));
}

const faultsOf = (id: string, fields: ReadonlyMap<string, Json>, now?: number): readonly string[] => {
  const kind = kindOf(id);
  ok(kind);
  return checkDraft(kind, fields, now).map((fault) => `${fault.field} ${fault.phrase.id}`);
};

test('parsing is total: random names and values of every kind throw nothing, and every fault is a sentence of the catalogue', () => {
  fc.assert(
    fc.property(
      anyKind,
      fc.array(fc.tuple(fc.nat(20), anyJson), { maxLength: 12 }),
      fc.array(fc.nat(20), { maxLength: 4 }),
      (kind, pairs, erased) => {
        const nameAt = (n: number): string => kind.fields[n]?.name ?? ['__proto__', 'constructor', 'x', 'subject'][n % 4] ?? 'x';
        const parsed = parseFields(kind, new Map(pairs.map(([n, value]) => [nameAt(n), value])), erased.map(nameAt));
        for (const fault of [...parsed.frameFaults, ...parsed.contentFaults]) {
          ok(fault.phrase.id in english, fault.phrase.id);
          ok(!sayFault(say, kind, fault).includes('{'));
        }
        ok(summaryOf(parsed.document).id in english);
      },
    ),
    { numRuns: 400 },
  );
});

test('what is valid parses to the same values, without a fault in the frame, and stays the same through strict JSON', () => {
  fc.assert(
    fc.property(
      anyKind.chain((kind) => validFields(kind).map((fields) => ({ kind, fields }))),
      ({ kind, fields }) => {
        const sent = new Map([...fields].map(([name, value]) => [name, JSON.parse(strictJson([value]))[0] as Json]));
        const { document, frameFaults } = parseFields(kind, sent, []);
        deepEqual(document.fields, Object.fromEntries(fields));
        deepEqual(
          frameFaults.filter((fault) => !['fault.only_for_consultations'].includes(fault.phrase.id)),
          [],
        );
      },
    ),
    { numRuns: 150 },
  );
});

test('erasing any content changes no verdict and no frame value, and its summary still stands', () => {
  fc.assert(
    fc.property(
      anyKind.chain((kind) => fc.tuple(validFields(kind), fc.subarray([...kind.fields]), fc.constant(kind))),
      anyJson,
      ([fields, chosen, kind], odd) => {
        const held = new Map(fields);
        const target = chosen[0];
        if (target !== undefined) held.set(target.name, odd);
        const gone = chosen.filter((field) => !field.frame).map((field) => field.name);
        const rest = new Map([...held].filter(([name]) => !gone.includes(name)));
        const before = parseFields(kind, held, []);
        const after = parseFields(kind, rest, gone);
        deepEqual(after.frameFaults, before.frameFaults);
        for (const field of kind.fields) if (field.frame) deepEqual(after.document.fields[field.name], before.document.fields[field.name]);
        for (const name of gone) ok(!after.contentFaults.some((fault) => fault.field === name && fault.phrase.id === 'fault.missing'));
        const summary = say(summaryOf(after.document));
        ok(summary !== '' && !summary.includes('summary.') && !summary.includes('{'));
      },
    ),
    { numRuns: 200 },
  );
});

test('a frame field cannot be erased: held it is read all the same, not held the entry is void', () => {
  const request = kindOf('request');
  ok(request);
  const fields = new Map(minimal('request', { reply_by: 5 }));
  deepEqual(parseFields(request, fields, ['reply_by']).frameFaults, []);
  fields.delete('reply_by');
  deepEqual(parseFields(request, fields, ['reply_by']).frameFaults, [{ field: 'reply_by', phrase: { id: 'fault.erased_frame' } }]);
});

test('a rule of the frame is never shown content, so it cannot make a verdict depend on it', () => {
  const message = kindOf('message');
  ok(message);
  const seen: string[] = [];
  const watching: Kind = {
    ...message,
    checkFrame: (fields) => {
      seen.push(...Object.keys(fields));
      return [];
    },
  };
  parseFields(watching, minimal('message', { exercise: true }), []);
  deepEqual(seen, ['marking', 'exercise']);
});

test('an unknown field is a finding and never reaches the document', () => {
  const message = kindOf('message');
  ok(message);
  const parsed = parseFields(message, minimal('message', { colour: 'blue' }), []);
  deepEqual(parsed.frameFaults, []);
  deepEqual(
    parsed.contentFaults.map((fault) => fault.field),
    ['colour'],
  );
  ok(!('colour' in parsed.document.fields));
});

/** Whether a document of a kind opens a matter, or joins one that another opens. */
function leadsToMatter(id: string, seen: readonly string[] = []): boolean {
  const kind = kindOf(id);
  return (
    kind !== undefined && (kind.opens || kind.joins.some((other) => other === '*' || (!seen.includes(other) && leadsToMatter(other, [...seen, id]))))
  );
}

test('every kind, field, choice and summary has its words, and no word is left over', () => {
  const used = new Set<string>();
  const need = (id: string): void => {
    ok(id in english, `no words for ${id}`);
    used.add(id);
  };
  for (const kind of KINDS) {
    need(`kind.${kind.id}`);
    need(`kind.${kind.id}.help`);
    equal(new Set(kind.fields.map((field) => field.name)).size, kind.fields.length, kind.id);
    for (const field of kind.fields) {
      need(labelOf(kind.id, field.name));
      need(`${labelOf(kind.id, field.name)}.help`);
      if (field.shape === 'choice' || field.shape === 'choices') for (const value of field.of) need(`choice.${field.name}.${value}`);
      if (field.shape !== 'rows') continue;
      for (const cell of field.of) {
        need(cellLabelOf(field.name, cell.name));
        if (cell.shape === 'choice') for (const value of cell.of) need(`choice.${cell.name}.${value}`);
      }
    }
    for (const form of formOf(kind).fields) for (const id of [form.label, form.help.id, ...form.choices.map((choice) => choice.label)]) need(id);
    for (const other of kind.joins) ok(other === '*' || leadsToMatter(other), `${kind.id} joins ${other}, which opens no matter and joins none`);
    ok(kind.opens || kind.joins.length > 0, kind.id);
  }
  for (const id of Object.keys(english)) if (/^(kind|field|choice)\./.test(id)) ok(used.has(id), `${id} is used by nothing`);
});

test('every message of the kinds compiles, with no value left unsaid', () => {
  const values = { title: 'T', name: 'N', kind: 'k', characters: 'U+202E', max: 2, maxEach: 3, min: 0, size: 1 };
  for (const id of Object.keys(english)) {
    const said = say(id, {
      ...values,
      request_type: 'x',
      disposition: 'x',
      final: 'yes',
      stage: 'x',
      facet: 'x',
      value: 'x',
      subtype: 'x',
      withdrawn: 'x',
    });
    ok(said !== '' && said !== id && !/[{}]/.test(said), `${id}: ${said}`);
  }
});

test('a summary says the title, and says what it can when the title is erased', () => {
  const request = kindOf('request');
  ok(request);
  const { document } = parseFields(request, minimal('request'), []);
  equal(say(summaryOf(document)), 'Request for information: Pipeline');
  equal(say(summaryOf({ ...document, fields: { request_type: 'preservation' } })), 'Request to preserve evidence');
  equal(say(summaryOf({ kind: 'treaty_of_peace', fields: {}, erased: [] })), 'A kind of document this version does not know: treaty_of_peace');
  const { document: long } = parseFields(request, minimal('request', { subject: 'a'.repeat(200) }), []);
  ok(say(summaryOf(long)).length < 160);
});

test('a draft without what is needed, with a date past, or larger than a body is not ready to sign', () => {
  deepEqual(faultsOf('message', new Map()), ['marking fault.missing', 'subject fault.missing', 'text fault.missing']);
  deepEqual(faultsOf('message', minimal('message')), []);
  deepEqual(faultsOf('request', minimal('request', { reply_by: 1000 }), 1000), ['reply_by fault.past']);
  deepEqual(faultsOf('request', minimal('request', { reply_by: 1001 }), 1000), []);
  const long = '語'.repeat(20_000);
  const incident = minimal('incident_notification', { description: long, impact: long });
  ok(2 * 3 * 20_000 > MAX_BODY_SIZE);
  deepEqual(faultsOf('incident_notification', incident), [' fault.body_size']);
});

test('rules that join two fields hold: what occurred after it was known, a final reply without outcome, responsibility for a fact', () => {
  deepEqual(faultsOf('incident_notification', minimal('incident_notification', { occurred_at: 1_620_000_001 })), [
    'occurred_at fault.occurred_after_aware',
  ]);
  const reply = new Map(minimal('reply'));
  reply.delete('disposition');
  deepEqual(faultsOf('reply', reply), ['disposition fault.final_without_disposition']);
  deepEqual(faultsOf('reply', reply.set('final', false)), []);
  deepEqual(faultsOf('claim', minimal('claim', { facet: 'fact', responsibility: 'state-ordered' })), ['responsibility fault.responsibility_of_fact']);
  const claim = new Map(minimal('claim'));
  claim.delete('actor');
  deepEqual(faultsOf('claim', claim), ['actor fault.actor_missing']);
  deepEqual(faultsOf('recall', minimal('recall', { for_consultations: false })), ['for_consultations fault.only_for_consultations']);
  const card = new Map(minimal('contact_nomination'));
  card.delete('telephone');
  deepEqual(faultsOf('contact_nomination', card), ['telephone fault.contact_unreachable']);
  deepEqual(faultsOf('contact_nomination', card.set('withdrawn', true)), []);
});

test('text that reads other than it is written is reported, and scripts keep the marks they need', () => {
  const faults = (text: string): readonly string[] => faultsOf('message', minimal('message', { text }));
  for (const hidden of ['a\u202eb', 'a\u2066b', 'pay\u200bpal', 'a\u200db', 'a\ufeffb', 'a\u{e0041}b', 'a\u200fb', 'soft\u00adhyphen'])
    deepEqual(faults(hidden), ['text fault.hidden'], hidden);
  for (const plain of ['قال\u200f!', 'می\u200cخواهم', 'क्\u200dष', '👩\u200d💻', 'two\nlines\tand a tab', '2\u00a0h'])
    deepEqual(faults(plain), [], plain);
  deepEqual(faults('bell\u0007'), ['text fault.text']);
  deepEqual(faultsOf('message', minimal('message', { subject: 'two\nlines' })), ['subject fault.line']);
  deepEqual(faultsOf('message', minimal('message', { subject: 'two\u2028lines' })), ['subject fault.line']);
});

test('an attachment whose name could leave its folder, or that is named twice, is refused', () => {
  const file = { root: idBytes(4), salt: idBytes(5, 16), size: 3, media: 'application/pdf', name: 'note.pdf' };
  const faults = (attachments: Json): readonly string[] => faultsOf('message', minimal('message', { attachments }));
  deepEqual(faults([file]), []);
  for (const name of ['../note.pdf', 'a/b', 'a\\b', '.profile', 'C:x', '', 'a'.repeat(121)])
    deepEqual(faults([{ ...file, name }]), ['attachments fault.attachments'], name);
  deepEqual(faults([file, file]), ['attachments fault.attachments']);
  deepEqual(faults([{ ...file, media: 'text/html; charset=x' }]), ['attachments fault.attachments']);
  deepEqual(faults([{ ...file, size: -1 }]), ['attachments fault.attachments']);
  deepEqual(faults([{ ...file, more: 1 }]), ['attachments fault.attachments']);
});

test('what a person types gives the value it shows, for every field that is typed', () => {
  const typed = KINDS.flatMap((kind) => kind.fields).filter((field) => field.shape !== 'attachments' && field.shape !== 'opaque');
  fc.assert(
    fc.property(
      fc.constantFrom(...typed).chain((field) => valid(field).map((value) => ({ field, value }))),
      ({ field, value }) => {
        deepEqual(readInput(field, showInput(field, value)), { value });
      },
    ),
  );
});

test('dates that do not exist are not read, and what is wrong with one is said', () => {
  const field: Field = { name: 'reply_by', shape: 'instant', frame: true, required: false };
  deepEqual(readInput(field, '2021-06-16 11:35'), { value: 1_623_843_300 });
  deepEqual(readInput(field, '2021-06-16T11:35:00Z'), { value: 1_623_843_300 });
  deepEqual(readInput(field, '2024-02-29 00:00'), { value: 1_709_164_800 });
  deepEqual(readInput(field, '2021-06-16 11:35 UTC'), { value: 1_623_843_300 });
  const faultOf = (text: string): string | undefined => {
    const read = readInput(field, text);
    return 'phrase' in read ? sayIn('en')(read.phrase) : undefined;
  };
  for (const text of ['2021-02-29 00:00', '2021-13-01 00:00', '2021-06-31 00:00', '2021-06-16 24:30', '10000-01-01 00:00'])
    equal(faultOf(text), 'Give a date and time that exist, in UTC, such as 2021-06-16 11:35.', text);
  equal(faultOf('2021-06-16'), 'The time of day is missing. Write both, in UTC, such as 2021-06-16 11:35.');
  for (const text of ['2021-06-16T11:35:00+02:00', '2021-06-16 11:35 CET'])
    equal(faultOf(text), 'Write the time in UTC, without another zone, such as 2021-06-16 11:35.', text);
  for (const text of ['tomorrow', '16/06/2021 11:35', '2021-06-31'])
    equal(faultOf(text), 'Write date and time in UTC like this: 2021-06-16 11:35.', text);
  deepEqual(readInput(field, '  '), { absent: true });
});

test('a non-paper is refused, saying why, and what nobody writes by hand is not drafted', () => {
  for (const id of ['non_paper', 'non-paper', 'Non paper'])
    throws(
      () => kindToDraft(id),
      (error) => error instanceof ParleyError && error.code === 'non_paper',
    );
  for (const id of ['stamp', 'identity', 'nonsense'])
    throws(
      () => kindToDraft(id),
      (error) => error instanceof ParleyError && error.code === 'invalid',
    );
  equal(kindToDraft('message').id, 'message');
  equal(kindOf('toString'), undefined);
});
