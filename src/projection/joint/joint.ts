import type { Act, Matter } from '../matter.ts';
import type { Around } from './around.ts';
import { type ConsultationJoint, consultationOf } from './consultation.ts';
import { type DisclosureJoint, disclosureOf } from './disclosure.ts';
import { type ExchangeJoint, exchangeOf } from './exchange.ts';
import { type InstrumentJoint, instrumentOf } from './instrument.ts';
import type { Reading } from './reading.ts';
import { type RecordJoint, recordOf } from './record.ts';
import { type SessionJoint, sessionOf } from './session.ts';
import { type SilenceContext, type SilenceJoint, silenceOf } from './silence.ts';
import { type StatementJoint, statementOf } from './statement.ts';
import { type TextJoint, textOf } from './text.ts';
import { type TranslationJoint, translationOf } from './translation.ts';
import { type UndertakingJoint, undertakingOf } from './undertaking.ts';

/** The joint state of a document that several parties act upon, by its kind. */
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
  | TranslationJoint;

/** What joint states are computed from beside the matters: how far the logs stand, and the names of the parties. */
export type JointContext = SilenceContext & { readonly names: readonly string[] };

type Make = (reading: Reading, act: Act, around: Around, context: JointContext) => Joint;

const MAKERS: Readonly<Record<Joint['kind'], Make>> = {
  session: sessionOf,
  undertaking: (reading, act, _, { names }) => undertakingOf(reading, act, names),
  consultation: consultationOf,
  statement: statementOf,
  record: recordOf,
  text: textOf,
  instrument: (reading, act, { powers }) => instrumentOf(reading, act, powers),
  simultaneous_exchange: exchangeOf,
  silence_procedure: (reading, act, _, context) => silenceOf(reading, act, context),
  vulnerability_report: disclosureOf,
  translation: translationOf,
};

/** Whether there is anything joint in a matter, so that what lies around it need not be read where there is not. */
export function isJoint({ components }: Matter): boolean {
  return Object.values(components).some((acts) => acts.some(({ type }) => Object.hasOwn(MAKERS, type)));
}

/** Kinds of which a later one in the same matter is a version of the first. */
const VERSIONED: readonly string[] = ['text', 'record'];

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
    return make === undefined || (VERSIONED.includes(act.type) && act.id !== matter.id) ? [] : [make(reading, act, around, context)];
  });
}
