import type { Act } from '../matter.ts';
import { actsOfType, choiceIn, type Finding, finding, present, type Reading, type Said, said, textIn, wholeIn } from './reading.ts';
import { isJointlySigned, type Signatures, signaturesOf } from './signatures.ts';

/** One version of a record: agreed when every side signed these same bytes. */
export type RecordVersion = Said & {
  readonly status: 'provisional' | 'final';
  readonly agreed: boolean;
  readonly signatures: Signatures;
  /** What sides ask to have corrected in it; `answered` where its author put something right since, naming it. */
  readonly corrections: readonly (Said & { readonly answered: boolean; readonly withdrawn?: true })[];
  readonly corrigenda: readonly Said[];
  readonly correctionsBy?: number;
  readonly withdrawn?: true;
};

/** The record of a session through its versions, in the order of each author's log. */
export type RecordJoint = {
  readonly kind: 'record';
  readonly entry: string;
  readonly type: string;
  readonly versions: readonly RecordVersion[];
  /** `agreed`: a version is signed by every side; else the furthest that a version which stands has come. */
  readonly state: 'provisional' | 'corrections_asked' | 'final' | 'agreed' | 'withdrawn';
  /** The versions that every side signed; more than one where the sides signed several. */
  readonly agreed: readonly string[];
  readonly findings: readonly Finding[];
};

/** The record that this act opened, with its later versions. */
export function recordOf(reading: Reading, act: Act): RecordJoint {
  const versions = actsOfType(reading, 'record').map((version) => versionOf(reading, version));
  const agreed = versions.filter((version) => version.agreed).map(({ entry }) => entry);
  const standing = versions.filter(({ withdrawn }) => withdrawn === undefined);
  const findings = [
    ...afterFinal(standing),
    ...versions.flatMap((version) => [...lateCorrections(version), ...foreignCorrigenda(reading, version), ...version.signatures.findings]),
  ];
  return { kind: 'record', entry: act.id, type: textIn(act.frame, 'record_type'), versions, state: stateOf(standing, agreed), agreed, findings };
}

/** Versions that an author sent after its final one, in the order of its own log. Every side's signature makes such a one agreed all the same. */
function afterFinal(versions: readonly RecordVersion[]): readonly Finding[] {
  const final = new Set<number>();
  return versions.flatMap(({ entry, party, status, agreed }) => {
    const isLate = final.has(party) && !agreed;
    if (status === 'final') final.add(party);
    return isLate ? [finding({ id: entry }, 'joint.finding.record_final', { status })] : [];
  });
}

function lateCorrections({ status, corrections }: RecordVersion): readonly Finding[] {
  return status === 'final' ? corrections.map(({ entry }) => finding({ id: entry }, 'joint.finding.correction_final')) : [];
}

function foreignCorrigenda({ answers }: Reading, { entry, party }: RecordVersion): readonly Finding[] {
  const foreign = (answers.get(entry) ?? []).filter((act) => act.type === 'corrigendum' && act.party !== party);
  return foreign.map((act) => finding(act, 'joint.finding.corrigendum_foreign'));
}

function versionOf(reading: Reading, version: Act): RecordVersion {
  const { answers, withdrawn } = reading;
  const signatures = signaturesOf(reading, version.id);
  const below = answers.get(version.id) ?? [];
  const corrigenda = below.filter(({ id, type, party }) => type === 'corrigendum' && party === version.party && !withdrawn.has(id));
  const named = new Set(corrigenda.flatMap(({ refs, frame }) => [...refs, ...(Array.isArray(frame.concerns) ? frame.concerns : [])]));
  const corrections = below
    .filter(({ type }) => type === 'record_correction')
    .map((ask) => ({ ...said(ask), answered: named.has(ask.id), ...(withdrawn.has(ask.id) ? { withdrawn: true as const } : {}) }));
  const isTakenBack = withdrawn.has(version.id) && !signatures.parties.some(({ party, steps }) => party !== version.party && steps.length > 0);
  return {
    ...said(version),
    status: choiceIn(version.frame, 'status', ['provisional', 'final']) ?? 'provisional',
    agreed: isJointlySigned(signatures),
    signatures,
    corrections,
    corrigenda: corrigenda.map(said),
    ...present({ correctionsBy: wholeIn(version.frame, 'corrections_by'), withdrawn: isTakenBack ? (true as const) : undefined }),
  };
}

function stateOf(standing: readonly RecordVersion[], agreed: readonly string[]): RecordJoint['state'] {
  if (agreed.length > 0) return 'agreed';
  if (standing.length === 0) return 'withdrawn';
  if (standing.some(({ status }) => status === 'final')) return 'final';
  const isAsked = standing.some(({ corrections }) => corrections.some(({ answered, withdrawn }) => !answered && withdrawn === undefined));
  return isAsked ? 'corrections_asked' : 'provisional';
}
