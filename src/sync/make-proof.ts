import { utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { actorOf } from '../entry/actor.ts';
import { eraseFields } from '../entry/body.ts';
import { parseEntry } from '../entry/entry.ts';
import { keyOf, type ReaderState } from '../verify/reader-state.ts';
import { formatProof } from '../verify/verify-proof.ts';
import { cardOf, logIn, type Replica } from './replica.ts';
import { serveCheckpoint } from './serve-log.ts';

/** What a proof of one entry is made of beside the logs. */
export type ProofOptions = {
  readonly party: number;
  readonly index: number;
  /** The charter note with all identity lines. */
  readonly charterNote: Uint8Array;
  /** The reader's state of that log: the signer's key is named there. */
  readonly reader: ReaderState;
  /** Fields to withhold: their leaves go as hashes. Padding and all others are disclosed. */
  readonly withhold: readonly string[];
};

/**
 * A proof file of one entry under the log's newest head with every line held over it (spec/bundle.md): whoever reads it learns
 * header, charter, cards and the fields disclosed, and needs nothing else to check it.
 * Refuses `not_found` where the entry is no entry, or its text is not here.
 */
export async function makeProof(replica: Replica, options: ProofOptions): Promise<Uint8Array> {
  const { store, crypto, channel } = replica;
  const log = await logIn(replica, options.party);
  const [row] = options.index < log.size ? await store.entries(log.origin, options.index, options.index + 1) : [];
  const parsed = row === undefined ? undefined : parseEntry(crypto.sha256, row.bytes);
  const checkpoint = await serveCheckpoint(replica, log.origin);
  if (row?.body === undefined || parsed === undefined || 'expected' in parsed || checkpoint === undefined)
    throw new ParleyError('not_found', 'there is nothing here to prove');
  const key = signerKey(replica, options, parsed.entry.header.actor);
  if (key === undefined) throw new ParleyError('not_found', 'the key of its signer is not known');
  const path = await store.inclusionProof(log.origin, options.index, log.size);
  const parts = {
    charterNote: options.charterNote,
    cards: [...channel.parties, ...channel.hosts].map((card) => utf8(card.text)),
    entry: row.bytes,
    body: options.withhold.length === 0 ? row.body : eraseFields(crypto.sha256, row.body, options.withhold),
    key,
  };
  return formatProof(crypto.sha256, { index: options.index, path, checkpoint }, parts);
}

function signerKey(replica: Replica, options: ProofOptions, actor: string): Uint8Array | undefined {
  const { node } = cardOf(replica, options.party);
  if (actorOf(replica.crypto.sha256, node) === actor) return node;
  const person = options.reader.people.get(actor);
  return person === undefined ? undefined : keyOf(person);
}
