import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { ParleyError } from '../base/errors.ts';
import { chooseKind } from './choose-kind.ts';
import { Terminal } from './terminal.ts';

/** A person who answers each question in turn. */
async function chosen(
  word: string | undefined,
  ...typed: readonly string[]
): Promise<{ readonly kind: string; readonly shown: string; readonly left: number }> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  const answers = [...typed];
  let shown = '';
  stderr.on('data', (part: Buffer) => {
    shown += part.toString();
    if (part.toString().endsWith(': ')) stdin.write(`${answers.shift() ?? ''}\n`);
  });
  const terminal = new Terminal(
    { stdin, stdout: new PassThrough(), stderr, env: { NO_COLOR: '1' } },
    { json: false, noInput: false, noColour: false },
  );
  return { kind: (await chooseKind(terminal, word)).id, shown, left: answers.length };
}

test('a kind that is named is taken; one that is not is chosen by its number in the first menu', async () => {
  assert.deepEqual(await chosen('note verbale'), { kind: 'note_verbale', shown: '', left: 0 });
  // As the screens call it, here or under a profile.
  assert.equal((await chosen('Duty card')).kind, 'contact_nomination');
  assert.equal((await chosen('security contact')).kind, 'contact_nomination');
  const { kind, shown } = await chosen(undefined, '1');
  assert.equal(kind, 'message');
  assert.equal(shown.match(/^ +\d+ {2}/gm)?.length, 7);
});

test('another kind is found by a word; several are offered with new numbers', async () => {
  assert.equal((await chosen(undefined, 'return to post')).kind, 'return_to_post');
  const { kind, shown, left } = await chosen(undefined, '', '77', 'representative', '2');
  assert.equal(left, 0);
  assert.match(shown, /\d+ kinds of document\./);
  assert.ok(kind.length > 0 && kind !== 'message');
});

test('a non-paper is refused with its reason, and a slip of the finger with the nearest kind', async () => {
  const code = (expected: string) => (error: unknown) => error instanceof ParleyError && error.code === expected;
  await assert.rejects(chosen(undefined, 'non-paper'), code('non_paper'));
  await assert.rejects(chosen(undefined, 'mesage'), code('usage'));
});

test('where nobody can be asked, a kind is needed', async () => {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), env: {} };
  const terminal = new Terminal(streams, { json: false, noInput: true, noColour: true });
  await assert.rejects(chooseKind(terminal, undefined), /a kind is needed/);
});
