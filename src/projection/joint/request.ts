import type { Act } from '../matter.ts';
import type { Around } from './around.ts';
import { escalationsOf } from './escalation.ts';
import { actsOfType, choiceIn, everyParty, type Finding, finding, present, type Reading, type Said, said, standingAnswers } from './reading.ts';

/** How far a party that was asked has come; `asks`: it asked what is meant, and has no answer yet. The last four are final. */
export type AskedState = 'silent' | 'acknowledged' | 'asks' | 'met' | 'partial' | 'declined' | 'transferred';

/** A request and what came of it, party by party. Whether it is overdue is said by its clock, never here. */
export type RequestJoint = Said & {
  readonly kind: 'request';
  /** `clarification`: somebody who was asked waits for an answer; `replied`: all have replied, and not all of them declined. */
  readonly state: 'sent' | 'acknowledged' | 'clarification' | 'replied' | 'declined' | 'withdrawn';
  readonly asked: readonly { readonly party: number; readonly state: AskedState; readonly said?: Said }[];
  readonly escalated: readonly Said[];
  readonly findings: readonly Finding[];
};

const DISPOSED = ['met', 'partial', 'declined', 'transferred'] as const;
const FINAL: readonly AskedState[] = DISPOSED;

/** The request that this act is. */
export function requestOf(reading: Reading, act: Act, around: Around): RequestJoint {
  const findings: Finding[] = [];
  const clarifications = actsOfType(reading, 'clarification').filter(({ id }) => !reading.withdrawn.has(id));
  const answered = answeredIn(reading, act.party, clarifications, findings);
  const replies = standingAnswers(reading, act.id, 'reply');
  for (const own of replies.filter(({ party }) => party === act.party)) findings.push(finding(own, 'joint.finding.reply_own'));
  const asked = everyParty(reading)
    .filter((party) => party !== act.party)
    .map((party) => {
      const own = clarifications.filter((one) => one.party === party && isQuestion(one));
      return askedOf(
        party,
        replies.filter((one) => one.party === party),
        { own, isAsking: own.some((one) => !answered.has(one.id)) },
        findings,
      );
    });
  return {
    ...said(act),
    kind: 'request',
    state: reading.withdrawn.has(act.id) ? 'withdrawn' : stateOf(asked.map(({ state }) => state)),
    asked,
    escalated: escalationsOf(reading, act, around),
    findings,
  };
}

function askedOf(
  party: number,
  replies: readonly Act[],
  { own, isAsking }: { readonly own: readonly Act[]; readonly isAsking: boolean },
  findings: Finding[],
): RequestJoint['asked'][number] {
  let last: Act | undefined;
  for (const reply of replies) {
    if (last?.frame.final === true && reply.frame.final !== true) findings.push(finding(reply, 'joint.finding.interim_after_final'));
    else last = reply;
  }
  const disposed = last?.frame.final === true ? choiceIn(last.frame, 'disposition', DISPOSED) : undefined;
  const acknowledged = last ?? own[0];
  const state = disposed ?? (isAsking ? 'asks' : acknowledged === undefined ? 'silent' : 'acknowledged');
  return { party, state, ...present({ said: acknowledged === undefined ? undefined : said(acknowledged) }) };
}

/** Ids of the questions that whoever made the request has answered; a third party may speak to them. What answers no question, or one's own, is found. */
function answeredIn({ byId }: Reading, author: number, clarifications: readonly Act[], findings: Finding[]): ReadonlySet<string> {
  const answered = new Set<string>();
  for (const one of clarifications.filter((act) => !isQuestion(act))) {
    const question = byId.get(one.refs[0] ?? '');
    if (question === undefined || !isQuestion(question) || question.party === one.party)
      findings.push(finding(one, 'joint.finding.clarifies_nothing'));
    else if (one.party === author) answered.add(question.id);
  }
  return answered;
}

function isQuestion({ type, frame }: Act): boolean {
  return type === 'clarification' && frame.clarifies === 'question';
}

/** A commutative function of where each party that was asked stands. */
function stateOf(asked: readonly AskedState[]): RequestJoint['state'] {
  if (asked.length > 0 && asked.every((state) => FINAL.includes(state))) return asked.every((state) => state === 'declined') ? 'declined' : 'replied';
  if (asked.includes('asks')) return 'clarification';
  return asked.some((state) => state !== 'silent') ? 'acknowledged' : 'sent';
}
