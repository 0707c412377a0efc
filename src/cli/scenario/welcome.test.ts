import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readScenario } from './demonstration.ts';
import { welcomeText } from './welcome.ts';

const scenario = await readScenario(fileURLToPath(new URL('../../../scenarios/geneva-2021.scenario', import.meta.url)));
const facts = {
  channel: 'C'.repeat(43),
  parties: scenario.parties.map(({ name }, i) => ({ name, url: `http://localhost:${i}` })),
  host: { name: scenario.host, url: 'http://localhost:9' },
};

test('whoever starts the demonstration reads where to look, which channel it is, with which keys to sign, and how it ends', () => {
  const text = welcomeText(scenario, resolve('.parley/demo'), facts, ['http://localhost:0/enrol#a', 'http://localhost:1/enrol#b']);
  for (const said of [
    'http://localhost:1/enrol#b',
    `The channel is "Geneva", ${facts.channel}.`,
    './parley send message --dir .parley/demo/united-states --key .parley/demo/keys/united-states/eleanor-whitcombe.key',
    '--passphrase-file .parley/demo/passphrase',
    'Ctrl-C stops all three; "npm start" goes on',
  ])
    assert.ok(text.includes(said), `${said}\n\n${text}`);
});

test('elsewhere every command it names is one that runs as it stands', () => {
  const text = welcomeText(scenario, '/srv/a demo', facts, []);
  assert.ok(text.includes("--dir '/srv/a demo/united-states'"), text);
  assert.ok(text.includes('"./parley demo --dir \'/srv/a demo\'" goes on'), text);
});
