import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { Random, Signer } from '../base/ports.ts';
import type { LineRole } from '../entry/actor.ts';
import { eraseFields } from '../entry/body.ts';
import { type BundleItem, formatBundle } from '../entry/bundle.ts';
import { cardHash, formatPartyCard, heldName, originOf, parseCard, witnessName } from '../entry/card.ts';
import { composeEntry, type EntrySigner, parseEntry } from '../entry/entry.ts';
import { formatGeneration } from '../entry/generation.ts';
import type { CitedHead } from '../entry/header.ts';
import { formatIdentityNote, signAsIdentity } from '../entry/identity-note.ts';
import { keyMembers } from '../entry/signing-key.ts';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import { formatCheckpoint } from '../tlog/checkpoint.ts';
import { signCosignaturePair } from '../tlog/cosignature.ts';
import { signCheckpoint } from '../tlog/log-signature.ts';
import { leafHash, rootOf } from '../tlog/merkle.ts';
import { inclusionProofOf, proofOver } from '../tlog/merkle-plan.ts';
import { formatLines, formatNote, type NoteLine, parseNote } from '../tlog/note.ts';
import { originHash } from '../tlog/origin.ts';
import { planRange } from '../tlog/range.ts';
import { formatEntryBundle, TILE_WIDTH } from '../tlog/tile.ts';
import { formatProof, type ProofContent } from '../verify/proof-file.ts';
import { type ReadContext, readBatch } from '../verify/read-log.ts';
import { initialState, type ReaderState } from '../verify/reader-state.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';
import { testCrypto as crypto, type TestChannel, type TestSigner, testRandom, textOf } from './fixtures-channel.ts';

/** One leaf of a test log; bytes that are no entry have no body. */
export type TestLeaf = { readonly id: string; readonly bytes: Uint8Array; readonly body?: Uint8Array };

/** What somebody says; left out: the heads of all logs as they stand, the party's own generation, the claimed time of the record. */
export type TestSaying = {
  readonly kind: string;
  readonly fields: Readonly<Record<string, Json>> | readonly (readonly [string, Json])[];
  readonly refs?: readonly string[];
  readonly time?: number;
  readonly after?: readonly CitedHead[];
  readonly channel?: string;
  readonly inParty?: number;
  readonly gen?: string;
};

const START = 1_700_000_000;

/** The logs of a channel as whoever wrote them could make them, good and bad alike: nothing is checked on the way in. */
export class TestRecord {
  readonly on: TestChannel;
  readonly logs: readonly TestLeaf[][];
  readonly random: Random;
  readonly #numbers: number[];
  #clock = START;
  /** Heads given in proofs, by origin and size: one signature serves them all. */
  readonly #heads = new Map<string, Uint8Array>();

  constructor(on: TestChannel, seed = 'record') {
    this.on = on;
    const charter = utf8(on.channel.charter.text);
    this.logs = on.parties.map(() => [{ id: toBase64url(crypto.sha256(charter)), bytes: charter }]);
    this.random = testRandom(seed);
    this.#numbers = on.parties.map(() => 0);
  }

  /** A later second each time. */
  now(): number {
    return ++this.#clock;
  }

  /** The head of a log at a size, as entries cite it. */
  cite(party: number, size = this.size(party)): CitedHead {
    return { party, gen: this.on.channel.parties[party]?.gen ?? '', size, root: toBase64url(this.rootAt(party, size)) };
  }

  size(party: number): number {
    return this.#log(party).length;
  }

  rootAt(party: number, size: number): Uint8Array {
    const hashes = this.#log(party)
      .slice(0, size)
      .map((leaf) => leafHash(crypto.sha256, leaf.bytes));
    return rootOf(crypto.sha256, hashes);
  }

  /** Signs, and does not append. */
  async sign(party: number, signer: EntrySigner, role: LineRole, saying: TestSaying): Promise<TestLeaf> {
    const { channel } = this.on;
    const fields = Array.isArray(saying.fields) ? (saying.fields as readonly (readonly [string, Json])[]) : Object.entries(saying.fields);
    const draft = {
      channel: saying.channel ?? channel.id,
      party: saying.inParty ?? party,
      gen: saying.gen ?? channel.parties[party]?.gen ?? '',
      type: saying.kind,
      time: saying.time ?? this.now(),
      after: saying.after ?? channel.parties.map((_, other) => this.cite(other)),
      refs: saying.refs ?? [],
      fields,
    };
    return composeEntry(crypto.sha256, this.random, draft, signer, role);
  }

  append(party: number, leaf: TestLeaf): TestLeaf {
    this.#log(party).push(leaf);
    return leaf;
  }

