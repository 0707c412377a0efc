import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { toBase64url, toHex } from '../base/bytes.ts';
import { nodeSha256 } from '../node/crypto.ts';
import { exchangeBytes, revealedBytes } from './exchange.ts';
import type { AttachmentValue } from './kind.ts';

type Case = {
  readonly comment: string;
  readonly channel: string;
  readonly party: number;
  readonly matter: string;
  readonly text: string;
  readonly secret: string;
  readonly attachments: readonly AttachmentValue[];
  readonly bytes: string;
  readonly digest: string;
};

const { cases } = JSON.parse(readFileSync(new URL('../../vectors/entry/exchange.json', import.meta.url), 'utf8')) as { cases: readonly Case[] };

test('a commitment hashes the bytes of the vectors, and no two of them are one', () => {
  for (const { comment, bytes, digest, ...one } of cases) {
    const found = exchangeBytes(one, one) ?? assert.fail(comment);
    assert.equal(toHex(found), bytes, comment);
    assert.equal(toBase64url(nodeSha256(found)), digest, comment);
  }
  assert.equal(new Set(cases.map(({ digest }) => digest)).size, cases.length);
});

test('a reveal has bytes only where all of its words are there and in form', () => {
  const [one = assert.fail()] = cases;
  const { text, secret } = one;
  assert.equal(toHex(revealedBytes(one, { text, secret }) ?? assert.fail()), one.bytes);
  for (const fields of [{}, { text }, { secret }, { text, secret: 'x' }, { text: 1, secret }, { text: '\ud800', secret }])
    assert.equal(revealedBytes(one, fields), undefined, JSON.stringify(fields));
  assert.equal(revealedBytes({ ...one, channel: 'x' }, { text, secret }), undefined);
});
