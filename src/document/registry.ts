import { ParleyError } from '../base/errors.ts';
import type { Phrase } from '../base/phrases.ts';
import type { Document, Kind } from './kind.ts';
import { acceptance } from './kinds/acceptance.ts';
import { advisory } from './kinds/advisory.ts';
import { agrement } from './kinds/agrement.ts';
import { agrementRequest } from './kinds/agrement-request.ts';
import { aideMemoire } from './kinds/aide-memoire.ts';
import { amendment } from './kinds/amendment.ts';
import { blobHeld } from './kinds/blob-held.ts';
import { bodyErased } from './kinds/body-erased.ts';
import { caseState } from './kinds/case-state.ts';
import { chargeAdInterim } from './kinds/charge-ad-interim.ts';
import { claim } from './kinds/claim.ts';
import { clarification } from './kinds/clarification.ts';
import { commitment } from './kinds/commitment.ts';
import { communicationCheck } from './kinds/communication-check.ts';
import { communicationCheckAnswer } from './kinds/communication-check-answer.ts';
import { compromise } from './kinds/compromise.ts';
import { condition } from './kinds/condition.ts';
import { consultation } from './kinds/consultation.ts';
import { contactNomination } from './kinds/contact-nomination.ts';
import { correction } from './kinds/correction.ts';
import { corrigendum } from './kinds/corrigendum.ts';
import { credentials } from './kinds/credentials.ts';
import { demarche } from './kinds/demarche.ts';
import { demarcheReport } from './kinds/demarche-report.ts';
import { embargo } from './kinds/embargo.ts';
import { evidence } from './kinds/evidence.ts';
import { fullPowers } from './kinds/full-powers.ts';
import { gate } from './kinds/gate.ts';
import { identity } from './kinds/identity.ts';
import { incidentNotification } from './kinds/incident-notification.ts';
import { instrument } from './kinds/instrument.ts';
import { interpretativeStatement } from './kinds/interpretative-statement.ts';
import { letter } from './kinds/letter.ts';
import { lost } from './kinds/lost.ts';
import { message } from './kinds/message.ts';
import { nonGrata } from './kinds/non-grata.ts';
import { noteVerbale } from './kinds/note-verbale.ts';
import { objection } from './kinds/objection.ts';
import { performance } from './kinds/performance.ts';
import { position } from './kinds/position.ts';
import { pressAccount } from './kinds/press-account.ts';
import { recall } from './kinds/recall.ts';
import { record } from './kinds/record.ts';
import { recordCorrection } from './kinds/record-correction.ts';
import { reply } from './kinds/reply.ts';
import { request } from './kinds/request.ts';
import { reservation } from './kinds/reservation.ts';
import { returnToPost } from './kinds/return-to-post.ts';
import { reveal } from './kinds/reveal.ts';
import { session } from './kinds/session.ts';
import { signature } from './kinds/signature.ts';
import { silenceProcedure } from './kinds/silence-procedure.ts';
import { simultaneousExchange } from './kinds/simultaneous-exchange.ts';
import { sitting } from './kinds/sitting.ts';
import { stamp } from './kinds/stamp.ts';
import { statement } from './kinds/statement.ts';
import { suspension } from './kinds/suspension.ts';
import { termination } from './kinds/termination.ts';
import { text } from './kinds/text.ts';
import { translation } from './kinds/translation.ts';
import { treatyNotification } from './kinds/treaty-notification.ts';
import { undertaking } from './kinds/undertaking.ts';
import { vendorStatus } from './kinds/vendor-status.ts';
import { vulnerabilityReport } from './kinds/vulnerability-report.ts';
import { withdrawal } from './kinds/withdrawal.ts';

/** All kinds there are, those people choose from first, in the order of their menu. */
export const KINDS: readonly Kind[] = [
  message,
  request,
  reply,
  incidentNotification,
  claim,
  position,
  noteVerbale,
  letter,
  demarche,
  demarcheReport,
  aideMemoire,
  consultation,
  session,
  sitting,
  record,
  recordCorrection,
  corrigendum,
  text,
  amendment,
  interpretativeStatement,
  reservation,
  instrument,
  suspension,
  termination,
  signature,
  silenceProcedure,
  objection,
  translation,
  undertaking,
  condition,
  performance,
  acceptance,
  treatyNotification,
  simultaneousExchange,
  commitment,
  reveal,
  statement,
  pressAccount,
  evidence,
  clarification,
  vulnerabilityReport,
  caseState,
  embargo,
  vendorStatus,
  advisory,
  fullPowers,
  agrementRequest,
  credentials,
  nonGrata,
  chargeAdInterim,
  contactNomination,
  communicationCheck,
  communicationCheckAnswer,
  recall,
  returnToPost,
  correction,
  withdrawal,
  bodyErased,
  lost,
  agrement,
  compromise,
  identity,
  stamp,
  blobHeld,
  gate,
];

const BY_ID: ReadonlyMap<string, Kind> = new Map(KINDS.map((kind) => [kind.id, kind]));

/** The kind of an id, or `undefined`: a kind unknown here is opaque, held and shown as such. */
export function kindOf(id: string): Kind | undefined {
  return BY_ID.get(id);
}

/** Whether a document of a kind may join the matter of one of another: `*` stands for whatever a representative signs. */
export function joins(kind: Kind, parent: string): boolean {
  return kind.joins.includes(parent) || (kind.joins.includes('*') && BY_ID.get(parent)?.signedBy === 'representative');
}

/**
 * The kind a person asks to draft.
 * Refuses `non_paper` for a non-paper, in whatever spelling, and `invalid` for what is unknown or not for people to write.
 */
export function kindToDraft(id: string): Kind {
  if (id.toLowerCase().replaceAll(/[^a-z]/g, '') === 'nonpaper') throw new ParleyError('non_paper');
  const kind = kindOf(id);
  if (kind?.signedBy !== 'representative') throw new ParleyError('invalid', 'a kind of document that representatives sign');
  return kind;
}

/** One plain sentence for lists, which stands when content is erased; a kind unknown here is named as it names itself. */
export function summaryOf(document: Document): Phrase {
  return kindOf(document.kind)?.summary(document.fields) ?? { id: 'summary.unknown', values: { kind: document.kind } };
}
