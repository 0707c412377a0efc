import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, test } from 'node:test';
import { ParleyError } from '../base/errors.ts';
import { undertaking } from '../document/kinds/undertaking.ts';
import { kindIn } from '../document/party-fields.ts';
import { kindToDraft } from '../document/registry.ts';
import { nodeRandom } from '../node/crypto.ts';
import type { ChannelView, DocumentView } from '../projection/views.ts';
import {
  completeDraft,
  fieldsText,
  filledFields,
  givenFields,
  isIncomplete,
  leavingText,
  mendFields,
  readTexts,
  refsOf,
  type Target,
} from './draft.ts';
import { kindNamed } from './kind-names.ts';
import { Terminal } from './terminal.ts';

const NOW = 1_790_000_000;
let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-draft-'));
});
after(() => rm(dir, { recursive: true, force: true }));

function terminal(input = ''): Terminal {
  const stdin = new PassThrough();
  stdin.end(input);
  return new Terminal({ stdin, stdout: new PassThrough(), stderr: new PassThrough(), env: {} }, { json: false, noInput: true, noColour: true });
}

const refused = (code: string, said: RegExp) => (error: unknown) => error instanceof ParleyError && error.code === code && said.test(error.message);
const channel = { people: [{ actor: 'P', matter: 'M' }] } as unknown as ChannelView;
const parent = (kind: string, fields = {}) => ({ row: { id: 'I', kind, matter: 'M' }, fields }) as unknown as DocumentView;

test('fields come from the command line, from files and from standard input', async () => {
  const kind = kindToDraft('request');
  await writeFile(join(dir, 'q.txt'), 'Two\nlines.\n');
  const given = [`text=@${join(dir, 'q.txt')}`, 'Subject=@@home', 'request-type=@-', 'reply by=in 3 days'];
  const texts = await givenFields(kind, given, terminal('information'));
  const fields = readTexts(kind, texts, NOW);
  assert.equal(fields.get('text'), 'Two\nlines.');
  assert.equal(fields.get('subject'), '@home');
  assert.equal(fields.get('request_type'), 'information');
  assert.equal(fields.get('reply_by'), NOW + 3 * 86_400);
  assert.ok(isIncomplete(kind, texts), 'the marking is still missing');
});

test('a field that a kind does not have, or has twice, is answered with its nearest name', async () => {
  const kind = kindToDraft('message');
  await assert.rejects(givenFields(kind, ['subjct=x'], terminal()), refused('usage', /did you mean subject\?/));
  await assert.rejects(givenFields(kind, ['text=a', 'text=b'], terminal()), refused('usage', /once/));
  await assert.rejects(givenFields(kind, ['text'], terminal()), refused('usage', /name=value/));
  await assert.rejects(givenFields(kind, ['concerns=x'], terminal()), refused('usage', /no field "concerns"/));
});

test('everything that is wrong with a draft is said at once, before anybody signs', async () => {
  const kind = kindToDraft('message');
  assert.throws(
    () => readTexts(kind, new Map([['marking', 'purple']]), NOW),
    refused('invalid', /marking: Choose one of those offered: clear, green, amber, amber\+strict, red\./),
  );
  const parts = { texts: readTexts(kind, new Map([['subject', 'A']]), NOW), filled: new Map(), attachments: [], now: NOW };
  assert.throws(() => completeDraft(kind, parts), refused('invalid', /marking: This is needed: clear, .*\. text: This is needed\./));
});

test('what a person said and cannot be signed so is asked once more, and nothing else is lost', async () => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  const typed = ['2001-01-01 00:00', 'in 2 days'];
  let shown = '';
  stderr.on('data', (part: Buffer) => {
    shown += part.toString();
    if (/: $/.test(shown)) stdin.write(`${typed.shift() ?? ''}\n`);
  });
  const asking = new Terminal({ stdin, stdout: new PassThrough(), stderr, env: {} }, { json: false, noInput: false, noColour: true });
  const kind = kindToDraft('request');
  const said = new Map(Object.entries({ request_type: 'information', subject: 'A', text: 'Long.', reply_by: '1999-12-31 00:00', marking: 'green' }));
  const mended = await mendFields(asking, { roles: [] }, kind, said, { filled: new Map(), attachments: [], now: NOW });
  assert.deepEqual(Object.fromEntries(mended), { ...Object.fromEntries(said), reply_by: 'in 2 days' });
  assert.equal(shown.match(/reply_by: Give a date and time still to come\./g)?.length, 2);
  stdin.end();
});

test('a word that names no kind of document is answered with the nearest kind, or with all of them', () => {
  assert.equal(kindNamed('Note verbale').id, 'note_verbale');
  assert.throws(() => kindNamed('mesage'), refused('usage', /did you mean message\?/));
  assert.throws(() => kindNamed('nokind'), refused('usage', /there is message, .*note_verbale/));
  assert.throws(() => kindNamed('stamp'), refused('usage', /not a kind of document/));
  assert.throws(() => kindNamed('non-paper'), refused('non_paper', /./));
});

