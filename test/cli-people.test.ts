/** People and their keys on the command line: four eyes with key files, hashes compared, and a service's key labelled in every place. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { toBase64url } from '../src/base/bytes.ts';
import { ParleyError } from '../src/base/errors.ts';
import type { JsonObject } from '../src/base/json.ts';
import { accreditAct } from '../src/cli/accredit.ts';
import { readArguments } from '../src/cli/arguments.ts';
import { openShown } from '../src/cli/awaiting.ts';
import { command as add } from '../src/cli/commands/representative-add.ts';
import { type Ran, run } from '../src/cli/fixtures-streams.ts';
import { readKeyFacts } from '../src/cli/key-file.ts';
import { writePartyFile } from '../src/node/party-files.ts';
import { type PeopleDoor, startPeople } from '../src/node/people-door.ts';
import { appendAsNode } from '../src/node/stamps.ts';
import type { ClearanceDetail } from '../src/projection/clearance-views.ts';
import type { DossierView } from '../src/projection/dossier-views.ts';
import type { TableView, TodayView } from '../src/projection/views.ts';
import { TwoParties } from './two-parties.ts';

let two: TwoParties;
let door: PeopleDoor;
let dir = '';
let pass = '';
const file = (name: string): string => join(dir, name);
const withPass = (...argv: readonly string[]): readonly string[] => [...argv, '--passphrase-file', pass];

const ask = (...argv: readonly string[]): Promise<Ran> => run([...argv, '--dir', dir, '--json', '--no-input']);
const read = (...argv: readonly string[]): Promise<Ran> => run([...argv, '--dir', dir, '--no-input']);

async function did(...argv: readonly string[]): Promise<Record<string, unknown>> {
  const ran = await ask(...argv);
  assert.equal(ran.code, 0, `parley ${argv.join(' ')}: ${ran.err} ${ran.out}`);
  return ran.lines[0] ?? {};
}

/** Makes a key file, has the party accredit it as the command would. */
async function person(name: string, ...options: readonly string[]): Promise<string> {
  const path = file(`${name.split(' ')[0]?.toLowerCase()}.key`);
  await did(...withPass('key', 'new', '--out', path, ...options.filter((one) => one === '--automatic')));
  const args = readArguments([path, '--name', name, '--post', 'Officer'], add.options, add.words);
  const act: JsonObject = accreditAct(args, await readKeyFacts(path, 'representative'));
  const note = new TextDecoder().decode(await two.identityNote(two.a, act));
  await appendAsNode(two.of(two.a), 'identity', [], [['note', note]]);
  return path;
}

const message = (subject: string, key: string, ...more: readonly string[]): readonly string[] =>
  withPass('send', 'message', '--field', `subject=${subject}`, '--field', 'text=Said.', '--field', 'marking=green', '--key', key, '--yes', ...more);

let dana = '';
let vera = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-people-'));
  pass = file('pass');
  await writeFile(pass, 'correct horse\n');
  two = await TwoParties.found();
  await writePartyFile(dir, two.a.node.parts.file);
  door = await startPeople(dir, two.a.node, { host: '127.0.0.1', port: 0 });
  dana = await person('Dana Whitfield');
  vera = await person('Vera Lind');
});
after(async () => {
  await door?.close();
  await two?.close();
  await rm(dir, { recursive: true, force: true });
});

test('under the two-person rule a document is handed over, read and cleared elsewhere, and sent byte for byte', async () => {
  assert.match((await read('settings', 'two-person')).out, /^Two-person rule: off/);
  assert.deepEqual((await did('settings', 'two-person', 'message,note verbale')).kinds, ['message', 'note_verbale']);
  const refused = await ask(...message('Straight', dana));
  assert.deepEqual([refused.code, refused.lines[0]?.error], [5, 'clearance_needed']);

  const asked = await ask(...message('Handed over', dana, '--for-clearance'));
  assert.equal(asked.code, 0, asked.err);
  const id = String(asked.lines[0]?.id);
  const words = /Its hash, in words: (.+)/.exec(asked.err)?.[1] ?? assert.fail(asked.err);
  assert.equal(words.split(' ').length, 10);
  assert.match((await read('clear')).out, /Handed over\n +awaits clearance/);
  const early = await ask(...withPass('send', '--cleared', id, '--key', dana, '--yes'));
  assert.deepEqual([early.code, early.lines[0]?.error], [5, 'clearance_needed']);

  // Whoever signs it does not clear it; without a key nobody in particular would.
  const own = await ask(...withPass('clear', id.slice(0, 8), '--key', dana, '--yes'));
  assert.deepEqual([own.code, own.lines[0]?.error], [5, 'not_allowed']);
  assert.equal((await ask('clear', id.slice(0, 8), '--yes')).code, 2);
  const cleared = await ask(...withPass('clear', id.slice(0, 8), '--key', vera, '--yes'));
  assert.equal(cleared.code, 0, cleared.err);
  assert.match(cleared.err, /Subject: Handed over/);
  assert.ok(cleared.err.includes(words), 'both read the same words');

  const sent = await ask(...withPass('send', '--cleared', id, '--key', dana, '--yes', '--wait', '--timeout', '20'));
  assert.equal(sent.code, 0, sent.err);
  assert.equal(sent.lines[0]?.id, id);
  assert.match(sent.err, /Cleared by Vera Lind/);
  assert.match((await read('show', id)).out, /Cleared by Vera Lind, .+ \(known here alone\)/);
  assert.equal((await ask(...withPass('send', '--cleared', id, '--key', dana, '--yes'))).code, 1, 'it was forgotten once it was sent');

  const hash = await did('show', id, '--hash');
  assert.deepEqual([hash.id, hash.words], [id, words]);
  assert.match((await read('show', id, '--hash')).out, /^Message, as the bytes say it:\n {2}Subject: Handed over/);
});

