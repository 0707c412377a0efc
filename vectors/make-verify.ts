/**
 * Makes vectors/verify/{cases,layout}.json: what is said of files, good, bad and doubtful, by command line, rooms and page alike, and
 * what lies where in proofs of several documents. Signatures of ML-DSA-44 differ
 * from run to run, equally good, so a file that exists is left alone. Run it with: node vectors/make-verify.ts
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fromUtf8, toBase64, toBase64url, utf8 } from '../src/base/bytes.ts';
import type { Json, JsonObject } from '../src/base/json.ts';
import { attachmentValue, chunkHash } from '../src/entry/attachment.ts';
import { eraseFields, leavesByName } from '../src/entry/body.ts';
import { testCrypto as crypto, testChannel, testHost, testParty, testPerson, textOf } from '../src/node/fixtures-channel.ts';
import { laterRecord, TestRecord } from '../src/node/fixtures-record.ts';
import { formatCheckpoint } from '../src/tlog/checkpoint.ts';
import { forkPath } from '../src/tlog/fork.ts';
import { leafHash } from '../src/tlog/merkle.ts';
import { consistencyProofOf } from '../src/tlog/merkle-plan.ts';
import { formatLines, formatNote } from '../src/tlog/note.ts';
import { formatEntryBundle } from '../src/tlog/tile.ts';
import { applyEdit, type CaseEdit, caseFile, caseSentence, editsBetween, layoutOf, type VerifyCase } from '../src/verify/fixtures-cases.ts';
import { makeCosignerFault } from '../src/verify/cosigner-fault.ts';
import { makeForkProof } from '../src/verify/fork-proof.ts';
import { formatProof, type ProofContent } from '../src/verify/proof-file.ts';
import { verifyFile } from '../src/verify/verify-file.ts';

const file = new URL('verify/cases.json', import.meta.url);
if (existsSync(file)) {
  console.log('cases.json: exists, left alone');
  process.exit();
}

const packBytes = utf8('{}\n');
const packs = [{ name: 'a-pack', hash: toBase64url(crypto.sha256(packBytes)) }];
const on = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 20)], [testHost('Host', 30)], packs);
const elsewhere = await testChannel([testParty('Alpha', 10, 3, 2), testParty('Beta', 21)], [testHost('Host', 30)]);
const petrova = testPerson('Petrova');
const clerk = testPerson('Clerk');
const robot = testPerson('Robot');
const miller = testPerson('Miller');
const stranger = testPerson('Stranger');
const salt = new Uint8Array(16).fill(5);
const pieces = [new Uint8Array(1024 * 1024).fill(1), utf8('the rest of a file')];
const attachment = attachmentValue(crypto.sha256, {
  salt,
  size: 1024 * 1024 + 18,
  media: 'text/plain',
  name: 'note\u202etxt.exe',
  hashes: pieces.map((piece) => chunkHash(crypto.sha256, salt, piece)),
});
const small = attachmentValue(crypto.sha256, {
  salt,
  size: 18,
  media: 'text/plain',
  name: 'rest.txt',
  hashes: [chunkHash(crypto.sha256, salt, pieces[1] ?? salt)],
});
const recallAct = (actor: string): JsonObject => ({ act: 'recall', actor, for_consultations: true, reason: null, effective_at: null });
const recall = (actor: string) => ({ actor, for_consultations: true, reason: 'For consultations.', marking: 'green' });

/** Alpha: charter, accreditations (1 to 3), a request (4); Beta: charter, accreditation (1), reply (2), somebody unknown (3). */
async function talk(channel = on): Promise<TestRecord> {
  const record = new TestRecord(channel, 'verify');
  await record.accredit(0, petrova, { may_recall: true });
  await record.accredit(0, clerk, { kinds: ['message'], marking: 'green', may_recall: true });
  await record.accredit(0, robot, { kinds: ['message'], automatic: true });
  await record.accredit(1, miller);
  const fields = { request_type: 'information', subject: 'A question', text: 'What happened?', attachments: [attachment, small], marking: 'green' };
  const request = await record.say(0, petrova, { kind: 'request', fields });
  await record.say(1, miller, { kind: 'reply', refs: [request.id], fields: { final: true, disposition: 'met', text: 'Nothing.', marking: 'green' } });
  await record.message(1, stranger, 'Nobody speaks');
  return record;
}

const bases = new Map<string, Uint8Array>();
const cases: VerifyCase[] = [];

function base(name: string, bytes: Uint8Array): Uint8Array {
  bases.set(name, bytes);
  return bytes;
}

/** Adds a case; `wanted` begins every sentence that must be among those said, `!` a wrong one, `?` one said for honesty. */
async function add(comment: string, name: string, edits: readonly CaseEdit[], wanted: readonly string[]): Promise<void> {
  const bytes = edits.reduce(applyEdit, bases.get(name) ?? new Uint8Array());
  const { verdict, sentences } = await verifyFile(crypto, bytes);
  const said = sentences.map(
    ({ ok, phrase }) =>
      `${ok === true ? '' : ok === false ? '!' : '?'}${phrase.id}${phrase.id === 'verify.file_wrong' ? ` ${phrase.values?.expected}` : ''}`,
  );
  const missing = wanted.filter((one) => !said.some((two) => two.startsWith(one)));
  if (missing.length > 0 || (verdict !== 'not-verified') === wanted.some((one) => one.startsWith('!')))
    throw new Error(`${comment}: ${missing} not in\n${said.join('\n')}`);
  cases.push({ comment, file: name, edits, verdict, sentences: sentences.map(caseSentence) });
}

