/**
 * Makes vectors/fork/{heads,forks,faults}.json: what two heads show together, fork proofs, proofs against cosigners, and what a verifier says of each.
 * Signatures of ML-DSA-44 differ from run to run, equally good, so a file that exists is left alone. Run it with: node vectors/make-forks.ts
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { concat, toBase64, toBase64url, utf8 } from '../src/base/bytes.ts';
import { type BundleItem, formatBundle, parseBundle } from '../src/entry/bundle.ts';
import { formatPartyCard, originOf, type PartyCard, parseCard } from '../src/entry/card.ts';
import { formatIdentityNote, signAsIdentity } from '../src/entry/identity-note.ts';
import { testCrypto as crypto, type TestParty, testChannel, testHost, testParty, textOf } from '../src/node/fixtures-channel.ts';
import { TestRecord } from '../src/node/fixtures-record.ts';
import { roleKeys } from '../src/node/role-keys.ts';
import { type Checkpoint, formatCheckpoint } from '../src/tlog/checkpoint.ts';
import { type SignerPair, signCosignaturePair } from '../src/tlog/cosignature.ts';
import { flipBit, TestTree } from '../src/tlog/fixtures-tree.ts';
import { judgeHeads, ledPath } from '../src/tlog/fork.ts';
import { signCheckpoint } from '../src/tlog/log-signature.ts';
import { formatNote, type NoteLine, parseNote } from '../src/tlog/note.ts';
import { formatConviction, pathItem, type Surroundings } from '../src/verify/conviction.ts';
import { COSIGNER_FAULT } from '../src/verify/cosigner-fault.ts';
import { FORK_PROOF } from '../src/verify/fork-proof.ts';
import { heldKeys, witnessKeys } from '../src/verify/head.ts';
import { verifyFile } from '../src/verify/verify-file.ts';

const { sha256 } = crypto;
const FOLDER = new URL('fork/', import.meta.url);
mkdirSync(FOLDER, { recursive: true });

async function write(name: string, make: () => Promise<unknown> | unknown): Promise<void> {
  const file = new URL(name, FOLDER);
  if (existsSync(file)) return console.log(`${name}: exists, left alone`);
  writeFileSync(file, `${JSON.stringify(await make(), undefined, 1)}\n`);
}

// Two histories of one log: they part at leaf 3.
const tree = new TestTree(sha256, 9);
const other = new TestTree(sha256, 9, 3, tree);
const pathIn = (of: TestTree, from: number, to: number): readonly Uint8Array[] => ledPath(from, of.root(from), of.consistency(from, to));

await write('heads.json', () => {
  const cases: object[] = [];
  const add = (comment: string, older: [number, Uint8Array], newer: [number, Uint8Array], path?: readonly Uint8Array[]): void => {
    const head = ([size, root]: [number, Uint8Array]): Checkpoint => ({ origin: 'one log', size, root });
    const verdict = judgeHeads(sha256, head(older), head(newer), path);
    const show = ([size, root]: [number, Uint8Array]) => ({ size, root: toBase64(root) });
    cases.push({ comment, older: show(older), newer: show(newer), ...(path === undefined ? {} : { path: path.map(toBase64) }), verdict });
  };
  const head = (of: TestTree, size: number): [number, Uint8Array] => [size, of.root(size)];
  add('one head twice', head(tree, 5), head(tree, 5));
  add('one size, two roots', head(tree, 5), head(other, 5), []);
  add('one size, two roots, before they are compared with a path that is not asked for', head(tree, 5), head(other, 5), [tree.root(5)]);
  for (const [m, n] of [
    [1, 2],
    [3, 7],
    [5, 6],
    [5, 9],
    [6, 8],
    [7, 9],
  ] as const)
    add(`size ${n} continues size ${m}`, head(tree, m), head(tree, n), pathIn(tree, m, n));
  add('from a power of two the old root stands in front of the path', head(tree, 4), head(tree, 9), pathIn(tree, 4, 9));
  add('from a power of two the path of RFC 6962 alone shows nothing', head(tree, 4), head(tree, 9), tree.consistency(4, 9));
  for (const [m, n] of [
    [5, 6],
    [5, 9],
    [6, 8],
    [7, 9],
    [4, 9],
    [8, 9],
  ] as const)
    add(`size ${n} does not continue size ${m}: its path leads from another root`, head(tree, m), head(other, n), pathIn(other, m, n));
  add('parted above the smaller size, the second continues the first', head(tree, 3), head(other, 9), pathIn(other, 3, 9));
  add('the path is withheld', head(tree, 5), head(other, 9));
  add('an empty path leads nowhere', head(tree, 5), head(other, 9), []);
  add('the path of the other history leads to its own head alone', head(tree, 5), head(other, 9), pathIn(tree, 5, 9));
  const path = pathIn(tree, 5, 9);
  for (const [i, hash] of path.entries()) add(`an honest log, hash ${i} of the path changed`, head(tree, 5), head(tree, 9), path.with(i, flipBit(hash)));
  add('an honest log, a path cut off', head(tree, 5), head(tree, 9), path.slice(0, -1));
  add('an honest log, a path with one hash more', head(tree, 5), head(tree, 9), [...path, tree.root(9)]);
  add('the larger head first', head(tree, 9), head(tree, 5), path);
  return cases;
});

const alpha = testParty('Alpha', 10, 3, 2);
const beta = testParty('Beta', 20);
const on = await testChannel([alpha, beta], [testHost('Host', 30)]);
const record = new TestRecord(on, 'forks');

/** The log of a party that an identity note opens after its founding one. */
function later(party: TestParty, byte: number): { readonly card: PartyCard; readonly log: SignerPair } {
  const gen = toBase64url(new Uint8Array(16).fill(byte));
  const keys = roleKeys(new Uint8Array(32).fill(10), party.card.nonce, gen);
  const pair = (ed: { publicKey: Uint8Array }, pq: { publicKey: Uint8Array }) => ({ ed25519: ed.publicKey, mlDsa44: pq.publicKey });
  const text = formatPartyCard({
    ...party.card,
    gen,
    log: pair(keys.logEd, keys.logPq),
    held: pair(keys.heldEd, keys.heldPq),
    node: keys.node.publicKey,
  });
  const parsed = parseCard(text);
  if ('expected' in parsed || parsed.card.role !== 'party') throw new Error('a later card has its form');
  return { card: parsed.card, log: { ed25519: keys.logEd, mlDsa44: keys.logPq } };
}

