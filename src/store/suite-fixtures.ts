import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { concat, utf8 } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';
import { leafHash, rootOf } from '../tlog/merkle.ts';
import type { StagedEntry, Store } from './store.ts';

/** SHA-256 for the tests of this room. */
export const sha256: Sha256 = (data) => hash('sha256', data, 'buffer');

/** An attachment of two chunks, with its salt and root. */
export const SALT = utf8('sixteen bytes xx');
export const CHUNKS = [utf8('first chunk'), utf8('second chunk')];
export const BLOB = rootOf(
  sha256,
  CHUNKS.map((chunk) => leafHash(sha256, concat(SALT, chunk))),
);
/** What a receipt's two lines stand for here. */
export const LINES = utf8('the two lines, as they were verified\n');

/** A channel id of the right shape. */
export const CHANNEL = 'c'.repeat(43);
/** The origin of log `n` of {@link CHANNEL}: `parley.v1/` and 40 digits. */
export const originOf = (n: number): string => `parley.v1/${n.toString(16).padStart(40, '0')}`;
/** A staged entry whose bytes say `text`; `extra` overrides. */
export function entryOf(text: string, extra: Partial<StagedEntry> = {}): StagedEntry {
  const bytes = utf8(text);
  return { id: sha256(bytes), leafHash: leafHash(sha256, bytes), bytes, body: utf8(`body of ${text}`), bodyRequired: true, ...extra };
}
/** Creates log `n`, party `n`, in a channel. */
export async function createLog(store: Store, n = 0, channel = CHANNEL): Promise<string> {
  await store.createLog({ origin: originOf(n), channel, party: n, gen: `gen-${n}`.padEnd(22, 'g'), own: n === 0 });
  return originOf(n);
}
/** Stages entries behind what is pending and commits them under a head whose note says `note`. */
export async function append(store: Store, origin: string, texts: readonly string[], note = 'note'): Promise<void> {
  const log = await store.log(origin);
  assert.ok(log);
  await store.stage(
    origin,
    log.pendingSize,
    texts.map((text) => entryOf(text)),
    false,
  );
  const size = log.pendingSize + texts.length;
  const root = await store.rootAt(origin, size);
  assert.equal(await store.commitHead(origin, log, { size, root, note: utf8(note) }), true);
}
/** The texts `entry <from>` to `entry <to - 1>`. */
export const texts = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `entry ${from + i}`);
/** Whether an error is the refusal with this code. */
export const isRefused = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

/** Declares a test on a store of fresh ground. */
export type On = (title: string, work: (store: Store) => Promise<void>) => void;