const put = (item: string, bytes: Uint8Array): CaseEdit => ({ item, bytes });
const splice = (at: number, remove: number, insert = ''): CaseEdit => ({ at, remove, insert: utf8(insert) });

// Records.
{
  const record = await talk();
  const items = await record.exportItems();
  const { formatBundle } = await import('../src/entry/bundle.ts');
  const whole = base('record', formatBundle(items));
  const named = (part: string) => items.find(({ name }) => name.includes(part)) ?? { name: '', bytes: new Uint8Array() };
  const [alpha, beta] = items.filter(({ name }) => name.endsWith('/checkpoint'));
  const [entriesA, entriesB] = items.filter(({ name }) => name.includes('/entries/'));
  if (alpha === undefined || beta === undefined || entriesA === undefined || entriesB === undefined) throw new Error('two logs');
  const leaves = (record.logs[0] ?? []).map(({ bytes }) => bytes);
  const request = record.logs[0]?.[4];
  const edit = ({ name, bytes }: { name: string; bytes: Uint8Array }, from: string, to: string): CaseEdit => {
    const text = textOf(bytes);
    if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
    return put(name, utf8(text.replace(from, to)));
  };
  const lines = textOf(alpha.bytes)
    .split('\n')
    .filter((line) => line.startsWith('\u2014'));
  const [logEd = '', logPq = '', heldEd = '', heldPq = '', hostEd = '', hostPq = ''] = lines;
  const other = (line: string): string => line.replace(/(.)(.{8})$/, (_, one: string, rest: string) => (one === 'A' ? 'B' : 'A') + rest);
  const wrong = '!verify.';
  await add('record: whole', 'record', [], ['verify.log', 'verify.held', 'verify.witness', '?verify.entries_void']);
  await add(
    'record: with a file, whole, and a pack',
    'record',
    [put(`chunks/${small.root}/0`, pieces[1] ?? salt), put(`packs/${packs[0]?.hash}`, packBytes)],
    ['verify.file'],
  );
  await add('record: with a file in part', 'record', [put(`chunks/${attachment.root}/1`, pieces[1] ?? salt)], ['?verify.file_part']);
  await add(
    'record: a log is withheld',
    'record',
    items
      .filter(({ name }) => name.startsWith(beta.name.slice(0, 40)) || (record.logs[1] ?? []).some(({ id }) => name === `bodies/${id}`))
      .map(({ name }) => ({ item: name })),
    ['?verify.log_missing'],
  );
  await add('record: a text is withheld; its log is judged up to there', 'record', [{ item: `bodies/${request?.id}` }], ['?verify.entries_unread']);
  await add(
    'record: cut off at the end of an item, so that texts are missing',
    'record',
    [
      {
        at: whole.length - (items.at(-1)?.bytes.length ?? 0) - `${items.at(-1)?.name} ${items.at(-1)?.bytes.length}\n\n`.length,
        remove: whole.length,
        insert: utf8(''),
      },
    ],
    ['?verify.entries_unread'],
  );
  await add('record: half of a receipt is stripped, and it is none', 'record', [edit(alpha, `${heldPq}\n`, '')], ['?verify.not_held']);
  await add('record: the other half of a receipt is stripped', 'record', [edit(alpha, `${heldEd}\n`, '')], ['?verify.not_held']);
  await add('record: a receipt is stripped whole', 'record', [edit(alpha, `${heldEd}\n${heldPq}\n`, '')], ['?verify.not_held']);
  await add('record: a receipt with a wrong signature is none', 'record', [edit(alpha, heldPq, other(heldPq))], ['?verify.not_held']);
  await add('record: half of a host’s pair is stripped', 'record', [edit(alpha, `${hostPq}\n`, '')], ['?verify.not_witness']);
  await add('record: a host’s pair with a wrong signature', 'record', [edit(alpha, hostEd, other(hostEd))], ['?verify.not_witness']);
  const staleLines = textOf(formatLines(await record.receipt(1, record.checkpoint(0, 4), 1_700_000_500)));
  await add(
    'record: a stale receipt, over an older head, is none over this one',
    'record',
    [edit(alpha, `${heldEd}\n${heldPq}\n`, staleLines)],
    ['?verify.not_held'],
  );
  const ownLines = textOf(formatLines(await record.receipt(0, record.checkpoint(0), 1_700_000_500)));
  await add('record: a party’s receipt of its own log is none', 'record', [edit(alpha, `${heldEd}\n${heldPq}\n`, ownLines)], ['?verify.not_held']);
  await add(
    'record: a stale head, with the entries it covers, is an older record',
    'record',
    [put(alpha.name, await record.head(0, 4)), put(entriesA.name, formatEntryBundle(leaves.slice(0, 4))), { item: `bodies/${request?.id}` }],
    ['verify.log', '?verify.not_held'],
  );
  await add('record: a stale head over newer entries', 'record', [put(alpha.name, await record.head(0, 4))], [wrong]);
  await add('record: the log’s Ed25519 signature is stripped', 'record', [edit(alpha, `${logEd}\n`, '')], [wrong]);
  await add('record: the log’s ML-DSA signature is stripped', 'record', [edit(alpha, `${logPq}\n`, '')], [wrong]);
  await add('record: the log’s ML-DSA signature is wrong', 'record', [edit(alpha, logPq, other(logPq))], ['!verify.log_wrong']);
  await add('record: the log’s Ed25519 signature is wrong', 'record', [edit(alpha, logEd, other(logEd))], ['!verify.log_wrong']);
  await add('record: the head of another log', 'record', [put(alpha.name, beta.bytes)], [wrong]);
  await add(
    'record: an entry is altered',
    'record',
    [
      put(
        entriesA.name,
        entriesA.bytes.map((byte, i, all) => (i === all.length - 9 ? byte ^ 1 : byte)),
      ),
    ],
    ['!verify.log_wrong'],
  );
  await add('record: an entry is left out', 'record', [put(entriesA.name, formatEntryBundle(leaves.toSpliced(2, 1)))], [wrong]);
  await add(
    'record: two entries change places',
    'record',
    [put(entriesA.name, formatEntryBundle([...leaves.slice(0, 2), ...leaves.slice(2, 4).reverse(), ...leaves.slice(4)]))],
    ['!verify.log_wrong'],
  );
  await add('record: an entry is added', 'record', [put(entriesA.name, formatEntryBundle([...leaves, leaves[1] ?? salt]))], [wrong]);
  await add(
    'record: a text is altered',
    'record',
    [edit(named(`bodies/${request?.id}`), 'What happened?', 'What happened!')],
    ['verify.log_texts', '!verify.texts_altered', '!verify.text_altered'],
  );
  await add(
    'record: a text is that of another entry',
    'record',
    [put(`bodies/${request?.id}`, record.logs[1]?.[2]?.body ?? salt)],
    ['verify.log_texts', '!verify.texts_altered', '!verify.text_altered'],
  );
  await add(
    'record: a text of no entry',
    'record',
    [put(`bodies/${toBase64url(new Uint8Array(32))}`, utf8('["AAAAAAAAAAAAAAAAAAAAAA"]\n'))],
    ['!verify.stray'],
  );
  await add('record: a file is altered', 'record', [put(`chunks/${small.root}/0`, utf8('The rest of a file'))], ['!verify.file_altered']);
  await add(
    'record: a file that no document names',
    'record',
    [put(`chunks/${toBase64url(new Uint8Array(32))}/0`, utf8('x'))],
    ['!verify.stray_chunks'],
  );
  await add(
    'record: a pack that the charter does not name',
    'record',
    [put(`packs/${toBase64url(crypto.sha256(utf8('{"a":1}')))}`, utf8('{"a":1}'))],
    [wrong],
  );
  await add(
    'record: the charter lacks a signature of a threshold',
    'record',
    [put('charter', utf8(`${textOf(on.charterNote).split('\n').slice(0, 3).join('\n')}\n`))],
    [wrong],
  );
  await add('record: the charter is altered', 'record', [edit(named('charter'), '"rules":1', '"rules":2')], [wrong]);
  await add('record: the charter of another channel', 'record', [put('charter', elsewhere.charterNote)], [wrong]);
  await add(
    'record: the charter and the cards of another channel',
    'record',
    [
      put('charter', elsewhere.charterNote),
      ...items.filter(({ name }) => name.startsWith('cards/')).map(({ name }) => ({ item: name })),
      ...[...elsewhere.channel.parties, ...elsewhere.channel.hosts].map(({ text }) =>
        put(`cards/${toBase64url(crypto.sha256(utf8(text)))}`, utf8(text)),
      ),
    ],
    [wrong],
  );
  await add('record: a card is missing', 'record', [{ item: named('cards/').name }], [wrong]);
  const extra = utf8(testParty('Gamma', 40).card.text);
  await add('record: a card too many', 'record', [put(`cards/${toBase64url(crypto.sha256(extra))}`, extra)], [wrong]);
  await add('record: an item of no meaning', 'record', [put('more', utf8(''))], [wrong]);
  await add('record: cut off in the middle', 'record', [{ at: whole.length >> 1, remove: whole.length, insert: utf8('') }], [wrong]);
  await add('record: cut off by one byte', 'record', [splice(whole.length - 1, 1)], [wrong]);
  await add('record: something after its end', 'record', [splice(whole.length, 0, 'more')], [wrong]);
  await add('no file of ours', 'record', [splice(0, whole.length, 'hello')], ['!verify.file_wrong']);
  await add('nothing at all', 'record', [splice(0, whole.length)], ['!verify.file_wrong']);
}