const second = later(alpha, 40);
const third = later(alpha, 41);
function generation(card: PartyCard, n: number, continued: PartyCard, signers = alpha.identity.slice(0, 2)): Promise<Uint8Array> {
  const continues = { gen: continued.gen, size: 5, root: toBase64url(tree.root(5)) };
  const text = formatIdentityNote({ channel: on.channel.id, party: 0, n, act: { act: 'generation', continues, card: card.text } });
  return signAsIdentity(sha256, text, signers);
}

const who = (generations: readonly Uint8Array[] = []): Surroundings => ({ charterNote: on.charterNote, channel: on.channel, generations });
const keysOf = (pair: SignerPair): Uint8Array =>
  utf8(JSON.stringify({ ed25519: toBase64url(pair.ed25519.publicKey), ml_dsa_44: toBase64url(pair.mlDsa44.publicKey) }));
const headOf = (card: PartyCard, of: TestTree, size: number): Checkpoint => ({ origin: originOf(sha256, card), size, root: of.root(size) });

type Sides = readonly [TestTree, number, TestTree, number];
/** A file in the form of a fork proof, whether or not it proves one. */
async function forkFile(
  [first, m, then, n]: Sides,
  path: readonly Uint8Array[],
  around: Surroundings | 'nobody' = who(),
  by: { readonly card: PartyCard; readonly log: SignerPair } = alpha,
): Promise<Uint8Array> {
  const items = [
    { name: 'keys', bytes: keysOf(by.log) },
    { name: 'first', bytes: await signCheckpoint(sha256, by.log, headOf(by.card, first, m)) },
    { name: 'second', bytes: await signCheckpoint(sha256, by.log, headOf(by.card, then, n)) },
    ...pathItem(path),
  ];
  return formatConviction(sha256, FORK_PROOF, items, around === 'nobody' ? undefined : around);
}

