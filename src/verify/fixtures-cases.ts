/** The shared cases of vectors/verify/cases.json, put together: command line, rooms in Node and the page in a browser must say the same of each. */
import { readFileSync } from 'node:fs';
import { concat, concatAll, equal, fromBase64, fromUtf8, toBase64, utf8 } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import { type BundleItem, formatBundle, parseBundle } from '../entry/bundle.ts';
import { bytesOfShared, type Shared, shareBytes } from './fixtures-shared.ts';
import type { FileVerdict } from './verify-file.ts';
import type { Sentence } from './verify-record.ts';

/**
 * What is done to a base file, in order: an item of its bundle (a record's own, or that in a proof's `extra`) replaced, added at the end, or, without
 * bytes, taken out; all after the `extra` line replaced; so many bytes at an offset replaced.
 */
export type CaseEdit<Bytes = Uint8Array> =
  | { readonly item: string; readonly bytes?: Bytes }
  | { readonly tail: Bytes }
  | { readonly at: number; readonly remove: number; readonly insert: Bytes };

/** A sentence as vectors hold it; `about` names what stands before it, where something does, `document` which of several it is about. */
export type CaseSentence = {
  readonly ok: boolean | null;
  readonly id: string;
  readonly values: Json;
  readonly about?: string;
  readonly document?: number;
};

/** One case: a base file by its name, and what is done to it. */
export type VerifyCase<Bytes = Uint8Array> = {
  readonly comment: string;
  readonly file: string;
  readonly edits: readonly CaseEdit<Bytes>[];
  readonly verdict: FileVerdict['verdict'];
  readonly sentences: readonly CaseSentence[];
};

/** The file: base files by name, the cases, and the table of what stands in them more than once. */
type CaseFile = {
  readonly comment: string;
  readonly parts: readonly Shared[];
  readonly files: Readonly<Record<string, Shared>>;
  readonly cases: readonly VerifyCase<Shared>[];
};

/** Every case with its bytes and the verdict that is expected of them. */
export function readCases(): readonly { readonly comment: string; readonly bytes: Uint8Array; readonly expected: CaseVerdict }[] {
  const { files, cases } = readCaseFile();
  return cases.map(({ comment, file, edits, verdict, sentences }) => ({
    comment,
    bytes: edits.reduce(applyEdit, files.get(file) ?? new Uint8Array()),
    expected: { verdict, sentences: sentences.map(toSentence) },
  }));
}

/** The base files and the cases as they were made. */
export function readCaseFile(): { readonly files: ReadonlyMap<string, Uint8Array>; readonly cases: readonly VerifyCase[] } {
  const { parts, files, cases } = JSON.parse(readFileSync(new URL('../../vectors/verify/cases.json', import.meta.url), 'utf8')) as CaseFile;
  const bytes = (value: Shared): Uint8Array => bytesOfShared(parts, value);
  return {
    files: new Map(Object.entries(files).map(([name, value]) => [name, bytes(value)])),
    cases: cases.map((one) => ({ ...one, edits: one.edits.map((edit) => withBytes(edit, bytes)) })),
  };
}

/** The file that {@link readCaseFile} reads. */
export function caseFile(comment: string, files: ReadonlyMap<string, Uint8Array>, cases: readonly VerifyCase[]): CaseFile {
  const all: Uint8Array[] = [...files.values()];
  for (const { edits } of cases) for (const edit of edits) withBytes(edit, (bytes) => all.push(bytes));
  const { parts, values } = shareBytes(all);
  const left = values.values();
  const next = (): Shared => left.next().value ?? '';
  return {
    comment,
    parts,
    files: Object.fromEntries([...files.keys()].map((name) => [name, next()])),
    cases: cases.map((one) => ({ ...one, edits: one.edits.map((edit) => withBytes(edit, next)) })),
  };
}

function withBytes<From, To>(edit: CaseEdit<From>, change: (bytes: From) => To): CaseEdit<To> {
  if ('at' in edit) return { ...edit, insert: change(edit.insert) };
  if ('tail' in edit) return { tail: change(edit.tail) };
  return { item: edit.item, ...(edit.bytes === undefined ? {} : { bytes: change(edit.bytes) }) };
}

type CaseVerdict = Pick<FileVerdict, 'verdict' | 'sentences'>;

/** A sentence as vectors hold it. */
export function caseSentence({ ok, phrase, document }: Sentence): CaseSentence {
  return {
    ok,
    id: phrase.id,
    values: phrase.values ?? {},
    ...(phrase.about === undefined ? {} : { about: phrase.about }),
    ...(document === undefined ? {} : { document }),
  };
}

