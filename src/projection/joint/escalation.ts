import { type Act, openingAct } from '../matter.ts';
import type { Around } from './around.ts';
import { type Reading, type Said, said } from './reading.ts';

/** What a party does where nobody answers: it takes the matter to another level, or asks to meet. */
const ESCALATES: readonly string[] = ['demarche', 'session'];
/** Kinds of matters by which it may do so. */
export const ESCALATING: readonly string[] = [...ESCALATES, 'note_verbale'];

/** By what the author of this act took it further: a demarche, a protest, or a session that is about it; in the order of its log. */
export function escalationsOf({ answers, withdrawn }: Reading, act: Act, { naming }: Pick<Around, 'naming'>): readonly Said[] {
  const about = (naming.get(act.id) ?? []).flatMap((matter) => openingAct(matter) ?? []);
  return [...(answers.get(act.id) ?? []), ...about]
    .filter(({ id, type, party, frame }) => party === act.party && !withdrawn.has(id) && (ESCALATES.includes(type) || isProtest(type, frame.subtype)))
    .sort((a, b) => a.index - b.index)
    .map(said);
}

function isProtest(type: string, subtype: unknown): boolean {
  return type === 'note_verbale' && subtype === 'protest';
}
