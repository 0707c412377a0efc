/** One journey through the command line: two parties and a host, each a process of its own, over HTTP and pinned TLS. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Ran, run } from '../src/cli/fixtures-streams.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const SIDES = ['alderney', 'borduria'] as const;
type Side = (typeof SIDES)[number];
type Line = Readonly<Record<string, unknown>>;

let root = '';
let pass = '';
const running = new Map<string, ChildProcess>();
const dirOf = (side: Side): string => join(root, side);

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'parley-journey-'));
  pass = join(root, 'pass');
  await writeFile(pass, 'correct horse\n');
});
after(async () => {
  for (const name of running.keys()) await stop(name);
  await rm(root, { recursive: true, force: true });
});

/** Starts a node as a process and resolves with its first line. */
async function start(name: string, argv: readonly string[]): Promise<Line> {
  const child = spawn(process.execPath, [MAIN, ...argv, '--json', '--no-input'], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.set(name, child);
  let said = '';
  let errors = '';
  child.stderr.on('data', (part: Buffer) => {
    errors += part.toString();
  });
  for await (const part of child.stdout) {
    said += String(part);
    if (said.includes('\n')) return JSON.parse(said.slice(0, said.indexOf('\n'))) as Line;
  }
  throw new Error(`${name} did not start: ${errors}`);
}

/** Stops a process in order and resolves with its exit code. */
async function stop(name: string): Promise<number | null> {
  const child = running.get(name);
  if (child === undefined) return null;
  running.delete(name);
  if (child.exitCode !== null) return child.exitCode;
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** Runs a command for one side, in this process, against that side's node. */
function at(side: Side, ...argv: readonly string[]): Promise<Ran> {
  return run([...argv, '--dir', dirOf(side), '--json', '--no-input']);
}

/** As {@link at}, and it must succeed; resolves with its first line. */
async function did(side: Side, ...argv: readonly string[]): Promise<Line> {
  const ran = await at(side, ...argv);
  assert.equal(ran.code, 0, `parley ${argv.join(' ')}: ${ran.err}`);
  return ran.lines[0] ?? {};
}

test('two parties are made and their nodes and a host are up, within a minute', async () => {
  const [host] = await Promise.all([
    start('host', ['host', '--dir', join(root, 'host'), '--name', 'Palais']),
    ...SIDES.map(async (side) => {
      const made = await did(side, 'init', '--name', side, '--passphrase-file', pass);
      await writeFile(join(root, `${side}.words`), String(made.recovery));
      const up = await start(side, ['serve', '--dir', dirOf(side)]);
      assert.match(String(up.url), /^http:\/\/localhost:\d+$/);
      assert.match(String(up.enrol), /^http:\/\/localhost:\d+\/enrol#/);
      assert.match(String(up.peers), /^https:\/\/127\.0\.0\.1:\d+$/);
    }),
  ]);
  await writeFile(join(root, 'host-url'), String(host?.url));
});

test('a channel is founded: an invitation, its answer, two sentences', async () => {
  const host = await readFile(join(root, 'host-url'), 'utf8');
  const invitation = join(root, 'invite.parley');
  const invited = await did('alderney', 'invite', '--to', 'Geneva-1', '--host', host, '--out', invitation, '--passphrase-file', pass);
  assert.equal((await at('alderney', 'check', invitation)).lines[0]?.format, 'founding');
  assert.equal((await at('borduria', 'join', invitation, '--passphrase-file', pass)).code, 2, 'a host is asked by this side itself');
  const handed = join(root, 'host', 'host-card.json');
  const answer = join(root, 'answer.parley');
  const answering = ['join', invitation, '--host', host, '--host-card', handed, '--as', 'Geneva-1', '--out', answer];
  const unasked = await at('borduria', ...answering, '--passphrase-file', pass);
  assert.deepEqual([unasked.code, unasked.lines[0]?.detail], [2, '--yes is needed where nobody can be asked'], 'nothing leaves unasked');
  await did('borduria', ...answering, '--yes', '--passphrase-file', pass);
  assert.equal((await did('alderney', 'join', answer)).state, 'compare', 'an answer may also come by hand');
  const read = new Map<Side, string>();
  for (const side of SIDES) read.set(side, String((await did(side, 'confirm', '--wait')).read));
  assert.notEqual(read.get('alderney'), read.get('borduria'));
  for (const side of SIDES) {
    const heard = join(root, `${side}.heard`);
    if (side === 'alderney') {
      await writeFile(heard, read.get(side) ?? '');
      const wrong = await at(side, 'confirm', '--sentence-file', heard, '--passphrase-file', pass);
      assert.equal(wrong.code, 5, wrong.err);
      assert.equal(wrong.lines.at(-1)?.error, 'sentence_wrong');
    }
    await writeFile(heard, `${(read.get(side === 'alderney' ? 'borduria' : 'alderney') ?? '').toUpperCase()}.\n`);
    await did(side, 'confirm', '--invite', String(invited.invite), '--sentence-file', heard, '--passphrase-file', pass);
  }
  for (const side of SIDES) {
    const ran = await at(side, 'confirm', '--invite', 'Geneva-1', '--wait', '--timeout', '20');
    assert.equal(ran.lines.at(-1)?.open, true, ran.err);
  }
  const [channel] = (await at('borduria', 'channels')).lines;
  assert.equal(channel?.title, 'Geneva-1');
});

test('a key is accredited, signs a document, and the other side holds it', async () => {
  const made = await did('alderney', 'key', 'new', '--passphrase-file', pass);
  const message = ['send', 'message', '--field', 'subject=Pipeline', '--field', 'text=Which one?', '--field', 'marking=green', '--yes'];
  const early = await at('alderney', ...message, '--passphrase-file', pass);
  assert.equal(early.code, 5);
  assert.equal(early.lines[0]?.error, 'not_accredited');
  const who = ['--name', 'A. Petrova', '--post', 'Duty officer', '--marking', 'amber'];
  const act = await did('alderney', 'representative', 'add', String(made.key), ...who, '--yes', '--passphrase-file', pass);
  assert.equal(act.actor, made.actor);
  const file = join(root, 'notes.txt');
  await writeFile(file, 'a file\n'.repeat(200_000));
  const sent = await at('alderney', ...message, '--file', file, '--field', 'ref=A-1', '--wait', '--timeout', '20', '--passphrase-file', pass);
  assert.equal(sent.code, 0, sent.err);
  assert.match(sent.err, /They can prove to anyone that you said this/);
  assert.equal(typeof sent.lines[0]?.held_at, 'number');
  const red = await at(
    'alderney',
    'send',
    'message',
    '--field',
    'subject=x',
    '--field',
    'text=x',
    '--field',
    'marking=red',
    '--yes',
    '--passphrase-file',
    pass,
  );
  assert.equal(red.code, 5, 'beyond the scope');
  const { lines } = await at('borduria', 'log', '--channel', 'geneva-1');
  const row = lines.find(({ id }) => id === sent.lines[0]?.id);
  assert.equal(row?.signer, 'A. Petrova');
  assert.equal(row?.valid, true);
  const text = await run(['log', '--dir', dirOf('alderney'), '--channel', 'Geneva-1', '--no-input']);
  assert.match(text.out, /borduria holds it since \d{4}-/);
});

test('people are enrolled by a link, and a peer that moved is found again', async () => {
  assert.match(String((await did('alderney', 'enrol')).url), /^http:\/\/(localhost|127\.0\.0\.1):\d+\/enrol#/);
  const { url } = await did('alderney', 'address');
  assert.match(String(url), /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.equal((await did('alderney', 'address', 'Borduria', String(url))).url, url);
  assert.equal((await at('alderney', 'address', 'Syldavia', String(url))).code, 1);
});

test('a document is shown, proved, exported, and verified with nothing but the file', async () => {
  const shown = await run(['show', 'A-1', '--dir', dirOf('borduria')]);
  assert.equal(shown.code, 0, shown.err);
  assert.match(shown.out, /Text: Which one\?/);
  assert.match(shown.out, /Signed by A\. Petrova, Duty officer/);
  const proof = join(root, 'a-1.proof');
  await did('borduria', 'prove', 'A-1', '--withhold', 'text', '--out', proof);
  const record = join(root, 'geneva.parley');
  await did('borduria', 'export', '--channel', 'Geneva-1', '--files', '--out', record);
  for (const path of [proof, record]) assert.equal((await at('alderney', 'verify', path)).lines[0]?.verdict, 'verified', path);
  const bytes = new Uint8Array(await readFile(record));
  await writeFile(`${record}.bent`, bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1));
  assert.equal((await at('alderney', 'verify', `${record}.bent`)).code, 3);
  assert.equal((await at('borduria', 'export', '--out', record)).code, 1, 'nothing is written over');
});

test('what a reader will see of a proof is shown before anything is written, and fields of two documents go into one, each sentence with its number', async () => {
  const seen = (await at('borduria', 'prove', 'A-1:subject', '--range', 'whole', '--preview')).lines[0] as {
    verdict: string;
    sentences: string[];
    documents: { fields: { name: string }[]; withheld: number }[];
    publishes: string[];
  };
  assert.equal(seen.verdict, 'verified');
  assert.deepEqual(
    seen.documents.map(({ fields }) => fields.map(({ name }) => name)),
    [['subject']],
  );
  assert.ok(seen.sentences.some((sentence) => /^A\. Petrova, Duty officer, was accredited by Alderney where this stands$/i.test(sentence)));
  assert.match(seen.publishes.join(' '), /the charter, the cards with names and keys.*type, time, signer and references of every entry/);
  const text = await run(['prove', 'A-1:subject', '--dir', dirOf('borduria'), '--preview']);
  assert.match(text.out, /fields are withheld[\s\S]*Nothing was written\./);
  assert.doesNotMatch(text.out, /Which one\?/);
  const { lines } = await at('borduria', 'log', '--channel', 'geneva-1');
  const accreditation = lines.find(({ kind }) => kind === 'identity')?.id;
  assert.ok(typeof accreditation === 'string');
  const both = join(root, 'both.proof');
  await did('borduria', 'prove', 'A-1:subject', accreditation, '--out', both);
  const [verified] = (await at('alderney', 'verify', both)).lines as { verdict: string; sentences: string[] }[];
  assert.equal(verified?.verdict, 'verified');
  const signed = verified?.sentences.flatMap((sentence) => /^(Document \d: )?Signed for \w+/.exec(sentence)?.[0] ?? []);
  assert.deepEqual(signed, ['Document 1: Signed for alderney', 'Document 2: Signed for alderney']);
  assert.equal((await at('borduria', 'prove', 'A-1:colour', '--preview')).code, 2, 'a field that is not there');
  assert.equal((await at('borduria', 'prove', 'A-1', '--withhold', 'colour', '--preview')).code, 2, 'a slip would publish');
  assert.equal((await at('borduria', 'prove', 'A-1', '--range', 'some', '--preview')).code, 2);
});

test('the identity key is replaced through the running node, and the other side acknowledges it before it uses whom the new key accredits', async () => {
  const words = join(root, 'alderney.words');
  const rotated = await at('alderney', 'key', 'rotate', '--recovery-file', words, '--passphrase-file', pass, '--yes');
  assert.equal(rotated.code, 0, rotated.err);
  assert.deepEqual([rotated.lines[1]?.event, rotated.lines[1]?.channels], [1, 1]);
  const key = join(root, 'new.key');
  const { key: raw } = await did('alderney', 'key', 'new', '--out', key, '--passphrase-file', pass);
  const sheet = join(root, 'accredit.json');
  await did('alderney', 'representative', 'add', String(raw), '--name', 'B. New', '--post', 'Clerk', '--yes', '--out', sheet);
  assert.notEqual((await at('alderney', 'key', 'submit', sheet)).code, 0, 'nobody has signed it');
  await did('alderney', 'key', 'sign', sheet, '--yes', '--passphrase-file', pass);
  await did('alderney', 'key', 'submit', sheet);
  const message = ['send', 'message', '--field', 'subject=New', '--field', 'text=Here.', '--field', 'marking=green', '--field', 'ref=A-2'];
  await did('alderney', ...message, '--key', key, '--yes', '--passphrase-file', pass, '--wait', '--timeout', '30');

  const listed = await at('borduria', 'acknowledge');
  assert.ok(listed.lines.some(({ act }) => act === 'rotate') && listed.lines.some(({ name }) => name === 'B. New'), listed.out);
  const shown = await run(['show', 'A-2', '--dir', dirOf('borduria')]);
  assert.match(shown.out, /not used: nobody here has acknowledged who signed it/);
  assert.equal((await at('borduria', 'acknowledge', 'B. New', '--yes')).code, 1, 'the new keys come first');
  await did('borduria', 'acknowledge', '--all', '--yes');
  const people = await run(['representative', 'list', '--dir', dirOf('borduria')]);
  assert.match(people.out, /alderney: 1 of 1 identity key; ([a-z]+ ){9}[a-z]+\n {2}Key event 1/);
  assert.match(
    people.out,
    /B\. New, Clerk: accredited since [^\n]+\n[^\n]+\n {4}Accredited \d\d\d\d-\d\d-\d\d \d\d:\d\d; acknowledged \d{4}-\d\d-\d\d \d\d:\d\d by the command line/,
  );
});

test('what is said while the other side is down waits, and leaves when it is back', async () => {
  assert.equal(await stop('borduria'), 0);
  const say = [
    'send',
    'request',
    '--field',
    'request_type=information',
    '--field',
    'subject=Logs',
    '--field',
    'text=Please.',
    '--field',
    'marking=green',
  ];
  const late = await at('alderney', ...say, '--field', 'reply_by=in 3 days', '--yes', '--wait', '--timeout', '0', '--passphrase-file', pass);
  assert.equal(late.code, 6, late.err);
  assert.equal(late.lines[0]?.held_at, null);
  const status = await at('alderney', 'status');
  assert.ok(Number(status.lines.find(({ what }) => what === 'peer')?.waiting) >= 1, JSON.stringify(status.lines));
  const alone = await at('borduria', 'log');
  assert.equal(alone.code, 0, 'a directory is read without its node');
  await start('borduria', ['serve', '--dir', dirOf('borduria')]);
  const again = await did('alderney', 'send', 'message', ...say.slice(4), '--yes', '--wait', '--timeout', '30', '--passphrase-file', pass);
  assert.equal(typeof again.held_at, 'number');
  assert.equal((await did('borduria', 'duties')).list, 'awaits_us');
});

test('an own document is corrected, a field of it erased and another one withdrawn, and both sides show what became of it', async () => {
  const signed = ['--yes', '--wait', '--timeout', '30', '--passphrase-file', pass];
  const show = async (side: Side, name: string): Promise<string> => (await run(['show', name, '--dir', dirOf(side)])).out;
  await did('alderney', 'correct', 'A-1', '--field', 'text=Which of the two?', '--reason', 'Unclear.', ...signed);
  assert.match(await show('borduria', 'A-1'), /Its author corrected this document[\s\S]*Unclear\.[\s\S]*Text: Which one\? -> Which of the two\?/);
  const nothing = await at('alderney', 'erase', 'A-1', '--field', 'marking', '--basis', 'No.', ...signed);
  assert.deepEqual([nothing.code, nothing.lines[0]?.error], [2, 'usage'], 'the frame stays');
  await did('alderney', 'erase', 'A-1', '--field', 'text', '--basis', 'It named somebody.', ...signed);
  assert.match(await show('borduria', 'A-1'), /Text: \(erased\)[\s\S]*Erased here\. We have not said so to anybody/);
  assert.match(await show('alderney', 'A-1'), /Text: \(erased\)[\s\S]*borduria’s node holds the erasure, and has signed nothing/);
  const record = join(root, 'erased.parley');
  await did('borduria', 'export', '--channel', 'Geneva-1', '--out', record);
  const checked = await run(['verify', record]);
  assert.deepEqual([checked.code, /1 field erased by alderney/.test(checked.out)], [0, true], checked.out);
  const { lines } = await at('alderney', 'log');
  const id = String(lines.find(({ summary_text }) => summary_text === 'Request for information: Logs')?.id);
  assert.equal((await at('alderney', 'send', 'withdrawal', '--in-reply-to', id, ...signed)).code, 2, 'it has a command of its own');
  const withdrawal = await did('alderney', 'withdraw', id, '--reason', 'Overtaken.', ...signed);
  assert.equal((await at('alderney', 'withdraw', id, ...signed)).lines[0]?.error, 'withdrawn', 'once is enough');
  assert.match((await run(['log', '--dir', dirOf('borduria')])).out, /Withdrawn by its author/);
  assert.match(await show('borduria', String(withdrawal.id)), /In the same matter:\n.* Request for information: Logs\n +Withdrawn by its author/);
  assert.ok((await at('borduria', 'duties')).lines.every((line) => JSON.stringify(line).includes(id) === false));
  const fact = ['send', 'claim', '--field', 'facet=fact', '--field', 'statement=It rained.', '--field', 'marking=green'];
  await did('alderney', ...fact, ...signed);
  for (const [side, who] of [
    ['borduria', 'not answered by us'],
    ['alderney', 'not answered'],
  ] as const)
    assert.match(
      (await run(['duties', '--dir', dirOf(side)])).out,
      new RegExp(`To watch\\n.*Claims: It rained\\. \\(position; ${who}; nobody owes a position\\)`),
    );
});

test('people are recalled and returned, and a stopped node has nothing wrong in it', async () => {
  await did('alderney', 'representative', 'recall', 'A. Petrova', '--yes', '--passphrase-file', pass);
  const message = ['send', 'message', '--field', 'subject=x', '--field', 'text=x', '--field', 'marking=green', '--yes', '--passphrase-file', pass];
  assert.equal((await at('alderney', ...message)).lines[0]?.error, 'recalled');
  assert.equal((await at('alderney', 'fsck')).code, 7, 'the node has the directory');
  assert.equal(await stop('alderney'), 0);
  // Without a node the directory is opened here: said now, durable, and sent when the node runs.
  await did('alderney', 'representative', 'return', 'A. Petrova', '--yes', '--passphrase-file', pass);
  const mark = await readFile(`${dirOf('alderney')}.mark`);
  const typed = ['Subject', 'First line.', 'Second line.', '.', 'green', '', 'A-9', '', '', 'yes', 'correct horse'];
  const asked = await run(['send', 'message', '--dir', dirOf('alderney')], { typed });
  assert.equal(asked.code, 0, asked.err);
  assert.match(asked.err, /What leaves: a message to borduria, in Geneva-1, signed by A\. Petrova/);
  const shown = await run(['show', 'A-9', '--dir', dirOf('alderney')]);
  assert.match(shown.out, /First line\.\n {2}Second line\./);
  assert.equal((await did('alderney', 'fsck')).ok, true);
  assert.equal(await stop('borduria'), 0);
  assert.equal(await stop('host'), 0);
  // An older mark beside this directory, as beside a restored one: nothing is signed, everything is read.
  await writeFile(`${dirOf('alderney')}.mark`, mark);
  const refused = spawn(process.execPath, [MAIN, 'serve', '--dir', dirOf('alderney'), '--no-input'], { stdio: 'ignore' });
  assert.equal(((await once(refused, 'exit')) as [number])[0], 7);
  assert.equal((await at('alderney', 'log')).code, 0);
});
