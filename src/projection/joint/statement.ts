import type { Fields } from '../../document/kind.ts';
import { standingOfClaim } from '../claims.ts';
import type { Act } from '../matter.ts';
import type { Around } from './around.ts';
import { everyParty, type Finding, gatheredOnce, present, type Reading, rowsIn, textIn, textsIn, type Words, wholeIn } from './reading.ts';
import { hasStep, isJointlySigned, type Signatures, signaturesOf } from './signatures.ts';

/** An act that a statement names as agreed, and who has signed or accepted it. */
export type NamedAct = {
  readonly entry: string;
  readonly kind: string;
  readonly signedBy: readonly number[];
  readonly confirmed: boolean;
};

/** A public statement. What it reports as agreed is unconfirmed until every side signed the act it names. */
export type StatementJoint = {
  readonly kind: 'statement';
  readonly entry: string;
  readonly type: string;
  readonly jointly: boolean;
  readonly signatures: Signatures;
  readonly releaseAt?: number;
  readonly embargoUntil?: number;
  /** The acts it names, as far as they are here and can be agreed. */
  readonly named: readonly NamedAct[];
  /** Whether what it reports as agreed is confirmed: the consultations that it names are, or, where it names none, all that it names is. */
  readonly confirmed: boolean;
  readonly findings: readonly Finding[];
};

/** An item of a statement in its words. */
export type StatementItem = {
  readonly type: string;
  readonly speaker: string;
  readonly capacity: string;
  readonly text: string;
  /** Of a reported agreement. */
  readonly confirmed?: boolean;
};

/** Kinds whose agreement is a signature of every party. */
const SIGNED: readonly string[] = ['consultation', 'undertaking', 'instrument', 'text', 'record', 'statement', 'amendment'];

/** The statement that this act is; what it names in `concerns` is looked for around it. */
export function statementOf(reading: Reading, act: Act, around: Around): StatementJoint {
  const signatures = signaturesOf(reading, act.id);
  const named = textsIn(act.frame, 'concerns').flatMap((id) => namedAct(id, around) ?? []);
  return {
    kind: 'statement',
    entry: act.id,
    type: textIn(act.frame, 'statement_type'),
    jointly: isJointlySigned(signatures),
    signatures,
    ...present({ releaseAt: wholeIn(act.frame, 'release_at'), embargoUntil: wholeIn(act.frame, 'embargo_until') }),
    named,
    confirmed: isConfirmed(named),
    findings: signatures.findings,
  };
}

/** Whether a statement is public at `now`: its release has come, and no embargo holds it back; one that names neither is from the moment it is sent. */
export function isReleasedAt({ releaseAt = 0, embargoUntil = 0 }: Pick<StatementJoint, 'releaseAt' | 'embargoUntil'>, now: number): boolean {
  return releaseAt <= now && embargoUntil <= now;
}

/** The items of a statement, from its opened fields. */
export function statementItems({ confirmed, jointly }: StatementJoint, fields: Fields): Words<readonly StatementItem[]> {
  if (!Array.isArray(fields.items)) return 'gone';
  return rowsIn(fields, 'items').map((row) => ({
    type: textIn(row, 'item_type'),
    speaker: textIn(row, 'speaker'),
    capacity: textIn(row, 'capacity'),
    text: textIn(row, 'text'),
    // A statement that every side signed reports nothing of the others that they have not said themselves.
    ...(row.item_type === 'reported_agreement' ? { confirmed: confirmed || jointly } : {}),
  }));
}

function isConfirmed(named: readonly NamedAct[]): boolean {
  const consultations = named.filter(({ kind }) => kind === 'consultation');
  const deciding = consultations.length > 0 ? consultations : named;
  return deciding.length > 0 && deciding.every(({ confirmed }) => confirmed);
}

/** The standing of the claim that opened a matter, however many statements name it. */
const standingOf = gatheredOnce(({ matter, parties }: Reading) => standingOfClaim(matter, parties));

function namedAct(id: string, { placeOf, powers }: Around): NamedAct | undefined {
  const place = placeOf.get(id);
  if (place === undefined) return undefined;
  const { act, reading } = place;
  if (act.type === 'claim' && act.id === reading.matter.id) {
    const confirmed = standingOf(reading, id) === 'agreed';
    return { entry: id, kind: act.type, signedBy: confirmed ? everyParty(reading) : [act.party], confirmed };
  }
  if (!SIGNED.includes(act.type)) return undefined;
  const signatures = signaturesOf(reading, id, powers);
  const signedBy = signatures.parties.filter(({ steps }) => hasStep(steps, 'signed')).map(({ party }) => party);
  return { entry: id, kind: act.type, signedBy, confirmed: isJointlySigned(signatures) };
}
