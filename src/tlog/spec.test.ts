import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

/** What a JSON pointer (RFC 6901, no escapes needed) names in a vector file. */
function valueAt(file: string, pointer: string): unknown {
  let value: unknown = JSON.parse(read(file));
  for (const key of pointer.split('/').slice(1)) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}

/** Whether an example says what the vector says; an ellipsis stands for one or more characters of its line left out. */
function says(example: string, vector: string): boolean {
  const pattern = example.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^${pattern.join('[^\\n]+')}\\n?$`).test(vector);
}

for (const page of ['origins.md', 'checkpoint-and-receipt.md', 'proofs-and-tiles.md'])
  test(`the examples of spec/${page} are those of the vectors`, () => {
    const text = read(`spec/${page}`);
    const blocks = [...text.matchAll(/^```(?:text )?(.*)\n([\s\S]*?)\n```$/gm)];
    assert.ok(blocks.length >= 4);
    for (const [, info, example] of blocks as unknown as [string, string, string][]) {
      const [file = '', pointer] = info.split('#');
      assert.ok(file.startsWith('vectors/tlog/') && pointer !== undefined, `an example names its vector: ${info}`);
      const value = valueAt(file, pointer);
      assert.ok(typeof value === 'string', `${info} is no text`);
      assert.ok(says(example, value), `${info} differs`);
    }
    for (const [, file] of text.matchAll(/`(vectors\/tlog\/[a-z0-9-]+\.json)`/g)) assert.ok(read(file as string).length > 0);
    for (const [, link] of text.matchAll(/\]\(([a-z-]+\.md)\)/g)) assert.ok(read(`spec/${link}`).length > 0);
  });

test('every vector file is named by a page', () => {
  const pages = readdirSync(new URL('spec/', ROOT)).filter((name) => name.endsWith('.md'));
  const all = pages.map((name) => read(`spec/${name}`)).join('');
  for (const name of readdirSync(new URL('vectors/tlog/', ROOT))) assert.ok(all.includes(`vectors/tlog/${name}`), name);
});