  /** A representative says something in their party's log. */
  async say(party: number, person: TestSigner, saying: TestSaying): Promise<TestLeaf> {
    return this.append(party, await this.sign(party, person.key, 'rep', saying));
  }

  /** A plain message, marked green. */
  message(party: number, person: TestSigner, subject: string, more: Partial<TestSaying> = {}): Promise<TestLeaf> {
    return this.say(party, person, { kind: 'message', fields: { subject, text: `${subject}.`, marking: 'green' }, ...more });
  }

  /** The party's node says something in its log. */
  async sayAsNode(party: number, saying: TestSaying): Promise<TestLeaf> {
    const { node } = this.#party(party);
    return this.append(party, await this.sign(party, node, 'node', saying));
  }

  /** The identity note of an act, with the next number unless told, signed by all identity keys unless told. */
  async identityNote(party: number, act: JsonObject, more: { n?: number; signers?: readonly Signer[]; channel?: string } = {}): Promise<string> {
    const n = more.n ?? (this.#numbers[party] ?? 0) + 1;
    const text = formatIdentityNote({ channel: more.channel ?? this.on.channel.id, party, n, act });
    return textOf(await signAsIdentity(crypto.sha256, text, more.signers ?? this.#party(party).identity));
  }

  /** The `identity` entry that carries an act. */
  async identity(
    party: number,
    act: JsonObject,
    more: { n?: number; signers?: readonly Signer[]; channel?: string; refs?: readonly string[] } = {},
  ): Promise<TestLeaf> {
    const note = await this.identityNote(party, act, more);
    if (more.n === undefined) this.#numbers[party] = (this.#numbers[party] ?? 0) + 1;
    return this.sayAsNode(party, { kind: 'identity', fields: { note }, ...(more.refs === undefined ? {} : { refs: more.refs }) });
  }

  accredit(party: number, person: TestSigner, scope: Partial<JsonObject> = {}): Promise<TestLeaf> {
    return this.identity(party, accreditation(person, scope));
  }

  /** A stamp in `log` over the head of `party` at `size`, with the pairs given. */
  async stamp(log: number, entry: string, party: number, size: number, lines: readonly NoteLine[]): Promise<TestLeaf> {
    const checkpoint = formatCheckpoint(this.checkpoint(party, size));
    const fields = { entry, checkpoint, lines: textOf(formatLines(lines)) };
    return this.sayAsNode(log, { kind: 'stamp', refs: [entry], fields });
  }

  checkpoint(party: number, size = this.size(party)): Checkpoint {
    return { origin: originOf(crypto.sha256, this.#party(party).card), size, root: this.rootAt(party, size) };
  }

  /** The receipt of `by` over a head. */
  receipt(by: number, head: Checkpoint, time: number): Promise<readonly NoteLine[]> {
    const { card, held } = this.#party(by);
    return signCosignaturePair(crypto.sha256, heldName(crypto.sha256, card), held, head, time);
  }

  /** A host's cosignature pair over a head. */
  witness(host: number, head: Checkpoint, time: number): Promise<readonly NoteLine[]> {
    const from = this.on.hosts[host];
    if (from === undefined) throw new Error('a host of the test channel');
    return signCosignaturePair(crypto.sha256, witnessName(crypto.sha256, from.card), from.witness, head, time);
  }

  /** The signed checkpoint of a log, with the lines given after its own two. */
  async head(party: number, size = this.size(party), lines: readonly NoteLine[] = []): Promise<Uint8Array> {
    const note = await signCheckpoint(crypto.sha256, this.#party(party).log, this.checkpoint(party, size));
    const parsed = parseNote(note);
    if ('expected' in parsed) throw new Error('a signed checkpoint is a note');
    return formatNote({ text: parsed.note.text, lines: [...parsed.note.lines, ...lines] });
  }

  /** The body of a push of a log from `old` to `size`. */
  async push(party: number, old: number, size = this.size(party)): Promise<Uint8Array> {
    const leaves = this.#log(party).slice(old, size);
    return formatBundle([
      { name: 'old', bytes: utf8(String(old)) },
      { name: 'checkpoint', bytes: await this.head(party, size) },
      { name: 'entries', bytes: formatEntryBundle(leaves.map((leaf) => leaf.bytes)) },
      ...bodyItems(leaves),
    ]);
  }

  /** Items of a record export of the logs named (by default all), receipted and witnessed at their full size. */
  async exportItems(logs: readonly number[] = this.logs.map((_, party) => party)): Promise<BundleItem[]> {
    const { channel, charterNote } = this.on;
    const items: BundleItem[] = [{ name: 'charter', bytes: charterNote }];
    for (const card of [...channel.parties, ...channel.hosts]) items.push({ name: `cards/${cardHash(crypto.sha256, card)}`, bytes: utf8(card.text) });
    for (const party of logs) {
      const head = this.checkpoint(party);
      const others = channel.parties.flatMap((_, other) => (other === party ? [] : [this.receipt(other, head, this.now())]));
      const hosts = channel.hosts.map((_, host) => this.witness(host, head, this.now()));
      const lines = (await Promise.all([...others, ...hosts])).flat();
      const hash = originHash(head.origin) ?? '';
      const leaves = this.#log(party);
      items.push({ name: `${hash}/checkpoint`, bytes: await this.head(party, leaves.length, lines) });
      for (let from = 0; from < leaves.length; from += TILE_WIDTH) {
        const tile = leaves.slice(from, from + TILE_WIDTH);
        items.push({ name: `${hash}/entries/${from / TILE_WIDTH}`, bytes: formatEntryBundle(tile.map((leaf) => leaf.bytes)) });
      }
      items.push(...bodyItems(leaves).filter(({ name }) => !items.some((item) => item.name === name)));
    }
    return items;
  }

  async export(): Promise<Uint8Array> {
    return formatBundle(await this.exportItems());
  }

  /** A proof of one entry under the receipted and witnessed head of its log; `withhold` names fields that go as hashes. */
  proof(party: number, index: number, key: Uint8Array, withhold: readonly string[] = []): Promise<Uint8Array> {
    return this.proofOf([{ party, index, key, withhold }]);
  }

  /** A proof of several entries; `ranges` names for a log where its header range begins and, if not at the end, where it ends. */
  async proofOf(
    documents: readonly { readonly party: number; readonly index: number; readonly key: Uint8Array; readonly withhold?: readonly string[] }[],
    ranges: ReadonlyMap<number, { readonly from: number; readonly to?: number }> = new Map(),
  ): Promise<Uint8Array> {
    return formatProof(crypto.sha256, await this.proofContent(documents, ranges));
  }

  /** What {@link proofOf} writes, to be altered first. */
  async proofContent(
    documents: readonly { readonly party: number; readonly index: number; readonly key: Uint8Array; readonly withhold?: readonly string[] }[],
    ranges: ReadonlyMap<number, { readonly from: number; readonly to?: number }> = new Map(),
  ): Promise<ProofContent> {
    const { channel, charterNote } = this.on;
    const heads = new Map<string, Uint8Array>();
    for (const { party } of documents) {
      const head = this.checkpoint(party);
      const known = this.#heads.get(`${head.origin} ${head.size}`);
      if (known !== undefined) heads.set(head.origin, known);
      if (heads.has(head.origin)) continue;
      const lines = (await Promise.all([this.receipt(party === 0 ? 1 : 0, head, this.now()), this.witness(0, head, this.now())])).flat();
      heads.set(head.origin, await this.head(party, this.size(party), lines));
      this.#heads.set(`${head.origin} ${head.size}`, heads.get(head.origin) ?? new Uint8Array());
    }
    const hashesOf = (party: number): Uint8Array[] => this.#log(party).map(({ bytes }) => leafHash(crypto.sha256, bytes));
    return {
      charterNote,
      cards: [...channel.parties, ...channel.hosts].map((card) => utf8(card.text)),
      heads,
      documents: documents.map(({ party, index, key, withhold = [] }) => {
        const leaf = this.#log(party)[index];
        if (leaf?.body === undefined) throw new Error('an entry with a body');
        const body = withhold.length === 0 ? leaf.body : eraseFields(crypto.sha256, leaf.body, withhold);
        const path = inclusionProofOf(crypto.sha256, hashesOf(party), index);
        return { origin: this.checkpoint(party).origin, index, path, entry: leaf.bytes, body, key };
      }),
      ranges: [...ranges].map(([party, { from, to = this.size(party) }]) => {
        const leaves = this.#log(party).slice(from, to);
        const opened = leaves.flatMap(({ id, bytes, body }) =>
          body !== undefined && /"type":"(identity|recall|return_to_post)"/.test(textOf(bytes)) ? [[id, body] as const] : [],
        );
        const path = proofOver(crypto.sha256, hashesOf(party), planRange(from, to, this.size(party)));
        return { origin: this.checkpoint(party).origin, from, entries: leaves.map(({ bytes }) => bytes), path, bodies: new Map(opened) };
      }),
    };
  }

  /** What a reader of one log may ask, of somebody who holds all logs whole. */
  context(party: number): ReadContext {
    const card = this.#party(party).card;
    return {
      crypto,
      channel: this.on.channel,
      origin: originOf(crypto.sha256, card),
      party,
      gen: card.gen,
      seen: async () => new Set(),
      own: async () => undefined,
      cited: async (head) => {
        if (head.gen !== this.on.channel.parties[head.party]?.gen) return { status: 'false' };
        if (head.size > this.size(head.party)) return { status: 'beyond' };
        return this.cite(head.party, head.size).root === head.root ? { status: 'true', level: head.size } : { status: 'false' };
      },
      rootAt: async (origin, size) => {
        const who = this.on.channel.parties.findIndex((one) => originOf(crypto.sha256, one) === origin);
        return who !== -1 && size <= this.size(who) ? this.rootAt(who, size) : undefined;
      },
    };
  }

  /** Reads one log from its beginning, in one batch. */
  read(party: number): Promise<{ entries: readonly VerifiedEntry[]; state: ReaderState }> {
    const items = this.#log(party).map((leaf) => ({ bytes: leaf.bytes, body: leaf.body }));
    return readBatch(this.context(party), initialState(this.#party(party).card), items);
  }

  /** The verdict on the last entry of a log. */
  async last(party: number): Promise<VerifiedEntry> {
    const last = (await this.read(party)).entries.at(-1);
    if (last === undefined) throw new Error('a log has its charter');
    return last;
  }

  #log(party: number): TestLeaf[] {
    const log = this.logs[party];
    if (log === undefined) throw new Error('a party of the test channel');
    return log;
  }

  #party(party: number): TestChannel['parties'][number] {
    const found = this.on.parties[party];
    if (found === undefined) throw new Error('a party of the test channel');
    return found;
  }
}

/** The act by which an identity accredits a person. */
export function accreditation(person: TestSigner, scope: Partial<JsonObject> = {}): JsonObject {
  return {
    act: 'accredit',
    actor: person.actor,
    ...keyMembers(person.key.publicKey),
    name: person.name,
    post: 'Duty officer',
    scope: { kinds: ['*'], marking: 'red', may_recall: false, automatic: false, ...scope } as JsonObject,
    effective_at: null,
  };
}

/** Leaf bytes as a leaf: with its body where they are an entry. */
export function leafOf(bytes: Uint8Array, body?: Uint8Array): TestLeaf {
  const parsed = parseEntry(crypto.sha256, bytes);
  const id = 'entry' in parsed ? parsed.entry.id : toBase64url(crypto.sha256(bytes));
  return { id, bytes, ...(body === undefined ? {} : { body }) };
}

/** The raw bytes of an id. */
export function rawId(id: string): Uint8Array {
  const raw = fromBase64url(id, 32);
  if (raw === undefined) throw new Error('an id is 32 bytes');
  return raw;
}

/** One item a body, also where an entry stands twice. */
function bodyItems(leaves: readonly TestLeaf[]): readonly BundleItem[] {
  const items = new Map<string, BundleItem>();
  for (const { id, body } of leaves) if (body !== undefined) items.set(id, { name: `bodies/${id}`, bytes: body });
  return [...items.values()];
}

/** The record of a party's later log: its note as leaf 0, its keys, and the other logs as they are; `more` alters what the note says or who signs it. */
export async function laterRecord(
  record: TestRecord,
  more: { readonly size?: number; readonly channel?: string; readonly signers?: readonly Signer[]; readonly byte?: number; readonly n?: number } = {},
): Promise<{ later: TestRecord; note: Uint8Array }> {
  const { on } = record;
  const [ours, ...others] = on.parties;
  if (ours === undefined) throw new Error('a party');
  const gen = toBase64url(new Uint8Array(16).fill(more.byte ?? 77));
  const keys = ours.keyring(gen);
  const pair = ({ ed25519, mlDsa44 }: typeof keys.log) => ({ ed25519: ed25519.publicKey, mlDsa44: mlDsa44.publicKey });
  const { name, nonce, identity, transport } = ours.card;
  const text = formatPartyCard({ name, nonce, gen, identity, log: pair(keys.log), held: pair(keys.held), node: keys.node.publicKey, transport });
  const parsed = parseCard(text);
  if ('expected' in parsed || parsed.card.role !== 'party') throw new Error('a test card has its form');
  const { card } = parsed;
  const size = more.size ?? record.size(0);
  const { root } = record.cite(0, size);
  const said = formatGeneration({
    channel: more.channel ?? on.channel.id,
    party: 0,
    n: more.n ?? 100,
    continues: { gen: ours.card.gen, size, root },
    card,
  });
  const note = await signAsIdentity(crypto.sha256, said, more.signers ?? ours.identity);
  const channel = { ...on.channel, parties: [card, ...on.channel.parties.slice(1)] };
  const later = new TestRecord({ ...on, channel, parties: [{ ...ours, ...keys, card }, ...others] }, 'later');
  later.logs[0]?.splice(0, 1, { id: toBase64url(crypto.sha256(note)), bytes: note });
  for (const [party, log] of record.logs.entries()) if (party > 0) later.logs[party]?.splice(0, later.size(party), ...log);
  return { later, note };
}
