import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commandsPage } from './commands-page.ts';
import { run } from './fixtures-streams.ts';
import { COMMANDS } from './table.ts';

test('docs/commands.md is what the commands say of themselves', async () => {
  const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
  assert.equal(page, await commandsPage(), 'write it anew: parley help --markdown > docs/commands.md');
});

test('every command has a summary of one line, examples of itself, and options with a help', async () => {
  for (const { name, summary, load } of COMMANDS) {
    const { command } = await load();
    assert.match(summary, /^[A-Z][^\n]{10,90}\.$/, name);
    assert.ok(command.examples.length > 0, name);
    assert.match(command.examples[0]?.[0] ?? '', new RegExp(`parley ${name}`), `the first example of ${name} is its own`);
    for (const option of command.options) assert.ok(option.help.length > 5 && /^[a-z-]+$/.test(option.name), `${name} --${option.name}`);
    assert.match(command.usage, command.words[0] > 0 ? /\w/ : /.*/, `${name} names its words`);
  }
});

test('no option takes a secret', async () => {
  for (const { name, load } of COMMANDS)
    for (const option of (await load()).command.options)
      assert.ok(!/pass(word|phrase)|secret|token/.test(option.name) || option.value === 'FILE', `${name} --${option.name}`);
});

test('completion scripts name every command, and a shell that is not known is refused', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { out, code } = await run(['completion', shell]);
    assert.equal(code, 0);
    for (const { name } of COMMANDS) for (const word of name.split(' ')) assert.ok(out.includes(word), `${shell}: ${word}`);
  }
  assert.equal((await run(['completion', 'csh'])).code, 2);
});
