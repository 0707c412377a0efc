import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { type Phrase, sayIn } from '../base/phrases.ts';
import { labelOf } from '../document/form.ts';
import type { Fault, Kind } from '../document/kind.ts';
import { checkDraft, parseFields } from '../document/parse.ts';
import { kindOf } from '../document/registry.ts';
import type { ParsedEntry } from '../entry/entry.ts';
import { frameOf } from '../projection/fold.ts';
import { misplaced, withDraft } from '../projection/joint/drafted.ts';
import { irregularIn, isJoint } from '../projection/joint/joint.ts';
import { parseMatter } from '../projection/matter.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import type { PartyNode } from './party-node.ts';
import { shippedProfiles } from './profiles.ts';
import { rawIds } from './views/facts.ts';
import { jointViewsOf } from './views/joint.ts';
import { channelState } from './views/rows.ts';

/** What a party may mean to say all the same: a reveal before its time counts in the end, and an objection that came too late is its author's word. */
const SAID_ALL_THE_SAME: readonly string[] = ['joint.finding.reveal_early', 'joint.finding.objection_late'];

/**
 * Refuses a document of ours that would change nothing, in the sentence that would stand beside it: `invalid` for faults in what it says, a date that does not
 * go with the time it claims, or an answer to what is not here; `does_not_fit` where it cannot answer what it does, or makes no sense where the
 * matter stands. In a log such a one is a finding and does no harm (whoever wrote it may not have had the others' words yet), so it is this door alone that
 * asks; what stands in our log already is sent again as it is.
 */
export async function mustFit(
  node: PartyNode,
  channel: ChannelRuntime,
  { id, header }: ParsedEntry,
  fields: ReadonlyMap<string, Json>,
): Promise<void> {
  const kind = kindOf(header.type);
  if (kind === undefined || (await channel.store.findEntries(channel.id, rawIds([id]))).length > 0) return;
  const faults = checkDraft(kind, fields, header.time);
  if (faults.length > 0) refuse(node, channel, 'invalid', ...faults.map((fault) => aboutField(kind, fault)));
  const parent = header.refs[0];
  const [verdict] = parent === undefined ? [] : await channel.store.verdicts(channel.id, rawIds([parent]));
  if (parent !== undefined && verdict === undefined) refuse(node, channel, 'invalid', { id: 'fault.answers_nothing' });
  const draft = { id, type: header.type, refs: header.refs };
  const counts = verdict?.valid === true && !/"finding\.(cannot_join|opens_nothing)"/.test(verdict.findings);
  refuse(node, channel, 'does_not_fit', misplaced(draft, verdict === undefined ? undefined : { type: verdict.type, valid: counts }));
  const { document } = parseFields(kind, fields, []);
  const [row] = verdict === undefined ? [] : await channel.store.matters(channel.id, { ids: [verdict.matter] });
  const act = { ...draft, time: header.time, frame: frameOf(document) };
  const matter = withDraft(row === undefined ? undefined : parseMatter(row.state), act, channel.replica.us);
  if (!isJoint(matter)) return;
  const opened = new Map([[id, { kind, fields: document.fields, erased: [] }]]);
  const joints = await jointViewsOf(channel, await channelState(channel), matter, row?.dossier ?? rawIds([id])[0] ?? new Uint8Array(32), opened);
  const irregular = irregularIn(
    joints.map((joint) => ('findings' in joint ? joint : {})),
    id,
  );
  refuse(node, channel, 'does_not_fit', irregular.find(({ phrase }) => !SAID_ALL_THE_SAME.includes(phrase.id))?.phrase);
}

/** In the words of the channel, a sentence each. */
function refuse(node: PartyNode, channel: ChannelRuntime, code: 'invalid' | 'does_not_fit', ...phrases: readonly (Phrase | undefined)[]): void {
  const found = phrases.filter((phrase) => phrase !== undefined);
  if (found.length === 0) return;
  const { profile } = node.record(channel.id);
  const say = sayIn('en', profile === undefined ? undefined : shippedProfiles().get(profile)?.words);
  throw new ParleyError(code, found.map((phrase) => say(phrase)).join(' '));
}

function aboutField(kind: Kind, { field, phrase }: Fault): Phrase {
  return kind.fields.some(({ name }) => name === field) ? { ...phrase, about: labelOf(kind.id, field) } : phrase;
}
