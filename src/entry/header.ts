import { isBase64url } from '../base/bytes.ts';
import { isObject, type Json, type JsonObject, parseStrictObject, strictJson } from '../base/json.ts';
import { BODY_LEAF_STEP, MAX_BODY_LEAVES, MAX_BODY_SIZE, MAX_PARTIES, MAX_REFS } from '../base/limits.ts';

/** A head the signer had seen: party, generation nonce, size, root (base64url of 16 and 32 bytes). */
export type CitedHead = { readonly party: number; readonly gen: string; readonly size: number; readonly root: string };

/** The commitment to a body: Merkle root over its leaves, their number, and the sum of their bytes. */
export type BodyCommitment = { readonly root: string; readonly n: number; readonly size: number };

/**
 * The signed header line of an entry (spec/entry.md).
 *
 * `{"v":1,"channel":"<32 B>","party":0,"gen":"<16 B>","type":"message","time":1790000000,"after":[[0,"<16 B>",12,"<32 B>"]],
 * "salt":"<16 B>","body":{"root":"<32 B>","n":8,"size":913},"actor":"<SHA-256 of SPKI DER>","refs":[]}` - byte strings are unpadded base64url, `time` is claimed, in whole seconds.
 */
export type Header = {
  readonly channel: string;
  readonly party: number;
  readonly gen: string;
  readonly type: string;
  readonly time: number;
  readonly after: readonly CitedHead[];
  readonly salt: string;
  readonly body: BodyCommitment;
  readonly actor: string;
  /** `refs[0]` is the parent; a matter is the root so reached. */
  readonly refs: readonly string[];
};

const KEYS = ['v', 'channel', 'party', 'gen', 'type', 'time', 'after', 'salt', 'body', 'actor', 'refs'];

/** The strict JSON line of a header, without its newline. */
export function formatHeader(header: Header): string {
  return strictJson({
    v: 1,
    channel: header.channel,
    party: header.party,
    gen: header.gen,
    type: header.type,
    time: header.time,
    after: header.after.map((head) => [head.party, head.gen, head.size, head.root]),
    salt: header.salt,
    body: { root: header.body.root, n: header.body.n, size: header.body.size },
    actor: header.actor,
    refs: [...header.refs],
  });
}

/** The header in a line (no newline), or what was expected; the key order is part of the form. */
export function parseHeader(line: string): { header: Header } | { expected: string } {
  const usual = readUsual(line);
  return usual === undefined ? readAny(line) : { header: usual };
}

// Canonical digits of 16 and of 32 bytes: the bits of the last one that encode nothing are zero. Numbers of 15 digits are safe integers.
const B16 = '[A-Za-z0-9_-]{21}[AQgw]';
const B32 = '[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]';
const WHOLE = '0|[1-9][0-9]{0,14}';
const HEAD = `\\[(?:${WHOLE}),"${B16}",(?:${WHOLE}),"${B32}"\\]`;
const LINE = new RegExp(
  `^\\{"v":1,"channel":"(${B32})","party":(${WHOLE}),"gen":"(${B16})","type":"([a-z][a-z_]{0,31})","time":(${WHOLE}),"after":\\[((?:${HEAD}(?:,${HEAD})*)?)\\],"salt":"(${B16})","body":\\{"root":"(${B32})","n":(${WHOLE}),"size":(${WHOLE})\\},"actor":"(${B32})","refs":\\[((?:"${B32}"(?:,"${B32}")*)?)\\]\\}$`,
);

/**
 * The header in a line that is, character by character, what {@link formatHeader} gives for it; `undefined` for any other, of which {@link readAny} says
 * what was expected. Every entry comes by here several times on its way, and nearly all have this form: it costs a third of parsing JSON and writing it again.
 */
function readUsual(line: string): Header | undefined {
  const found = LINE.exec(line);
  if (found === null) return undefined;
  const [, channel, party, gen, type, time, heads, salt, root, n, size, actor, ids] = found as unknown as Captured;
  const body = commitment(root, Number(n), Number(size));
  const after = headsIn(heads === '' ? [] : heads.slice(1, -1).split('],['));
  // Parsed, not cut out: a part of a text keeps all of it in memory, and is slower wherever it is looked up or written.
  const refs = ids === '' ? [] : (JSON.parse(`[${ids}]`) as string[]);
  if (Number(party) >= MAX_PARTIES || body === undefined || after === undefined || new Set(refs).size !== refs.length || refs.length > MAX_REFS)
    return undefined;
  return { channel, party: Number(party), gen, type, time: Number(time), after, salt, body, actor, refs };
}

