import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const pages = readdirSync(new URL('spec/', ROOT)).filter((name) => name.endsWith('.md'));

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

/** Names of the headings of a page, as links name them. */
function anchorsOf(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  );
}

for (const page of pages)
  test(`the examples of spec/${page} are those of the vectors`, () => {
    const text = read(`spec/${page}`);
    const blocks = [...text.matchAll(/^```(?:text )?(.*)\n([\s\S]*?)\n```$/gm)];
    assert.ok(blocks.length >= 1);
    for (const [, info, example] of blocks as unknown as [string, string, string][]) {
      const [file = '', pointer] = info.split('#');
      assert.ok(file.startsWith('vectors/') && pointer !== undefined, `an example names its vector: ${info}`);
      const value = valueAt(file, pointer);
      assert.ok(typeof value === 'string', `${info} is no text`);
      assert.ok(says(example, value), `${info} differs`);
    }
    for (const [, file] of text.matchAll(/`(vectors\/[a-z]+\/[a-z0-9-]+\.json)`/g)) assert.ok(read(file as string).length > 0);
    for (const [, link = '', anchor] of text.matchAll(/\]\(([a-z-]+\.md)?(?:#([a-z0-9-]+))?\)/g)) {
      const linked = link === '' ? text : read(`spec/${link}`);
      assert.ok(anchor === undefined || anchorsOf(linked).includes(anchor), `${link}#${anchor} is there`);
    }
  });

test('every vector file is named by a page, and every case of it has a comment of its own', () => {
  const all = pages.map((name) => read(`spec/${name}`)).join('');
  for (const folder of readdirSync(new URL('vectors/', ROOT), { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    for (const name of readdirSync(new URL(`vectors/${folder.name}/`, ROOT))) {
      const path = `vectors/${folder.name}/${name}`;
      assert.ok(all.includes(path), path);
      const value = JSON.parse(read(path)) as { comment: string }[] | { cases?: { comment: string }[]; steps?: { comment: string }[] };
      const cases = Array.isArray(value) ? value : [...(value.cases ?? []), ...(value.steps ?? [])];
      if (folder.name === 'tlog') continue;
      const comments = cases.map(({ comment }) => comment);
      assert.ok(comments.length > 0 && comments.every((comment) => comment.length > 0), path);
      assert.equal(new Set(comments).size, comments.length, `${path}: a comment stands twice`);
    }
  }
});
