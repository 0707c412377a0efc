/**
 * Bytes of vector files in which much stands many times (cards, keys, signed heads): what stands more than once is in one table, and values name it.
 *
 * A value is a text (its UTF-8 bytes), or a list of pieces to be put one after the other: a text; a number, the part of the table with that index, which
 * is a value without numbers; `{"hex":"…"}`, bytes that are no text; `{"base64":value}`, the base64 text of the bytes of that value.
 */
import { concatAll, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from '../base/bytes.ts';

/** Bytes as such a file holds them. */
export type Shared = string | readonly Piece[];
type Piece = string | number | { readonly hex: string } | { readonly base64: Shared };

/** The bytes of a value; throws for what is none. */
export function bytesOfShared(parts: readonly Shared[], value: Shared): Uint8Array {
  if (typeof value === 'string') return utf8(value);
  return concatAll(
    value.map((piece) => {
      if (typeof piece === 'number') return bytesOfShared([], parts[piece] ?? missing('a part of the table'));
      if (typeof piece === 'string') return utf8(piece);
      if ('hex' in piece) return fromHex(piece.hex) ?? missing('hex');
      return utf8(toBase64(bytesOfShared(parts, piece.base64)));
    }),
  );
}

/** The table for all of these bytes, and their values in the same order. */
export function shareBytes(all: readonly Uint8Array[]): { readonly parts: readonly Shared[]; readonly values: readonly Shared[] } {
  const cut = all.map(cutOf);
  const table = new Table(cut.flatMap(sequencesOf));
  const values = cut.map((pieces) => table.share(pieces));
  return { parts: table.parts, values };
}

/** A part shorter than this is written out wherever it stands. */
const MIN_PART = 24;
/** `{`, with which an entry begins. */
const OPENING = 0x7b;

/** What is counted: a line as text, or bytes that are no text; within a proof, the bundle that its second line is the base64 of. */
type Cut = { readonly text: string } | { readonly hex: string } | { readonly base64: readonly Cut[] };

function cutOf(bytes: Uint8Array): readonly Cut[] {
  const pieces: Cut[] = [];
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(10, from);
    const end = newline === -1 ? bytes.length : newline + 1;
    pieces.push(...cutLine(bytes.subarray(from, end)));
    from = end;
  }
  return pieces;
}

function cutLine(line: Uint8Array): readonly Cut[] {
  const text = fromUtf8(line);
  const [, base64 = ''] = text?.match(/^extra (.*)\n$/) ?? [];
  const inner = base64 === '' ? undefined : fromBase64(base64);
  if (inner !== undefined) return [{ text: 'extra ' }, { base64: cutOf(inner) }, { text: '\n' }];
  // In a tile the length of an entry, two bytes, stands before its first line.
  if (line[0] !== OPENING && line[2] === OPENING) return [line.subarray(0, 2), line.subarray(2)].map(plainCut);
  return [plainCut(line)];
}

function plainCut(bytes: Uint8Array): Cut {
  const text = fromUtf8(bytes);
  return text === undefined ? { hex: toHex(bytes) } : { text };
}

/** The runs in which lines follow each other: of the whole, and of what is base64 in it. */
function sequencesOf(pieces: readonly Cut[]): readonly (readonly string[])[] {
  const runs: string[][] = [[]];
  const inner: (readonly string[])[] = [];
  for (const piece of pieces)
    if ('base64' in piece) {
      inner.push(...sequencesOf(piece.base64));
      runs.push([]);
    } else runs.at(-1)?.push(JSON.stringify(piece));
  return [...runs, ...inner];
}

/** Lines that always follow each other are one part. */
class Table {
  readonly parts: Shared[] = [];
  readonly #counts = new Map<string, number>();
  readonly #next = new Map<string, string | undefined>();
  readonly #before = new Map<string, string | undefined>();
  readonly #places = new Map<string, number>();

  constructor(runs: readonly (readonly string[])[]) {
    for (const run of runs)
      for (const [at, line] of run.entries()) {
        this.#counts.set(line, (this.#counts.get(line) ?? 0) + 1);
        only(this.#next, line, run[at + 1]);
        only(this.#before, line, run[at - 1]);
      }
  }

  share(pieces: readonly Cut[]): Shared {
    const out: Piece[] = [];
    for (let at = 0; at < pieces.length; ) {
      const piece = pieces[at];
      if (piece === undefined) break;
      if ('base64' in piece) {
        out.push({ base64: this.share(piece.base64) });
        at++;
        continue;
      }
      const chain = this.#chain(JSON.stringify(piece));
      out.push(...this.#place(chain));
      at += chain.length;
    }
    return valueFrom(out);
  }

  /** The lines that go with this one wherever it stands, itself first. */
  #chain(line: string): readonly string[] {
    const chain = [line];
    for (let last = line; ; ) {
      const next = this.#next.get(last);
      if (next === undefined || this.#before.get(next) !== last || chain.includes(next)) return chain;
      chain.push(next);
      last = next;
    }
  }

  #place(chain: readonly string[]): readonly Piece[] {
    const pieces = chain.map((line) => JSON.parse(line) as { text: string } | { hex: string }).map((one) => ('text' in one ? one.text : one));
    const [first = ''] = chain;
    if ((this.#counts.get(first) ?? 0) < 2 || JSON.stringify(pieces).length < MIN_PART) return pieces;
    const known = this.#places.get(first);
    if (known !== undefined) return [known];
    this.parts.push(valueFrom(pieces));
    this.#places.set(first, this.parts.length - 1);
    return [this.parts.length - 1];
  }
}

/** Keeps what always stands beside a line: nothing where it is not always the same. */
function only(known: Map<string, string | undefined>, line: string, beside: string | undefined): void {
  if (!known.has(line)) known.set(line, beside);
  else if (known.get(line) !== beside) known.set(line, undefined);
}

/** Texts that follow each other are one. */
function valueFrom(pieces: readonly Piece[]): Shared {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') joined.splice(-1, 1, last + piece);
    else joined.push(piece);
  }
  const [first = ''] = joined;
  return joined.length < 2 && typeof first === 'string' ? first : joined;
}

function missing(what: string): never {
  throw new Error(what);
}
