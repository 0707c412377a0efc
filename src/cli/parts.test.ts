import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { ParleyError } from '../base/errors.ts';
import { readArguments } from './arguments.ts';
import { closest } from './closest.ts';
import { Terminal } from './terminal.ts';

const OPTIONS = [
  { name: 'name', value: 'NAME', help: '' },
  { name: 'host', value: 'URL', many: true, help: '' },
  { name: 'json', help: '' },
] as const;

test('options are read in both spellings, and words stay in order', () => {
  const args = readArguments(['a', '--name=x y', '--host', 'u', '--json', '--host=v', '-', '--', '--name'], OPTIONS, [0, 9]);
  assert.deepEqual(args.words, ['a', '-', '--name']);
  assert.equal(args.text('name'), 'x y');
  assert.deepEqual(args.many('host'), ['u', 'v']);
  assert.ok(args.has('json'));
  assert.equal(readArguments(['--name=-x'], OPTIONS, [0, 0]).text('name'), '-x');
  const id = `-9${'p'.repeat(41)}`;
  const withIds = readArguments([id, '--name', id], OPTIONS, [0, 1]);
  assert.deepEqual([withIds.words, withIds.text('name')], [[id], id], 'ids may begin with a dash');
  for (const word of [`${id}:subject,text`, `-${id.slice(0, 42)}:text`, '-njm81kM'])
    assert.deepEqual(readArguments([word], [], [1, 1]).words, [word], 'also with fields named, and as lists shorten them');
});

test('an option given twice, or a value that is the next option, is refused', () => {
  for (const argv of [['--name', 'a', '--name', 'b'], ['--name', '--json'], ['--host'], ['-x'], ['--json=1']])
    assert.throws(
      () => readArguments(argv, OPTIONS, [0, 0]),
      (error) => error instanceof ParleyError && error.code === 'usage',
    );
});

test('the nearest word is one letter or two away, or begins so', () => {
  const known = ['verify', 'export', 'scenario play', 'init'];
  assert.equal(closest('verfiy', known), 'verify');
  assert.equal(closest('exprot', known), 'export');
  assert.equal(closest('scen', known), 'scenario play');
  assert.equal(closest('inti', known), 'init');
  assert.equal(closest('launch', known), undefined);
  assert.equal(closest('x'.repeat(10_000), known), undefined);
});

test('what a peer wrote cannot move the cursor, and colour goes only where somebody looks', () => {
  const streams = (isTTY: boolean, env = {}) => ({
    stdin: new PassThrough(),
    stdout: Object.assign(new PassThrough(), { isTTY }),
    stderr: new PassThrough(),
    env,
  });
  const options = { json: false, noInput: false, noColour: false };
  const piped = streams(false);
  const terminal = new Terminal(piped, options);
  terminal.data({}, `${terminal.style('good', 'good')} \u001b[2J\u009b31m`);
  assert.equal(piped.stdout.read()?.toString(), 'good \ufffd[2J\ufffd31m\n');
  const screen = streams(true);
  new Terminal(screen, options).data({}, terminal.style('good', 'good'));
  assert.equal(screen.stdout.read()?.toString(), '\u001b[32mgood\u001b[0m\n');
  const refused = streams(true, { NO_COLOR: '1' });
  new Terminal(refused, options).data({}, terminal.style('good', 'good'));
  assert.equal(refused.stdout.read()?.toString(), 'good\n');
  const machine = streams(false);
  new Terminal(machine, { ...options, json: true }).data({ text: '\u001b\u009b' }, '');
  assert.equal(machine.stdout.read()?.toString(), '{"text":"\\u001b\\u009b"}\n');
});

test('a style that a peer wrote passes for none of ours, and no text reorders what stands beside it', () => {
  const screen = { stdin: new PassThrough(), stdout: Object.assign(new PassThrough(), { isTTY: true }), stderr: new PassThrough(), env: {} };
  const terminal = new Terminal(screen, { json: false, noInput: false, noColour: false });
  terminal.data({}, `${terminal.style('ours \u001b[0m', 'bold')} \u001b[32mtheirs\u001b[0m \u202eyap\u2028`);
  assert.equal(screen.stdout.read()?.toString(), '\u001b[1mours \ufffd[0m\u001b[0m \ufffd[32mtheirs\ufffd[0m ‹U+202E›yap\ufffd\n');
  const machine = { ...screen, stdout: new PassThrough() };
  new Terminal(machine, { json: true, noInput: false, noColour: false }).data({ text: '\u202eyap\u200b' }, '');
  assert.equal(machine.stdout.read()?.toString(), '{"text":"\\u202eyap\\u200b"}\n');
});
