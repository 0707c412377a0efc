import { utf8 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Json } from '../../base/json.ts';
import type { Signer } from '../../base/ports.ts';
import { kindOf } from '../../document/registry.ts';
import { actorOf } from '../../entry/actor.ts';
import { openBody } from '../../entry/body.ts';
import { formatBundle } from '../../entry/bundle.ts';
import { composeEntry, type ParsedEntry, parseEntry } from '../../entry/entry.ts';
import { nodeRandom } from '../../node/crypto.ts';
import { signCheckpoint } from '../../tlog/log-signature.ts';
import { leafHash, rootOf } from '../../tlog/merkle.ts';
import { originHash } from '../../tlog/origin.ts';
import type { RecordFile } from '../../verify/record-file.ts';
import { keysOf, ownLog, recordOf, sendAsCheat, type Theatre } from './theatre.ts';

/** What the cheat now says it had said. */
const INSTEAD = 'Nothing of the kind was ever said.';

/** A second history: the document that was changed, its place, and what the other side's node answered to the head over it. */
export type Rewritten = { readonly entry: string; readonly index: number; readonly size: number; readonly status: number };

/**
 * Rewrites the cheat's own history: its last document says something else, every leaf after it stays, and the new head, which both log keys sign,
 * is shown to the other side. The cheat's own node and directory are left as they are: this is what a dishonest copy of it could do.
 *
 * Refuses `not_found` where none of the demonstration's people has said anything yet.
 */
export async function rewrite(theatre: Theatre): Promise<Rewritten> {
  const { crypto } = theatre;
  const record = await recordOf(theatre, theatre.cheat);
  const { log, card } = ownLog(theatre, record);
  const found = await lastDocument(theatre, record, log.entries);
  const { header } = found.entry;
  const { channel, party, gen, type, time, after, refs } = header;
  const draft = { channel, party, gen, type, time, after, refs, fields: found.fields };
  const forged = await composeEntry(crypto.sha256, nodeRandom, draft, found.signer, 'rep');
  const leaves = log.entries.with(found.index, forged.bytes).map((bytes) => leafHash(crypto.sha256, bytes));
  const keys = keysOf(theatre, card);
  const head = { origin: log.origin, size: leaves.length, root: rootOf(crypto.sha256, leaves) };
  const note = await signCheckpoint(crypto.sha256, { ed25519: keys.logEd, mlDsa44: keys.logPq }, head);
  const body = formatBundle([
    { name: 'old', bytes: utf8(String(head.size)) },
    { name: 'checkpoint', bytes: note },
  ]);
  const answer = await sendAsCheat(theatre, record, card, { method: 'POST', path: `/log/${originHash(log.origin) ?? ''}/push`, body });
  return { entry: found.entry.id, index: found.index, size: head.size, status: answer.status };
}

type Found = { readonly index: number; readonly entry: ParsedEntry; readonly fields: readonly (readonly [string, Json])[]; readonly signer: Signer };

/** The last document signed by a key that the demonstration keeps, with its text changed: a visitor's key is in the visitor's browser. */
async function lastDocument(theatre: Theatre, record: RecordFile, entries: readonly Uint8Array[]): Promise<Found> {
  const { sha256 } = theatre.crypto;
  const signers = new Map<string, Signer>();
  for (const { slug, party } of theatre.scenario.people) {
    if (party !== theatre.us) continue;
    const { signer } = await theatre.cheat.keys.author(slug);
    signers.set(actorOf(sha256, signer.publicKey), signer);
  }
  for (let index = entries.length - 1; index > 0; index--) {
    const parsed = parseEntry(sha256, entries[index] ?? new Uint8Array());
    if ('expected' in parsed) continue;
    const signer = signers.get(parsed.entry.header.actor);
    const body = record.bodies.get(parsed.entry.id);
    const opened = body === undefined ? undefined : openBody(sha256, parsed.entry.header.body, body);
    const fields = opened === undefined || 'expected' in opened ? undefined : reworded(parsed.entry.header.type, opened.body.fields);
    if (signer !== undefined && fields !== undefined) return { index, entry: parsed.entry, fields, signer };
  }
  throw new ParleyError('not_found', `${theatre.cheat.name} has said nothing yet that could be rewritten`);
}

/** The fields with the longest of their texts replaced. */
function reworded(type: string, fields: ReadonlyMap<string, Json>): readonly (readonly [string, Json])[] | undefined {
  const texts = kindOf(type)?.fields.filter(({ shape, name }) => shape === 'text' && typeof fields.get(name) === 'string') ?? [];
  const [longest] = texts.map(({ name }) => name).sort((a, b) => String(fields.get(b)).length - String(fields.get(a)).length);
  return longest === undefined ? undefined : [...fields].map(([name, value]) => [name, name === longest ? INSTEAD : value] as const);
}