test('what is said about a document is handed over, read with its new values, cleared and sent as well', async () => {
  // The rule is over messages and notes: what it says of them needs a second person too.
  const asked = await did(...message('Said first', dana, '--for-clearance'));
  await did(...withPass('clear', String(asked.id), '--key', vera, '--yes'));
  const sent = await did(...withPass('send', '--cleared', String(asked.id), '--key', dana, '--yes'));
  const about = String(sent.id);
  for (const [argv, shown] of [
    [['correct', about, '--field', 'text=Said anew.'], /Text now: Said anew\./],
    [['erase', about, '--field', 'text', '--basis', 'By mistake.'], /Fields that are gone: Text/],
    [['withdraw', about, '--reason', 'Overtaken.'], /Overtaken\./],
  ] as const) {
    const straight = await ask(...withPass(...argv, '--key', dana, '--yes'));
    assert.deepEqual([straight.code, straight.lines[0]?.error], [5, 'clearance_needed'], argv[0]);
    const handed = await ask(...withPass(...argv, '--key', dana, '--for-clearance'));
    assert.equal(handed.code, 0, handed.err);
    const id = String(handed.lines[0]?.id);
    const cleared = await ask(...withPass('clear', id.slice(0, 8), '--key', vera, '--yes'));
    assert.equal(cleared.code, 0, cleared.err);
    assert.match(cleared.err, shown);
    assert.ok(/About: .*Said first/.test(cleared.err) && cleared.err.includes(` (${about})`), cleared.err);
    assert.equal((await did(...withPass('send', '--cleared', id, '--key', dana, '--yes'))).id, id);
  }
  assert.match((await read('show', about)).out, /Its author withdrew this document[\s\S]*Its author corrected this document/);
  const erased = await ask('prove', `${about}:subject,text`, '--preview');
  assert.equal(erased.code === 0, false);
  assert.match(erased.err + erased.out, /the field "text" of .+: it was erased, or is held here no more, and cannot be shown/);
  const proved = await ask('prove', `${about}:subject`, '--preview');
  assert.equal(proved.code, 0);
  for (const mark of ['Withdrawn', 'Corrected'])
    assert.match(
      proved.err,
      new RegExp(`${mark} by its author \\(.{8}\\)\\. The proof shows what was said first, and says nothing of this without --range`),
    );
  assert.match(
    (await ask('prove', `${about}:subject`, '--range', 'since', '--preview')).err,
    /Withdrawn by its author \(.{8}\)\. The proof shows what was said first\.$/m,
  );
  assert.match((await ask('prove', about)).err, /--preview or --out is needed/);
});

test('the key that a document was prepared for signs it, and no other; a text changed on disk is noticed', async () => {
  const id = String((await did(...message('For Dana', dana, '--for-clearance'))).id);
  await did(...withPass('clear', id, '--key', vera, '--yes'));
  assert.equal((await ask(...withPass('send', '--cleared', id, '--key', vera, '--yes'))).lines[0]?.error, 'not_allowed');
  const path = join(dir, 'clearance', `${id}.json`);
  const kept = await readFile(path, 'utf8');
  await writeFile(path, kept.replace('\\"type\\":\\"message\\"', '\\"type\\":\\"claim\\"'));
  assert.equal((await ask(...withPass('send', '--cleared', id, '--key', dana, '--yes'))).lines[0]?.error, 'invalid');
  await writeFile(path, kept);
  await did('clear', id, '--return', 'Later.');
  assert.match((await read('clear')).out, /sent back by command line .+: Later\./);
  assert.equal((await ask(...withPass('send', '--cleared', id, '--key', dana, '--yes'))).lines[0]?.error, 'clearance_needed');
});

