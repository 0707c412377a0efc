import type { Act, Matter } from '../matter.ts';
import type { Around } from './around.ts';
import { type CheckJoint, checkOf } from './check.ts';
import { type ClaimJoint, claimOf } from './claim.ts';
import { type ConsultationJoint, consultationOf } from './consultation.ts';
import { type ContactJoint, contactOf } from './contact.ts';
import { type DemarcheJoint, demarcheOf } from './demarche.ts';
import { type DisclosureJoint, disclosureOf } from './disclosure.ts';
import { type EvidenceJoint, evidenceOf } from './evidence.ts';
import { type ExchangeJoint, exchangeOf } from './exchange.ts';
import { type IncidentJoint, incidentOf } from './incident.ts';
import { type InstrumentJoint, instrumentOf } from './instrument.ts';
import { type AgrementJoint, agrementOf, type MissionJoint, missionOf } from './mission.ts';
import { type FullPowersJoint, fullPowersOf } from './powers.ts';
import type { Finding, Reading } from './reading.ts';
import { type RecordJoint, recordOf } from './record.ts';
import { type RequestJoint, requestOf } from './request.ts';
import { type SessionJoint, sessionOf } from './session.ts';
import { type SilenceContext, type SilenceJoint, silenceOf } from './silence.ts';
import { type StatementJoint, statementOf } from './statement.ts';
import { type TextJoint, textOf } from './text.ts';
import { type TranslationJoint, translationOf } from './translation.ts';
import { type TreatyJoint, treatyOf } from './treaty.ts';
import { type UndertakingJoint, undertakingOf } from './undertaking.ts';

/** The joint state of a document that several parties act upon, or that one party takes further itself, by its kind. */
export type Joint =
  | SessionJoint
  | UndertakingJoint
  | ConsultationJoint
  | StatementJoint
  | RecordJoint
  | TextJoint
  | InstrumentJoint
  | ExchangeJoint
  | SilenceJoint
  | DisclosureJoint
  | TranslationJoint
  | RequestJoint
  | CheckJoint
  | ClaimJoint
  | EvidenceJoint
  | DemarcheJoint
  | IncidentJoint
  | TreatyJoint
  | ContactJoint
  | FullPowersJoint
  | AgrementJoint
  | MissionJoint;

/** What joint states are computed from beside the matters: how far the logs stand, and the names of the parties. */
export type JointContext = SilenceContext & { readonly names: readonly string[] };

type Make = (reading: Reading, act: Act, around: Around, context: JointContext) => Joint | undefined;

const MAKERS: Readonly<Record<Joint['kind'], Make>> = {
  session: sessionOf,
  undertaking: (reading, act, _, { names }) => undertakingOf(reading, act, names),
  consultation: consultationOf,
  statement: statementOf,
  record: recordOf,
  text: (reading, act, { powers }) => textOf(reading, act, powers),
  instrument: (reading, act, { powers }, { quorum }) => instrumentOf(reading, act, powers, quorum),
  simultaneous_exchange: exchangeOf,
  silence_procedure: (reading, act, _, context) => silenceOf(reading, act, context),
  vulnerability_report: (reading, act, around, { quorum }) => disclosureOf(reading, act, around, quorum),
  translation: translationOf,
  request: requestOf,
  communication_check: checkOf,
  claim: claimOf,
  evidence: evidenceOf,
  demarche: demarcheOf,
  incident_notification: incidentOf,
  treaty_notification: treatyOf,
  contact_nomination: contactOf,
  full_powers: fullPowersOf,
  agrement_request: agrementOf,
  identity: missionOf,
};

/** Whether there is anything joint in a matter, so that what lies around it need not be read where there is not. */
export function isJoint({ components }: Matter): boolean {
  return Object.values(components).some((acts) => acts.some(({ type }) => Object.hasOwn(MAKERS, type)));
}

/** Kinds of which a later one in the same matter is a version or a stage of the first. */
export const VERSIONED: readonly string[] = ['text', 'record', 'incident_notification', 'treaty_notification', 'contact_nomination', 'identity'];

/** What these joint states find in one act that does not fit with the rest, and so changes nothing. */
export function irregularIn(joints: readonly { readonly findings?: readonly Finding[] }[], entry: string): readonly Finding[] {
  return joints.flatMap(({ findings = [] }) => findings.filter((one) => one.entry === entry && one.counts !== true));
}

/**
 * The joint states in a matter, in the order of what they are states of: the act that opened it first, then each party's in log order.
 *
 * A pure function of the matters and of how far the logs stand; it has no clock, reads frame fields alone, and never throws.
 */
export function jointsOf(reading: Reading, around: Around, context: JointContext): readonly Joint[] {
  const { matter, acts } = reading;
  const opening = acts.filter(({ id }) => id === matter.id);
  return [...opening, ...acts.filter(({ id }) => id !== matter.id)].flatMap((act) => {
    const make = Object.hasOwn(MAKERS, act.type) ? MAKERS[act.type as Joint['kind']] : undefined;
    return make === undefined || (VERSIONED.includes(act.type) && act.id !== matter.id) ? [] : (make(reading, act, around, context) ?? []);
  });
}
