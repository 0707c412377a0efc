import { concat, fromUtf8, parseDecimal, toBase64url, utf8 } from '../base/bytes.ts';
import { MAX_GENERATIONS, MAX_PROOF_DOCUMENTS } from '../base/limits.ts';
import type { Sha256 } from '../base/ports.ts';
import { type BundleItem, formatBundle, parseBundle } from '../entry/bundle.ts';
import { formatHashLines, parseHashLines } from '../tlog/hash-lines.ts';
import { originHash } from '../tlog/origin.ts';
import { formatLogProof, type LogProof, parseLogProof } from '../tlog/proof.ts';
import { formatEntryBundle, parseEntryBundle, TILE_WIDTH, tileWidth } from '../tlog/tile.ts';

/** One document of a proof: its place in a log, its entry, and what of its text is shown. */
export type ProofDocument = {
  /** Of the log it stands in; the file has one head of it. */
  readonly origin: string;
  readonly index: number;
  readonly path: readonly Uint8Array[];
  readonly entry: Uint8Array;
  /** Fields not shown stand as `#<leaf hash>`. */
  readonly body: Uint8Array;
  /** The signer's raw key. */
  readonly key: Uint8Array;
};

/** Consecutive full entries of one log, with the hashes beside them and the bodies that are opened, by entry id. */
export type HeaderRange = {
  readonly origin: string;
  readonly from: number;
  readonly entries: readonly Uint8Array[];
  readonly path: readonly Uint8Array[];
  readonly bodies: ReadonlyMap<string, Uint8Array>;
};

/** What a proof file is made of. `heads`: the checkpoint of each log that a document stands in, with all its lines. */
export type ProofContent = {
  /** The charter note with all identity lines. */
  readonly charterNote: Uint8Array;
  readonly cards: readonly Uint8Array[];
  /** Notes that opened later logs: those whose documents are shown, and those under whose cards receipts are signed. */
  readonly generations?: readonly Uint8Array[];
  readonly heads: ReadonlyMap<string, Uint8Array>;
  /** The first is the one that the file is a C2SP tlog-proof of. */
  readonly documents: readonly ProofDocument[];
  readonly ranges: readonly HeaderRange[];
};

/** A proof file taken apart; nothing of it is verified but its form. The logs of further documents are found by their entries. */
export type ProofFile = {
  readonly items: readonly BundleItem[];
  readonly charterNote: Uint8Array | undefined;
  readonly first: LogProof;
  readonly parts: DocumentParts;
  readonly more: readonly { readonly proof: Uint8Array; readonly parts: DocumentParts }[];
  /** Notes that opened later logs. */
  readonly generations: readonly Uint8Array[];
  /** Heads of further logs by origin hash. */
  readonly heads: ReadonlyMap<string, Uint8Array>;
  /** By origin hash. */
  readonly ranges: ReadonlyMap<string, Omit<HeaderRange, 'origin'>>;
};

/** What a document needs beside its place. */
export type DocumentParts = { readonly entry: Uint8Array; readonly body: Uint8Array; readonly key: Uint8Array };

const PARTS = ['entry', 'body', 'key'] as const;

/**
 * A `.proof` file (spec/proof.md): the C2SP tlog-proof of the first document, whose `extra` is a bundle of charter and cards, that document's `entry`,
 * `body` and `key`, further documents under `documents/<k>/`, heads of further logs under `heads/<origin hash>`, and header ranges under `range/`.
 */
export function formatProof(sha256: Sha256, content: ProofContent): Uint8Array {
  const [first, ...more] = content.documents;
  const checkpoint = first === undefined ? undefined : content.heads.get(first.origin);
  if (first === undefined || checkpoint === undefined) throw new Error('bug: a proof has a document, and the head of its log');
  const items: BundleItem[] = [
    { name: 'charter', bytes: content.charterNote },
    ...content.cards.map((bytes) => ({ name: `cards/${toBase64url(sha256(bytes))}`, bytes })),
    ...(content.generations ?? []).map((bytes) => ({ name: `generations/${toBase64url(sha256(bytes))}`, bytes })),
    ...partItems('', first),
  ];
  for (const [origin, bytes] of content.heads) if (origin !== first.origin) items.push({ name: `heads/${originHash(origin) ?? ''}`, bytes });
  for (const [i, document] of more.entries()) {
    const under = `documents/${i + 1}/`;
    items.push({ name: `${under}proof`, bytes: formatLogProof({ ...document, extra: undefined, checkpoint: new Uint8Array() }) });
    items.push(...partItems(under, document));
  }
  for (const range of content.ranges) items.push(...rangeItems(range));
  return formatLogProof({ extra: formatBundle(items), index: first.index, path: first.path, checkpoint });
}