// A record with what counts for nothing.
{
  const record = await talk();
  const accredited = record.logs[0]?.[1];
  const note = (JSON.parse(textOf(accredited?.body ?? salt).split('\n')[0] ?? '') as string[])[2] ?? '';
  await record.identity(0, recallAct(petrova.actor), { refs: [accredited?.id ?? ''] });
  await record.message(0, petrova, 'After the recall');
  await record.sayAsNode(0, { kind: 'identity', fields: { note } });
  await record.message(0, petrova, 'After the replay');
  record.append(0, record.logs[0]?.[4] ?? { id: '', bytes: salt });
  record.append(0, (await talk(elsewhere)).logs[0]?.[4] ?? { id: '', bytes: salt });
  await record.message(0, clerk, 'Twice', {
    fields: [
      ['subject', 'a'],
      ['text', 'yes'],
      ['text', 'no'],
      ['marking', 'green'],
    ],
  });
  record.append(0, { id: '', bytes: utf8('these bytes are no entry') });
  base('quarrel', await record.export());
  await add(
    'record: entries of a recalled signer, an accreditation replayed, an entry replayed, one of another channel, a decoy, bytes that are no entry',
    'quarrel',
    [],
    ['?verify.entries_void'],
  );
}

// Proofs.
{
  const record = await talk();
  const { publicKey: key } = petrova.key;
  const node = on.parties[0]?.node.publicKey ?? key;
  const one = await record.proofContent([{ party: 0, index: 4, key }]);
  const bytes = base('proof', formatProof(crypto.sha256, one));
  const [document] = one.documents;
  const head = document === undefined ? undefined : one.heads.get(document.origin);
  if (document === undefined || head === undefined) throw new Error('a document');
  const to = (more: Partial<ProofContent>): readonly CaseEdit[] => editsBetween(bytes, formatProof(crypto.sha256, { ...one, ...more }));
  const changed = (more: Partial<typeof document>) => to({ documents: [{ ...document, ...more }] });
  const withHead = (change: (text: string) => string) => to({ heads: new Map([[document.origin, utf8(change(textOf(head)))]]) });
  const lines = textOf(head)
    .split('\n')
    .filter((line) => line.startsWith('\u2014'));
  const shown = async (withhold: readonly string[]) =>
    editsBetween(bytes, formatProof(crypto.sha256, await record.proofContent([{ party: 0, index: 4, key, withhold }])));
  const of = async (...args: Parameters<TestRecord['proofContent']>) =>
    editsBetween(bytes, formatProof(crypto.sha256, await record.proofContent(...args)));
  const text = textOf(document.body);
  const path = document.path;
  await add(
    'proof: a document and all its fields',
    'proof',
    [],
    ['verify.signed', 'verify.held', '?verify.not_proved_accredited', '?verify.not_proved_true'],
  );
  await add('proof: one field withheld', 'proof', await shown(['text']), ['?verify.withheld']);
  await add('proof: every field withheld', 'proof', await shown(['request_type', 'subject', 'text', 'attachments', 'marking']), ['?verify.withheld']);
  await add('proof: an entry of a node', 'proof', await of([{ party: 0, index: 1, key: node }]), ['verify.signed']);
  await add(
    'proof: the charter, which nobody signs as an entry',
    'proof',
    [put('entry', record.logs[0]?.[0]?.bytes ?? salt)],
    ['!verify.file_wrong'],
  );
  await add('proof: another key', 'proof', changed({ key: miller.key.publicKey }), ['!verify.file_wrong the signature']);
  await add('proof: a key of small order', 'proof', changed({ key: Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0)) }), [
    '!verify.file_wrong',
  ]);
  await add('proof: a field altered', 'proof', changed({ body: utf8(text.replace('What happened?', 'What happened!')) }), [
    '!verify.file_wrong leaves',
  ]);
  await add('proof: a salt altered', 'proof', changed({ body: utf8(text.replace(/^\["./, '["_')) }), ['!verify.file_wrong leaves']);
  await add(
    'proof: a field that is withheld under another hash',
    'proof',
    changed({ body: utf8(text.replace(/^.*"\/text".*$/m, `#${toBase64url(new Uint8Array(32))}`)) }),
    ['!verify.file_wrong leaves'],
  );
  await add('proof: a field added', 'proof', changed({ body: utf8(`${text}["AAAAAAAAAAAAAAAAAAAAAA","/text","Else."]\n`) }), [
    '!verify.file_wrong exactly',
  ]);
  await add('proof: another entry of the log in its place', 'proof', changed({ entry: record.logs[0]?.[3]?.bytes ?? salt }), [
    '!verify.file_wrong a path',
  ]);
  await add('proof: another place', 'proof', changed({ index: 3 }), ['!verify.file_wrong a path']);
  await add('proof: a hash of the path altered', 'proof', changed({ path: path.with(0, new Uint8Array(32)) }), ['!verify.file_wrong a path']);
  await add('proof: a hash of the path left out', 'proof', changed({ path: path.slice(1) }), ['!verify.file_wrong a path']);
  await add('proof: a hash too many', 'proof', changed({ path: [...path, new Uint8Array(32)] }), ['!verify.file_wrong a path']);
  await add(
    'proof: the log’s Ed25519 signature stripped',
    'proof',
    withHead((note) => note.replace(`${lines[0]}\n`, '')),
    ['!verify.file_wrong both'],
  );
  await add(
    'proof: the log’s ML-DSA signature stripped',
    'proof',
    withHead((note) => note.replace(`${lines[1]}\n`, '')),
    ['!verify.file_wrong both'],
  );
  await add(
    'proof: half of a receipt stripped',
    'proof',
    withHead((note) => note.replace(`${lines[3]}\n`, '')),
    ['?verify.not_held'],
  );
  await add(
    'proof: receipt and host’s pair withheld',
    'proof',
    withHead((note) =>
      note.replace(
        lines
          .slice(2)
          .map((line) => `${line}\n`)
          .join(''),
        '',
      ),
    ),
    ['?verify.not_held', '?verify.not_witness'],
  );
  await add(
    'proof: a larger size claimed',
    'proof',
    withHead((note) => note.replace('\n5\n', '\n6\n')),
    ['!verify.file_wrong both'],
  );
  await add('proof: the head of the other party’s log', 'proof', to({ heads: new Map([[document.origin, await record.head(1)]]) }), [
    '!verify.file_wrong',
  ]);
  await add(
    'proof: a head of a log that is of no party here',
    'proof',
    withHead((note) => note.replaceAll(document.origin, `${document.origin.slice(0, -4)}0000`)),
    ['!verify.file_wrong'],
  );
  await add('proof: the charter of another channel', 'proof', to({ charterNote: elsewhere.charterNote }), ['!verify.file_wrong']);
  await add(
    'proof: the charter and the cards of another channel',
    'proof',
    to({ charterNote: elsewhere.charterNote, cards: [...elsewhere.channel.parties, ...elsewhere.channel.hosts].map((card) => utf8(card.text)) }),
    ['!verify.file_wrong'],
  );
  await add('proof: a card missing', 'proof', to({ cards: one.cards.slice(1) }), ['!verify.file_wrong']);
  await add('proof: an item of no meaning', 'proof', [put('more', utf8('x'))], ['!verify.file_wrong nothing in it']);
  await add('proof: the key left out', 'proof', [{ item: 'key' }], ['!verify.file_wrong']);
  await add(
    'proof: without what Parley adds, a bare tlog-proof',
    'proof',
    [
      { at: textOf(bytes).indexOf('\n') + 1, remove: textOf(bytes).split('\n')[1]?.length ?? 0, insert: utf8('') },
      splice(textOf(bytes).indexOf('\n') + 1, 1),
    ],
    ['!verify.file_wrong'],
  );
  await add('proof: cut off', 'proof', [{ at: bytes.length - 100, remove: 100, insert: utf8('') }], ['!verify.file_wrong']);
  await add('proof: lines of another system', 'proof', [splice(textOf(bytes).indexOf('\n'), 1, '\r\n')], ['!verify.file_wrong']);

  // Several documents.
  const reply = { party: 1, index: 2, key: miller.key.publicKey };
  const both = await record.proofContent([
    { party: 0, index: 4, key, withhold: ['text'] },
    { ...reply, withhold: ['text', 'disposition'] },
  ]);
  const pair = base('documents', formatProof(crypto.sha256, both));
  const between = (more: Partial<ProofContent>) => editsBetween(pair, formatProof(crypto.sha256, { ...both, ...more }));
  const [, second] = both.documents;
  if (second === undefined) throw new Error('two documents');
  await add('documents: two, of both logs, fields of both withheld', 'documents', [], ['?verify.withheld']);
  await add(
    'documents: two of one log, under one head',
    'documents',
    editsBetween(
      pair,
      await record.proofOf([
        { party: 0, index: 4, key },
        { party: 0, index: 1, key: node },
      ]),
    ),
    ['verify.signed'],
  );
  await add('documents: the second under another key', 'documents', between({ documents: [document, { ...second, key }] }), [
    '!verify.file_wrong of document 2',
  ]);
  await add('documents: the second at another place', 'documents', between({ documents: [document, { ...second, index: 1 }] }), [
    '!verify.file_wrong of document 2',
  ]);
  await add('documents: one twice', 'documents', between({ documents: [document, document], heads: new Map([[document.origin, head]]) }), [
    '!verify.file_wrong every document once',
  ]);
  await add('documents: the head of the second log missing', 'documents', between({ heads: new Map([[document.origin, head]]) }), [
    '!verify.file_wrong of document 2',
  ]);
  await add(
    'documents: a stale head of the second log',
    'documents',
    between({ heads: new Map([...both.heads, [second.origin, await record.head(1, 2)]]) }),
    ['!verify.file_wrong of document 2'],
  );
  await add('documents: a head of a log of which nothing is shown', 'documents', between({ documents: [document] }), ['!verify.file_wrong heads']);
  await add('documents: the first under another key', 'documents', between({ documents: [{ ...document, key: miller.key.publicKey }, second] }), [
    '!verify.file_wrong of document 1',
  ]);
  const nobody = { party: 1, index: 3, key: stranger.key.publicKey };
  await add(
    'documents: one that counts, and one signed by nobody accredited, each with the header range of its log',
    'documents',
    editsBetween(
      pair,
      await record.proofOf(
        [{ party: 0, index: 4, key }, nobody],
        new Map([
          [0, { from: 0 }],
          [1, { from: 0 }],
        ]),
      ),
    ),
    ['verify.accredited', '!void.'],
  );
  await add('documents: the text of the second missing', 'documents', [{ item: 'documents/1/body' }], ['!verify.file_wrong']);
}

// Header ranges.
{
  const record = await talk();
  const { publicKey: key } = petrova.key;
  const request = record.logs[0]?.[4];
  const said = { party: 0, index: 4, key };
  const whole = new Map([[0, { from: 0 }]]);
  const bytes = base('range', await record.proofOf([said], whole));
  const of = async (
    documents: readonly (typeof said & { withhold?: readonly string[] })[],
    ranges: Parameters<TestRecord['proofContent']>[1] = whole,
  ) => editsBetween(bytes, await record.proofOf(documents, ranges));
  await add(
    'range: from the charter on',
    'range',
    [],
    ['verify.accredited', 'verify.still_accredited', 'verify.not_corrected', '?verify.not_proved_after'],
  );
  await add('range: from the document on', 'range', await of([said], new Map([[0, { from: 4 }]])), [
    'verify.not_recalled_after',
    '?verify.not_proved_accredited_there',
  ]);
  await record.message(0, robot, 'By itself');
  await record.say(0, clerk, { kind: 'request', fields: { request_type: 'information', subject: 'More', text: 'More.', marking: 'green' } });
  await record.message(0, clerk, 'Red', { fields: { subject: 'Red', text: 'Red.', marking: 'red' } });
  await add('range: an automatic key', 'range', await of([{ ...said, index: 5, key: robot.key.publicKey }]), ['?verify.automatic']);
  await add('range: a signer out of scope', 'range', await of([{ ...said, index: 6, key: clerk.key.publicKey }]), ['!void.kind_out_of_scope']);
  await add('range: a marking out of scope', 'range', await of([{ ...said, index: 7, key: clerk.key.publicKey }]), ['!void.marking_out_of_scope']);
  await add(
    'range: a marking withheld, which may be out of scope',
    'range',
    await of([{ ...said, index: 7, key: clerk.key.publicKey, withhold: ['marking'] }]),
    ['?verify.not_proved_marking'],
  );
  await record.say(0, petrova, { kind: 'correction', refs: [request?.id ?? ''], fields: { text: 'Rather.', marking: 'green' } });
  await add('range: corrected since, as a header says', 'range', await of([said]), ['?verify.perhaps_corrected_after']);
  await add('range: stale, it ends before the correction, and says where it ends', 'range', await of([said], new Map([[0, { from: 0, to: 8 }]])), [
    'verify.not_corrected',
    '?verify.not_proved_after',
  ]);
  await record.say(0, petrova, { kind: 'withdrawal', refs: [request?.id ?? ''], fields: { text: 'Not at all.', marking: 'green' } });
  await add('range: corrected and withdrawn since, from the document on', 'range', await of([said], new Map([[0, { from: 4 }]])), [
    '?verify.perhaps_withdrawn_after',
  ]);
  const recalled = await record.say(0, clerk, { kind: 'recall', refs: [record.logs[0]?.[1]?.id ?? ''], fields: recall(petrova.actor) });
  await record.message(0, petrova, 'After the recall');
  await add('range: a signer recalled since', 'range', await of([said]), ['verify.accredited', '?verify.recalled_after']);
  await add('range: a signer recalled since, from the document on', 'range', await of([said], new Map([[0, { from: 4 }]])), [
    '?verify.perhaps_recalled_after',
  ]);
  await add('range: a signer recalled before', 'range', await of([{ ...said, index: 11 }]), ['!void.recalled']);
  const content = await record.proofContent([said], whole);
  const [range] = content.ranges;
  if (range === undefined) throw new Error('a range');
  const altered = (more: Partial<typeof range>) => editsBetween(bytes, formatProof(crypto.sha256, { ...content, ranges: [{ ...range, ...more }] }));
  const text = range.bodies.get(recalled.id) ?? salt;
  await add('range: the recall left out', 'range', altered({ entries: range.entries.toSpliced(10, 1) }), ['!verify.file_wrong entries']);
  await add('range: the text of the recall left out', 'range', altered({ bodies: new Map([...range.bodies].filter(([id]) => id !== recalled.id)) }), [
    '!verify.file_wrong the whole text',
  ]);
  await add(
    'range: whom the recall recalls is hidden',
    'range',
    altered({ bodies: new Map(range.bodies).set(recalled.id, eraseFields(crypto.sha256, text, ['actor'])) }),
    ['!verify.file_wrong the whole text'],
  );
  await add('range: an entry altered', 'range', altered({ entries: range.entries.with(3, range.entries[2] ?? salt) }), [
    '!verify.file_wrong entries',
  ]);
  await add('range: begun one further on', 'range', altered({ from: 1 }), ['!verify.file_wrong entries']);
  await add('range: it does not hold its document', 'range', await of([{ ...said, index: 11 }], new Map([[0, { from: 0, to: 8 }]])), [
    '!verify.file_wrong a header range',
  ]);
  const note = (JSON.parse((fromUtf8(record.logs[0]?.[1]?.body ?? salt) ?? '').split('\n')[0] ?? '') as string[])[2] ?? '';
  await record.sayAsNode(0, { kind: 'identity', fields: { note } });
  await record.message(0, petrova, 'After the replay');
  await add('range: an accreditation replayed after a recall', 'range', await of([{ ...said, index: 13 }]), ['!void.recalled']);
  await add(
    'range: from a replayed accreditation on, nobody is said to be accredited',
    'range',
    await of([{ ...said, index: 13 }], new Map([[0, { from: 12 }]])),
    ['?verify.not_proved_accredited_there'],
  );
}

// A later log.
{
  const record = await talk();
  const open = async (more: Parameters<typeof laterRecord>[1] = {}): Promise<ProofContent> => {
    const { later, note } = await laterRecord(record, more);
    await later.message(0, petrova, 'In the later log');
    const content = await later.proofContent([{ party: 0, index: 1, key: petrova.key.publicKey }]);
    return { ...content, cards: [...on.channel.parties, ...on.channel.hosts].map((card) => utf8(card.text)), generations: [note] };
  };
  const content = await open();
  const bytes = base('later', formatProof(crypto.sha256, content));
  const to = (more: ProofContent) => editsBetween(bytes, formatProof(crypto.sha256, more));
  const refused = '!verify.file_wrong generations';
  await add('later log: a document with the note that opened its log', 'later', [], ['verify.held', '?verify.in_later_log']);
  await add('later log: the note withheld', 'later', to({ ...content, generations: [] }), ['!verify.file_wrong']);
  await add('later log: opened by half of a threshold', 'later', to(await open({ signers: on.parties[0]?.identity.slice(0, 1) ?? [] })), [refused]);
  await add('later log: opened by a stranger', 'later', to(await open({ signers: [stranger.key] })), [refused]);
  await add('later log: a note of another channel', 'later', to(await open({ channel: elsewhere.channel.id })), [refused]);
  const left = await record.proofContent([{ party: 0, index: 4, key: petrova.key.publicKey }]);
  const [document] = left.documents;
  const { note } = await laterRecord(record, { size: 3 });
  const bare = new Map([[document?.origin ?? '', await record.head(0)]]);
  await add('later log: what it leaves behind, receipted by all others, counts', 'later', to({ ...left, generations: [note] }), ['verify.held']);
  await add('later log: what it leaves behind, receipted by nobody', 'later', to({ ...left, heads: bare, generations: [note] }), [
    '?verify.not_proved_counted',
  ]);
}

// Two histories of Alpha's log, and cosigners who vouched for both.
{
  const record = await talk();
  const other = await talk();
  other.logs[0]?.splice(2, other.size(0));
  for (const subject of ['Another', 'history', 'of the log']) await other.message(0, petrova, subject);
  for (const subject of ['The', 'first', 'history']) await record.message(0, petrova, subject);
  const [alpha] = on.parties;
  if (alpha === undefined) throw new Error('a party');
  const keys = { ed25519: alpha.log.ed25519.publicKey, mlDsa44: alpha.log.mlDsa44.publicKey };
  const who = { charterNote: on.charterNote, channel: on.channel, generations: [] };
  const leavesOf = (log: TestRecord) => (log.logs[0] ?? []).map(({ bytes }) => leafHash(crypto.sha256, bytes));
  const evidence = async (older: number, newer: number) => ({
    keys,
    first: await other.head(0, older),
    second: await record.head(0, newer),
    path: older === newer ? [] : forkPath(crypto.sha256, leavesOf(record), older, newer),
  });
  const whole = await evidence(5, 8);
  const bytes = base('fork', makeForkProof(crypto.sha256, whole, who));
  const to = (fresh: Uint8Array) => editsBetween(bytes, fresh);
  const wrong = '!verify.file_wrong';
  const pathOf = (hashes: readonly Uint8Array[]): Uint8Array => utf8(hashes.map((hash) => `${toBase64(hash)}\n`).join(''));
  await add('fork: two heads of different sizes', 'fork', [], ['verify.fork_path', '?verify.fork_which']);
  await add('fork: two heads of one size', 'fork', to(makeForkProof(crypto.sha256, await evidence(5, 5), who)), ['verify.fork_same']);
  await add('fork: from a power of two', 'fork', to(makeForkProof(crypto.sha256, await evidence(4, 8), who)), ['verify.fork_path']);
  await add('fork: without a charter, the log is known by its keys alone', 'fork', to(makeForkProof(crypto.sha256, whole)), ['?verify.fork_unnamed']);
  const honest = consistencyProofOf(crypto.sha256, leavesOf(record), 5, 8);
  await add(
    'fork: an honest log is not accused: its head, one it continues, and the path',
    'fork',
    [put('first', await record.head(0, 5)), put('path', pathOf(honest))],
    [wrong],
  );
  await add('fork: one head twice', 'fork', [put('first', whole.second), { item: 'path' }], [wrong]);
  await add('fork: the path withheld', 'fork', [{ item: 'path' }], [wrong]);
  await add('fork: a hash of the path altered', 'fork', [put('path', pathOf(whole.path.with(0, new Uint8Array(32))))], [wrong]);
  await add('fork: the heads change places', 'fork', [put('first', whole.second), put('second', whole.first)], [wrong]);
  const stripped = (note: Uint8Array, line: number): Uint8Array =>
    utf8(
      textOf(note)
        .split('\n')
        .toSpliced(4 + line, 1)
        .join('\n'),
    );
  await add('fork: a head without its Ed25519 signature', 'fork', [put('first', stripped(whole.first, 0))], [wrong]);
  await add('fork: a head without its ML-DSA signature', 'fork', [put('second', stripped(whole.second, 1))], [wrong]);
  await add('fork: a head of another log', 'fork', [put('first', await record.head(1, 4))], [wrong]);
  await add(
    'fork: a head that another key signed',
    'fork',
    [put('first', await new TestRecord(await testChannel([testParty('Alpha', 11), testParty('Beta', 20)])).head(0))],
    [wrong],
  );
  await add('fork: the charter of another channel', 'fork', [put('charter', elsewhere.charterNote)], [wrong]);
  await add('fork: an item of no meaning', 'fork', [put('more', utf8('x'))], [wrong]);
  await add('fork: cut off', 'fork', [{ at: bytes.length - 1, remove: 1, insert: utf8('') }], [wrong]);

  const cosigned = async (log: TestRecord, size: number, time: number, by: 'Beta' | 'Host') => {
    const head = log.checkpoint(0, size);
    return formatNote({ text: formatCheckpoint(head), lines: by === 'Beta' ? await log.receipt(1, head, time) : await log.witness(0, head, time) });
  };
  const back = { first: await cosigned(record, 8, 1_700_000_100, 'Host'), second: await cosigned(record, 5, 1_700_000_200, 'Host'), path: [] };
  const both = async (by: 'Beta' | 'Host') => ({
    first: await cosigned(other, 5, 1_700_000_100, by),
    second: await cosigned(record, 8, 1_700_000_200, by),
    path: whole.path,
  });
  const fault = base('fault', makeCosignerFault(crypto.sha256, await both('Host'), who));
  const toFault = (fresh: Uint8Array) => editsBetween(fault, fresh);
  const wentBack = toFault(makeCosignerFault(crypto.sha256, back, who));
  await add('cosigner: a host that vouched for two histories', 'fault', [], ['verify.fault_fork']);
  await add('cosigner: a host that went back', 'fault', wentBack, ['verify.fault_back']);
  await add('cosigner: a party that receipted two histories', 'fault', toFault(makeCosignerFault(crypto.sha256, await both('Beta'), who)), [
    'verify.fault_fork',
  ]);
  await add('cosigner: forward, as an honest one does', 'fault', [...wentBack, put('first', back.second), put('second', back.first)], [wrong]);
  await add('cosigner: half of a pair stripped', 'fault', [...wentBack, put('first', stripped(back.first, 1))], [wrong]);
  await add('cosigner: the pairs of two cosigners', 'fault', [...wentBack, put('second', await cosigned(record, 5, 1_700_000_200, 'Beta'))], [wrong]);
  await add('cosigner: without a charter', 'fault', [{ item: 'charter' }], [wrong]);
}

// Second thoughts: what is corrected, withdrawn or erased.
{
  const record = await talk();
  const said = (index: number, withhold: readonly string[] = []) => ({ party: 0, index, key: petrova.key.publicKey, withhold });
  const about = (entry: string, more: Readonly<Record<string, Json>> = {}) => ({ refs: [entry], fields: { entry, ...more, marking: 'green' } });
  const [request, message] = [record.logs[0]?.[4]?.id ?? '', await record.message(0, petrova, 'Another')];
  const leaf = leavesByName(crypto.sha256, message.body ?? salt).get('text') ?? '';
  await record.say(0, petrova, { kind: 'body_erased', ...about(message.id, { pointers: ['/text'], leaves: [leaf], basis: 'By mistake.' }) });
  const corrected = about(message.id, { pointers: ['/subject'], values: ['Yet another'] });
  await record.say(0, petrova, { kind: 'correction', ...corrected, refs: [message.id, request] });
  const withdrawal = await record.say(0, petrova, { kind: 'withdrawal', ...about(message.id) });
  await record.say(0, petrova, { kind: 'withdrawal', ...about(withdrawal.id) });
  await record.say(0, petrova, { kind: 'withdrawal', ...about(record.logs[1]?.[2]?.id ?? '') });
  const whole = (from = 0, to?: number) => new Map([[0, { from, ...(to === undefined ? {} : { to }) }]]);
  const bytes = base('thoughts', await record.proofOf([said(5, ['text'])], whole(0, 7)));
  const of = async (index: number, range = whole()) => editsBetween(bytes, await record.proofOf([said(index)], range));
  await add('second thoughts: a field erased since, its text withheld', 'thoughts', [], [
    '?verify.perhaps_erased_after',
    'verify.not_corrected',
    '?verify.withheld',
  ]);
  await add('second thoughts: corrected, withdrawn and erased since', 'thoughts', await of(5), [
    '?verify.perhaps_erased_after',
    '?verify.perhaps_corrected_after',
    '?verify.perhaps_withdrawn_after',
  ]);
  const shown = editsBetween(bytes, await record.proofOf([said(5, ['text']), said(6), said(7), said(8)], whole()));
  await add('second thoughts: the same, the acts that say so shown', 'thoughts', shown, [
    '?verify.erased_after',
    '?verify.corrected_after',
    '?verify.withdrawn_after',
  ]);
  const after = editsBetween(bytes, await record.proofOf([said(5), said(7)], whole(4)));
  await add('second thoughts: shown, but not who signed them', 'thoughts', after, ['?verify.perhaps_corrected_after']);
  await add('second thoughts: named beside the document that is corrected', 'thoughts', await of(4), ['verify.not_corrected']);
  await add('second thoughts: the same, from the document on', 'thoughts', await of(4, whole(4)), ['verify.not_corrected']);
  await add('second thoughts: a withdrawal that somebody withdraws', 'thoughts', await of(8), ['verify.not_corrected']);
  await add('second thoughts: a correction, shown itself', 'thoughts', await of(7), ['verify.accredited', 'verify.not_corrected']);
  await add('second thoughts: a withdrawal of a withdrawal, shown itself', 'thoughts', await of(9), ['!void.not_taken_back']);
  await add('second thoughts: a withdrawal of what the other side said', 'thoughts', await of(10), ['!void.not_own_entry']);
  await record.say(0, petrova, { kind: 'correction', refs: [request], fields: { ...corrected.fields, entry: message.id } });
  await record.say(0, petrova, { kind: 'correction', ...about(request, { pointers: ['/request_type'], values: ['action'] }) });
  const nothing = editsBetween(bytes, await record.proofOf([said(4), said(11), said(12)], whole()));
  await add('second thoughts: corrections that their texts, which are shown, make void', 'thoughts', nothing, [
    'verify.not_corrected',
    '!void.entry_not_parent',
    '!void.not_content',
  ]);
  await add('second thoughts: the same, of which the headers alone are shown', 'thoughts', await of(4), ['?verify.perhaps_corrected_after']);
  const { note } = await laterRecord(record, { size: record.size(0) });
  const left = await record.proofContent([said(4)], whole(0, 11));
  await add('second thoughts: a later log, in which more may be said', 'thoughts', editsBetween(bytes, formatProof(crypto.sha256, { ...left, generations: [note] })), [
    'verify.not_corrected',
    '?verify.not_proved_later_logs',
  ]);
}

mkdirSync(new URL('.', file), { recursive: true });
const comment =
  'each case is a base file with its edits, in order: an item of its bundle (a record’s own, that in the extra of a proof, or that after the first line) replaced, added at the end, or, without bytes, taken out; all after the extra line replaced (tail); so many bytes at an offset replaced (insert). Bytes are values of shared parts, as spec/proof.md says';
writeFileSync(file, `${JSON.stringify(caseFile(comment, bases, cases), undefined, 1)}\n`);
writeFileSync(new URL('verify/layout.json', import.meta.url), `${JSON.stringify(layoutOf(bases), undefined, 1)}\n`);
console.log(`${cases.length} cases`);
