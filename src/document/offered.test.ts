import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOffered, hasOffered, pressOffered } from './offered.ts';

const ROLES = ['Policy', 'Technical'];

test('an offered word is written as it is offered, and others as they are typed', () => {
  assert.equal(asOffered('policy', ROLES), 'Policy');
  assert.equal(asOffered(' TECHNICAL \nLegal desk', ROLES), 'Technical\nLegal desk');
  assert.equal(asOffered('policy desk', ROLES), 'policy desk');
  assert.equal(asOffered('policy', []), 'policy');
});

test('a press writes a word, and another press takes it out; one field holds one, a list several beside what was typed', () => {
  assert.equal(pressOffered('', 'Policy', false), 'Policy');
  assert.equal(pressOffered('Policy', 'Technical', false), 'Technical');
  assert.equal(pressOffered('Policy', 'Policy', false), '');
  assert.equal(pressOffered('Legal desk\n', 'Policy', true), 'Legal desk\nPolicy');
  assert.equal(pressOffered('Legal desk\nPolicy', 'Policy', true), 'Legal desk');
  assert.ok(hasOffered('Legal desk\n Policy', 'Policy') && !hasOffered('Policy desk', 'Policy'));
});
