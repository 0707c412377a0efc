import { POSITIONS } from '../../document/kinds/position.ts';
import { isOfEarlierWords, lastWords } from '../claims.ts';
import type { Act } from '../matter.ts';
import { choiceIn, latestByParty, type Reading, type Said, said, standingAnswers } from './reading.ts';
import { hasStep, type Signatures } from './signatures.ts';

/**
 * A party's own stance on a document as a whole; absent `said`: not answered, which means nothing. `earlierWords`: the document was said anew, and the
 * position does not name those words.
 */
export type Stand = { readonly party: number; readonly value?: (typeof POSITIONS)[number]; readonly said?: Said; readonly earlierWords?: true };

/** Each party's latest position on the act of this id as a whole; one on a passage of it is none. */
export function standsOn(reading: Reading, id: string): readonly Stand[] {
  const whole = standingAnswers(reading, id, 'position').filter(({ frame }) => frame.target === undefined);
  const author = reading.byId.get(id)?.party;
  const words = wordsOf(reading, id);
  return latestByParty(reading, whole).map((act, party): Stand => {
    const value = act === undefined ? undefined : choiceIn(act.frame, 'value', POSITIONS);
    if (act === undefined || value === undefined) return { party };
    return { party, value, said: said(act), ...(party !== author && isOfEarlierWords(act, words) ? { earlierWords: true as const } : {}) };
  });
}

/**
 * Whether every party accepts that same document, in the words that it has now: by its latest position, else by being its author or having signed it. Who
 * signs has signed its bytes, and so none of the words that its author said anew.
 */
export function isAcceptedByAll(reading: Reading, { id, party: author }: Act, stands: readonly Stand[], { parties }: Signatures): boolean {
  const isAnew = wordsOf(reading, id) !== undefined;
  return stands.every(({ party, value, earlierWords }) => {
    if (value !== undefined) return value === 'accepts' && earlierWords !== true;
    const steps = parties[party]?.steps ?? [];
    return party === author || (!isAnew && (hasStep(steps, 'signed') || hasStep(steps, 'signed-ad-referendum')));
  });
}

/** The words that the author of a document said of it last. */
function wordsOf({ answers, byId }: Reading, id: string): Act | undefined {
  const author = byId.get(id)?.party;
  return lastWords(
    (answers.get(id) ?? []).filter(({ party }) => party === author),
    id,
  );
}
