import type { Act } from '../matter.ts';
import type { Around } from './around.ts';
import { type Finding, present, type Reading, wholeIn } from './reading.ts';
import { isJointlySigned, type Signatures, signaturesOf } from './signatures.ts';

/** Consultations: joint once every side signed them, and what is held under them. */
export type ConsultationJoint = {
  readonly kind: 'consultation';
  readonly entry: string;
  /** `withdrawn`: its author took it back before anybody else signed. */
  readonly state: 'proposed' | 'joint' | 'withdrawn';
  readonly signatures: Signatures;
  readonly rounds?: number;
  readonly nextAt?: number;
  /** Sessions, texts, requests and others that name it, in the order of their ids. */
  readonly held: readonly { readonly matter: string; readonly kind: string }[];
  readonly findings: readonly Finding[];
};

/** The consultations that this act opened; what names it is looked for around it. */
export function consultationOf(reading: Reading, act: Act, { naming }: Around): ConsultationJoint {
  const signatures = signaturesOf(reading, act.id);
  const isJoined = signatures.parties.some(({ party, steps }) => party !== act.party && steps.some(({ step }) => step === 'signed'));
  const held = (naming.get(act.id) ?? []).filter(({ id }) => id !== reading.matter.id);
  return {
    kind: 'consultation',
    entry: act.id,
    state: isJointlySigned(signatures) ? 'joint' : reading.withdrawn.has(act.id) && !isJoined ? 'withdrawn' : 'proposed',
    signatures,
    ...present({ rounds: wholeIn(act.frame, 'rounds'), nextAt: wholeIn(act.frame, 'next_at') }),
    held: held.map(({ id, kind }) => ({ matter: id, kind })).sort((a, b) => (a.matter < b.matter ? -1 : 1)),
    findings: signatures.findings,
  };
}
