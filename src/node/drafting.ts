import { fromBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { type Phrase, sayIn } from '../base/phrases.ts';
import { isAboutEntry } from '../document/about-entries.ts';
import { labelOf } from '../document/form.ts';
import type { Kind } from '../document/kind.ts';
import { checkDraft } from '../document/parse.ts';
import { joins, kindOf } from '../document/registry.ts';
import type { ParsedEntry } from '../entry/entry.ts';
import { isAct } from '../projection/fold.ts';
import { readMatter } from '../projection/joint/reading.ts';
import { sessionOf, sittingFault } from '../projection/joint/session.ts';
import { openingAct, parseMatter } from '../projection/matter.ts';
import type { VerdictRow } from '../store/store.ts';
import type { ChannelRuntime } from './channel-runtime.ts';

const say = sayIn('en');

/**
 * Refuses `invalid`, in a sentence that says what to mend, for a document of ours that would only ever be a finding: faults in what it says, a date that does
 * not go with the time it claims, an answer to what is not here or to what its kind cannot answer. What stands here already is not looked at again.
 */
export async function mustMakeSense(channel: ChannelRuntime, { id, header }: ParsedEntry, fields: ReadonlyMap<string, Json>): Promise<void> {
  const kind = kindOf(header.type);
  if (kind?.signedBy !== 'representative' || (await actOf(channel, id)) !== undefined) return;
  const faults = checkDraft(kind, fields, header.time);
  if (faults.length > 0) throw refused(faults.map(({ field, phrase }) => aboutField(kind, field, phrase)));
  // What an act about an entry may name is judged where it stands.
  if (isAboutEntry(kind.id)) return;
  const [parent] = header.refs;
  if (parent === undefined) {
    if (!kind.opens) throw refused([{ id: 'finding.opens_nothing', values: { kind: kind.id } }]);
    return;
  }
  const answered = await actOf(channel, parent);
  if (answered === undefined) throw refused([{ id: 'fault.answers_nothing' }]);
  if (!answered.valid || !joins(kind, answered.type)) throw refused([{ id: 'finding.cannot_join', values: { kind: kind.id } }]);
  const fault = kind.id === 'sitting' ? await faultOfSitting(channel, answered, fields) : undefined;
  if (fault !== undefined) throw refused([aboutField(kind, 'at', fault)]);
}

async function actOf(channel: ChannelRuntime, id: string): Promise<VerdictRow | undefined> {
  const raw = fromBase64url(id, 32);
  const rows = raw === undefined ? [] : await channel.store.verdicts(channel.id, [raw]);
  return rows.find((row) => isAct(row.type, JSON.parse(row.findings) as readonly Phrase[]));
}

async function faultOfSitting(channel: ChannelRuntime, { matter }: VerdictRow, fields: ReadonlyMap<string, Json>): Promise<Phrase | undefined> {
  const [row] = await channel.store.matters(channel.id, { ids: [matter] });
  const reading = row === undefined ? undefined : readMatter(parseMatter(row.state), channel.rules.parties);
  const session = reading === undefined ? undefined : openingAct(reading.matter);
  if (reading === undefined || session?.type !== 'session') return undefined;
  return sittingFault(sessionOf(reading, session), channel.replica.us, Object.fromEntries(fields));
}

function aboutField(kind: Kind, field: string, phrase: Phrase): Phrase {
  return kind.fields.some(({ name }) => name === field) ? { ...phrase, about: labelOf(kind.id, field) } : phrase;
}

function refused(phrases: readonly Phrase[]): ParleyError {
  return new ParleyError('invalid', phrases.map((phrase) => say(phrase)).join(' '));
}
