/** Seeded mutations of everything that strangers and counterparties send: what is changed proves nothing that the original did not, and stops nothing. */
import { readFileSync } from 'node:fs';
import { concat, fromBase64url, fromHex, utf8 } from '../src/base/bytes.ts';
import type { SignatureCheck } from '../src/base/ports.ts';
import { parseCard } from '../src/entry/card.ts';
import { assembleChannel, parseCharter } from '../src/entry/charter.ts';
import { entryCheck, parseEntry } from '../src/entry/entry.ts';
import { parseFoundingNote } from '../src/entry/founding.ts';
import { parseIdentityNote, thresholdChecks } from '../src/entry/identity-note.ts';
import { testCrypto as crypto } from '../src/node/fixtures-channel.ts';
import { parseCheckpoint } from '../src/tlog/checkpoint.ts';
import { findPair } from '../src/tlog/cosignature.ts';
import { figuresFrom } from '../src/tlog/fixtures-tree.ts';
import { checkpointChecks } from '../src/tlog/log-signature.ts';
import { parseLines, parseNote } from '../src/tlog/note.ts';
import { verifyFile } from '../src/verify/verify-file.ts';

const { sha256 } = crypto;
const HANG_MS = 1000;

/** What whoever believes these bytes takes as proved, a text each; none where they are refused. */
type Believe = (bytes: Uint8Array) => Promise<readonly string[]>;

/** A kind of thing that is sent: good ones, and how they are judged. */
type Subject = { readonly name: string; readonly samples: readonly Uint8Array[]; readonly believe: (sample: number) => Believe };

/** What so many mutations came to. `same` proved only what the original did: a line of a key nobody knows put in or taken out, an item less. */
export type Outcome = { tried: number; refused: number; same: number; accepted: string[]; crashes: string[]; hangs: string[] };

type Vector = { readonly comment: string; readonly valid?: boolean };
function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8')) as T;
}
const good = <T extends Vector>(name: string): readonly T[] => read<readonly T[]>(name).filter(({ valid }) => valid === true);
const holds = async (checks: readonly SignatureCheck[]): Promise<boolean> => checks.length > 0 && (await crypto.verify(checks)).every(Boolean);

type Key = { readonly role: string; readonly name: string; readonly ed25519_key: string; readonly ml_dsa_44_key: string };
const keys = new Map(
  read<readonly Key[]>('tlog/keys.json').map((key) => {
    const raw = { ed25519: fromHex(key.ed25519_key) ?? new Uint8Array(), mlDsa44: fromHex(key.ml_dsa_44_key) ?? new Uint8Array() };
    return [key.role, { name: key.name, ...raw }] as const;
  }),
);
const keysOf = (role: string) => keys.get(role) ?? { name: '', ed25519: new Uint8Array(), mlDsa44: new Uint8Array() };

function entries(): Subject {
  const given = good<Vector & { entry: string; key: string; signed: boolean }>('entry/entries.json').filter(({ signed }) => signed);
  return {
    name: 'entry',
    samples: given.map(({ entry }) => utf8(entry)),
    believe: (sample) => async (bytes) => {
      const parsed = parseEntry(sha256, bytes);
      if ('expected' in parsed) return [];
      const check = entryCheck(sha256, parsed.entry, fromBase64url(given[sample]?.key ?? '') ?? new Uint8Array(), 'rep');
      return check !== undefined && (await holds([check])) ? [`${parsed.entry.text}${parsed.entry.line.signature}`] : [];
    },
  };
}

function checkpoints(): Subject {
  const given = good<Vector & { note: string; role: string }>('tlog/checkpoints.json');
  return {
    name: 'checkpoint',
    samples: given.map(({ note }) => utf8(note)),
    believe: (sample) => async (bytes) => {
      const found = checkpointChecks(sha256, keysOf(given[sample]?.role ?? ''), bytes);
      if ('expected' in found || !(await holds(found.checks))) return [];
      const { origin, size, root } = found.checkpoint;
      return [`${origin} ${size} ${root} ${found.logLines.map(({ signature }) => signature).join()}`];
    },
  };
}

