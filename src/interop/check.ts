import { fromUtf8 } from '../base/bytes.ts';
import { MAX_CHECK_SIZE } from '../base/limits.ts';
import { readJson } from './json.ts';
import { type Recognised, recogniseJson, recogniseXml } from './others.ts';
import { plain, Report } from './report.ts';
import { checkStix, isStix } from './stix/stix.ts';
import { lookAtXml } from './xml.ts';

/** What a file is, whether it is valid, and why not. The sentences and counts are bounded and safe to print. */
export type CheckResult = {
  /** The name given for the file, as given. */
  readonly file: string;
  /** `stix`, `misp`, `csaf`, `iodef`, a detector's format; `json` or `xml` when only that much is known; `unknown`. */
  readonly format: string;
  readonly version: string | null;
  /** Whether everything this version checks of the format holds; a warning says so where that is little. */
  readonly valid: boolean;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
};

/** A format of another room: recognised by content, never by name; neither function throws on any bytes. */
export type Detector = {
  readonly format: string;
  recognise(bytes: Uint8Array): boolean;
  /** What it found; without `valid`, a file without errors is valid. */
  check(bytes: Uint8Array): Promise<Partial<Omit<CheckResult, 'file'>>> | Partial<Omit<CheckResult, 'file'>>;
};

type Outcome = Partial<Omit<CheckResult, 'file'>>;

/**
 * Says what a file is and whether it is valid, by its content alone.
 *
 * The detectors are asked first and in their order, so the most particular stands first; then compressed and binary files, XML and JSON.
 * Throws nothing on any bytes.
 */
export async function checkFile(file: string, bytes: Uint8Array, detectors: readonly Detector[]): Promise<CheckResult> {
  const outcome = await look(bytes, detectors);
  const errors = outcome.errors ?? [];
  return { file, format: 'unknown', version: null, valid: errors.length === 0, warnings: [], counts: {}, ...outcome, errors };
}

async function look(bytes: Uint8Array, detectors: readonly Detector[]): Promise<Outcome> {
  if (bytes.length === 0) return unknown('the file is empty');
  if (bytes.length > MAX_CHECK_SIZE) return unknown(`the file is larger than ${MAX_CHECK_SIZE / 1024 ** 2} MiB`);
  for (const detector of detectors) {
    if (detector.recognise(bytes)) return { ...(await detector.check(bytes)), format: detector.format };
  }
  const binary = BINARY.find(({ start, at = 0 }) => [...start].every((c, i) => bytes[at + i] === c.charCodeAt(0)));
  if (binary !== undefined) return unknown(binary.sentence);
  // The first character that is no white space and no byte order mark decides: 0x20, tab, LF, CR, EF BB BF.
  const first = bytes.find((byte) => ![0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].includes(byte));
  if (first === 0x7b || first === 0x5b) return checkJson(bytes);
  const text = fromUtf8(bytes);
  if (text === undefined || text.includes('\0')) return unknown('this is not text, and no binary format known here');
  return first === 0x3c ? checkXml(text) : unknown('this is text of no format known here');
}

function unknown(sentence: string): Outcome {
  return { errors: [sentence] };
}

/** First bytes (as Latin-1) of files people hand over by mistake, or before unpacking. */
const BINARY: readonly { readonly start: string; readonly at?: number; readonly sentence: string }[] = [
  { start: '\x1f\x8b', sentence: 'this is gzip-compressed; unpack it first' },
  { start: 'PK\x03\x04', sentence: 'this is a ZIP archive; unpack it first' },
  { start: 'BZh', sentence: 'this is bzip2-compressed; unpack it first' },
  { start: '\xfd7zXZ\0', sentence: 'this is xz-compressed; unpack it first' },
  { start: '\x28\xb5\x2f\xfd', sentence: 'this is Zstandard-compressed; unpack it first' },
  { start: "7z\xbc\xaf'\x1c", sentence: 'this is a 7-Zip archive; unpack it first' },
  { start: 'ustar', at: 257, sentence: 'this is a tar archive; unpack it first' },
  { start: 'age-encryption.org/', sentence: 'this is encrypted with age; decrypt it first' },
  { start: '-----BEGIN PGP MESSAGE', sentence: 'this is encrypted with OpenPGP; decrypt it first' },
  { start: '%PDF-', sentence: 'this is a PDF, which is for people and not checked' },
  { start: 'SQLite format 3\0', sentence: 'this is a database; check an export of it' },
  { start: '\xff\xfe', sentence: 'this is UTF-16 text; save it as UTF-8 first' },
  { start: '\xfe\xff', sentence: 'this is UTF-16 text; save it as UTF-8 first' },
];

const NOT_VALIDATED = 'recognised, not validated by this version: only that it can be read was checked';

function checkJson(bytes: Uint8Array): Outcome {
  const read = readJson(bytes);
  if ('fault' in read) return { format: 'json', errors: [`this looks like JSON and cannot be read: ${read.fault}`] };
  const at = new Report();
  for (const problem of read.problems) at.error(problem);
  if (isStix(read.value)) {
    const content = checkStix(read.value, at);
    return { format: 'stix', ...content, ...at.found() };
  }
  const other = recogniseJson(read.value);
  if (other !== undefined) return recognised(other, read.problems);
  return { format: 'json', errors: [...read.problems, 'this is JSON of no format known here'] };
}

function checkXml(text: string): Outcome {
  const xml = lookAtXml(text);
  if (xml === undefined) return unknown('this begins like XML and has no root element');
  const faults = xml.fault === undefined ? [] : [`not well-formed XML: ${xml.fault}`];
  const other = recogniseXml(xml);
  if (other !== undefined) return recognised(other, faults);
  return { format: 'xml', errors: [...faults, `this is XML of no format known here (root element ${plain(xml.root)})`] };
}

function recognised(what: Recognised, errors: readonly string[]): Outcome {
  return { ...what, errors, warnings: [NOT_VALIDATED] };
}
