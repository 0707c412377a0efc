/** A profile on the command line: shown, changed later, and heard in every list; and what the procedures of a channel call its points of contact. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { utf8 } from '../src/base/bytes.ts';
import type { JsonObject } from '../src/base/json.ts';
import { accreditAct } from '../src/cli/accredit.ts';
import { readArguments } from '../src/cli/arguments.ts';
import { command as add } from '../src/cli/commands/representative-add.ts';
import { type Ran, run } from '../src/cli/fixtures-streams.ts';
import { readKeyFacts } from '../src/cli/key-file.ts';
import { writePartyFile } from '../src/node/party-files.ts';
import { type PeopleDoor, startPeople } from '../src/node/people-door.ts';
import { appendAsNode } from '../src/node/stamps.ts';
import { packText } from '../src/procedure/pack.ts';
import { TwoParties } from './two-parties.ts';

/** A note is answered by a note. */
const NOTES: JsonObject = {
  v: 1,
  name: 'notes',
  title: 'Notes',
  kinds: ['note_verbale'],
  roles: ['Protocol', 'Policy'],
  clocks: [
    {
      id: 'note',
      title: 'A note in return',
      anchor: { kind: 'note_verbale', at: 'receipt', by: 'receipt', opens: true },
      due: { days: 3 },
      discharge: { kinds: ['note_verbale'] },
      debtor: 'addressee',
      voluntary: true,
    },
  ],
};

let two: TwoParties;
let door: PeopleDoor;
let dir = '';
const file = (name: string): string => join(dir, name);
const ask = (...argv: readonly string[]): Promise<Ran> => run([...argv, '--dir', dir, '--json', '--no-input']);
const read = async (...argv: readonly string[]): Promise<string> => {
  const ran = await run([...argv, '--dir', dir, '--no-input']);
  assert.equal(ran.code, 0, ran.err);
  return ran.out;
};

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-profile-'));
  await writeFile(file('pass'), 'correct horse\n');
  two = await TwoParties.found({ packs: [utf8(packText(NOTES))] });
  await writePartyFile(dir, two.a.node.parts.file);
  door = await startPeople(dir, two.a.node, { host: '127.0.0.1', port: 0 });
  const key = file('dana.key');
  await read('key', 'new', '--out', key, '--passphrase-file', file('pass'));
  const args = readArguments(
    [key, '--name', 'Dana', '--post', 'Officer', '--kinds', 'note verbale,contact nomination,communication check'],
    add.options,
    add.words,
  );
  const note = new TextDecoder().decode(await two.identityNote(two.a, accreditAct(args, await readKeyFacts(key, 'representative'))));
  await appendAsNode(two.of(two.a), 'identity', [], [['note', note]]);
});
after(async () => {
  await door?.close();
  await two?.close();
  await rm(dir, { recursive: true, force: true });
});

test('a profile is shown and changed later, and all lists say things in its words at once', async () => {
  const sent = [
    ...['send', 'note_verbale', '--key', file('dana.key'), '--passphrase-file', file('pass'), '--yes'],
    ...['--field', 'subject=Cables', '--field', 'marking=green', '--field', 'subtype=ordinary'],
    ...['--field', 'text=Said.', '--field', 'initials=D.'],
  ];
  const first = await ask(...sent);
  assert.equal(first.code, 0, `${first.err} ${first.out}`);
  await two.settled();
  await ask('settings', 'two-person', 'note verbale');
  assert.equal((await ask(...sent, '--for-clearance')).code, 0);
  const lists = (): Promise<readonly string[]> =>
    Promise.all([['duties'], ['clear'], ['representative', 'list'], ['kinds'], ['kinds', 'note_verbale']].map((argv) => read(...argv)));
  const allSay = async (patterns: readonly RegExp[]): Promise<void> => {
    for (const [i, text] of (await lists()).entries()) assert.match(text, patterns[i] ?? /never/);
  };
  const own = [
    /: Note verbale: Cables \(note verbale;/,
    /Note verbale \(Dana\)\n +Note verbale: Cables/,
    /may sign note verbale, duty card, communication check/,
    /note_verbale +A formal note in the third person/,
    /^Note verbale: /,
  ];
  const certs = [
    /: Formal note: Cables \(formal note;/,
    /Formal note \(Dana\)\n +Formal note: Cables/,
    /may sign formal note, duty officer, communication check/,
    /note_verbale +Formal note: A formal note/,
    /^Formal note: /,
  ];

  assert.equal((await ask('profile')).lines[0]?.profile, null);
  await allSay(own);
  const changed = await read('profile', 'cert-cert');
  assert.match(changed, /cert-cert \(Between incident response teams\)\. First in the menu: Incident notification, .*Duty officer\./);
  await allSay(certs);
  assert.match((await read('kinds')).split('\n')[1] ?? '', /^ {2}incident_notification /);
  assert.equal(two.b.node.record(two.channel).profile, undefined, 'the other side learns nothing of it');
  assert.match(await read('profile', 'none'), /no profile/);
  await allSay(own);

  const refused = await ask('profile', 'cert');
  assert.deepEqual([refused.code, refused.lines[0]?.error], [1, 'invalid']);
  assert.match(String(refused.lines[0]?.detail), /cert-cert, psirt-vendor, regulator-operator, state-state/);
});

test('a date is said with what is due then, and the list both sides share is read with what was asked, which is not in its bytes', async () => {
  assert.match(await read('duties'), /\(note verbale; A note in return: due \d{4}-/);
  const shared = await read('duties', '--channel', two.channel);
  assert.match(shared, /owes .*: A note in return \(notes; .*\n {2}Note verbale: Cables$/m);
  const { lines } = await ask('duties', '--channel', two.channel);
  assert.deepEqual([lines.length, lines[0]?.title, JSON.stringify(lines).includes('Cables')], [1, 'A note in return', false]);
});

test('kinds are said in the words of a profile that is named, without asking any channel', async () => {
  assert.match(await read('kinds', 'contact_nomination', '--profile', 'psirt-vendor'), /^Security contact:/);
  assert.equal((await ask('kinds', '--profile', 'psirt-vendor', '--channel', 'x')).code, 2);
  const nowhere = await run(['kinds', 'note_verbale', '--dir', file('nobody'), '--no-input']);
  assert.match(nowhere.out, /^Note verbale:/);
});

test('whoever names a point of contact is offered what the procedures of the channel call them, and may write another word', async () => {
  assert.match(await read('kinds', 'contact_nomination'), /Role: .*; offered here: Policy, Technical, Diplomatic, Protocol/);
  const options = ['--dir', dir, '--key', file('dana.key'), '--passphrase-file', file('pass'), '--field', 'marking=green'];
  const nominate = (role: string): Promise<Ran> =>
    run(['send', 'contact_nomination', ...options, '--field', 'person=Dana'], {
      typed: ['Desk', role, '+41 22 555 01 23'],
    });
  const offered = await nominate('technical');
  assert.match(offered.err, /Role \(Policy, Technical, Diplomatic, Protocol, or your own words; empty to leave out\):/);
  assert.match(offered.err, /What leaves[\s\S]*\n {2}Role: Technical\n/);
  assert.equal(offered.code, 2, 'whoever says no at the end sends nothing');
  assert.match((await nominate('Legal desk')).err, /\n {2}Role: Legal desk\n/);
  const check = await run(['send', 'communication_check', ...options], { typed: ['policy', 'Legal desk', '.', 'in 3 days'] });
  assert.match(
    check.err,
    /Who should answer \(Policy, .*\): end with a line that holds a dot alone[\s\S]*\n {2}Who should answer: Policy\n {4}Legal desk\n/,
  );
});