function toSentence({ ok, id, values, about, document }: CaseSentence): Sentence {
  return {
    ok,
    ...(document === undefined ? {} : { document }),
    phrase: { id, values: values as Record<string, string | number>, ...(about === undefined ? {} : { about }) },
  };
}

/** The file after one edit. */
export function applyEdit(bytes: Uint8Array, edit: CaseEdit): Uint8Array {
  if ('at' in edit) return concatAll([bytes.subarray(0, edit.at), edit.insert, bytes.subarray(edit.at + edit.remove)]);
  const { head, extra, tail, join } = partsOf(bytes);
  if ('tail' in edit) return join(head, extra, edit.tail);
  const items = [...itemsOf(extra)];
  const at = items.findIndex(({ name }) => name === edit.item);
  const put = edit.bytes === undefined ? [] : [{ name: edit.item, bytes: edit.bytes }];
  if (at === -1) items.push(...put);
  else items.splice(at, 1, ...put);
  return join(head, formatBundle(items), tail);
}

/** The edits that turn one file into another of its kind. */
export function editsBetween(from: Uint8Array, to: Uint8Array): readonly CaseEdit[] {
  const [old, fresh] = [partsOf(from), partsOf(to)];
  const [before, after] = [itemsOf(old.extra), itemsOf(fresh.extra)].map((items) => new Map(items.map(({ name, bytes }) => [name, bytes])));
  const edits: CaseEdit[] = [];
  for (const name of before?.keys() ?? []) if (after?.has(name) !== true) edits.push({ item: name });
  for (const [item, bytes] of after ?? []) if (!equal(before?.get(item) ?? NOTHING, bytes)) edits.push({ item, bytes });
  return equal(old.tail, fresh.tail) ? edits : [...edits, { tail: fresh.tail }];
}

const NOTHING = new Uint8Array();

type Parts = {
  readonly head: Uint8Array;
  readonly extra: Uint8Array;
  readonly tail: Uint8Array;
  readonly join: (head: Uint8Array, extra: Uint8Array, tail: Uint8Array) => Uint8Array;
};

/** A proof before its `extra`, what that holds, and what stands after it; a first line and the bundle after it; of a record the bundle alone. */
function partsOf(bytes: Uint8Array): Parts {
  const line = bytes.indexOf(10) + 1;
  const first = fromUtf8(bytes.subarray(0, line)) ?? '';
  if (first.startsWith('c2sp.org/tlog-proof@v1')) {
    const end = bytes.indexOf(10, line) + 1;
    const extra = fromUtf8(bytes.subarray(line, end - 1)) ?? '';
    const join: Parts['join'] = (head, bundle, tail) => concat(head, utf8(`extra ${toBase64(bundle)}\n`), tail);
    return { head: bytes.subarray(0, line), extra: bytesOf(extra.slice('extra '.length)), tail: bytes.subarray(end), join };
  }
  const from = first.startsWith('parley-bundle/1') ? 0 : line;
  return { head: bytes.subarray(0, from), extra: bytes.subarray(from), tail: NOTHING, join: (head, bundle) => concat(head, bundle) };
}

function itemsOf(bundle: Uint8Array): readonly BundleItem[] {
  const parsed = parseBundle(bundle);
  if ('expected' in parsed) throw new Error(`a bundle: ${parsed.expected}`);
  return parsed.items;
}

function bytesOf(base64: string): Uint8Array {
  const bytes = fromBase64(base64);
  if (bytes === undefined) throw new Error('base64');
  return bytes;
}

/** What lies in the proofs of the cases, as text where it is text: the list of items with their lengths, and the small items whole. */
export function layoutOf(files: ReadonlyMap<string, Uint8Array>): readonly object[] {
  const names: Readonly<Record<string, string>> = {
    documents: 'two documents, one of each party’s log, fields of both withheld',
    range: 'one document and the header range of its log, from the charter on',
  };
  return Object.entries(names).map(([name, comment]) => {
    const items = itemsOf(partsOf(files.get(name) ?? NOTHING).extra);
    const small = items.filter((item) => /^documents\/\d+\/proof$|^range\/[0-9a-f]+\/proof$|^(documents\/\d+\/)?body$/.test(item.name));
    return {
      comment,
      items: items.map((item) => `${item.name} ${item.bytes.length}\n`).join(''),
      ...Object.fromEntries(small.map((item) => [item.name.replaceAll(/[/.]/g, '_').replace(/_[0-9a-f]{40}_/, '_'), fromUtf8(item.bytes) ?? ''])),
    };
  });
}