type Captured = readonly [
  whole: string,
  channel: string,
  party: string,
  gen: string,
  type: string,
  time: string,
  heads: string,
  salt: string,
  root: string,
  n: string,
  size: string,
  actor: string,
  ids: string,
];

function headsIn(texts: readonly string[]): readonly CitedHead[] | undefined {
  const heads: CitedHead[] = [];
  for (const text of texts) {
    const [party, gen, size, root] = text.split(',') as [string, string, string, string];
    const head = { party: Number(party), gen: gen.slice(1, -1), size: Number(size), root: root.slice(1, -1) };
    if (head.party <= (heads.at(-1)?.party ?? -1) || head.party >= MAX_PARTIES || head.size < 1) return undefined;
    heads.push(head);
  }
  return heads;
}

function readAny(line: string): { header: Header } | { expected: string } {
  const parsed = parseStrictObject(line);
  if ('expected' in parsed) return parsed;
  const value = parsed.value;
  if (Object.keys(value).join() !== KEYS.join()) return { expected: `the header fields ${KEYS.join(', ')} in this order` };
  if (value.v !== 1) return { expected: 'header version 1' };
  const body = parseBody(value.body);
  const after = parseAfter(value.after);
  if (!isBytes(value.channel, 32)) return { expected: 'a channel id of 32 bytes' };
  if (!isWhole(value.party, 0, MAX_PARTIES - 1)) return { expected: 'a party index' };
  if (!isBytes(value.gen, 16)) return { expected: 'a generation of 16 bytes' };
  if (typeof value.type !== 'string' || !/^[a-z][a-z_]{0,31}$/.test(value.type)) return { expected: 'an entry type of lower-case words' };
  if (!isWhole(value.time, 0, Number.MAX_SAFE_INTEGER)) return { expected: 'a claimed time in whole seconds' };
  if (after === undefined) return { expected: 'cited heads, one a party, ascending' };
  if (!isBytes(value.salt, 16)) return { expected: 'a salt of 16 bytes' };
  if (body === undefined)
    return { expected: `a body commitment (n a multiple of ${BODY_LEAF_STEP}, at most ${MAX_BODY_LEAVES} leaves and ${MAX_BODY_SIZE} bytes)` };
  if (!isBytes(value.actor, 32)) return { expected: 'an actor of 32 bytes' };
  const refs = parseRefs(value.refs);
  if (refs === undefined) return { expected: `at most ${MAX_REFS} different references of 32 bytes` };
  const { channel, party, gen, type, time, salt, actor } = value;
  return { header: { channel, party, gen, type, time, after, salt, body, actor, refs } };
}

function parseBody(value: Json | undefined): BodyCommitment | undefined {
  if (!isObject(value) || Object.keys(value).join() !== 'root,n,size') return undefined;
  const { root, n, size } = value as JsonObject;
  return isBytes(root, 32) ? commitment(root, n, size) : undefined;
}

function commitment(root: string, n: Json | undefined, size: Json | undefined): BodyCommitment | undefined {
  if (!isWhole(n, BODY_LEAF_STEP, MAX_BODY_LEAVES) || n % BODY_LEAF_STEP !== 0) return undefined;
  return isWhole(size, 1, MAX_BODY_SIZE) ? { root, n, size } : undefined;
}

function parseAfter(value: Json | undefined): readonly CitedHead[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_PARTIES) return undefined;
  const heads: CitedHead[] = [];
  for (const item of value as readonly Json[]) {
    if (!Array.isArray(item) || item.length !== 4) return undefined;
    const [party, gen, size, root] = item as readonly Json[];
    if (!isWhole(party, (heads.at(-1)?.party ?? -1) + 1, MAX_PARTIES - 1) || !isBytes(gen, 16)) return undefined;
    if (!isWhole(size, 1, Number.MAX_SAFE_INTEGER) || !isBytes(root, 32)) return undefined;
    heads.push({ party, gen, size, root });
  }
  return heads;
}

function parseRefs(value: Json | undefined): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_REFS) return undefined;
  const refs: string[] = [];
  for (const item of value as readonly Json[]) {
    if (!isBytes(item, 32) || refs.includes(item)) return undefined;
    refs.push(item);
  }
  return refs;
}

function isBytes(value: Json | undefined, size: number): value is string {
  return typeof value === 'string' && isBase64url(value, size);
}

function isWhole(value: Json | undefined, min: number, max: number): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}