function cosignatures(): Subject {
  const given = good<Vector & { role: string; checkpoint: string; lines: string }>('tlog/cosignatures.json');
  return {
    name: 'cosignature',
    // Lines and the text they are over, as they come together; the text is not what a peer may choose, but it may be changed on the way.
    samples: given.map(({ checkpoint, lines }) => utf8(`${checkpoint}\n${lines}`)),
    believe: (sample) => async (bytes) => {
      const note = parseNote(bytes);
      const head = 'note' in note ? parseCheckpoint(note.note.text) : note;
      const lines = 'note' in note ? parseLines(bytes.subarray(utf8(note.note.text).length + 1)) : note;
      if ('expected' in head || 'expected' in lines) return [];
      const pair = findPair(sha256, keysOf(given[sample]?.role ?? ''), lines.lines, head.checkpoint);
      if ('expected' in pair || !(await holds(pair.checks))) return [];
      const { origin, size, root } = head.checkpoint;
      return [`${pair.time} ${origin} ${size} ${root} ${pair.lines.map(({ signature }) => signature).join()}`];
    },
  };
}

/** Proofs of entries, of forks, and against cosigners: all that `parley verify` takes but whole records. */
function proofs(): Subject {
  const given = read<readonly { proof: string; verdict: string }[]>('record/proofs.json').filter(({ verdict }) => verdict === 'verified');
  const filesIn = (name: string): readonly string[] => {
    const { files, cases } = read<{ files: Record<string, string>; cases: { file: string; edits: unknown[]; verdict: string }[] }>(`fork/${name}`);
    const convicting = new Set(cases.flatMap(({ file, edits, verdict }) => (verdict === 'fork' && edits.length === 0 ? [file] : [])));
    return Object.entries(files).flatMap(([file, text]) => (convicting.has(file) ? [text] : []));
  };
  return {
    name: 'proof',
    samples: [...given.map(({ proof }) => proof), ...filesIn('forks.json'), ...filesIn('faults.json')].map(utf8),
    believe: () => async (bytes) => {
      const { verdict, sentences } = await verifyFile(crypto, bytes);
      return verdict === 'not-verified' ? [] : sentences.flatMap(({ ok, phrase }) => (ok === true ? [JSON.stringify(phrase)] : []));
    },
  };
}

function charters(): Subject {
  const given = good<Vector & { note: string }>('founding/charters.json');
  const cards = read<readonly { text: string }[]>('founding/cards.json').flatMap(({ text }) => {
    const parsed = parseCard(text);
    return 'card' in parsed ? [parsed.card] : [];
  });
  return {
    name: 'charter',
    samples: given.map(({ note }) => utf8(note)),
    believe: () => async (bytes) => {
      const note = parseNote(bytes);
      const charter = 'note' in note ? parseCharter(note.note.text.slice(0, -1)) : note;
      if ('expected' in note || 'expected' in charter) return [];
      const made = assembleChannel(sha256, charter.charter, cards);
      if ('expected' in made) return [];
      for (const card of made.channel.parties) {
        const found = thresholdChecks(sha256, note.note, card.identity, false);
        if ('expected' in found || !(await holds(found.checks))) return [];
      }
      return [made.channel.id];
    },
  };
}

function invites(): Subject {
  const given = good<Vector & { note: string; founding: string }>('founding/notes.json').filter(({ founding }) => founding !== 'decline');
  return {
    name: 'invite',
    samples: given.map(({ note }) => utf8(note)),
    believe: () => async (bytes) => {
      const parsed = parseFoundingNote(sha256, bytes);
      if ('expected' in parsed || !('checks' in parsed.note) || !(await holds(parsed.note.checks))) return [];
      // The keys are in the text: another text under other keys would be another party's word, and no mutation has those.
      return [parsed.note.signed.text];
    },
  };
}

function identityNotes(): Subject {
  type Given = Vector & { note: string; identity: { keys: string[]; threshold: number } };
  const given = good<Given>('entry/identity-notes.json');
  return {
    name: 'identity note',
    samples: given.map(({ note }) => utf8(note)),
    believe: (sample) => async (bytes) => {
      const parsed = parseIdentityNote(bytes);
      const { keys: raw, threshold } = given[sample]?.identity ?? { keys: [], threshold: 1 };
      const all = raw.map((key) => fromBase64url(key) ?? new Uint8Array());
      if ('expected' in parsed) return [];
      const found = thresholdChecks(sha256, parsed.signed, { keys: all, threshold, nextThreshold: 1, nextDigests: all });
      return 'checks' in found && (await holds(found.checks)) ? [parsed.signed.text] : [];
    },
  };
}

