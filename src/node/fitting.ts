import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { type Phrase, sayIn } from '../base/phrases.ts';
import { parseFields } from '../document/parse.ts';
import { kindOf } from '../document/registry.ts';
import type { ParsedEntry } from '../entry/entry.ts';
import { frameOf } from '../projection/fold.ts';
import { readAround } from '../projection/joint/around.ts';
import { type Drafted, misplaced, withDraft } from '../projection/joint/drafted.ts';
import { irregularIn, isJoint, type Joint, jointsOf } from '../projection/joint/joint.ts';
import type { Opened } from '../projection/joint/words.ts';
import { parseMatter } from '../projection/matter.ts';
import type { MatterRow, VerdictRow } from '../store/store.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import type { PartyNode } from './party-node.ts';
import { shippedProfiles } from './profiles.ts';
import { rawIds } from './views/facts.ts';
import { jointViewsOf } from './views/joint.ts';
import { channelState } from './views/rows.ts';

/**
 * Refuses `does_not_fit`, in the sentence that would stand beside it, for a document of ours that would change nothing: what it answers it cannot, or it makes
 * no sense where the matter stands. In a log such a one is a finding and does no harm (whoever wrote it may not have had the others' words yet), so it is this
 * door alone that asks; what stands in our log already is sent again as it is.
 */
export async function mustFit(
  node: PartyNode,
  channel: ChannelRuntime,
  { id, header }: Pick<ParsedEntry, 'id' | 'header'>,
  fields: ReadonlyMap<string, Json>,
): Promise<void> {
  const kind = kindOf(header.type);
  // To let go of what somebody said, whatever it is, fits everywhere.
  if (kind === undefined || header.type === 'body_erased' || header.type === 'lost') return;
  if ((await channel.store.findEntries(channel.id, rawIds([id]))).length > 0) return;
  const parent = header.refs[0];
  const [verdict] = parent === undefined ? [] : await channel.store.verdicts(channel.id, rawIds([parent]));
  // Nothing is known of what has not arrived: such a document waits for it.
  if (parent !== undefined && verdict === undefined) return;
  const draft = { id, type: header.type, refs: header.refs };
  refuse(node, channel, misplaced(draft, verdict === undefined ? undefined : { type: verdict.type, valid: counts(verdict) }));
  const { document } = parseFields(kind, fields, []);
  const act = { ...draft, time: header.time, frame: frameOf(document) };
  const opened = new Map([[id, { kind, fields: document.fields, erased: [] }]]);
  const [row] = verdict === undefined ? [] : await channel.store.matters(channel.id, { ids: [verdict.matter] });
  const joints = await jointsWith(channel, row, act, opened);
  const found = irregularIn(
    joints.map((joint) => ('findings' in joint ? joint : {})),
    id,
  );
  refuse(node, channel, found[0]?.phrase);
}

function counts({ valid, findings }: VerdictRow): boolean {
  return valid && !/"finding\.(cannot_join|opens_nothing)"/.test(findings);
}

/** What would be joint in the matter with the draft in it. What opens a matter has nothing before it, and nothing of the record is read for it. */
async function jointsWith(
  channel: ChannelRuntime,
  row: MatterRow | undefined,
  draft: Drafted,
  opened: ReadonlyMap<string, Opened>,
): Promise<readonly Joint[]> {
  const { us } = channel.replica;
  if (row !== undefined) {
    const matter = withDraft(parseMatter(row.state), draft, us);
    return isJoint(matter) ? jointViewsOf(channel, await channelState(channel), matter, row.dossier, opened) : [];
  }
  const { parties, quorum } = channel.rules;
  const around = readAround([withDraft(undefined, draft, us)], parties);
  const reading = around.readings.get(draft.id);
  return reading === undefined ? [] : jointsOf(reading, around, { quorum, standing: new Map() });
}

function refuse(node: PartyNode, channel: ChannelRuntime, phrase: Phrase | undefined): void {
  if (phrase === undefined) return;
  const { profile } = node.record(channel.id);
  const words = profile === undefined ? undefined : shippedProfiles().get(profile)?.words;
  throw new ParleyError('does_not_fit', sayIn('en', words)(phrase));
}
