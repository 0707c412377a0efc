import { equal, fromUtf8, parseDecimal, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import type { Sha256 } from '../base/ports.ts';
import { formatVerifierKey, parseVerifierKey, SIGNATURE_TYPE, type VerifierKey } from './note.ts';

/** A key with a name of its own inside the policy. */
export type PolicyWitness = { readonly name: string; readonly key: VerifierKey };
/** At least `threshold` of the members, each a witness or an earlier group. */
export type PolicyGroup = { readonly name: string; readonly threshold: number; readonly members: readonly string[] };

/** Which logs are known, who witnesses them, and which witnesses are enough. `quorum` is the name of a witness or group, or `none`. */
export type Policy = {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  readonly quorum: string;
};

/** The largest policy that is read, bytes: 32 logs, 32 witnesses and 32 groups with ML-DSA-44 keys fit several times over. */
export const MAX_POLICY_SIZE = 1024 * 1024;

/**
 * The text of a policy; any tool that reads C2SP tlog-policy can then verify our proofs.
 *
 * ```
 * log parley.v1/8c15...+2c5c39f2+AQOhB7...
 * witness log-pq parley.v1/8c15...+aa6bff70+BhUh...
 * witness held-ed parley.v1/1ca9.../held+...
 * group both 2 log-pq held-ed
 * quorum both
 * ```
 * A log's ML-DSA-44 key is listed as a witness of a group that needs all, since one known key of a log would be enough otherwise.
 * Source: C2SP tlog-policy, "Policy file syntax and structure".
 */
export function formatPolicy(sha256: Sha256, policy: Policy): string {
  const vkey = ({ name, type, key }: VerifierKey): string => formatVerifierKey(sha256, name, type, key);
  const text = [
    ...policy.logs.map((key) => `log ${vkey(key)}\n`),
    ...policy.witnesses.map(({ name, key }) => `witness ${name} ${vkey(key)}\n`),
    ...policy.groups.map(({ name, threshold, members }) => `group ${name} ${threshold} ${members.join(' ')}\n`),
    `quorum ${policy.quorum}\n`,
  ].join('');
  assert('policy' in parsePolicy(sha256, utf8(text)), 'a policy that is written can be read');
  return text;
}

/** The policy in these bytes, or what was expected and in which line (1-based). URLs are passed over; text is UTF-8. */
export function parsePolicy(sha256: Sha256, bytes: Uint8Array): { policy: Policy } | { expected: string; line: number } {
  const text = bytes.length <= MAX_POLICY_SIZE ? fromUtf8(bytes) : undefined;
  if (text === undefined) return { expected: `UTF-8 text of at most ${MAX_POLICY_SIZE} bytes`, line: 1 };
  const lines = text.split('\n');
  if (lines.pop() !== '') return { expected: 'a newline at the end', line: lines.length + 1 };
  const draft: Draft = { logs: [], witnesses: [], groups: [], names: new Set(), members: new Set(), quorum: undefined };
  for (const [i, line] of lines.entries()) {
    const expected = readLine(sha256, draft, line);
    if (expected !== undefined) return { expected, line: i + 1 };
  }
  const { logs, witnesses, groups, quorum } = draft;
  return quorum === undefined ? { expected: 'a quorum line', line: lines.length + 1 } : { policy: { logs, witnesses, groups, quorum } };
}

/** Whether these witnesses, by their names in the policy, meet its quorum. */
export function meetsQuorum(policy: Policy, witnessed: ReadonlySet<string>): boolean {
  if (policy.quorum === 'none') return true;
  const met = new Set(policy.witnesses.map(({ name }) => name).filter((name) => witnessed.has(name)));
  // Groups refer only to what stands before them, so one pass in order decides all.
  for (const { name, threshold, members } of policy.groups) if (members.filter((member) => met.has(member)).length >= threshold) met.add(name);
  return met.has(policy.quorum);
}

type Draft = {
  logs: VerifierKey[];
  witnesses: PolicyWitness[];
  groups: PolicyGroup[];
  /** Witnesses and groups defined so far: one namespace. */
  names: Set<string>;
  /** Names that are a member of some group: each may be one once. */
  members: Set<string>;
  quorum: string | undefined;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** Adds one line to the draft, or says what was expected. */
function readLine(sha256: Sha256, draft: Draft, line: string): string | undefined {
  if (FORBIDDEN.test(line)) return 'no control characters but tab and newline';
  const items = line.split(/[ \t]+/).filter((item) => item !== '');
  const [keyword, ...rest] = items;
  if (keyword === undefined || keyword.startsWith('#')) return undefined;
  if (keyword === 'log') return readLog(sha256, draft, rest);
  if (keyword === 'witness') return readWitness(sha256, draft, rest);
  if (keyword === 'group') return readGroup(draft, rest);
  if (keyword === 'quorum') return readQuorum(draft, rest);
  return 'log, witness, group or quorum';
}

function readLog(sha256: Sha256, draft: Draft, [vkey, ...more]: string[]): string | undefined {
  const parsed = vkey === undefined || more.length > 1 ? { expected: 'a verifier key and at most a URL' } : parseVerifierKey(sha256, vkey);
  if ('expected' in parsed) return parsed.expected;
  if (!isKeyOf([SIGNATURE_TYPE.ed25519, SIGNATURE_TYPE.mlDsa44Cosignature], parsed.key)) return 'an Ed25519 or ML-DSA-44 log key';
  if (draft.logs.some(({ key }) => equal(key, parsed.key.key))) return 'each log key once';
  draft.logs.push(parsed.key);
  return undefined;
}

function readWitness(sha256: Sha256, draft: Draft, [name, vkey, ...more]: string[]): string | undefined {
  if (name === undefined || vkey === undefined || more.length > 1) return 'a name, a verifier key and at most a URL';
  if (name === 'none' || draft.names.has(name)) return 'a name not used before';
  const parsed = parseVerifierKey(sha256, vkey);
  if ('expected' in parsed) return parsed.expected;
  if (!isKeyOf([SIGNATURE_TYPE.ed25519Cosignature, SIGNATURE_TYPE.mlDsa44Cosignature], parsed.key)) return 'an Ed25519 or ML-DSA-44 cosignature key';
  if (draft.witnesses.some(({ key }) => equal(key.key, parsed.key.key))) return 'each witness key once';
  draft.names.add(name);
  draft.witnesses.push({ name, key: parsed.key });
  return undefined;
}

function readGroup(draft: Draft, [name, count, ...members]: string[]): string | undefined {
  if (name === undefined || count === undefined || members.length === 0) return 'a name, all, any or a number, and members';
  if (name === 'none' || draft.names.has(name)) return 'a name not used before';
  const threshold = count === 'all' ? members.length : count === 'any' ? 1 : parseDecimal(count);
  if (threshold === undefined || threshold < 1 || threshold > members.length) return 'all, any, or a number from 1 to that of the members';
  for (const member of members) {
    if (!draft.names.has(member)) return 'members defined before';
    if (draft.members.has(member)) return 'each name a member once';
    draft.members.add(member);
  }
  draft.names.add(name);
  draft.groups.push({ name, threshold, members });
  return undefined;
}

function readQuorum(draft: Draft, [name, ...more]: string[]): string | undefined {
  if (name === undefined || more.length > 0) return 'one name';
  if (draft.quorum !== undefined) return 'one quorum line';
  if (name !== 'none' && !draft.names.has(name)) return 'none, or a witness or group defined before';
  draft.quorum = name;
  return undefined;
}

function isKeyOf(types: readonly number[], { type, key }: VerifierKey): boolean {
  return types.includes(type) && key.length === (type === SIGNATURE_TYPE.mlDsa44Cosignature ? 1312 : 32);
}
