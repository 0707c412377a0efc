import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { type Phrase, sayIn } from '../base/phrases.ts';
import { labelOf } from '../document/form.ts';
import type { Fault, Kind } from '../document/kind.ts';
import { checkDraft, parseFields } from '../document/parse.ts';
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

/** What counts where it stands, and is not what anybody means who drafts it: a claim is taken back by withdrawing it. */
const NOT_MEANT: readonly string[] = ['joint.finding.denies_own'];

/**
 * Refuses a document of ours that would change nothing, in the sentence that would stand beside it: `invalid` for faults in what it says, a date that does not
 * go with the time it claims, or an answer to what is not here; `does_not_fit` where it cannot answer what it does, or makes no sense where the
 * matter stands. In a log such a one is a finding and does no harm (whoever wrote it may not have had the others' words yet), so it is this door alone that
 * asks; what stands in our log already is sent again as it is.
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
  const faults = checkDraft(kind, fields, header.time);
  if (faults.length > 0) refuse(node, channel, 'invalid', ...faults.map((fault) => aboutField(kind, fault)));
  const parent = header.refs[0];
  // A copy of what it answers, in another log or too early in its own, is not that act, and takes nothing away from it.
  const verdict = parent === undefined ? undefined : (await channel.store.verdicts(channel.id, rawIds([parent]))).find(isActRow);
  if (parent !== undefined && verdict === undefined) refuse(node, channel, 'invalid', { id: 'fault.answers_nothing' });
  const draft = { id, type: header.type, refs: header.refs };
  refuse(node, channel, 'does_not_fit', misplaced(draft, verdict === undefined ? undefined : { type: verdict.type, valid: counts(verdict) }));
  const { document } = parseFields(kind, fields, []);
  const act = { ...draft, time: header.time, frame: frameOf(document) };
  const opened = new Map([[id, { kind, fields: document.fields, erased: [] }]]);
  const [row] = verdict === undefined ? [] : await channel.store.matters(channel.id, { ids: [verdict.matter] });
  const joints = await jointsWith(channel, row, act, { drafted: opened, ...(parent === undefined ? {} : { read: parent }) });
  const views = joints.map((joint) => ({ findings: ('findings' in joint ? joint.findings : undefined) ?? [] }));
  const found = irregularIn(views, id).filter(({ phrase }) => !SAID_ALL_THE_SAME.includes(phrase.id));
  const notMeant = views.flatMap(({ findings }) => findings.filter((one) => one.entry === id && NOT_MEANT.includes(one.phrase.id)));
  refuse(node, channel, 'does_not_fit', [...found, ...notMeant][0]?.phrase);
  // A silence that an amendment breaks from its first moment asks nobody anything.
  const silence = joints.find((one) => one.kind === 'silence_procedure' && one.entry === id);
  if (silence?.kind === 'silence_procedure' && silence.state === 'broken') refuse(node, channel, 'does_not_fit', { id: 'joint.silence_amended' });
}

function counts({ valid, findings }: VerdictRow): boolean {
  return valid && !/"finding\.(cannot_join|opens_nothing)"/.test(findings);
}

/** What would be joint in the matter with the draft in it. What opens a matter has nothing before it, and nothing of the record is read for it. */
async function jointsWith(
  channel: ChannelRuntime,
  row: MatterRow | undefined,
  draft: Drafted,
  words: { readonly drafted: ReadonlyMap<string, Opened>; readonly read?: string },
): Promise<readonly Joint[]> {
  const { us } = channel.replica;
  if (row !== undefined) {
    const matter = withDraft(parseMatter(row.state), draft, us);
    return isJoint(matter) ? jointViewsOf(channel, await channelState(channel), matter, row.dossier, words) : [];
  }
  const { parties, quorum } = channel.rules;
  const names = channel.replica.channel.parties.map(({ name }) => name);
  const around = readAround([withDraft(undefined, draft, us)], parties);
  const reading = around.readings.get(draft.id);
  return reading === undefined ? [] : jointsOf(reading, around, { quorum, standing: new Map(), counted: new Map(), names });
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
