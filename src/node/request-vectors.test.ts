import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromBase64url, fromUtf8, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { signatureBase, verifyRequest } from './http-signature.ts';
import { nonceMemory } from './nonce-memory.ts';

type Vector = {
  comment: string;
  valid: boolean;
  method: string;
  path: string;
  body: string;
  headers: Record<string, string>;
  now: number;
  key: string;
  keyid: string;
  base?: string;
};
const vectors = JSON.parse(readFileSync(new URL('../../vectors/sync/requests.json', import.meta.url), 'utf8')) as readonly Vector[];

for (const given of vectors)
  test(`signed request: ${given.comment}`, async () => {
    const { method, path, headers, now, base } = given;
    const key = fromBase64url(given.key) ?? assert.fail();
    const request = { method, path, headers, body: utf8(given.body) };
    const nonces = nonceMemory();
    const verified = verifyRequest(request, (id) => (id === given.keyid ? key : undefined), now, nonces);
    if (!given.valid) return assert.rejects(verified, ParleyError);
    assert.deepEqual(await verified, { keyid: given.keyid });
    await assert.rejects(
      verifyRequest(request, () => key, now, nonces),
      ParleyError,
      'a second time',
    );
    if (base === undefined) return;
    const parameters = (headers['signature-input'] ?? '').slice('parley='.length);
    const components = [
      ['@method', method],
      ['@path', path],
      ['@query', '?'],
      ['content-digest', headers['content-digest'] ?? ''],
    ] as const;
    assert.equal(fromUtf8(signatureBase(components, parameters)), base);
  });
