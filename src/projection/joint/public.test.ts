import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Act, Matter } from '../matter.ts';
import { readAround } from './around.ts';
import { consultationOf } from './consultation.ts';
import { act, matterOf, reading } from './fixtures-acts.ts';
import { recordOf } from './record.ts';
import { statementItems, statementOf } from './statement.ts';

const sign = (at: string, of: string): Act => act(at, 'signature', { step: 'signed' }, of);
const consultation = act('a1', 'consultation', { rounds: 4, next_at: 9000 });

test('consultations are joint when every side signed them, and hold what names them', () => {
  const session: Matter = matterOf(act('b4', 'session', { concerns: ['a1'] }));
  const other: Matter = matterOf(act('b5', 'session', {}));
  const proposed = consultationOf(reading(consultation), consultation, readAround([session, other], 2));
  assert.deepEqual([proposed.state, proposed.rounds, proposed.nextAt, proposed.held], ['proposed', 4, 9000, [{ matter: 'b4', kind: 'session' }]]);
  assert.equal(consultationOf(reading(consultation, sign('b1', 'a1')), consultation, readAround([], 2)).state, 'joint');
});

test('consultations taken back before the other side signed are withdrawn, and afterwards stand', () => {
  const back = act('a9', 'withdrawal', { entry: 'a1' }, 'a1');
  assert.equal(consultationOf(reading(consultation, back), consultation, readAround([], 2)).state, 'withdrawn');
  assert.equal(consultationOf(reading(consultation, back, sign('b1', 'a1')), consultation, readAround([], 2)).state, 'joint');
});

test('what one side reports as agreed is unconfirmed until the other signs the act it names', () => {
  const fields = {
    items: [
      { item_type: 'reported_agreement', speaker: 'P', text: 'we agreed' },
      { item_type: 'answer', speaker: 'P', text: 'no' },
    ],
  };
  const statement = act('a5', 'statement', { statement_type: 'unilateral', concerns: ['a1'] });
  const items = (...others: readonly Matter[]): unknown => {
    const read = statementItems(statementOf(reading(statement), statement, readAround(others, 2)), fields);
    return read === 'gone' ? read : read.map(({ confirmed }) => confirmed);
  };
  assert.deepEqual(items(), [false, undefined], 'what is not here confirms nothing');
  assert.deepEqual(items(matterOf(consultation)), [false, undefined]);
  assert.deepEqual(items(matterOf(consultation, sign('b1', 'a1'))), [true, undefined]);
  const bare = act('a5', 'statement', { statement_type: 'unilateral' });
  assert.equal(statementOf(reading(bare), bare, readAround([matterOf(consultation, sign('b1', 'a1'))], 2)).confirmed, false, 'it names nothing');
});

test('a statement names a claim as agreed once every side accepts it', () => {
  const claim = act('b3', 'claim', { facet: 'fact' });
  const statement = act('a5', 'statement', { concerns: ['b3'] });
  const confirmed = (...acts: readonly Act[]): boolean =>
    statementOf(reading(statement), statement, readAround([matterOf(claim, ...acts)], 2)).confirmed;
  assert.equal(confirmed(), false);
  assert.equal(confirmed(act('a6', 'position', { value: 'accepts' }, 'b3')), true);
});

test('a statement is joint when every side signed it, and its erased items are gone', () => {
  const statement = act('a5', 'statement', { statement_type: 'joint' });
  const alone = statementOf(reading(statement), statement, readAround([], 2));
  assert.equal(alone.jointly, false);
  assert.equal(statementItems(alone, {}), 'gone');
  assert.equal(statementOf(reading(statement, sign('b1', 'a5')), statement, readAround([], 2)).jointly, true);
});

test('a record goes from provisional over corrections asked to final, and is agreed when every side signed the same bytes', () => {
  const first = act('a1', 'record', { record_type: 'summary', status: 'provisional', corrections_by: 7000 });
  const asks = act('b2', 'record_correction', {}, 'a1');
  const state = (...acts: readonly Act[]): string => recordOf(reading(first, ...acts), first).state;
  assert.equal(state(), 'provisional');
  assert.equal(state(asks), 'corrections_asked');
  assert.equal(state(asks, act('a3', 'corrigendum', { concerns: ['b2'] }, 'a1')), 'provisional');
  assert.equal(state(asks, act('b3', 'withdrawal', { entry: 'b2' }, 'b2')), 'provisional');
  const final = act('a4', 'record', { record_type: 'summary', status: 'final' }, 'a1');
  assert.equal(state(asks, final), 'final');
  assert.equal(state(asks, final, sign('b5', 'a1')), 'agreed', 'the provisional version, since that is what was signed');
  assert.deepEqual(recordOf(reading(first, final, sign('b5', 'a4')), first).agreed, ['a4']);
});

test('a corrigendum of somebody else puts nothing right', () => {
  const first = act('a1', 'record', { status: 'provisional' });
  const read = recordOf(reading(first, act('b2', 'record_correction', {}, 'a1'), act('b3', 'corrigendum', { concerns: ['b2'] }, 'a1')), first);
  assert.deepEqual([read.versions[0]?.corrigenda.length, read.state], [0, 'corrections_asked']);
});