test('a document that joins the matter of what it answers refers to it; one that cannot says that it concerns it', () => {
  const reply = kindToDraft('reply');
  assert.deepEqual(refsOf(reply, parent('request')), ['I']);
  assert.throws(() => refsOf(reply, undefined), refused('usage', /--in-reply-to is needed: a reply answers a request/));
  assert.throws(
    () => refsOf(kindToDraft('position'), { ...parent('correction'), aboutEntry: 'PyzkT1_Wc1FHGqvUoTXX' }),
    refused('usage', /what is answered is a correction \(of PyzkT1_W\): a position answers a claim/),
  );
  const request = kindToDraft('request');
  assert.deepEqual(refsOf(request, parent('message')), []);
  assert.deepEqual(filledFields(request, channel, parent('message'), ['X'], nodeRandom).get('concerns'), ['I', 'X']);
});

test('a claim that answers a claim counters it; it is a matter of its own', () => {
  const claim = kindToDraft('claim');
  assert.deepEqual(refsOf(claim, parent('claim')), []);
  assert.deepEqual(filledFields(claim, channel, parent('claim'), [], nodeRandom).get('counters'), ['I']);
  assert.equal(filledFields(claim, channel, parent('message'), [], nodeRandom).get('counters'), undefined);
});

test('rows are given a line each, and what is wrong in one is said under the name of its cell', () => {
  const consultation = kindToDraft('consultation');
  const read = (topics: string) => readTexts(consultation, new Map([['topics', topics]]), 0).get('topics');
  assert.deepEqual(read('Cybersecurity | cyber\n- What follows New START | arms control'), [
    { topic: 'Cybersecurity', track: 'cyber' },
    { topic: 'What follows New START', track: 'arms-control' },
  ]);
  assert.throws(() => read('Cybersecurity | weather'), refused('invalid', /topics: Track: Choose one of those offered\./));
  assert.throws(() => read('Cybersecurity'), refused('invalid', /topics: Track: This is needed\./));
  assert.throws(() => read('Cybersecurity | cyber | more'), refused('invalid', /topics: Write at most 100 rows/));
});

test('what no person types is filled in: the number of a check, the person a recall is about', () => {
  const answer = kindToDraft('communication_check_answer');
  assert.equal(filledFields(answer, channel, parent('communication_check', { nonce: 'N' }), [], nodeRandom).get('nonce'), 'N');
  const nonce = filledFields(kindToDraft('communication_check'), channel, undefined, [], nodeRandom).get('nonce');
  assert.equal(String(nonce).length, 22);
  const recall = filledFields(kindToDraft('recall'), channel, parent('identity'), [], nodeRandom);
  assert.deepEqual([recall.get('actor'), recall.get('for_consultations')], ['P', true]);
});

test('what leaves is said in the words of the screens, and that it can be withdrawn', () => {
  const kind = kindToDraft('claim');
  assert.deepEqual(fieldsText(kind, [['responsibility', 'state-ignored']]), [
    '  Responsibility of the State: The State knows of it and does nothing',
  ]);
  const between = { parties: [{ name: 'Alpha' }, { name: 'Beta' }], us: 0, title: 'A-B' } as unknown as ChannelView;
  const said = leavingText(terminal(), between, kind, [], 'Petrova');
  assert.ok(said.endsWith('It cannot be taken back. You can correct or withdraw it later, visibly.'), said);
});

test('what a correction says anew stands under the labels of what it corrects, in its words, and under the bare names where that is not at hand', () => {
  const fields = [
    ['pointers', ['/statement', '/confidence', '/actor', '/other']],
    ['values', ['Five sites were hit.', 'low', null, 'A']],
  ] as const;
  const texts = (about?: Target) => fieldsText(kindToDraft('correction'), fields, { about });
  assert.deepEqual(texts({ kind: 'claim', title: 'Six sites were hit.' }), [
    '  Statement now: Five sites were hit.',
    '  Confidence now: Low confidence',
    '  Attributed to is left out now',
    '  other now: A',
  ]);
  assert.deepEqual(texts(), ['  statement now: Five sites were hit.', '  confidence now: low', '  actor is left out now', '  other now: A']);
  const gone = fieldsText(kindToDraft('body_erased'), [['pointers', ['/statement']]], { about: { kind: 'claim', title: '' } });
  assert.deepEqual(gone, ['  Fields that are gone: Statement']);
});

test('among several parties those that are bound are named, and a name that is none of theirs is answered with those there are', () => {
  const kind = kindIn(undertaking, ['Beta', 'Gamma']);
  const read = (obligors: string) => readTexts(kind, new Map([['obligors', obligors]]), 0).get('obligors');
  assert.deepEqual(read('gamma'), ['Gamma']);
  assert.deepEqual(read('Beta, Gamma'), ['Beta', 'Gamma']);
  assert.throws(() => read('Delta'), { code: 'invalid', detail: /obligors: .*Beta, Gamma/ });
});