/** Mutates each kind of thing `each` times and looks what comes of it. The same seed makes the same bytes. */
export async function mutateEverything(each: number, seed: number): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (const subject of [entries(), checkpoints(), cosignatures(), proofs(), charters(), invites(), identityNotes()]) {
    const outcome: Outcome = { tried: 0, refused: 0, same: 0, accepted: [], crashes: [], hangs: [] };
    const figure = figuresFrom(seed);
    const claims = await Promise.all(subject.samples.map((sample, i) => subject.believe(i)(sample)));
    if (claims.some((claim) => claim.length === 0)) throw new Error(`a sample of ${subject.name} proves nothing`);
    while (outcome.tried < each) {
      const at = Math.floor(figure() * subject.samples.length);
      const original = subject.samples[at] ?? new Uint8Array();
      const bytes = mutate(original, subject.samples[Math.floor(figure() * subject.samples.length)] ?? original, figure);
      if (bytes.length === original.length && bytes.every((byte, i) => byte === original[i])) continue;
      outcome.tried++;
      await judge(outcome, `${subject.name} ${at}, mutation ${outcome.tried}`, subject.believe(at), bytes, new Set(claims[at]));
    }
    outcomes.set(subject.name, outcome);
  }
  return outcomes;
}

async function judge(outcome: Outcome, what: string, believe: Believe, bytes: Uint8Array, claims: ReadonlySet<string>): Promise<void> {
  const started = performance.now();
  try {
    const believed = await believe(bytes);
    if (believed.length === 0) outcome.refused++;
    else if (believed.every((claim) => claims.has(claim))) outcome.same++;
    else outcome.accepted.push(what);
  } catch (error) {
    outcome.crashes.push(`${what}: ${error}`);
  }
  // A busy machine may stop us for a second; what hangs does so every time.
  if (performance.now() - started > HANG_MS && (await quickest(() => believe(bytes).catch(() => []))) > HANG_MS) outcome.hangs.push(what);
}

async function quickest(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const started = performance.now();
    await work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

const DIGITS = utf8('0123456789');
const TOKENS = [
  '\n',
  '\n\n',
  '\u2014 ',
  ' ',
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\0',
  '\r',
  '\ufeff',
  '-1',
  '1e999',
  '9007199254740993',
  'null',
  '\\u0000',
].map(utf8);

/** Bytes changed in one to three places: flipped, set, cut out, put in, repeated, moved, cut off, taken from another good one, a number changed. */
function mutate(original: Uint8Array, other: Uint8Array, figure: () => number): Uint8Array {
  const below = (n: number): number => Math.floor(figure() * n);
  let bytes = original;
  for (let times = 1 + below(3); times > 0; times--) {
    const at = below(bytes.length + 1);
    const length = 1 + below(figure() < 0.5 ? 4 : 200);
    const cut = bytes.subarray(at, at + length);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const place = Math.min(at, bytes.length - 1);
    const choices: readonly (() => Uint8Array)[] = [
      () => bytes.with(place, (bytes[place] ?? 0) ^ (1 << below(8))),
      () => bytes.with(place, below(256)),
      () => bytes.with(place, DIGITS[below(10)] ?? 48),
      () => concat(before, bytes.subarray(at + length)),
      () =>
        concat(
          before,
          Uint8Array.from({ length }, () => below(256)),
          after,
        ),
      () => concat(before, TOKENS[below(TOKENS.length)] ?? cut, after),
      () => concat(before, cut, after),
      () => bytes.slice(0, at),
      () => concat(before, other.subarray(below(other.length))),
      () => concat(before, other.subarray(at, at + length), bytes.subarray(at + length)),
      () => swapLines(bytes, below),
      () => dropOrRepeatLine(bytes, below),
    ];
    if (bytes.length > 0) bytes = (choices[below(choices.length)] ?? (() => bytes))();
  }
  return bytes;
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const to = end === -1 ? bytes.length : end + 1;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  return lines;
}

function swapLines(bytes: Uint8Array, below: (n: number) => number): Uint8Array {
  const lines = linesOf(bytes);
  const [i, j] = [below(lines.length), below(lines.length)];
  const [one, two] = [lines[i] ?? bytes, lines[j] ?? bytes];
  return concat(...lines.with(i, two).with(j, one));
}

function dropOrRepeatLine(bytes: Uint8Array, below: (n: number) => number): Uint8Array {
  const lines = linesOf(bytes);
  const i = below(lines.length);
  return concat(...lines.toSpliced(i, 1, ...(below(2) === 0 ? [] : [lines[i] ?? bytes, lines[i] ?? bytes])));
}
