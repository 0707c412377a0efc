import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { concat, fromBase64, utf8 } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import { type BundleItem, formatBundle, parseBundle } from '../entry/bundle.ts';
import { testCrypto as crypto } from '../node/fixtures-channel.ts';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import { judgeHeads } from '../tlog/fork.ts';
import { verifyFile } from './verify-file.ts';

const read = <T>(name: string) => JSON.parse(readFileSync(new URL(`../../vectors/fork/${name}`, import.meta.url), 'utf8')) as T;
const hash = (text: string): Uint8Array => fromBase64(text) ?? assert.fail('base64');

type Head = { size: number; root: string };
for (const given of read<{ comment: string; older: Head; newer: Head; path?: string[]; verdict: string }[]>('heads.json'))
  test(`heads: ${given.comment}`, () => {
    const head = ({ size, root }: Head): Checkpoint => ({ origin: 'one log', size, root: hash(root) });
    assert.equal(judgeHeads(crypto.sha256, head(given.older), head(given.newer), given.path?.map(hash)), given.verdict);
  });

type Case = {
  comment: string;
  file: string;
  edits: { item: string; text?: string }[];
  verdict: string;
  sentences: { ok: boolean | null; id: string; values: Json }[];
};

for (const [name, line] of [
  ['forks.json', 'parley-fork/1\n'],
  ['faults.json', 'parley-cosigner-fault/1\n'],
] as const) {
  const { files, cases } = read<{ files: Record<string, string>; cases: Case[] }>(name);
  for (const given of cases)
    test(`${name}: ${given.comment}`, async () => {
      const whole = utf8(files[given.file] ?? assert.fail(given.file));
      const bundle = parseBundle(whole.subarray(line.length));
      const items: BundleItem[] = 'items' in bundle ? [...bundle.items] : assert.fail();
      for (const { item, text } of given.edits) {
        const at = items.findIndex((one) => one.name === item);
        const edited = text === undefined ? [] : [{ name: item, bytes: utf8(text) }];
        if (at === -1) items.push(...edited);
        else items.splice(at, 1, ...edited);
      }
      const verdict = await verifyFile(crypto, concat(utf8(line), formatBundle(items)));
      assert.equal(verdict.verdict, given.verdict);
      assert.deepEqual(
        verdict.sentences.map(({ ok, phrase }) => ({ ok, id: phrase.id, values: phrase.values ?? {} })),
        given.sentences,
      );
    });
}
