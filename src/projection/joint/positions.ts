import { POSITIONS } from '../../document/kinds/position.ts';
import { choiceIn, latestByParty, type Reading, type Said, said, standingAnswers } from './reading.ts';
import { hasStep, type Signatures } from './signatures.ts';

/** A party's own stance on a document as a whole; absent `said`: not answered, which means nothing. */
export type Stand = { readonly party: number; readonly value?: (typeof POSITIONS)[number]; readonly said?: Said };

/** Each party's latest position on the act of this id as a whole; one on a passage of it is none. */
export function standsOn(reading: Reading, id: string): readonly Stand[] {
  const whole = standingAnswers(reading, id, 'position').filter(({ frame }) => frame.target === undefined);
  return latestByParty(reading, whole).map((act, party): Stand => {
    const value = act === undefined ? undefined : choiceIn(act.frame, 'value', POSITIONS);
    return act === undefined || value === undefined ? { party } : { party, value, said: said(act) };
  });
}

/** Whether every party accepts that same document: by its latest position, else by being its author or having signed it. */
export function isAcceptedByAll(stands: readonly Stand[], author: number, { parties }: Signatures): boolean {
  return stands.every(({ party, value }) => {
    if (value !== undefined) return value === 'accepts';
    const steps = parties[party]?.steps ?? [];
    return party === author || hasStep(steps, 'signed') || hasStep(steps, 'signed-ad-referendum');
  });
}
