import { ParleyError } from '../base/errors.ts';
import type { Phrase } from '../base/phrases.ts';
import type { Document, Kind } from './kind.ts';
import { agrement } from './kinds/agrement.ts';
import { blobHeld } from './kinds/blob-held.ts';
import { bodyErased } from './kinds/body-erased.ts';
import { claim } from './kinds/claim.ts';
import { communicationCheck } from './kinds/communication-check.ts';
import { communicationCheckAnswer } from './kinds/communication-check-answer.ts';
import { compromise } from './kinds/compromise.ts';
import { contactNomination } from './kinds/contact-nomination.ts';
import { correction } from './kinds/correction.ts';
import { gate } from './kinds/gate.ts';
import { identity } from './kinds/identity.ts';
import { incidentNotification } from './kinds/incident-notification.ts';
import { lost } from './kinds/lost.ts';
import { message } from './kinds/message.ts';
import { noteVerbale } from './kinds/note-verbale.ts';
import { position } from './kinds/position.ts';
import { recall } from './kinds/recall.ts';
import { reply } from './kinds/reply.ts';
import { request } from './kinds/request.ts';
import { returnToPost } from './kinds/return-to-post.ts';
import { stamp } from './kinds/stamp.ts';
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