type Edit = { readonly item: string; readonly text?: string };
const itemsOf = (bytes: Uint8Array, name: string): readonly BundleItem[] => {
  const bundle = parseBundle(bytes.subarray(name.length + 1));
  if ('expected' in bundle) throw new Error(bundle.expected);
  return bundle.items;
};
const edited = (bytes: Uint8Array, name: string, edits: readonly Edit[]): Uint8Array => {
  const items = [...itemsOf(bytes, name)];
  for (const { item, text } of edits) {
    const at = items.findIndex((one) => one.name === item);
    const put = text === undefined ? [] : [{ name: item, bytes: utf8(text) }];
    if (at === -1) items.push(...put);
    else items.splice(at, 1, ...put);
  }
  return concat(utf8(`${name}\n`), formatBundle(items));
};

/** Cases over a few whole files: edits of items (no text: taken out; an item that is not there comes last), and what a verifier says. */
class Cases {
  readonly files: Record<string, string> = {};
  readonly cases: object[] = [];
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  file(name: string, bytes: Uint8Array): Uint8Array {
    this.files[name] = textOf(bytes);
    return bytes;
  }

  async add(comment: string, file: string, edits: readonly Edit[] = []): Promise<void> {
    const { verdict, sentences } = await verifyFile(crypto, edited(utf8(this.files[file] ?? ''), this.#name, edits));
    const said = sentences.map(({ ok, phrase }) => ({ ok, id: phrase.id, values: phrase.values ?? {} }));
    this.cases.push({ comment, file, edits, verdict, sentences: said });
  }

  /** An item of one of the files, as text. */
  item(file: string, item: string): string {
    const found = itemsOf(utf8(this.files[file] ?? ''), this.#name).find(({ name }) => name === item);
    return textOf(found?.bytes ?? new Uint8Array());
  }
}

/** A note with its lines changed. */
function lines(note: string, change: (lines: readonly NoteLine[]) => readonly NoteLine[]): string {
  const parsed = parseNote(utf8(note));
  if ('expected' in parsed) throw new Error(parsed.expected);
  return textOf(formatNote({ text: parsed.note.text, lines: change(parsed.note.lines) }));
}
const spoil = (at: number) => (all: readonly NoteLine[]) =>
  all.map((line, i) => (i === at ? { ...line, signature: flipBit(line.signature, 100) } : line));
const hashLines = (path: readonly Uint8Array[]): string => path.map((hash) => `${toBase64(hash)}\n`).join('');

await write('forks.json', async () => {
  const made = new Cases(FORK_PROOF);
  const path = pathIn(other, 5, 9);
  made.file('same size', await forkFile([tree, 5, other, 5], []));
  made.file('longer', await forkFile([tree, 5, other, 9], path));
  made.file('power of two', await forkFile([tree, 4, other, 9], pathIn(other, 4, 9)));
  made.file('no charter', await forkFile([tree, 5, other, 9], path, 'nobody'));
  const notes = [await generation(second.card, 3, alpha.card), await generation(third.card, 4, second.card)];
  made.file('later log', await forkFile([tree, 5, other, 9], path, who(notes), third));
  made.file('honest', await forkFile([tree, 5, tree, 9], pathIn(tree, 5, 9)));
  made.file('larger first', await forkFile([other, 9, tree, 5], path));

  await made.add('two roots at one size', 'same size');
  await made.add('a longer history that does not continue the shorter one', 'longer');
  await made.add('the smaller size is a power of two: its other root stands first in the path', 'power of two');
  await made.add('a file that does not say whose log it is', 'no charter');
  await made.add('a later log, with the notes that opened it and the one before it', 'later log');
  await made.add('refused: an honest log and its own path', 'honest');
  await made.add('refused: the larger head first', 'larger first');
  await made.add('refused: no path', 'longer', [{ item: 'path' }]);
  await made.add('refused: an empty path', 'longer', [{ item: 'path', text: '' }]);
  for (const [i, hash] of path.entries())
    await made.add(`refused: hash ${i} of the path changed`, 'longer', [{ item: 'path', text: hashLines(path.with(i, flipBit(hash))) }]);
  await made.add('refused: a path cut off', 'longer', [{ item: 'path', text: hashLines(path.slice(0, -1)) }]);
  await made.add('refused: the path of the history that is contradicted', 'longer', [{ item: 'path', text: hashLines(pathIn(tree, 5, 9)) }]);
  made.file('same size, with a path', await forkFile([tree, 5, other, 5], path));
  await made.add('refused: a path between heads of one size', 'same size, with a path');
  await made.add('refused: without the root that leads the path from a power of two', 'power of two', [
    { item: 'path', text: hashLines(other.consistency(4, 9)) },
  ]);
  for (const item of ['first', 'second'] as const) {
    const note = made.item('longer', item);
    for (const [at, algorithm] of ['Ed25519', 'ML-DSA-44'].entries()) {
      await made.add(`refused: the ${item} head without its ${algorithm} signature`, 'longer', [
        { item, text: lines(note, (all) => all.filter((_, i) => i !== at)) },
      ]);
      await made.add(`refused: the ${item} head with a wrong ${algorithm} signature`, 'longer', [{ item, text: lines(note, spoil(at)) }]);
    }
    await made.add(`refused: another size in the ${item} head`, 'longer', [{ item, text: note.replace(/\n[0-9]+\n/, '\n8\n') }]);
    await made.add(`refused: no ${item} head`, 'longer', [{ item }]);
  }
  const receipt = await record.receipt(1, headOf(alpha.card, tree, 5), 1_700_000_100);
  await made.add('refused: lines that are not the log’s own', 'longer', [
    { item: 'first', text: lines(made.item('longer', 'first'), (all) => [...all, ...receipt]) },
  ]);
  const betas = await signCheckpoint(sha256, beta.log, headOf(beta.card, other, 9));
  await made.add('refused: heads of two logs', 'longer', [{ item: 'second', text: textOf(betas) }]);
  await made.add('refused: the keys of another log', 'longer', [{ item: 'keys', text: textOf(keysOf(beta.log)) }]);
  await made.add('refused: no keys', 'longer', [{ item: 'keys' }]);
  const stranger = testParty('Alpha', 50);
  const foreign = made.file('foreign', await forkFile([tree, 5, other, 9], path, who(), stranger));
  await made.add('refused: a log that is not of this channel', 'foreign');
  await made.add('and without the charter it convicts its own keys alone', 'foreign', [
    ...itemsOf(foreign, FORK_PROOF).flatMap(({ name }) => (/^(charter|cards)/.test(name) ? [{ item: name }] : [])),
  ]);
  await made.add('refused: a charter that one identity key did not sign', 'longer', [
    { item: 'charter', text: lines(made.item('longer', 'charter'), (all) => all.slice(0, -1)) },
  ]);
  const [card = ''] = itemsOf(utf8(made.files.longer ?? ''), FORK_PROOF).flatMap(({ name }) => (name.startsWith('cards/') ? [name] : []));
  await made.add('refused: a card missing', 'longer', [{ item: card }]);
  await made.add('refused: cards without the charter', 'longer', [{ item: 'charter' }]);
  await made.add('refused: anything more', 'longer', [{ item: 'more', text: '' }]);
  await made.add('refused: an item out of its place', 'longer', [{ item: 'path' }, { item: 'path', text: hashLines(path) }]);
  await made.add('refused: a later log without the note that opened it', 'later log', [{ item: 'generations/1' }]);
  await made.add('refused: a later log without the note before it', 'later log', [
    { item: 'generations/0' },
    { item: 'generations/1' },
    { item: 'generations/0', text: textOf(notes[1] as Uint8Array) },
  ]);
  await made.add('refused: a later log opened by one identity key of two', 'later log', [
    { item: 'generations/1', text: textOf(await generation(third.card, 4, second.card, alpha.identity.slice(0, 1))) },
  ]);
  await made.add('refused: a later log opened by the other party', 'later log', [
    { item: 'generations/1', text: textOf(await generation(third.card, 4, second.card, beta.identity)) },
  ]);
  return { files: made.files, cases: made.cases };
});

/** A head as one cosigner signed it: checkpoint text and its two lines alone. */
async function cosigned(keys: { readonly name: string }, signers: SignerPair, head: Checkpoint, time: number): Promise<Uint8Array> {
  return formatNote({ text: formatCheckpoint(head), lines: await signCosignaturePair(sha256, keys.name, signers, head, time) });
}

await write('faults.json', async () => {
  const made = new Cases(COSIGNER_FAULT);
  const host = on.hosts[0];
  if (host === undefined) throw new Error('a host');
  const party = [heldKeys(sha256, beta.card), beta.held] as const;
  const witness = [witnessKeys(sha256, host.card), host.witness] as const;
  const file = async (by: typeof party, [first, m, then, n]: Sides, [t1, t2]: readonly [number, number], path: readonly Uint8Array[] = []) =>
    formatConviction(
      sha256,
      COSIGNER_FAULT,
      [
        { name: 'first', bytes: await cosigned(...by, headOf(alpha.card, first, m), t1) },
        { name: 'second', bytes: await cosigned(...by, headOf(alpha.card, then, n), t2) },
        ...pathItem(path),
      ],
      who(),
    );
  const [early, late] = [1_700_000_100, 1_700_000_200];
  const path = pathIn(other, 5, 9);
  made.file('party back', await file(party, [tree, 9, tree, 5], [early, late]));
  made.file('host back', await file(witness, [tree, 9, tree, 5], [early, late]));
  made.file('party fork', await file(party, [tree, 5, other, 9], [late, early], path));
  made.file('host fork', await file(witness, [tree, 5, other, 5], [early, early]));
  made.file('waited', await file(party, [tree, 9, tree, 5], [late, early]));
  made.file('same time', await file(party, [tree, 9, tree, 5], [early, early]));
  made.file('grew', await file(party, [tree, 5, tree, 9], [early, late], pathIn(tree, 5, 9)));
  made.file('repeated', await file(party, [tree, 5, tree, 5], [early, late]));

  await made.add('a party that signed for a smaller history later', 'party back');
  await made.add('a host that signed for a smaller history later', 'host back');
  await made.add('a party that signed for two histories, whenever', 'party fork');
  await made.add('a host that signed for two roots at one size', 'host fork');
  await made.add('refused: the smaller one was signed for before', 'waited');
  await made.add('refused: both within one second', 'same time');
  await made.add('refused: a history that grew', 'grew');
  await made.add('refused: one head, signed for again', 'repeated');
  made.file('back, with a path', await file(party, [tree, 9, tree, 5], [early, late], path));
  await made.add('refused: a path where none is needed', 'back, with a path');
  await made.add('refused: no path', 'party fork', [{ item: 'path' }]);
  const charter = itemsOf(utf8(made.files['party back'] ?? ''), COSIGNER_FAULT).flatMap(({ name }) =>
    /^(charter|cards)/.test(name) ? [{ item: name }] : [],
  );
  await made.add('refused: no charter, so that nobody is named', 'party back', charter);
  for (const item of ['first', 'second'] as const) {
    const note = made.item('party back', item);
    for (const [at, algorithm] of ['Ed25519', 'ML-DSA-44'].entries()) {
      await made.add(`refused: the ${item} head without the ${algorithm} signature`, 'party back', [
        { item, text: lines(note, (all) => all.filter((_, i) => i !== at)) },
      ]);
      await made.add(`refused: the ${item} head with a wrong ${algorithm} signature`, 'party back', [{ item, text: lines(note, spoil(at)) }]);
    }
  }
  const twoTimes = lines(made.item('party back', 'second'), ([ed]) => [ed as NoteLine, parsedLines(made.item('waited', 'second'))[1] as NoteLine]);
  await made.add('refused: two times in one pair', 'party back', [{ item: 'second', text: twoTimes }]);
  await made.add('refused: two cosigners, one head each', 'party back', [{ item: 'second', text: made.item('host back', 'second') }]);
  const betas = textOf(await cosigned(...party, headOf(beta.card, tree, 5), late));
  await made.add('refused: the logs of two parties', 'party back', [{ item: 'second', text: betas }]);
  const stranger = testParty('Beta', 60);
  made.file('stranger', await file([heldKeys(sha256, stranger.card), stranger.held], [tree, 9, tree, 5], [early, late]));
  await made.add('refused: a cosigner that is not of this channel', 'stranger');
  return { files: made.files, cases: made.cases };
});

function parsedLines(note: string): readonly NoteLine[] {
  const parsed = parseNote(utf8(note));
  return 'note' in parsed ? parsed.note.lines : [];
}
