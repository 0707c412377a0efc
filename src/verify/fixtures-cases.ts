/** The shared cases of vectors/verify/cases.json, put together: command line, rooms in Node and the page in a browser must say the same of each. */
import { readFileSync } from 'node:fs';
import { concat, concatAll, fromBase64, fromUtf8, toBase64, utf8 } from '../base/bytes.ts';
import type { Json } from '../base/json.ts';
import { type BundleItem, formatBundle, parseBundle } from '../entry/bundle.ts';
import type { FileVerdict } from './verify-file.ts';
import type { Sentence } from './verify-record.ts';

/**
 * What is done to a base file, in order: an item of its bundle (a record's own, or that in a proof's `extra`) replaced, added at the end, or, without
 * bytes, taken out; all after the `extra` line replaced; so many bytes at an offset replaced.
 */
export type CaseEdit =
  | { readonly item: string; readonly base64?: string }
  | { readonly tail: string }
  | { readonly at: number; readonly remove: number; readonly insert: string };

/** A sentence as vectors hold it; `about` names what stands before it, where something does. */
export type CaseSentence = { readonly ok: boolean | null; readonly id: string; readonly values: Json; readonly about?: string };

/** One case as the file holds it. */
export type VerifyCase = {
  readonly comment: string;
  readonly file: string;
  readonly edits: readonly CaseEdit[];
  readonly verdict: FileVerdict['verdict'];
  readonly sentences: readonly CaseSentence[];
};

/** The file: base files in base64 by name, and the cases. */
export type VerifyCases = { readonly comment: string; readonly files: Readonly<Record<string, string>>; readonly cases: readonly VerifyCase[] };

/** Every case with its bytes and the verdict that is expected of them. */
export function readCases(): readonly { readonly comment: string; readonly bytes: Uint8Array; readonly expected: CaseVerdict }[] {
  const { files, cases } = JSON.parse(readFileSync(new URL('../../vectors/verify/cases.json', import.meta.url), 'utf8')) as VerifyCases;
  return cases.map(({ comment, file, edits, verdict, sentences }) => ({
    comment,
    bytes: edits.reduce(applyEdit, bytesOf(files[file] ?? '')),
    expected: { verdict, sentences: sentences.map(toSentence) },
  }));
}

type CaseVerdict = Pick<FileVerdict, 'verdict' | 'sentences'>;

/** A sentence as vectors hold it. */
export function caseSentence({ ok, phrase }: Sentence): CaseSentence {
  return { ok, id: phrase.id, values: phrase.values ?? {}, ...(phrase.about === undefined ? {} : { about: phrase.about }) };
}

function toSentence({ ok, id, values, about }: CaseSentence): Sentence {
  return { ok, phrase: { id, values: values as Record<string, string | number>, ...(about === undefined ? {} : { about }) } };
}

/** The file after one edit. */
export function applyEdit(bytes: Uint8Array, edit: CaseEdit): Uint8Array {
  if ('at' in edit) return concatAll([bytes.subarray(0, edit.at), bytesOf(edit.insert), bytes.subarray(edit.at + edit.remove)]);
  const { head, extra, tail, join } = partsOf(bytes);
  if ('tail' in edit) return join(head, extra, edit.tail);
  const items = [...itemsOf(extra)];
  const at = items.findIndex(({ name }) => name === edit.item);
  const put = edit.base64 === undefined ? [] : [{ name: edit.item, bytes: bytesOf(edit.base64) }];
  if (at === -1) items.push(...put);
  else items.splice(at, 1, ...put);
  return join(head, formatBundle(items), tail);
}

/** The edits that turn one file into another of its kind. */
export function editsBetween(from: Uint8Array, to: Uint8Array): readonly CaseEdit[] {
  const [old, fresh] = [partsOf(from), partsOf(to)];
  const [before, after] = [itemsOf(old.extra), itemsOf(fresh.extra)].map((items) => new Map(items.map(({ name, bytes }) => [name, toBase64(bytes)])));
  const edits: CaseEdit[] = [];
  for (const name of before?.keys() ?? []) if (after?.has(name) !== true) edits.push({ item: name });
  for (const [item, base64] of after ?? []) if (before?.get(item) !== base64) edits.push({ item, base64 });
  return old.tail === fresh.tail ? edits : [...edits, { tail: fresh.tail }];
}

type Parts = {
  readonly head: Uint8Array;
  readonly extra: Uint8Array;
  readonly tail: string;
  readonly join: (head: Uint8Array, extra: Uint8Array, tail: string) => Uint8Array;
};

/** A proof before its `extra`, what that holds, and what stands after it; a first line and the bundle after it; of a record the bundle alone. */
function partsOf(bytes: Uint8Array): Parts {
  const line = bytes.indexOf(10) + 1;
  const first = fromUtf8(bytes.subarray(0, line)) ?? '';
  if (first.startsWith('c2sp.org/tlog-proof@v1')) {
    const [, extra = '', ...rest] = (fromUtf8(bytes) ?? '').split('\n');
    const join: Parts['join'] = (head, bundle, tail) => concat(head, utf8(`extra ${toBase64(bundle)}\n${tail}`));
    return { head: bytes.subarray(0, line), extra: bytesOf(extra.slice('extra '.length)), tail: rest.join('\n'), join };
  }
  const from = first.startsWith('parley-bundle/1') ? 0 : line;
  return { head: bytes.subarray(0, from), extra: bytes.subarray(from), tail: '', join: (head, bundle) => concat(head, bundle) };
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
export function layoutOf({ files }: Pick<VerifyCases, 'files'>): readonly object[] {
  const names: Readonly<Record<string, string>> = {
    documents: 'two documents, one of each party’s log, fields of both withheld',
    range: 'one document and the header range of its log, from the charter on',
  };
  return Object.entries(names).map(([name, comment]) => {
    const items = itemsOf(partsOf(bytesOf(files[name] ?? '')).extra);
    const small = items.filter((item) => /^documents\/\d+\/proof$|^range\/[0-9a-f]+\/proof$|^(documents\/\d+\/)?body$/.test(item.name));
    return {
      comment,
      items: items.map((item) => `${item.name} ${item.bytes.length}\n`).join(''),
      ...Object.fromEntries(small.map((item) => [item.name.replaceAll(/[/.]/g, '_').replace(/_[0-9a-f]{40}_/, '_'), fromUtf8(item.bytes) ?? ''])),
    };
  });
}