/** The parts of a proof file, or what was expected. The C2SP proof of a further document is its `proof` item and the head of its log, joined. */
export function parseProof(sha256: Sha256, bytes: Uint8Array): { file: ProofFile } | { expected: string } {
  const parsed = parseLogProof(bytes);
  if ('expected' in parsed) return parsed;
  const bundle = parseBundle(parsed.proof.extra ?? new Uint8Array());
  if ('expected' in bundle) return { expected: 'what a Parley proof carries beside the tree path' };
  const items = new Map(bundle.items.map((item) => [item.name, item.bytes]));
  const take = (name: string): Uint8Array | undefined => {
    const found = items.get(name);
    items.delete(name);
    return found;
  };
  const takeParts = (under: string): DocumentParts | undefined => {
    const [entry, body, key] = PARTS.map((part) => take(under + part));
    return entry === undefined || body === undefined || key === undefined ? undefined : { entry, body, key };
  };
  const charterNote = take('charter');
  const parts = takeParts('');
  if (parts === undefined) return { expected: 'an entry of a party of this channel, and its key' };
  const more: { proof: Uint8Array; parts: DocumentParts }[] = [];
  for (let k = 1; ; k++) {
    const proof = take(`documents/${k}/proof`);
    if (proof === undefined) break;
    if (k >= MAX_PROOF_DOCUMENTS) return { expected: `at most ${MAX_PROOF_DOCUMENTS} documents` };
    const further = takeParts(`documents/${k}/`);
    if (further === undefined) return { expected: `the entry, text and key of document ${k + 1}` };
    more.push({ proof, parts: further });
  }
  const generations: Uint8Array[] = [];
  for (const [name, note] of items) {
    if (!name.startsWith('generations/')) continue;
    if (name !== `generations/${toBase64url(sha256(note))}` || generations.length >= MAX_GENERATIONS)
      return { expected: 'notes of generations, every one under its own hash' };
    generations.push(note);
    items.delete(name);
  }
  const heads = new Map<string, Uint8Array>();
  for (const name of [...items.keys()]) if (name.startsWith('heads/')) heads.set(name.slice(6), take(name) ?? new Uint8Array());
  const ranges = new Map<string, Omit<HeaderRange, 'origin'>>();
  for (const name of [...items.keys()].filter((one) => /^range\/[0-9a-f]+\/proof$/.test(one))) {
    if (ranges.size > more.length) return { expected: 'a header range for a log of its documents, and no other' };
    const range = takeRange(items, name.slice(0, -5), take);
    if ('expected' in range) return range;
    ranges.set(name.slice(6, -6), range);
  }
  if ([...items.keys()].some((name) => !name.startsWith('cards/'))) return { expected: 'nothing in it but what proves the entry' };
  return { file: { items: bundle.items, charterNote, first: parsed.proof, parts, more, generations, heads, ranges } };
}

/** The C2SP tlog-proof of a further document, put together with the head of its log. */
export function joinProof(proof: Uint8Array, checkpoint: Uint8Array): LogProof | { expected: string } {
  const joined = parseLogProof(concat(proof, checkpoint));
  if ('expected' in joined) return joined;
  return joined.proof.extra === undefined && joined.proof.checkpoint.length === checkpoint.length ? joined.proof : { expected: 'a path alone' };
}

function partItems(under: string, parts: DocumentParts): readonly BundleItem[] {
  return PARTS.map((part) => ({ name: under + part, bytes: parts[part] }));
}

function rangeItems({ origin, from, entries, path, bodies }: HeaderRange): readonly BundleItem[] {
  const under = `range/${originHash(origin) ?? ''}/`;
  const items: BundleItem[] = [{ name: `${under}proof`, bytes: utf8(`from ${from}\nto ${from + entries.length}\n${formatHashLines(path)}`) }];
  for (let at = 0; at < entries.length; at += TILE_WIDTH)
    items.push({ name: `${under}entries/${at / TILE_WIDTH}`, bytes: formatEntryBundle(entries.slice(at, at + TILE_WIDTH)) });
  for (const [id, bytes] of bodies) items.push({ name: `${under}bodies/${id}`, bytes });
  return items;
}

function takeRange(
  items: ReadonlyMap<string, Uint8Array>,
  under: string,
  take: (name: string) => Uint8Array | undefined,
): Omit<HeaderRange, 'origin'> | { expected: string } {
  const lines = (fromUtf8(take(`${under}proof`) ?? new Uint8Array()) ?? '').split('\n');
  const [first = '', last = ''] = lines.splice(0, 2);
  const from = first.startsWith('from ') ? parseDecimal(first.slice(5)) : undefined;
  const to = last.startsWith('to ') ? parseDecimal(last.slice(3)) : undefined;
  const path = lines.pop() === '' ? parseHashLines(lines) : { expected: 'it' };
  if (from === undefined || to === undefined || to <= from || 'expected' in path)
    return { expected: 'the place of a header range, and hashes beside it' };
  const entries: Uint8Array[] = [];
  for (let tile = 0; entries.length < to - from; tile++) {
    const bytes = take(`${under}entries/${tile}`);
    const bundle = bytes === undefined ? { expected: 'it' } : parseEntryBundle(bytes, tileWidth('entries', tile, to - from));
    if ('expected' in bundle) return { expected: `every entry of a header range, ${from + 1} to ${to}` };
    entries.push(...bundle.entries);
  }
  const bodies = new Map<string, Uint8Array>();
  const prefix = `${under}bodies/`;
  for (const name of [...items.keys()]) if (name.startsWith(prefix)) bodies.set(name.slice(prefix.length), take(name) ?? new Uint8Array());
  return { from, entries, path: path.hashes, bodies };
}
