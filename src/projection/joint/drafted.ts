import type { Phrase } from '../../base/phrases.ts';
import { joins, kindOf } from '../../document/registry.ts';
import { type Act, emptyMatter, type Matter, withAct } from '../matter.ts';

/** What is drafted, as the act that it would be: after everything that its party has said. */
export type Drafted = Omit<Act, 'party' | 'index' | 'automatic'>;

/** What a draft answers: the kind of that act, and whether it counts. */
export type Answered = { readonly type: string; readonly valid: boolean };

/** Kinds that say something of any act, whatever it is. */
const OF_ANY: readonly string[] = ['correction', 'withdrawal', 'body_erased', 'lost'];

/** Why a draft would stand by itself, in no matter and without effect: what it answers it cannot, or it answers nothing and must. */
export function misplaced({ type, refs }: Pick<Drafted, 'type' | 'refs'>, answered: Answered | undefined): Phrase | undefined {
  const kind = kindOf(type);
  if (kind === undefined) return undefined;
  if (refs[0] === undefined) return kind.opens ? undefined : { id: 'finding.opens_nothing', values: { kind: type } };
  if (answered === undefined || (answered.valid && (OF_ANY.includes(type) || joins(kind, answered.type)))) return undefined;
  return { id: 'finding.cannot_join', values: { kind: type } };
}

/** The matter as it would be with a draft of this party in it; one that the draft opens where there is none. */
export function withDraft(matter: Matter | undefined, draft: Drafted, party: number): Matter {
  const known = matter ?? emptyMatter(draft.id);
  return withAct(known, { ...draft, party, index: Number.MAX_SAFE_INTEGER, automatic: false });
}
