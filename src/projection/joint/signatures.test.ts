import assert from 'node:assert/strict';
import { test } from 'node:test';
import { act, foundIn, reading } from './fixtures-acts.ts';
import { isJointlySigned, powersIn, type Signatures, signaturesOf } from './signatures.ts';

const steps = ({ parties }: Signatures): readonly string[] =>
  parties.map(({ steps: taken }) => taken.map(({ entry, step }) => `${entry} ${step}`).join(', '));

const text = act('a1', 'text');
const sign = (at: string, step: string, of = 'a1', frame: { concerns?: readonly string[] } = {}) =>
  act(at, 'signature', { step, ...(frame.concerns === undefined ? {} : { concerns: [...frame.concerns] }) }, of);

test('a text is signed by those who signed that same text, and jointly once every party has', () => {
  const one = signaturesOf(reading(text, sign('a2', 'signed')), 'a1');
  assert.deepEqual(steps(one), ['a2 signed', '']);
  assert.equal(isJointlySigned(one), false);
  const both = signaturesOf(reading(text, sign('a2', 'signed'), sign('b1', 'signed')), 'a1');
  assert.deepEqual(both.joint, ['signed']);
  const later = act('a3', 'text', {}, 'a1');
  const other = signaturesOf(reading(text, later, sign('a2', 'signed'), sign('b1', 'signed', 'a3')), 'a1');
  assert.deepEqual(other.joint, []);
});

test('the signatures of one document are gathered once, however many others name it', () => {
  const read = reading(text, sign('a2', 'signed'));
  const powers = powersIn([]);
  assert.equal(signaturesOf(read, 'a1'), signaturesOf(read, 'a1'));
  assert.equal(signaturesOf(read, 'a1', powers), signaturesOf(read, 'a1', powers));
  assert.notEqual(signaturesOf(read, 'a1', powers), signaturesOf(reading(text), 'a1', powers));
});

test('the first act of a step counts, and taking it back is shown and changes nothing', () => {
  const back = act('b5', 'withdrawal', { entry: 'b1' }, 'b1');
  const signed = signaturesOf(reading(text, sign('a2', 'signed'), sign('b1', 'signed'), sign('b2', 'signed'), back), 'a1');
  assert.deepEqual(steps(signed), ['a2 signed', 'b1 signed']);
  assert.equal(signed.parties[1]?.steps[0]?.withdrawn?.entry, 'b5');
  assert.equal(isJointlySigned(signed), true);
});

test('whoever sends a consultation, a statement, an undertaking or a record has signed it; a text not', () => {
  for (const kind of ['consultation', 'statement', 'undertaking', 'record']) {
    const signed = signaturesOf(reading(act('a1', kind), sign('b1', 'signed')), 'a1');
    assert.deepEqual(steps(signed), ['a1 signed', 'b1 signed'], kind);
    assert.equal(isJointlySigned(signed), true);
  }
  assert.equal(isJointlySigned(signaturesOf(reading(text, sign('b1', 'signed')), 'a1')), false);
});

test('what is signed ad referendum counts once it is confirmed, later in the same log', () => {
  const adReferendum = [text, sign('a2', 'signed'), sign('b1', 'signed-ad-referendum')];
  assert.equal(isJointlySigned(signaturesOf(reading(...adReferendum), 'a1')), false);
  assert.equal(isJointlySigned(signaturesOf(reading(...adReferendum, sign('b2', 'confirmed')), 'a1')), true);
  const before = signaturesOf(reading(text, sign('a2', 'signed'), sign('b0', 'confirmed'), sign('b1', 'signed-ad-referendum')), 'a1');
  assert.equal(isJointlySigned(before), false);
});

test('ratified without signing and deposited without ratifying are found', () => {
  const found = foundIn(signaturesOf(reading(text, sign('a2', 'ratified'), sign('b1', 'signed'), sign('b2', 'deposited')), 'a1'));
  assert.deepEqual(found, ['a2 step_before', 'b2 step_before']);
});

test('where full powers are asked for, signing without them, with another’s, with revoked or too narrow ones is found', () => {
  const instrument = act('a1', 'instrument', { full_powers_required: true });
  const powers = powersIn([
    reading(act('a8', 'full_powers', { capacity: 'sign' })),
    reading(act('b8', 'full_powers', { capacity: 'negotiate' })),
    reading(act('b7', 'full_powers', { capacity: 'sign' }), act('b9', 'withdrawal', { entry: 'b7' }, 'b7')),
  ]);
  const found = (...concerns: readonly string[]): readonly string[] =>
    foundIn(signaturesOf(reading(instrument, sign('b12', 'signed', 'a1', { concerns })), 'a1', powers));
  assert.deepEqual(found(), ['b12 powers_missing']);
  assert.deepEqual(found('a8'), ['b12 powers_not_own']);
  assert.deepEqual(found('b8'), ['b12 powers_short']);
  assert.deepEqual(found('b7'), ['b12 powers_revoked']);
  const early = signaturesOf(reading(instrument, sign('b6', 'signed', 'a1', { concerns: ['b7'] })), 'a1', powers);
  assert.deepEqual([foundIn(early), early.parties[1]?.steps], [['b6 powers_later'], []], 'given afterwards they make nobody have signed');
  const own = signaturesOf(reading(instrument, sign('a9', 'signed', 'a1', { concerns: ['a8'] })), 'a1', powers);
  assert.deepEqual(own.findings, []);
  assert.equal(own.parties[0]?.steps[0]?.powers, 'a8');
});