test('a node that shows another text than the one of the id is refused before anybody clears it', async () => {
  const [one, other] = await Promise.all(
    ['One', 'Other'].map(async (subject) => {
      const { id } = await did(...message(subject, dana, '--for-clearance'));
      const answer = await fetch(`${door.url}/api/channels/${two.channel}/clearances/${String(id)}`, {
        headers: { authorization: `Bearer ${door.operatorToken}` },
      });
      return (await answer.json()) as ClearanceDetail;
    }),
  );
  assert.ok(one !== undefined && other?.text !== undefined && other.body !== undefined);
  assert.equal(openShown(one).opened.id, one.id);
  const isRefused = (error: unknown) => error instanceof ParleyError && error.code === 'proof_invalid';
  assert.throws(() => openShown({ ...one, text: other.text ?? '', body: other.body ?? '' }), isRefused);
  assert.throws(() => openShown({ ...one, body: other.body ?? '' }), isRefused);
  // A screen may save what it is about to have signed; another machine reads the same words from it.
  const saved = file('to-sign.unsigned');
  const body = toBase64url(new Uint8Array(Buffer.from(one.body ?? '', 'base64')));
  await writeFile(saved, JSON.stringify({ v: 1, text: one.text, body }));
  assert.equal((await did('show', saved, '--hash')).id, one.id);
});

test('narrowing the rule from the command line waits for a second person with a key of their own', async () => {
  const proposed = await read('settings', 'two-person', 'off');
  assert.match(proposed.out, /a second person clears message, note verbale.*\ncommand line proposes to end it/);
  assert.equal((await ask('settings', 'two-person', 'agree')).lines[0]?.error, 'not_allowed');
  // The command line is nobody in particular: two people with keys of their own stand behind what it proposed.
  assert.deepEqual((await did(...withPass('settings', 'two-person', 'agree', '--key', vera))).kinds, ['message', 'note_verbale']);
  assert.deepEqual((await did(...withPass('settings', 'two-person', 'agree', '--key', dana))).kinds, []);
  assert.equal((await ask('settings', 'two-person', 'mesage')).code, 2);
});

test('a service’s key is accredited as automatic alone, and what it signs is labelled so in every place that names its signer', async () => {
  await did('settings', 'two-person', 'message');
  const feed = await person('Feed', '--automatic');
  assert.equal((await readKeyFacts(feed, 'representative')).automatic, true);
  const sent = await did(...message('By a service', feed, '--wait', '--timeout', '20'));
  const id = String(sent.id);
  const ours = await did(...message('By a person', dana, '--for-clearance'));
  await did(...withPass('clear', String(ours.id), '--key', vera, '--yes'));
  await did(...withPass('send', '--cleared', String(ours.id), '--key', dana, '--yes', '--wait', '--timeout', '20'));
  await two.settled();
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${door.url}${path}`, { headers: { authorization: `Bearer ${door.operatorToken}` } });
    return (await answer.json()) as T;
  };
  const at = `/api/channels/${two.channel}`;
  const record = file('record.parley');
  await did('export', '--out', record);
  const row = (rows: readonly { id: string; automatic?: true }[]): boolean => rows.find((one) => one.id === id)?.automatic === true;
  // Every place, and nothing of it beside what a person signed.
  const places: Readonly<Record<string, boolean>> = {
    'the Table': row((await get<TableView>(`${at}/table`)).rows),
    Today: row((await get<TodayView>('/api/today')).changed),
    'a document, its list row': row([(await get<{ row: { id: string; automatic?: true } }>(`${at}/documents/${id}`)).row]),
    'a document, its signer': (await get<{ signer: { automatic: boolean } }>(`${at}/documents/${id}`)).signer.automatic,
    'its dossier': row((await get<DossierView>(`${at}/dossiers/${id}`)).matters.flatMap(({ rows }) => rows)),
    'the people of the channel': (await get<{ people: { name: string; automatic: boolean }[] }>(`${at}/people`)).people.some(
      (one) => one.name === 'Feed' && one.automatic,
    ),
    'its accreditation, in lists': (await read('log')).out.includes('Feed is accredited as an automatic key.'),
    'parley log': /Message \(Feed, automatic, TLP:GREEN\)/.test((await read('log')).out),
    'parley log --json': (await ask('log')).lines.some((line) => line.id === id && line.automatic === true),
    'parley show': /Signed by Feed, Officer \(automatic\)/.test((await read('show', id)).out),
    'a record that is verified': /1 of these entries was signed by an automatic key/.test((await read('verify', record)).out),
  };
  assert.deepEqual(
    Object.entries(places).filter(([, labelled]) => !labelled),
    [],
  );
  assert.match((await read('log')).out, /Message \(Dana Whitfield, TLP:GREEN\)/);
  assert.equal((await get<TableView>(`${at}/table`)).rows.find((one) => one.id === ours.id)?.automatic, undefined);
});
