import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { type Phrase, sayIn } from '../base/phrases.ts';
import { parseFields } from '../document/parse.ts';
import { kindOf } from '../document/registry.ts';
import type { ParsedEntry } from '../entry/entry.ts';
import { frameOf } from '../projection/fold.ts';
import { misplaced, withDraft } from '../projection/joint/drafted.ts';
import { irregularIn, isJoint } from '../projection/joint/joint.ts';
import { parseMatter } from '../projection/matter.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { isActRow } from './kept-fold.ts';
import type { PartyNode } from './party-node.ts';
import { shippedProfiles } from './profiles.ts';
import { rawIds } from './views/facts.ts';
import { jointViewsOf } from './views/joint.ts';
import { channelState } from './views/rows.ts';

/**
 * What a party may mean to say all the same: a reveal before its time counts in the end, an objection that came too late is its author's word, and where it is
 * the other side alone that left nothing to answer - it performed what it is not bound to, called its record final, ended an instrument - we may dispute that,
 * or say our own part of it: nobody closes our door by what they say.
 */
const SAID_ALL_THE_SAME: readonly string[] = [
  'reveal_early',
  'objection_late',
  'accepted_nothing',
  'correction_final',
  'terminated_again',
  'suspended_late',
].map((id) => `joint.finding.${id}`);

/**
 * Refuses `does_not_fit`, in the sentence that would stand beside it, for a document of ours that would change nothing: what it answers it cannot, or it makes
 * no sense where the matter stands. In a log such a one is a finding and does no harm (whoever wrote it may not have had the others' words yet), so it is this
 * door alone that asks; what stands in our log already is sent again as it is.
 */
export async function mustFit(
  node: PartyNode,
  channel: ChannelRuntime,
  { id, header }: ParsedEntry,
  fields: ReadonlyMap<string, Json>,
): Promise<void> {
  const kind = kindOf(header.type);
  if (kind === undefined || (await channel.store.findEntries(channel.id, rawIds([id]))).length > 0) return;
  const parent = header.refs[0];
  // A copy of what it answers, in another log or too early in its own, is not that act, and takes nothing away from it.
  const verdict = parent === undefined ? undefined : (await channel.store.verdicts(channel.id, rawIds([parent]))).find(isActRow);
  // Nothing is known of what has not arrived: such a document waits for it.
  if (parent !== undefined && verdict === undefined) return;
  const draft = { id, type: header.type, refs: header.refs };
  const counts = verdict?.valid === true && !/"finding\.(cannot_join|opens_nothing)"/.test(verdict.findings);
  refuse(node, channel, misplaced(draft, verdict === undefined ? undefined : { type: verdict.type, valid: counts }));
  const { document } = parseFields(kind, fields, []);
  const [row] = verdict === undefined ? [] : await channel.store.matters(channel.id, { ids: [verdict.matter] });
  const act = { ...draft, time: header.time, frame: frameOf(document) };
  const matter = withDraft(row === undefined ? undefined : parseMatter(row.state), act, channel.replica.us);
  if (!isJoint(matter)) return;
  const opened = new Map([[id, { kind, fields: document.fields, erased: [] }]]);
  const dossier = row?.dossier ?? rawIds([id])[0] ?? new Uint8Array(32);
  const words = { drafted: opened, ...(parent === undefined ? {} : { read: parent }) };
  const joints = await jointViewsOf(channel, await channelState(channel), matter, dossier, words);
  const irregular = irregularIn(
    joints.map((joint) => ('findings' in joint ? joint : {})),
    id,
  );
  refuse(node, channel, irregular.find(({ phrase }) => !SAID_ALL_THE_SAME.includes(phrase.id))?.phrase);
}

function refuse(node: PartyNode, channel: ChannelRuntime, phrase: Phrase | undefined): void {
  if (phrase === undefined) return;
  const { profile } = node.record(channel.id);
  const words = profile === undefined ? undefined : shippedProfiles().get(profile)?.words;
  throw new ParleyError('does_not_fit', sayIn('en', words)(phrase));
}
